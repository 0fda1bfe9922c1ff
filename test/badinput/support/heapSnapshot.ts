/** Imports key files as a program does, signs with each, and writes a heap snapshot. */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Credentials from "@iiif-ingest/core/config/Credentials"
import * as MpsConfig from "@iiif-ingest/core/config/MpsConfig"
import * as TokenSigner from "@iiif-ingest/core/config/TokenSigner"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { setTimeout } from "node:timers/promises"
import { writeHeapSnapshot } from "node:v8"

const [snapshot, ...paths] = process.argv.slice(2)

const config = MpsConfig.layer({
  environment: "qa",
  account: "at",
  space: "atspace",
  namespace: "AT",
  agent: "atagent"
})

const loaded = (path: string) =>
  Effect.runPromise(
    Effect.gen(function*() {
      const signer = yield* TokenSigner.TokenSigner
      yield* signer.token
      return yield* Credentials.Credentials
    }).pipe(
      Effect.provide(
        TokenSigner.layer.pipe(
          Layer.provideMerge(
            Credentials.layer({ issuer: "atissuer", kid: "atissuerdefault", key: Credentials.keyFile(path) })
          ),
          Layer.provide(config),
          Layer.provide(NodeFileSystem.layer)
        )
      )
    )
  )

const kept = {
  note: ["kept", "to be found", "in the snapshot"].join(" "),
  credentials: await Promise.all(paths.map(loaded))
}

// Several collections: for young objects, for those promoted meanwhile, and for what these referenced.
for (let i = 0; i < 4; i++) {
  globalThis.gc?.()
  await setTimeout(10)
}

writeHeapSnapshot(snapshot)
process.stdout.write(`signed with ${kept.credentials.filter(({ key }) => key.type === "private").length} keys\n`)
