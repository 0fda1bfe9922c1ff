/**
 * The final state of each asset and of the manifest of a run.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The fate of one asset.
 *
 * - `Served`: its `info.json` is served with the right size. The only success.
 * - `Refused`: it cannot be an asset, and it was not sent.
 * - `NotSent`: it was not sent, because other images were refused.
 * - `UploadFailed`: it is not in the bucket. `reason` is the tag of the error's reason (`NoSuchBucket`), or of the error.
 * - `NotSubmitted`: it is in the bucket, but nothing was submitted because of other images.
 * - `NotServed`: it was ingested but is not served; `problem` is the service's answer. With `differs`, something else is
 *   served at its address.
 * - `SizeDiffers`: it is served with a different size.
 * - `Unknown`: it was ingested, but it could not be determined whether it is served (throttled, behind a firewall,
 *   unreadable), or the job reported an error for it and the image that is served may be an earlier one.
 * - `NotVerified`: it was ingested, and verification was turned off.
 *
 * @category models
 * @since 0.1.0
 */
export const AssetFate = Schema.TaggedUnion({
  Served: { url: Schema.String, width: Schema.Int, height: Schema.Int },
  Refused: { problem: Schema.String },
  NotSent: {},
  UploadFailed: { problem: Schema.String, reason: Schema.optionalKey(Schema.String) },
  NotSubmitted: { key: Schema.String },
  NotServed: { url: Schema.String, problem: Schema.String, differs: Schema.optionalKey(Schema.Boolean) },
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
 * The fate of the manifest.
 *
 * - `Served`: it is served with the canvases that were sent.
 * - `NotServed`, `Unknown`: as for an asset.
 * - `NotVerified`: verification was turned off.
 * - `None`: nothing was submitted, or no manifest was asked for.
 *
 * @category models
 * @since 0.1.0
 */
export const ManifestFate = Schema.TaggedUnion({
  Served: { url: Schema.String },
  NotServed: { url: Schema.String, problem: Schema.String, differs: Schema.optionalKey(Schema.Boolean) },
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
 * What a look at something that was ingested tells: it is served as it was ingested (`ok`), it is `missing`, it is
 * `wrong` (another size, another id), or that is `unknown` (throttled, behind a firewall, unreachable).
 *
 * @category models
 * @since 0.1.0
 */
export const Verdict = Schema.Literals(["ok", "missing", "wrong", "unknown"])

/**
 * @category models
 * @since 0.1.0
 */
export type Verdict = typeof Verdict.Type

/**
 * The verdict that a fate comes to; `undefined` if nothing was looked at.
 *
 * @category getters
 * @since 0.1.0
 */
export const verdict = (fate: AssetFate | ManifestFate): Verdict | undefined => {
  switch (fate._tag) {
    case "Served":
      return "ok"
    case "NotServed":
      return fate.differs === true ? "wrong" : "missing"
    case "SizeDiffers":
      return "wrong"
    case "Unknown":
      return "unknown"
    default:
      return undefined
  }
}

/**
 * Describes the fate of an asset in a few words.
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
  SizeDiffers: ({ expected, served }) => `served with the wrong size: ${served} instead of ${expected}`,
  Unknown: ({ problem }) => `unknown whether served: ${problem}`,
  NotVerified: ({ key }) => `ingested from ${key}, not verified`
})

/**
 * Describes the fate of the manifest in a few words.
 *
 * @category formatting
 * @since 0.1.0
 */
export const describeManifest: (fate: ManifestFate) => string = ManifestFate.match({
  Served: () => "served",
  NotServed: ({ problem }) => `not served: ${problem}`,
  Unknown: ({ problem }) => `unknown whether served: ${problem}`,
  NotVerified: () => "not verified",
  None: ({ problem }) => `not submitted: ${problem}`
})
