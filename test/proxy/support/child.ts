/** A user's program, with proxies and certificates in environment variables: calls MPS and S3 once each. */
import { NodeRuntime } from "@effect/platform-node"
import { S3Client, S3ObjectStore } from "@iiif-ingest/aws"
import { LtsClient, MpsConfig, ObjectStore, TokenSigner } from "@iiif-ingest/core"
import { HttpLtsClient } from "@iiif-ingest/lts-http"
import { ProxiedHttpClient } from "@iiif-ingest/node"
import { Console, Effect, Layer, References } from "effect"

const layers = Layer.mergeAll(
  HttpLtsClient.layer().pipe(Layer.provide([ProxiedHttpClient.layerConfig, Layer.mock(TokenSigner.TokenSigner, {})])),
  S3ObjectStore.layer().pipe(Layer.provide(S3Client.layerConfig))
).pipe(Layer.provide(MpsConfig.layerConfig))

const report = <A, E extends { readonly reason: { readonly _tag: string; readonly message: string } }, R>(
  name: string,
  call: Effect.Effect<A, E, R>
) =>
  call.pipe(
    Effect.tapCause((cause) => Effect.logError("it failed", cause)),
    Effect.match({
      onSuccess: () => "Done",
      onFailure: ({ reason }) => `${reason._tag}: ${reason.message}`
    }),
    Effect.flatMap((text) => Console.log(`${name} ${text}`))
  )

const program = Effect.gen(function*() {
  const client = yield* LtsClient.LtsClient
  const store = yield* ObjectStore.ObjectStore
  const bytes = ObjectStore.bytes(new Uint8Array(3 * 1024 * 1024).fill(7))
  yield* report("MPS", client.version)
  yield* report("S3", store.put("images/a.png", bytes, { contentType: "image/png", metadata: {} }))
})

NodeRuntime.runMain(program.pipe(Effect.provide(layers), Effect.provideService(References.MinimumLogLevel, "All")))
