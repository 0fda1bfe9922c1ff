/**
 * Everything that `ingestProgram` needs, on a sandbox started in this process. For a real environment replace this
 * file's configuration by `Settings.layerConfig` and `S3Client.layerConfig`: nothing else changes.
 */
import { NodeHttpClient, NodeServices } from "@effect/platform-node"
import { S3Client, S3ObjectStore } from "@iiif-ingest/aws"
import { Credentials, IngestProgram, Journal, MpsConfig, TokenSigner } from "@iiif-ingest/core"
import { HttpDelivery, HttpLtsClient } from "@iiif-ingest/lts-http"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Layer } from "effect"

/** Where the sandbox is, as `MpsConfig` wants to know it. */
const config = Layer.unwrap(Effect.map(Sandbox.Sandbox, (sandbox) =>
  MpsConfig.layer({
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
  })))

const credentials = Layer.unwrap(
  Effect.map(
    Sandbox.Sandbox,
    (sandbox) =>
      Credentials.layer({ issuer: sandbox.issuer, kid: sandbox.kid, key: Credentials.keyFile(sandbox.privateKeyPath) })
  )
)

const s3 = Layer.unwrap(
  Effect.map(Sandbox.Sandbox, ({ s3 }) => S3Client.layer({ endpoint: s3.endpoint, region: s3.region, credentials: s3 }))
)

/** All services of `ingestProgram` over real sockets; the sandbox itself stays to be provided. */
export const onSandbox = IngestProgram.layer.pipe(
  Layer.provideMerge(Layer.mergeAll(S3ObjectStore.layer, HttpLtsClient.layer, HttpDelivery.layer, Journal.layerMemory)),
  Layer.provideMerge(Layer.mergeAll(s3, TokenSigner.layer, NodeHttpClient.layerUndici)),
  Layer.provideMerge(Layer.mergeAll(config, credentials)),
  Layer.provideMerge(NodeServices.layer)
)

/** The same with a sandbox of its own, which ends with the program. */
export const withSandbox = Layer.provideMerge(onSandbox, Sandbox.Sandbox.layer())
