/**
 * The body of an ingest request in MPS's format. Source: docs/mps.md, 2.2.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * What the service should do with an asset or, as `actionDefault`, with assets without an action. Only `create` has
 * been seen on an asset; there is no action that deletes.
 *
 * @category models
 * @since 0.1.0
 */
export const Action = Schema.Literals(["create", "update", "upsert"])

/**
 * @category models
 * @since 0.1.0
 */
export type Action = typeof Action.Type

/**
 * The format of a request: `mps`, which MPS is known to accept, or `iiifingest`, which equals the output of the Python
 * client IIIFingest field by field (docs/mps.md, 1.4 and 1.5), for programs that depend on it.
 *
 * @category models
 * @since 0.1.0
 */
export const Wire = Schema.Literals(["mps", "iiifingest"])

/**
 * @category models
 * @since 0.1.0
 */
export type Wire = typeof Wire.Type

/**
 * The largest size in pixels that an audience may see.
 *
 * @category models
 * @since 0.1.0
 */
export const SizeLimit = Schema.Struct({
  height: Schema.Int.check(Schema.isGreaterThan(0)),
  width: Schema.Int.check(Schema.isGreaterThan(0))
})

/**
 * Size limits by audience.
 *
 * @category models
 * @since 0.1.0
 */
export const AudienceLimits = Schema.Struct({ authenticated: SizeLimit, public: SizeLimit })

/**
 * Who may see an asset at which size: the name of a policy that LTS keeps, or explicit limits for image and thumbnail.
 *
 * @category models
 * @since 0.1.0
 */
export const PolicyDefinition = Schema.Union([
  Schema.Struct({ policyGroupName: Schema.NonEmptyString }),
  Schema.Struct({ policy: AudienceLimits, thumbnail: AudienceLimits })
])

/**
 * @category models
 * @since 0.1.0
 */
export type PolicyDefinition = typeof PolicyDefinition.Type

/**
 * One entry of an asset's metadata. `imageSize` with `{ width, height }` is mandatory; `admin` accepts any JSON.
 *
 * @category models
 * @since 0.1.0
 */
export const AssetMetadata = Schema.Struct({ fieldName: Schema.NonEmptyString, jsonValue: Schema.Json })

/**
 * @category models
 * @since 0.1.0
 */
export type AssetMetadata = typeof AssetMetadata.Type

/**
 * Wall-clock time without a zone, such as `2026-11-22 06:46:33`; MPS reads it as New York time.
 *
 * @category models
 * @since 0.1.0
 */
export const WallClock = Schema.String.check(
  Schema.isPattern(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/, { expected: "a date and time as YYYY-MM-DD HH:MM:SS" })
)

/**
 * An image of a request. `storageSrcPath` is the folder in the bucket with a trailing slash, or `/` for the bucket's
 * root; `storageSrcKey` is the name in that folder, `identifier` the asset's `{NS}:{id}`.
 *
 * @category models
 * @since 0.1.0
 */
export const ImageAsset = Schema.Struct({
  action: Action,
  storageSrcPath: Schema.String,
  storageSrcKey: Schema.NonEmptyString,
  thumbSizes: Schema.optionalKey(Schema.Array(Schema.Int.check(Schema.isGreaterThan(0)))),
  identifier: Schema.NonEmptyString,
  space: Schema.NonEmptyString,
  createdByAgent: Schema.NonEmptyString,
  createDate: WallClock,
  lastModifiedByAgent: Schema.NonEmptyString,
  lastModifiedDate: WallClock,
  status: Schema.NonEmptyString,
  iiifApiVersion: Schema.Literals(["2", "3"]),
  policyDefinition: PolicyDefinition,
  assetMetadata: Schema.Array(AssetMetadata)
})

/**
 * @category models
 * @since 0.1.0
 */
export type ImageAsset = typeof ImageAsset.Type

/**
 * An audio, video or text asset. Experimental: no item of these lists was ever seen (docs/mps.md, 2.2). Every asset has
 * an identifier and a location in the bucket; other fields are sent unchanged.
 *
 * @category models
 * @since 0.1.0
 */
export const MediaAsset = Schema.StructWithRest(
  Schema.Struct({
    identifier: Schema.String.check(
      Schema.isPattern(/^[A-Z0-9]+(?:\.[A-Z0-9]+)*:[A-Za-z0-9]+$/, {
        expected: "an identifier as NAMESPACE:id, the id of letters and digits"
      })
    ),
    storageSrcPath: Schema.String,
    storageSrcKey: Schema.NonEmptyString
  }),
  [Schema.Record(Schema.String, Schema.Json)]
)

/**
 * @category models
 * @since 0.1.0
 */
export type MediaAsset = typeof MediaAsset.Type

/**
 * The whole request. `manifest` is any JSON manifest, or `{}` if the assets have none. The lists of audio, video and
 * text are in every known request and always empty.
 *
 * @category models
 * @since 0.1.0
 */
export const IngestRequest = Schema.Struct({
  globalSettings: Schema.Struct({ actionDefault: Action, spaceDefault: Schema.NonEmptyString }),
  metadata: Schema.Record(Schema.String, Schema.Json),
  assets: Schema.Struct({
    audio: Schema.Array(MediaAsset),
    video: Schema.Array(MediaAsset),
    text: Schema.Array(MediaAsset),
    image: Schema.Array(ImageAsset)
  }),
  manifest: Schema.Record(Schema.String, Schema.Json)
})

/**
 * @category models
 * @since 0.1.0
 */
export type IngestRequest = typeof IngestRequest.Type
