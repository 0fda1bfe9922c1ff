/**
 * Where the bytes of an image come from.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { FileSystem } from "effect/FileSystem"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { visible } from "../base/internal/text.ts"
import * as Fixity from "./Fixity.ts"
import { byName, list } from "./internal/directory.ts"
import { baseName, withoutExtension } from "./internal/fileName.ts"
import { missing } from "./internal/fixity/missing.ts"

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

const options = {
  id: Schema.optionalKey(Schema.String),
  key: Schema.optionalKey(ObjectName),
  width: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThan(0))),
  height: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThan(0))),
  mediaType: Schema.optionalKey(MediaType),
  fixity: Schema.optionalKey(Schema.Array(Fixity.Checksum))
}

/**
 * What may be given with the bytes of an image. All of it is optional.
 *
 * - `id`: the asset's own id; the asset prefix goes before it. By default the name stripped to letters and digits.
 * - `key`: what the object is called below the key prefix; `{id}.{extension}` by default. Keys of a batch must differ.
 * - `width`, `height` in pixels and `mediaType`: if all three are given, the header is not read.
 * - `fixity`: checksums made of it earlier; its bytes are checked against them, as against lists of checksums beside a
 *   file.
 *
 * @category models
 * @since 0.1.0
 */
export const SourceOptions = Schema.Struct(options)

/**
 * @category models
 * @since 0.1.0
 */
export type SourceOptions = typeof SourceOptions.Type

/**
 * An image in a file. `name` is its path relative to the batch, with forward slashes.
 *
 * @category models
 * @since 0.1.0
 */
export const FileSource = Schema.TaggedStruct("FileSource", {
  path: Schema.NonEmptyString,
  name: Schema.NonEmptyString,
  ...options
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
  ...options
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
  ...options
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
 * ImageSource.file("scans/hamlet/001.tif", { id: "hamlet1" }).name
 * // => "001.tif"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const file = (path: string, options: SourceOptions & { readonly name?: string } = {}): ImageSource => ({
  ...options,
  _tag: "FileSource",
  path,
  name: options.name ?? baseName(path)
})

/**
 * An image in memory; `name` is a file name, from which id and label follow where none are given.
 *
 * @category constructors
 * @since 0.1.0
 */
export const bytes = (bytes: Uint8Array, options: SourceOptions & { readonly name: string }): ImageSource => ({
  ...options,
  _tag: "BytesSource",
  bytes
})

/**
 * An image in a stream that can run again.
 *
 * @category constructors
 * @since 0.1.0
 */
export const stream = (
  stream: Stream.Stream<Uint8Array, Error>,
  options: SourceOptions & { readonly name: string; readonly length?: number }
): ImageSource => ({
  ...options,
  _tag: "StreamSource",
  stream
})

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
 * - `options`: what is given with an image, by its name; nothing by default.
 *
 * @category models
 * @since 0.1.0
 */
export interface DirectoryOptions {
  readonly options?: (name: string) => SourceOptions
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
    images: listed.files.map(({ name, path }) => file(path, { ...options.options?.(name), name })),
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

/**
 * The name of an image without folder and extension.
 *
 * @category getters
 * @since 0.1.0
 */
export const stem = ({ name }: ImageSource): string => withoutExtension(name).split(/[/\\]/).at(-1) ?? name
