/**
 * Where the bytes of an image come from, and what its owner says of it.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { FileSystem } from "effect/FileSystem"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Fixity from "./Fixity.ts"
import { Action, AssetMetadata, PolicyDefinition, WallClock } from "./IngestRequest.ts"
import { byName, list } from "./internal/directory.ts"
import { baseName } from "./internal/fileName.ts"
import { missing } from "./internal/fixity/missing.ts"
import { CanvasSize, described, painting } from "./internal/manifest/description.ts"
import { visible } from "./internal/shown.ts"
import { Text } from "./Presentation3.ts"

/**
 * What an object may be called: letters, digits and `._-`, in folders parted by `/` where wanted.
 *
 * @category models
 * @since 0.1.0
 */
export const ObjectName = Schema.String.check(
  Schema.isPattern(/^[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/, {
    expected: "an object's name of letters, digits and ._-, with / between folders"
  }),
  Schema.isMaxLength(500)
)

/** Of an image: it goes into a header and into the manifest. */
const MediaType = Schema.String.check(
  Schema.isPattern(/^image\/[A-Za-z0-9][A-Za-z0-9.+-]{0,99}$/, {
    expected: "the media type of an image, such as image/tiff"
  })
)

/**
 * What may be said of an image. All of it is optional.
 *
 * - `id`: the asset's own id; the asset prefix goes before it. Without one, the name stripped to letters and digits.
 * - `key`: what the object is called below the key prefix; `{id}.{extension}` when not given. Keys of a batch must differ.
 * - `label`, `summary`, `metadata`, `requiredStatement`, `rights`, `provider`, `behavior`, `thumbnail`, `homepage`,
 *   `seeAlso`, `rendering`, `partOf`, `navDate`, `navPlace`, `annotations`: of the image's page, as in
 *   {@link Manifest.Page}. The label defaults to the name without folder and extension.
 * - `canvas`: width and height of the page's canvas in pixels; those of the image as it is painted when not given.
 * - `target`, `region`, `rotation`: where on the canvas the image is painted, which part of it, and by how many degrees
 *   it is turned, as in {@link Manifest.Picture}.
 * - `page`: it has no page of its own and is on that of another image, named by its id (with the asset prefix or
 *   without) or its name: as a `choice`, of which viewers show one (infrared, the back), or as a `layer`, painted over
 *   it where `target` says. It becomes an asset and is verified like any other; of what is said of pages it has only its
 *   label.
 * - `width`, `height` in pixels and `mediaType`, given together: the header is not read.
 * - `fixity`: checksums that were made of it before; it is checked against them, besides what lists beside a file say.
 * - `space`, `agent`, `action`, `status`, `iiifApiVersion`, `policyDefinition`, `thumbSizes`, `assetMetadata`,
 *   `createDate`, `lastModifiedDate`: of the asset in the ingest request, in place of the configured ones.
 *
 * @category models
 * @since 0.1.0
 */
export const Description = Schema.Struct({
  id: Schema.optionalKey(Schema.String),
  key: Schema.optionalKey(ObjectName),
  label: Schema.optionalKey(Text),
  ...described,
  ...painting,
  canvas: Schema.optionalKey(CanvasSize),
  page: Schema.optionalKey(
    Schema.Struct({ of: Schema.NonEmptyString, as: Schema.Literals(["choice", "layer"]) })
  ),
  width: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThan(0))),
  height: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThan(0))),
  mediaType: Schema.optionalKey(MediaType),
  fixity: Schema.optionalKey(Schema.Array(Fixity.Checksum)),
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
 * An image in a file. `name` is its path relative to the batch, with forward slashes.
 *
 * @category models
 * @since 0.1.0
 */
export const FileSource = Schema.TaggedStruct("FileSource", {
  path: Schema.NonEmptyString,
  name: Schema.NonEmptyString,
  description: Description
})

/**
 * An image in memory. It gets the same checks as a file, and an upload that was cut off begins again: nothing tells a later
 * run that the bytes are the same.
 *
 * @category models
 * @since 0.1.0
 */
export const BytesSource = Schema.TaggedStruct("BytesSource", {
  bytes: Schema.Uint8Array,
  name: Schema.NonEmptyString,
  description: Description
})

const isStream = (u: unknown): u is Stream.Stream<Uint8Array, Error> => Stream.isStream(u)

/**
 * An image in a stream; `length` in bytes, where it is known.
 *
 * The stream must be one that can run again: it runs once for the header (unless width, height and media type are
 * given), once to be sent, once more for each retry, and where checksums of it are known (`fixity`) once more to be checked,
 * which may be at the same time. What can be read only once belongs in memory first. It gets
 * the same checks as a file, but an upload that was cut off begins again.
 *
 * @category models
 * @since 0.1.0
 */
