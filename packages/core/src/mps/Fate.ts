/**
 * What became of each asset and of the manifest, as verifying finds it.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

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
 * The fate of an asset in a few words.
 *
 * @category formatting
 * @since 0.1.0
 */
export const describeAsset: (fate: AssetFate) => string = AssetFate.match({
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
