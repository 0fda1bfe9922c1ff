/**
 * The report of a run, with the fate of every asset.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { AssetId, JobId, ManifestUri } from "../base/Ids.ts"
import { visible } from "../base/internal/text.ts"
import { AssetFate, describeAsset, describeManifest, ManifestFate } from "./Fate.ts"
import { JobResult } from "./Job.ts"

/**
 * One asset of a report: its source, its id (missing if the image was refused), its warnings, and its fate.
 *
 * @category models
 * @since 0.1.0
 */
export const AssetReport = Schema.Struct({
  source: Schema.String,
  id: Schema.optionalKey(AssetId),
  warnings: Schema.Array(Schema.String),
  fate: AssetFate
})

/**
 * @category models
 * @since 0.1.0
 */
export type AssetReport = typeof AssetReport.Type

/**
 * The job: its id, and its result or the problem that kept it from being known. `earlier` is true if it is the job of an
 * earlier run that ingested the same and ended as success, so that this run posted nothing.
 *
 * @category models
 * @since 0.1.0
 */
export const JobReport = Schema.Struct({
  id: JobId,
  result: Schema.optionalKey(JobResult),
  problem: Schema.optionalKey(Schema.String),
  earlier: Schema.optionalKey(Schema.Boolean)
})

/**
 * @category models
 * @since 0.1.0
 */
export type JobReport = typeof JobReport.Type

/**
 * The report of a run. `job` is missing if nothing was submitted, or if the reply to the request was lost and
 * everything was found to be served anyway. `resubmitted` is true if the request was posted again, by this run or by the one that posted it, because an earlier
 * one may have been lost, or because what an earlier one made is not served.
 *
 * @category models
 * @since 0.1.0
 */
export const IngestReport = Schema.Struct({
  manifestId: Schema.optionalKey(ManifestUri),
  manifest: ManifestFate,
  job: Schema.optionalKey(JobReport),
  resubmitted: Schema.Boolean,
  assets: Schema.Array(AssetReport)
})

/**
 * @category models
 * @since 0.1.0
 */
export type IngestReport = typeof IngestReport.Type

const isJobFine = (job: JobReport): boolean => job.result === undefined ? job.earlier === true : job.result.succeeded

/**
 * Whether everything is served: every asset with the right size, the manifest unless none was asked for, and no job
 * failed.
 *
 * @category guards
 * @since 0.1.0
 */
export const isComplete = ({ assets, job, manifest }: IngestReport): boolean =>
  (job === undefined || isJobFine(job)) &&
  (manifest._tag === "Served" || (manifest._tag === "None" && assets.length > 0)) &&
  assets.every((asset) => asset.fate._tag === "Served")

const describeJob = ({ earlier, id, problem, result }: JobReport): ReadonlyArray<string> => [
  `job ${id}${earlier === true ? " of an earlier run, which ingested the same" : ""}: ` +
  (result?.job.state ?? problem ?? "its state is not known"),
  ...(result?.errors ?? []).map((error) => `  ${visible(error)}`)
]

/**
 * A report as text: the manifest and its fate, the job and its errors, and a line for each asset, with its warnings.
 *
 * @category formatting
 * @since 0.1.0
 */
export const describe = ({ assets, job, manifest, manifestId }: IngestReport): string =>
  [
    `manifest ${manifestId ?? ""}`.trimEnd() + `: ${describeManifest(manifest)}`,
    ...(job === undefined ? [] : describeJob(job)),
    ...assets.flatMap(({ fate, source, warnings }) => [
      `${visible(source)}: ${describeAsset(fate)}`,
      ...warnings.map((warning) => `  ${visible(warning)}`)
    ])
  ].join("\n")
