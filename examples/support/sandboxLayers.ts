/**
 * Everything that `ingestProgram` needs, on a sandbox started in this process. For a real environment replace this
 * file's configuration by `Settings.layerConfig` and `S3Client.layerConfig`: nothing else changes.
 */
import { NodeHttpClient, NodeServices } from "@effect/platform-node"
import { S3Client, S3ObjectStore } from "@iiif-ingest/aws"
import { Credentials, IngestProgram, Journal, MpsConfig, TokenSigner } from "@iiif-ingest/core"
import { HttpDelivery, HttpLtsClient } from "@iiif-ingest/lts-http"
import { NodeFixity } from "@iiif-ingest/node"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Layer } from "effect"

/** Where the sandbox is, as `MpsConfig` wants to know it. */
export const sandboxSettings = (sandbox: Sandbox.Sandbox["Service"]): MpsConfig.Options => ({
  environment: "sandbox",
  account: sandbox.account,
  space: sandbox.space,
  namespace: sandbox.namespace,
  agent: "sandboxagent",
  bucket: sandbox.s3.bucket,
  ingestUrl: `${sandbox.url}/admin/ingest`,
  assetUrl: `${sandbox.url}/assets/images`,
  manifestUrl: sandbox.url,
  s3Endpoint: sandbox.s3.endpoint
})

const config = Layer.unwrap(Effect.map(Sandbox.Sandbox, (sandbox) => MpsConfig.layer(sandboxSettings(sandbox))))

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
    Layer.provideMerge(Layer.mergeAll(s3, TokenSigner.layer, NodeHttpClient.layerUndici, NodeFixity.layer)),
    Layer.provideMerge(Layer.mergeAll(config, keys)),
    Layer.provideMerge(NodeServices.layer)
  )

/** The same with the configuration and keys of the sandbox in the context. */
export const onSandbox = layersWith(config, sandboxKeys)

/** The same with a sandbox of its own, which ends with the program. */
export const withSandbox = Layer.provideMerge(onSandbox, Sandbox.Sandbox.layer())
