/** A user's program, copied into an empty project that has only the packed tarballs. */
import { NodeRuntime } from "@effect/platform-node"
import type * as Ids from "@iiif-ingest/core/base/Ids"
import type { Faults } from "@iiif-ingest/sandbox"
import { Console, Effect } from "effect"
import { IngestImage, ingestProgram, IngestReport, Live } from "iiif-ingest"

export type Rule = Faults.FaultRule

export type Id = Ids.AssetId

// @ts-expect-error internal modules are not exported
export type Internal = typeof import("@iiif-ingest/core/config/internal/url")

// @ts-expect-error internal modules are not exported
export type Inside = typeof import("@iiif-ingest/iiif/internal/check/check")

// @ts-expect-error the index is exported only under the package's name
export type Index = typeof import("@iiif-ingest/core/index")

const program = ingestProgram({
  images: process.argv.slice(2).map((path) => IngestImage.file(path)),
  manifest: { name: "PACKED", label: "From tarballs" }
}).pipe(
  Effect.tap((report) => Console.log(IngestReport.describe(report))),
  Effect.flatMap((report) => Console.log(IngestReport.isComplete(report) ? "complete" : "not complete"))
)

NodeRuntime.runMain(Effect.provide(program, Live.layerConfig))
