/**
 * Imports the module that it is told to, and prints which of the packages that a program needs only to send something
 * were loaded with it. Then it builds `Live` and probes an image, signs a token, asks the store for an object and sends
 * a request, and prints after each of them what had been loaded by then.
 */
import { registerHooks } from "node:module"

const loaded = new Set<string>()

registerHooks({
  load: (url, context, next) => {
    const [, name] = /.*\/node_modules\/(@aws-sdk|@smithy|undici|jose)\//.exec(url) ?? []
    if (name !== undefined) loaded.add(name)
    return next(url, context)
  }
})

const [, , specifier = "", image = ""] = process.argv

const steps: Record<string, ReadonlyArray<string>> = {}
const after = (step: string) => void (steps[step] = [...loaded].sort())

await import(specifier)
after("import")

const [Live, ImageSource, { Probe }, { TokenSigner }, { ObjectStore }, HttpClient, Effect, Redacted] = await Promise
  .all([
    import("iiif-ingest/Live"),
    import("@iiif-ingest/core/image/ImageSource"),
    import("@iiif-ingest/core/image/Probe"),
    import("@iiif-ingest/core/config/TokenSigner"),
    import("@iiif-ingest/core/upload/ObjectStore"),
    import("effect/http/HttpClient"),
    import("effect/Effect"),
    import("effect/Redacted")
  ])

const live = Live.layer({
  journal: "memory",
  // `Live` refuses the keys of a sandbox in any other environment, once it has a client that knows them.
  s3: { credentials: { accessKeyId: "SANDBOXKEY", secretAccessKey: Redacted.make("none") } }
})

const program = Effect.gen(function*() {
  yield* Probe.use((probe) => probe.one(ImageSource.file(image)))
  after("probe")
  yield* TokenSigner.use(({ token }) => token)
  after("token")
  const { reason } = yield* Effect.flip(ObjectStore.use((store) => store.head("key")))
  if (reason._tag !== "InvalidCredentials") return yield* Effect.die(reason)
  after("head")
  yield* Effect.ignore(HttpClient.get("http://127.0.0.1:9/"))
  after("request")
})

await Effect.runPromise(Effect.provide(program, live))

process.stdout.write(JSON.stringify(steps))
