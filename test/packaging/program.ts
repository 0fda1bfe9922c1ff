/**
 * A user's program, copied into an empty project with only the packed tarballs. It imports one module of a package by
 * its path, the rest through the index.
 */
import { NodeHttpClient, NodeRuntime, NodeServices } from "@effect/platform-node"
import { S3Client, S3ObjectStore } from "@iiif-ingest/aws"
import { Fate, IngestImage, IngestProgram, IngestReport, Journal, Settings } from "@iiif-ingest/core"
import * as TokenSigner from "@iiif-ingest/core/config/TokenSigner"
import { HttpDelivery, HttpLtsClient } from "@iiif-ingest/lts-http"
import type { Faults } from "@iiif-ingest/sandbox"
import { Console, Effect, Layer } from "effect"

export type Rule = Faults.FaultRule

// @ts-expect-error internal modules are not exported
export type Internal = typeof import("@iiif-ingest/core/internal/url")

// @ts-expect-error the index is exported only under the package's name
export type Index = typeof import("@iiif-ingest/core/index")

const layers = IngestProgram.layer().pipe(
  Layer.provide([S3ObjectStore.layer(), HttpLtsClient.layer(), HttpDelivery.layer(), Journal.layerMemory]),
  Layer.provide([S3Client.layerConfig, TokenSigner.layer, NodeHttpClient.layerUndici]),
  Layer.provideMerge(Settings.layerConfig),
  Layer.provideMerge(NodeServices.layer)
)

const program = Effect.gen(function*() {
  const report: IngestReport.IngestReport = yield* IngestProgram.ingestProgram({
    images: process.argv.slice(2).map((path) => IngestImage.file(path)),
    manifest: { name: "PACKED", label: "From tarballs" }
  })
  for (const asset of report.assets) yield* Console.log(`${asset.id}: ${Fate.describeAsset(asset.fate)}`)
  yield* Console.log(IngestReport.isComplete(report) ? "complete" : "not complete")
})

NodeRuntime.runMain(Effect.provide(program, layers))
