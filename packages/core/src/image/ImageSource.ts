/**
 * Where the bytes of an image come from.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { FileSystem } from "effect/FileSystem"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { keyPrefixExpected, keyPrefixPattern } from "../base/internal/keyPrefix.ts"
import { visible } from "../base/internal/text.ts"
import * as Fixity from "./Fixity.ts"
import { imageExtension, list, sortedByName } from "./internal/directory.ts"
import { baseName, withoutExtension } from "./internal/fileName.ts"
import { findMissing } from "./internal/fixity/missing.ts"

/**
 * The name of an object: letters, digits and `._-`, optionally in folders separated by `/`.
 *
 * @category models
 * @since 0.1.0
 */
export const ObjectName = Schema.String.check(
  Schema.isPattern(/^[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/, {
    expected: "an object name of letters, digits and ._-, with / between folders"
  }),
  Schema.isMaxLength(500)
)

/**
 * The folder of the bucket that images are uploaded to: letters, digits and `._-`, with `/` between folders; or `/`
 * alone for the bucket's root. An empty prefix is an error, so that nothing is put at the root by accident.
 *
 * @example
 * ```ts
 * import { ImageSource } from "@iiif-ingest/core"
 * import { Schema } from "effect"
 *
 * ["images", "scans/2026", "/", "", "images/"].filter(Schema.is(ImageSource.KeyPrefix))
 * // => ["images", "scans/2026", "/"]
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export const KeyPrefix = Schema.String.check(Schema.isPattern(keyPrefixPattern, { expected: keyPrefixExpected }))

/** The media type of an image, which is sent in a header and written to the manifest. */
const MediaType = Schema.String.check(
  Schema.isPattern(/^image\/[A-Za-z0-9][A-Za-z0-9.+-]{0,99}$/, {
    expected: "the media type of an image, such as image/tiff"
  })
)

const options = {
  id: Schema.optionalKey(Schema.String),
  assetId: Schema.optionalKey(Schema.String),
  key: Schema.optionalKey(ObjectName),
  keyPrefix: Schema.optionalKey(KeyPrefix),
  width: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThan(0))),
  height: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThan(0))),
  mediaType: Schema.optionalKey(MediaType),
  fixity: Schema.optionalKey(Schema.Array(Fixity.Checksum))
}

/**
 * The optional properties of an image.
 *
 * - `id`: the asset's id without what is added to it: the configured asset prefix, and a random part with `randomIds`.
 *   By default the name reduced to ASCII letters and digits.
 * - `assetId`: the whole id of the asset, to which nothing is added, such as that of an existing asset. It replaces `id`;
 *   an image with both is refused.
 * - `key`: the name of the object below the key prefix, `{assetId}.{extension}` by default. The keys of a batch must
 *   differ, including their prefixes.
 * - `keyPrefix`: the folder of the bucket for this image, or `/` for the bucket's root ({@link KeyPrefix}); by default
 *   that of the call, or else the configured one.
 * - `width`, `height` in pixels and `mediaType`: if all three are given, the header is not read.
 * - `fixity`: checksums made earlier. The image's bytes are verified against them, as against checksum lists beside a
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
 * An image in memory. It gets the same checks as a file, but an interrupted upload starts over: a later run cannot tell
 * that the bytes are the same.
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
 * An image in a stream; `length` in bytes, if it is known.
 *
 * The stream must be repeatable: it runs once for the header (unless width, height and media type are given), once for
 * the upload, once more for each retry, and once more to verify checksums if there are any (`fixity`), possibly at the
 * same time. Read a stream that runs only once into memory first. A stream gets the same checks as a file, but an
 * interrupted upload starts over.
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
 * An image in memory. `name` is a file name; the id and the label are derived from it by default.
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
 * An image in a repeatable stream.
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
 * A folder of images, or a folder below it, cannot be listed.
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
 * The options of {@link directory}.
 *
 * - `options`: returns the options of an image, by its name; none by default.
 *
 * @category models
 * @since 0.1.0
 */
export interface DirectoryOptions {
  readonly options?: (name: string) => SourceOptions
}

/**
 * The images of a folder, and the files that were left out, each with the reason.
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
 * An image's name is its path below the folder, with forward slashes, so that ids derived from names usually differ if
 * the paths do (`a/1.tif` becomes `a1`); ids that still collide are rejected by name. Hidden files and folders, files
 * without an image's extension, and links back to a containing folder are left out. A file that has an image's
 * extension but is not an image is kept and rejected by name when it is probed, so that no page goes missing silently.
 * For the same reason an image that a checksum list ({@link Fixity.lists}) names but that does not exist is reported
 * among the files left out and as a warning.
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
  const missing = yield* findMissing(path, listed)
  for (const { name, why } of missing) yield* Effect.logWarning(`${visible(name)}: ${why}`)
  return {
    images: listed.files.map(({ name, path }) => file(path, { ...options.options?.(name), name })),
    leftOut: sortedByName([...listed.leftOut, ...missing])
  }
})

/**
 * The path or name that identifies an image in messages.
 *
 * @category getters
 * @since 0.1.0
 */
export const location = (source: ImageSource): string => source._tag === "FileSource" ? source.path : source.name

/**
 * The name of an image without its folder and extension.
 *
 * @category getters
 * @since 0.1.0
 */
export const stem = ({ name }: Pick<ImageSource, "name">): string =>
  withoutExtension(name).split(/[/\\]/).at(-1) ?? name

/**
 * Whether a file's name has the extension of an image, be it of a format that MPS takes or not.
 *
 * @category guards
 * @since 0.1.0
 */
export const hasImageExtension = (name: string): boolean => imageExtension.test(name)
