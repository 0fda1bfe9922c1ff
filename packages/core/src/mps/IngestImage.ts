/**
 * An image on its way into MPS: where its bytes come from, and what its owner says of it.
 *
 * The bytes are an `ImageSource`, which knows nothing of MPS. The description is joined to the asset that becomes of it by
 * the asset's id.
 *
 * @since 0.1.0
 */
import { CanvasSize, Described, Painting } from "@iiif-ingest/iiif/Manifest"
import { Text } from "@iiif-ingest/iiif/Presentation3"
import * as Effect from "effect/Effect"
import type { FileSystem } from "effect/FileSystem"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import * as Struct from "effect/Struct"
import type { AssetId } from "../base/Ids.ts"
import { type Asset, AssetError, descriptionInvalid } from "../image/Asset.ts"
import * as ImageSource from "../image/ImageSource.ts"
import { Action, AssetMetadata, PolicyDefinition, WallClock } from "./IngestRequest.ts"

/**
 * What may be said of an image. All of it is optional.
 *
 * - `label`, `summary`, `metadata`, `requiredStatement`, `rights`, `provider`, `behavior`, `thumbnail`, `homepage`,
 *   `seeAlso`, `rendering`, `partOf`, `navDate`, `navPlace`, `annotations`: of the image's page, as in `Manifest.Page` of
 *   `@iiif-ingest/iiif`. The label defaults to the name without folder and extension.
 * - `canvas`: width and height of the page's canvas in pixels; by default those of the image as it is painted.
 * - `target`, `region`, `rotation`: where on the canvas the image is painted, which part of it, and by how many degrees
 *   it is turned, as in `Manifest.Picture`.
 * - `page`: the image has no page of its own and is on that of another image, named by its id (with or without the asset
 *   prefix) or its name: as a `choice`, of which viewers show one (infrared, the back), or as a `layer`, painted over
 *   it where `target` says. It becomes an asset and is verified like any other; of what is said of pages it has only its
 *   label.
 * - `space`, `agent`, `action`, `status`, `iiifApiVersion`, `policyDefinition`, `thumbSizes`, `assetMetadata`,
 *   `createDate`, `lastModifiedDate`: of the asset in the ingest request, instead of the configured ones.
 *
 * @category models
 * @since 0.1.0
 */
export const Description = Schema.Struct({
  label: Schema.optionalKey(Text),
  ...Described.fields,
  ...Painting.fields,
  canvas: Schema.optionalKey(CanvasSize),
  page: Schema.optionalKey(
    Schema.Struct({ of: Schema.NonEmptyString, as: Schema.Literals(["choice", "layer"]) })
  ),
  space: Schema.optionalKey(Schema.NonEmptyString),
  agent: Schema.optionalKey(Schema.NonEmptyString),
  action: Schema.optionalKey(Action),
  status: Schema.optionalKey(Schema.NonEmptyString),
  iiifApiVersion: Schema.optionalKey(Schema.Literals(["2", "3"])),
  policyDefinition: Schema.optionalKey(PolicyDefinition),
  thumbSizes: Schema.optionalKey(Schema.Array(Schema.Int.check(Schema.isGreaterThan(0)))),
  assetMetadata: Schema.optionalKey(Schema.Array(AssetMetadata)),
  createDate: Schema.optionalKey(WallClock),
  lastModifiedDate: Schema.optionalKey(WallClock)
})

/**
 * @category models
 * @since 0.1.0
 */
export type Description = typeof Description.Type

/**
 * What is said of the images of a request, by the ids of their assets; of those that are not in it, nothing is said.
 *
 * @category models
 * @since 0.1.0
 */
export type Descriptions = ReadonlyMap<AssetId, Description>

/**
 * The bytes of an image, and what is said of it.
 *
 * @category models
 * @since 0.1.0
 */
export const IngestImage = Schema.Struct({ source: ImageSource.ImageSource, description: Description })

/**
 * @category models
 * @since 0.1.0
 */
export type IngestImage = typeof IngestImage.Type