export const StreamSource = Schema.TaggedStruct("StreamSource", {
  stream: Schema.declare(isStream, { expected: "a Stream of Uint8Array" }),
  length: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
  name: Schema.NonEmptyString,
  description: Description
})

/**
 * An image in a file, in memory, or in a stream.
 *
 * @category models
 * @since 0.1.0
 */
export const ImageSource = Schema.Union([FileSource, BytesSource, StreamSource])

/**
 * @category models
 * @since 0.1.0
 */
export type ImageSource = typeof ImageSource.Type

/**
 * An image in a file.
 *
 * @example
 * ```ts
 * import { ImageSource } from "@iiif-ingest/core"
 *
 * ImageSource.file("scans/hamlet/001.tif", { label: "Title page" }).name
 * // => "001.tif"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const file = (path: string, options: Description & { readonly name?: string } = {}): ImageSource => {
  const { name, ...description } = options
  return { _tag: "FileSource", path, name: name ?? baseName(path), description }
}

/**
 * An image in memory; `name` is a file name, from which id and label follow where none are given.
 *
 * @category constructors
 * @since 0.1.0
 */
export const bytes = (bytes: Uint8Array, options: Description & { readonly name: string }): ImageSource => {
  const { name, ...description } = options
  return { _tag: "BytesSource", bytes, name, description }
}

/**
 * An image in a stream that can run again.
 *
 * @category constructors
 * @since 0.1.0
 */
export const stream = (
  stream: Stream.Stream<Uint8Array, Error>,
  options: Description & { readonly name: string; readonly length?: number }
): ImageSource => {
  const { length, name, ...description } = options
  return { _tag: "StreamSource", stream, name, description, ...(length === undefined ? {} : { length }) }
}

/**
 * A folder of images, or one below it, cannot be listed.
 *
 * @category errors
 * @since 0.1.0
 */
export class DirectoryError extends Schema.TaggedError<DirectoryError>()("DirectoryError", {
  path: Schema.String,
  detail: Schema.String
}) {
  override get message() {
    return `the folder ${visible(this.path)} cannot be listed: ${this.detail}`
  }
}

/**
 * - `describe`: what is said of an image, by its name; nothing when not given.
 *
 * @category models
 * @since 0.1.0
 */
export interface DirectoryOptions {
  readonly describe?: (name: string) => Description
}

/**
 * The images of a folder, and what was left out of it, each with why.
 *
 * @category models
 * @since 0.1.0
 */
export interface Directory {
  readonly images: ReadonlyArray<ImageSource>
  readonly leftOut: ReadonlyArray<{ readonly name: string; readonly why: string }>
}

/**
 * The images of a folder and of all folders below it, in their natural order (`page 2` before `page 10`).
 *
 * An image's name is its path below the folder, with forward slashes, so that ids that follow from names differ where
 * the paths do (`a/1.tif` is `a1`); ids that are the same all the same are refused as a collision, by name. Left out are
 * hidden files and folders, files whose names do not end like an image's, and links that lead back to a folder they are
 * in. A file that ends like an image's and is none is not left out: it is refused by name when it is looked at, so that
 * no page is missing without a word; nor is one that a list of checksums ({@link Fixity.lists}) names and that is not
 * there: it is among what was left out, and a warning.
 *
 * @example
 * ```ts
 * import { ImageSource } from "@iiif-ingest/core"
 * import { NodeFileSystem } from "@effect/platform-node"
 * import { Effect } from "effect"
 *
 * const names = ImageSource.directory("examples/images").pipe(
 *   Effect.map(({ images, leftOut }) => [images.length, leftOut.map(({ name }) => name)]),
 *   Effect.provide(NodeFileSystem.layer)
 * )
 *
 * console.log(await Effect.runPromise(names)) // => [5, ["README.md"]]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const directory = Effect.fn("ImageSource.directory")(function*(
  path: string,
  options: DirectoryOptions = {}
): Effect.fn.Return<Directory, DirectoryError, FileSystem> {
  const listed = yield* list(path).pipe(Effect.mapError((error) => new DirectoryError(error)))
  const lost = yield* missing(path, listed)
  for (const { name, why } of lost) yield* Effect.logWarning(`${visible(name)}: ${why}`)
  return {
    images: listed.files.map(({ name, path }) => file(path, { ...options.describe?.(name), name })),
    leftOut: [...listed.leftOut, ...lost].toSorted(byName)
  }
})

/**
 * How an image is called in messages.
 *
 * @category getters
 * @since 0.1.0
 */
export const location = (source: ImageSource): string => source._tag === "FileSource" ? source.path : source.name
