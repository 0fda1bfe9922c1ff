/** Brings the demo seed in over the sandbox's own real path: objects in the bucket, ingest requests, jobs. */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import { fileURLToPath } from "node:url"
import type { Job } from "../../Job.ts"
import { SeedFailed } from "../../SandboxError.ts"
import type { SandboxService } from "../sandboxTypes.ts"
import * as Demo from "./demo.ts"
import type { Entry, Place } from "./entry.ts"
import * as Manifest from "./manifest.ts"
import type { Picture } from "./pictures.ts"
import type { Seeded } from "./seeded.ts"
import * as Send from "./send.ts"

type Target = Pick<SandboxService, "url" | "s3" | "issuer" | "kid" | "namespace" | "space" | "privateKeyPath">

export type Seed = Effect.Effect<Seeded, SeedFailed>

/** The same place in the sources and in the package's build. */
const FOLDER = new URL("../../../seed/", import.meta.url)

export const make = (options: {
  readonly fs: FileSystem.FileSystem
  readonly target: Target
  /** Milliseconds since 1970, by which signatures are checked. */
  readonly now: () => number
  readonly awaitTerminal: SandboxService["jobs"]["awaitTerminal"]
}): Seed => {
  const { fs, now, target } = options
  const place: Place = { base: target.url, namespace: target.namespace, space: target.space }

  const upload = Effect.fnUntraced(function*({ contentType, file }: Picture) {
    const body = yield* fs.readFile(fileURLToPath(new URL(file, FOLDER)))
    yield* Send.put(target, { key: `${Demo.PREFIX}${file}`, body, contentType }, now())
  })

  const checkEnd = ({ children, errors, id, state }: Job) => {
    const failed = children.find((child) => child.state !== "success")
    if (state === "success" && failed === undefined) return Effect.void
    return Effect.fail(new SeedFailed({ detail: `job ${id} has failed: ${failed?.reason ?? errors.join("; ")}` }))
  }

  const bring = Effect.fnUntraced(function*(entry: Entry, privateKey: string) {
    yield* Effect.forEach(entry.pictures, upload, { discard: true })
    const id = yield* Send.ingest(target, privateKey, Demo.request(place, entry), now())
    yield* checkEnd(yield* options.awaitTerminal(id))
    return {
      manifest: Manifest.addressOf(place, entry.name),
      viewer: `${target.url}/view/URN-3:${target.namespace}:${entry.name}`
    }
  })

  return fs.readFileString(target.privateKeyPath).pipe(
    Effect.flatMap((privateKey) => Effect.forEach(Demo.ENTRIES, (entry) => bring(entry, privateKey))),
    Effect.map((manifests) => ({ manifests })),
    Effect.catchTags({
      NotSent: ({ message }) => Effect.fail(new SeedFailed({ detail: message })),
      PlatformError: ({ message }) => Effect.fail(new SeedFailed({ detail: message })),
      UnknownJob: ({ message }) => Effect.fail(new SeedFailed({ detail: message }))
    })
  )
}
