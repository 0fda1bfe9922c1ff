/**
 * The ingest request as the sandbox accepts it: a strict schema derived from real requests (docs/mps.md, 2.2), shared
 * with no client in this project.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"

const PositiveInt = Schema.Int.check(Schema.isGreaterThan(0))
const matching = (pattern: RegExp, expected: string) =>
  Schema.String.check(Schema.isPattern(pattern, { message: `expected ${expected}` }))

/**
 * What to do with an asset that may already exist. `delete` has never been observed on the wire.
 *
 * @category models
 * @since 0.1.0
 */
export const Action = Schema.Literals(["create", "update", "upsert"])

/**
 * The size of the stored image in pixels; mandatory since March 2022.
 *
 * @category models
 * @since 0.1.0
 */
export const ImageSize = Schema.Struct({ width: PositiveInt, height: PositiveInt })

/**
 * @category models
 * @since 0.1.0
 */
export type ImageSize = typeof ImageSize.Type

const isImageSize = Schema.is(ImageSize)
const hasOnlyImageSize = (value: unknown) => isImageSize(value) && Object.keys(value).length === 2

const AssetMetadata = Schema.Struct({ fieldName: Schema.NonEmptyString, jsonValue: Schema.Json }).check(
  Schema.makeFilter(({ fieldName, jsonValue }) =>
    fieldName !== "imageSize" || hasOnlyImageSize(jsonValue)
      ? undefined
      : { path: ["jsonValue"], issue: "expected { width, height }, both positive integers" }
  )
)

const Audiences = Schema.Struct({ authenticated: ImageSize, public: ImageSize })

/**
 * The largest sizes in pixels that the public and those who are signed in may see, of the image and of its thumbnail.
 *
 * @category models
 * @since 0.1.0
 */
export const PolicyLimits = Schema.Struct({ policy: Audiences, thumbnail: Audiences })

/**
 * @category models
 * @since 0.1.0
 */
export type PolicyLimits = typeof PolicyLimits.Type

const PolicyDefinition = Schema.Union([Schema.Struct({ policyGroupName: Schema.NonEmptyString }), PolicyLimits])

const WallClock = matching(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/, "a date like 2022-03-08 17:14:36")
const Agent = Schema.NonEmptyString
const identifier = matching(/^[A-Za-z0-9.]+:[A-Za-z0-9]+$/, "NAMESPACE:id, where id has only letters and digits")
const storageSrcPath = matching(/^$|\/$/, "a prefix that ends with a slash")

/**
 * One image asset. `action` and `space` default to those of the request; `thumbSizes` is optional in the samples.
 *
 * @category models
 * @since 0.1.0
 */
export const ImageAsset = Schema.Struct({
  action: Schema.optionalKey(Action),
  identifier,
  space: Schema.optionalKey(Schema.NonEmptyString),
  storageSrcPath,
  storageSrcKey: Schema.NonEmptyString,
  thumbSizes: Schema.optionalKey(Schema.Array(PositiveInt)),
  createdByAgent: Agent,
  createDate: WallClock,
  lastModifiedByAgent: Agent,
  lastModifiedDate: WallClock,
  status: Schema.Literal("ACTIVE"),
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
 * An audio, video or text asset. None has ever been observed: an identifier and a location in the bucket are required,
 * as for every asset, and any other field is allowed.
 *
 * @category models
 * @since 0.1.0
 */
export const MediaAsset = Schema.StructWithRest(
  Schema.Struct({ identifier, storageSrcPath, storageSrcKey: Schema.NonEmptyString }),
  [Schema.Record(Schema.String, Schema.Json)]
)

/**
 * The whole request. The manifest may be any JSON object; `{}` means no manifest.
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

/**
 * Decodes a parsed body. Reports every problem at once; unknown fields are problems.
 *
 * @category decoding
 * @since 0.1.0
 */
export const decode = Schema.decodeUnknownEffect(IngestRequest, { errors: "all", onExcessProperty: "error" })

/**
 * One problem in a request and its path. The offending value is never included.
 *
 * @category models
 * @since 0.1.0
 */
export interface Problem {
  readonly path: string
  readonly message: string
}

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()
const segment = (part: PropertyKey | { readonly key: PropertyKey }): PropertyKey =>
  typeof part === "object" ? part.key : part
const joinPath = (path: string, key: PropertyKey): string =>
  typeof key === "number" ? `${path}[${key}]` : path === "" ? String(key) : `${path}.${String(key)}`

/**
 * The problems behind a failed {@link decode}.
 *
 * @category decoding
 * @since 0.1.0
 */
export const problems = (error: Schema.SchemaError): ReadonlyArray<Problem> =>
  formatIssue(error.issue).issues.map((issue) => ({
    path: (issue.path ?? []).map(segment).reduce(joinPath, ""),
    message: issue.message
  }))

/**
 * The size that an asset declares, if any.
 *
 * @category accessors
 * @since 0.1.0
 */
export const imageSize = (asset: ImageAsset): ImageSize | undefined => {
  const value: unknown = asset.assetMetadata.find((entry) => entry.fieldName === "imageSize")?.jsonValue
  return isImageSize(value) ? value : undefined
}
