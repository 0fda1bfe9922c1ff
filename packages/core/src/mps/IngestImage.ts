/**
 * An image to ingest into MPS: the source of its bytes, and its description.
 *
 * The source is an `ImageSource`, which does not depend on MPS. The description is matched to the resulting asset by
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
import { AssetError, descriptionInvalid } from "../image/Asset.ts"
import * as ImageSource from "../image/ImageSource.ts"
import type { StoredAsset } from "../upload/UploadedAsset.ts"
import { Action, AssetMetadata, PolicyDefinition, WallClock, type Wire } from "./IngestRequest.ts"

/**
 * The description of an image. All fields are optional.
 *
 * - `label`, `summary`, `metadata`, `requiredStatement`, `rights`, `provider`, `behavior`, `thumbnail`, `homepage`,
 *   `seeAlso`, `rendering`, `partOf`, `navDate`, `navPlace`, `annotations`: properties of the image's page, as in
 *   `Manifest.Page` of `@iiif-ingest/iiif`. The label defaults to the name without folder and extension,
 *   or with `wire` of `iiifingest` to the id.
 * - `canvas`: width and height of the page's canvas in pixels; by default those of the painted image.
 * - `target`, `region`, `rotation`: where on the canvas the image is painted, which part of it, and by how many degrees
 *   it is turned, as in `Manifest.Picture`.
 * - `page`: puts the image on the page of another image instead of its own; `of` is the other image's `assetId`, its
 *   `id` (with or without what is added to it) or its name. As a `choice`, viewers show one of several images (infrared, the back); as a
 *   `layer`, it is painted over the other image at `target`. It becomes an asset and is verified like any other; of the
 *   page properties only its label is used.
 * - `space`, `agent`, `action`, `status`, `iiifApiVersion`, `policyDefinition`, `thumbSizes`, `assetMetadata`,
 *   `createDate`, `lastModifiedDate`: values of the asset in the ingest request, overriding the configured ones.
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
 * Descriptions of the images of a request, by asset id; images without an entry have none.
 *
 * @category models
 * @since 0.1.0
 */
export type Descriptions = ReadonlyMap<AssetId, Description>

/**
 * An image: the source of its bytes, and its description.
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
 * The options of an image: those of its source, and its description.
 *
 * @category models
 * @since 0.1.0
 */
export type Options = ImageSource.SourceOptions & Description

const sourceFields = Struct.keys(ImageSource.SourceOptions.fields)

/**
 * Makes an image from any source.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (source: ImageSource.ImageSource, description: Description = {}): IngestImage => ({
  source,
  description
})

/**
 * Makes an image from a file. `name` is a file name, from which id and label are derived by default; it defaults to the
 * file's own.
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
  source: ImageSource.file(path, Struct.pick(options, [...sourceFields, "name"])),
  description: Struct.omit(options, [...sourceFields, "name"])
})

/**
 * Makes an image from bytes in memory. `name` is a file name, from which id and label are derived by default.
 *
 * @category constructors
 * @since 0.1.0
 */
export const bytes = (bytes: Uint8Array, options: Options & { readonly name: string }): IngestImage => ({
  source: ImageSource.bytes(bytes, Struct.pick(options, [...sourceFields, "name"])),
  description: Struct.omit(options, [...sourceFields, "name"])
})

/**
 * Makes an image from a stream that can run more than once ({@link ImageSource.StreamSource}). `length` is its length
 * in bytes, if known.
 *
 * @category constructors
 * @since 0.1.0
 */
export const stream = (
  stream: Stream.Stream<Uint8Array, Error>,
  options: Options & { readonly name: string; readonly length?: number }
): IngestImage => ({
  source: ImageSource.stream(stream, Struct.pick(options, [...sourceFields, "name", "length"])),
  description: Struct.omit(options, [...sourceFields, "name", "length"])
})

/**
 * The images of a folder, and the files that were left out, each with the reason.
 *
 * @category models
 * @since 0.1.0
 */
export interface Directory {
  readonly images: ReadonlyArray<IngestImage>
  readonly leftOut: ImageSource.Directory["leftOut"]
}

/**
 * Finds the images of a folder and of all folders below it, as {@link ImageSource.directory} does. `describe` returns
 * the options of an image, given its name; none by default.
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
      const imageOptions = options.describe?.(source.name) ?? {}
      return make({ ...source, ...Struct.pick(imageOptions, sourceFields) }, Struct.omit(imageOptions, sourceFields))
    }),
    leftOut
  }
})

const decode = Schema.decodeUnknownResult(
  Schema.Struct({ ...Struct.omit(ImageSource.SourceOptions.fields, ["key", "keyPrefix"]), ...Description.fields }),
  { errors: "all" }
)

const isEmpty = (description: Description): boolean => {
  for (const _ in description) return false
  return true
}

/**
 * Validates a description and the options of its source at run time, for callers without type checking. It reports all
 * problems at once, except those of the key and its prefix, which `Asset.probe` checks.
 *
 * @category guards
 * @since 0.1.0
 */
export const check = ({ description, source }: IngestImage): Result.Result<void, AssetError> => {
  if (isEmpty(description)) return Result.void
  const fields = { ...Struct.pick(source, sourceFields), ...description }
  const decoded = decode(Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)))
  return Result.isSuccess(decoded)
    ? Result.void
    : Result.fail(new AssetError({ source: ImageSource.location(source), reason: descriptionInvalid(decoded.failure) }))
}

/**
 * The label of an asset's page: the given one, or the asset's name without folder and extension; with `wire` of
 * `iiifingest` the asset's id, as in the Python client.
 *
 * @category getters
 * @since 0.1.0
 */
export const label = (
  { id, source }: Pick<StoredAsset, "id" | "source">,
  description: Description,
  wire: Wire = "mps"
): Text => description.label ?? (wire === "iiifingest" ? id : ImageSource.stem(source))