/**
 * What may be given with an image: options of its source, and its description.
 *
 * @category models
 * @since 0.1.0
 */
export type Options = ImageSource.SourceOptions & Description

const ofSource = Struct.keys(ImageSource.SourceOptions.fields)

/**
 * An image from any source.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (source: ImageSource.ImageSource, description: Description = {}): IngestImage => ({
  source,
  description
})

/**
 * An image in a file. Its name, from which id and label follow by default, is the file's own unless `name` is given.
 *
 * @example
 * ```ts
 * import { IngestImage } from "@iiif-ingest/core"
 *
 * IngestImage.file("scans/hamlet/001.tif", { id: "hamlet1", label: "Title page" }).description
 * // => { label: "Title page" }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const file = (path: string, options: Options & { readonly name?: string } = {}): IngestImage => ({
  source: ImageSource.file(path, Struct.pick(options, [...ofSource, "name"])),
  description: Struct.omit(options, [...ofSource, "name"])
})

/**
 * An image in memory; `name` is a file name, from which id and label follow by default.
 *
 * @category constructors
 * @since 0.1.0
 */
export const bytes = (bytes: Uint8Array, options: Options & { readonly name: string }): IngestImage => ({
  source: ImageSource.bytes(bytes, Struct.pick(options, [...ofSource, "name"])),
  description: Struct.omit(options, [...ofSource, "name"])
})

/**
 * An image in a stream that can run again ({@link ImageSource.StreamSource}); `length` in bytes, if it is known.
 *
 * @category constructors
 * @since 0.1.0
 */
export const stream = (
  stream: Stream.Stream<Uint8Array, Error>,
  options: Options & { readonly name: string; readonly length?: number }
): IngestImage => ({
  source: ImageSource.stream(stream, Struct.pick(options, [...ofSource, "name", "length"])),
  description: Struct.omit(options, [...ofSource, "name", "length"])
})

/**
 * The images of a folder, and what was left out of it, each with why.
 *
 * @category models
 * @since 0.1.0
 */
export interface Directory {
  readonly images: ReadonlyArray<IngestImage>
  readonly leftOut: ImageSource.Directory["leftOut"]
}

/**
 * The images of a folder and of all folders below it, as {@link ImageSource.directory} finds them. `describe` says what
 * is given with an image, by its name; nothing by default.
 *
 * @category constructors
 * @since 0.1.0
 */
export const directory = Effect.fn("IngestImage.directory")(function*(
  path: string,
  options: { readonly describe?: (name: string) => Options } = {}
): Effect.fn.Return<Directory, ImageSource.DirectoryError, FileSystem> {
  const { images, leftOut } = yield* ImageSource.directory(path)
  return {
    images: images.map((source) => {
      const said = options.describe?.(source.name) ?? {}
      return make({ ...source, ...Struct.pick(said, ofSource) }, Struct.omit(said, ofSource))
    }),
    leftOut
  }
})

const decode = Schema.decodeUnknownResult(
  Schema.Struct({ ...Struct.omit(ImageSource.SourceOptions.fields, ["key"]), ...Description.fields }),
  { errors: "all" }
)

const isEmpty = (description: Description): boolean => {
  for (const _ in description) return false
  return true
}

/**
 * Refuses a description that is not one: code without types may give anything. All that is wrong is named at once, also
 * in what was given with the source, but for its key, which `Asset.probe` checks.
 *
 * @category guards
 * @since 0.1.0
 */
export const check = ({ description, source }: IngestImage): Result.Result<void, AssetError> => {
  if (isEmpty(description)) return Result.void
  const given = { ...Struct.pick(source, ofSource), ...description }
  const decoded = decode(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)))
  return Result.isSuccess(decoded)
    ? Result.void
    : Result.fail(new AssetError({ source: ImageSource.location(source), reason: descriptionInvalid(decoded.failure) }))
}

/**
 * The label of an asset's page: the one given, or its name without folder and extension.
 *
 * @category getters
 * @since 0.1.0
 */
export const label = ({ source }: Asset, description: Description): Text =>
  description.label ?? ImageSource.stem(source)
