/**
 * The report of a batch: the fate of every manifest and of every image of its plan, none missing and none twice.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { AssetId, ManifestUri } from "../base/Ids.ts"
import { EnvironmentName } from "../config/MpsEnvironment.ts"
import { AssetFate } from "../mps/Fate.ts"
import { IngestReport } from "../mps/IngestReport.ts"
import { Origin } from "./Plan.ts"

/**
 * The kind of a problem that kept a manifest from being ingested, as exit codes tell them apart: the `input` (files,
 * descriptions, a manifest that is wrong), the `configuration`, a service that is `unreachable`, one that `refused`, an
 * outcome that is `unknown` (a reply was lost), the `journal`, or a run that was `stopped` before it came to it.
 *
 * @category models
 * @since 0.1.0
 */
export const ProblemKind = Schema.Literals([
  "input",
  "configuration",
  "unreachable",
  "refused",
  "unknown",
  "journal",
  "stopped"
])

/**
 * @category models
 * @since 0.1.0
 */
export type ProblemKind = typeof ProblemKind.Type

/**
 * One image of a report. Its fate is `NotSent` where nothing was done with it.
 *
 * @category models
 * @since 0.1.0
 */
export const ImageOutcome = Schema.Struct({
  file: Schema.String,
  id: AssetId,
  origin: Origin,
  fate: AssetFate,
  warnings: Schema.Array(Schema.String)
})

/**
 * @category models
 * @since 0.1.0
 */
export type ImageOutcome = typeof ImageOutcome.Type

/**
 * One manifest of a report: what became of it as `ingestProgram` reports it, or the problem that kept it from that.
 *
 * @category models
 * @since 0.1.0
 */
export const ManifestOutcome = Schema.Struct({
  id: ManifestUri,
  name: Schema.String,
  label: Schema.String,
  origin: Origin,
  images: Schema.Array(ImageOutcome),
  report: Schema.optionalKey(IngestReport),
  problem: Schema.optionalKey(Schema.Struct({ kind: ProblemKind, message: Schema.String }))
})

/**
 * @category models
 * @since 0.1.0
 */
export type ManifestOutcome = typeof ManifestOutcome.Type

/**
 * The version of the format that this release writes.
 *
 * @category constants
 * @since 0.1.0
 */
export const version = 1

/**
 * The report of a batch, in the order of its plan. `at` is when it was made, in milliseconds since 1970.
 *
 * @category models
 * @since 0.1.0
 */
export const BatchReport = Schema.Struct({
  format: Schema.Literal("iiif-ingest report"),
  version: Schema.Literal(version),
  environment: EnvironmentName,
  at: Schema.Int,
  manifests: Schema.Array(ManifestOutcome)
})

/**
 * @category models
 * @since 0.1.0
 */
export type BatchReport = typeof BatchReport.Type
