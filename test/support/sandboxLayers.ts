/** The live services put together one by one, so that a test can have a configuration, keys or ports of its own. */
import { NodeHttpClient, NodeServices } from "@effect/platform-node"
import { S3Client, S3ObjectStore } from "@iiif-ingest/aws"
import { Credentials, IngestProgram, Journal, MpsConfig, TokenSigner } from "@iiif-ingest/core"
import { HttpDelivery, HttpLtsClient } from "@iiif-ingest/lts-http"
import { NodeFiles, NodeFixity } from "@iiif-ingest/node"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Layer } from "effect"

/** The sandbox's own keys. */
export const sandboxKeys = Layer.unwrap(
  Effect.map(
    Sandbox.Sandbox,
    (sandbox) =>
      Credentials.layer({ issuer: sandbox.issuer, kid: sandbox.kid, key: Credentials.keyFile(sandbox.privateKeyPath) })
  )
)

const s3 = Layer.unwrap(Effect.gen(function*() {
  const { s3 } = yield* Sandbox.Sandbox
  const { environment } = yield* MpsConfig.MpsConfig
  return S3Client.layer({ endpoint: environment.s3Endpoint ?? s3.endpoint, region: s3.region, credentials: s3 })
}))

/** All services of `ingestProgram` over real sockets, with a configuration and credentials of the caller's. */
export const layersWith = <E1, R1, E2 = never, R2 = Sandbox.Sandbox>(
  config: Layer.Layer<MpsConfig.MpsConfig, E1, R1>,
  keys: Layer.Layer<Credentials.Credentials, E2, R2>
) =>
  IngestProgram.layer().pipe(
    Layer.provideMerge(
      Layer.mergeAll(S3ObjectStore.layer(), HttpLtsClient.layer(), HttpDelivery.layer(), Journal.layerMemory)
    ),
    Layer.provideMerge(
      Layer.mergeAll(s3, TokenSigner.layer, NodeHttpClient.layerUndici, NodeFixity.layer, NodeFiles.layer)
    ),
    Layer.provideMerge(Layer.mergeAll(config, keys)),
    Layer.provideMerge(NodeServices.layer)
  )
