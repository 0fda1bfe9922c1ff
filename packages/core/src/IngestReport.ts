/**
 * What came of a run: every asset's fate, by name, none left out.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { AssetId, JobId, ManifestUri } from "./Ids.ts"
import { JobResult } from "./Job.ts"

/**
 * The fate of one asset.
 *
 * - `Served`: its `info.json` is served with the right size. The only good end.
 * - `Refused`: it cannot be an asset; nothing of it was sent.
 * - `NotSent`: nothing of it was sent, because others were refused.
 * - `UploadFailed`: it is not in the bucket.
 * - `NotSubmitted`: it is in the bucket, and nothing was submitted because of others.
 * - `NotServed`: it was ingested and is not served; `problem` says what the service said.
 * - `SizeDiffers`: it is served with another size.
 * - `Unknown`: it was ingested, and whether it is served could not be learnt (throttled, behind a firewall, unreadable), or
 *   the job says that it failed with it and what is served may be what was there before.
 * - `NotVerified`: it was ingested, and verifying was turned off.
 *
 * @category models
 * @since 0.1.0
 */
export const AssetFate = Schema.TaggedUnion({
  Served: { url: Schema.String, width: Schema.Int, height: Schema.Int },
  Refused: { problem: Schema.String },
  NotSent: {},
  UploadFailed: { problem: Schema.String },
  NotSubmitted: { key: Schema.String },
  NotServed: { url: Schema.String, problem: Schema.String },
  SizeDiffers: { url: Schema.String, expected: Schema.String, served: Schema.String },
  Unknown: { url: Schema.String, problem: Schema.String },
  NotVerified: { key: Schema.String }
})

/**
 * @category models
 * @since 0.1.0
 */
export type AssetFate = typeof AssetFate.Type

/**
 * One asset of a report: where it came from, its id (unless it was the id that failed), what is worth knowing of it, and
 * its fate.
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
 * What became of the manifest.
 *
 * - `Served`: with as many canvases as were sent.
 * - `NotServed`, `Unknown`: as for an asset. `NotVerified`: verifying was turned off. `None`: nothing was submitted.
 *
 * @category models
 * @since 0.1.0
 */
export const ManifestFate = Schema.TaggedUnion({
  Served: { url: Schema.String },
  NotServed: { url: Schema.String, problem: Schema.String },
  Unknown: { url: Schema.String, problem: Schema.String },
  NotVerified: { url: Schema.String },
  None: { problem: Schema.String }
})

/**
 * @category models
 * @since 0.1.0
 */
export type ManifestFate = typeof ManifestFate.Type

/**
 * The job: its id, and how it ended, or why that is not known.
 *
 * @category models
 * @since 0.1.0
 */
export const JobReport = Schema.Struct({
  id: JobId,
  result: Schema.optionalKey(JobResult),
  problem: Schema.optionalKey(Schema.String)
})

/**
 * What came of a run. `job` is missing where nothing was submitted, and where the answer to the request was lost and
 * everything was found to be served all the same; `resubmitted` is true where it was posted again for that reason.
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

/**
 * Whether everything is served: the manifest and every asset are there with the right sizes, and no job failed.
 *
 * @category guards
 * @since 0.1.0
 */
export const isComplete = (report: IngestReport): boolean =>
  (report.job === undefined || report.job.result?.succeeded === true) &&
  report.manifest._tag === "Served" &&
  report.assets.every((asset) => asset.fate._tag === "Served")

/**
 * The fate of an asset in a few words.
 *
 * @category formatting
 * @since 0.1.0
 */
export const describeFate: (fate: AssetFate) => string = AssetFate.match({
  Served: ({ height, width }) => `served, ${width} x ${height}`,
  Refused: ({ problem }) => `refused: ${problem}`,
  NotSent: () => "not sent, because others were refused",
  UploadFailed: ({ problem }) => `not uploaded: ${problem}`,
  NotSubmitted: ({ key }) => `uploaded as ${key}, not submitted`,
  NotServed: ({ problem }) => `not served: ${problem}`,
  SizeDiffers: ({ expected, served }) => `served with another size: ${served} in place of ${expected}`,
  Unknown: ({ problem }) => `not known whether served: ${problem}`,
  NotVerified: ({ key }) => `ingested from ${key}, not verified`
})

/**
 * The fate of the manifest in a few words.
 *
 * @category formatting
 * @since 0.1.0
 */
export const describeManifest: (fate: ManifestFate) => string = ManifestFate.match({
  Served: () => "served",
  NotServed: ({ problem }) => `not served: ${problem}`,
  Unknown: ({ problem }) => `not known whether served: ${problem}`,
  NotVerified: () => "not verified",
  None: ({ problem }) => `none: ${problem}`
})
