/**
 * Everything that `ingestProgram` needs, on the environment that the variables `LTS_IIIF_*` name, with credentials for S3
 * from wherever AWS's own tools find them, through the proxies that `HTTPS_PROXY` and `NO_PROXY` name.
 */
import { NodeServices } from "@effect/platform-node"
import { S3Client, S3ObjectStore } from "@iiif-ingest/aws"
import { IngestProgram, Journal, Settings, TokenSigner } from "@iiif-ingest/core"
import { HttpDelivery, HttpLtsClient } from "@iiif-ingest/lts-http"
import * as ProxiedHttpClient from "@iiif-ingest/node/ProxiedHttpClient"
import { Layer } from "effect"

export const onEnvironment = IngestProgram.layer().pipe(
  Layer.provideMerge(
    Layer.mergeAll(S3ObjectStore.layer(), HttpLtsClient.layer(), HttpDelivery.layer(), Journal.layerMemory)
  ),
  Layer.provideMerge(Layer.mergeAll(S3Client.layerConfig, TokenSigner.layer, ProxiedHttpClient.layerConfig)),
  Layer.provideMerge(Settings.layerConfig),
  Layer.provideMerge(NodeServices.layer)
)
