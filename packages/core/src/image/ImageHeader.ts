/**
 * Reads the header of an image file: size, format, orientation, pages and layout. It uses a few positioned reads, never
 * decodes pixels, and checks the header against the length of the file, so that a truncated or mislabeled image is
 * found before anything is sent.
 *
 * Supported are TIFF and BigTIFF (both byte orders; strips, tiles, pyramids, several pages), JPEG, PNG, GIF, WebP, JP2,
 * JPX, JPH (High-Throughput JPEG 2000) and raw JPEG 2000 codestreams. An ordinary file takes two or three reads and less
 * than 8 KiB; no file takes more than 512 reads or 256 KiB.
 *
 * A copy or download that was not finished can have its full length, with only zeros (or another single byte) from some
 * byte on. It is found by its last 64 bytes, and named as cut short unless the picture ends before them; a whole picture
 * with padding behind it is taken, with a warning. Only such files, and those without an end where it belongs, are
 * searched further: with at most 256 reads and 112 KiB, the 64 KiB at the end of the file and the place where its blank
 * part begins. Not found are gaps in the middle of a file, and blank ends that can be pixels or only tags: of an
 * uncompressed TIFF or a very plain WebP, which are taken with a warning instead (without one where zero is white, or
 * below 1 KiB), and of the values behind a TIFF's last directory.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type * as PlatformError from "effect/PlatformError"
import * as Schema from "effect/Schema"
import { join } from "../base/internal/bytes.ts"
import type { FileInfo } from "./FileStat.ts"
import { readFailure, requireRegularFile, statRegularFile, unreadable } from "./internal/fileInfo.ts"
import { Oddity } from "./internal/header/oddity.ts"
import { parse } from "./internal/header/parse.ts"
import type { Fields, Format } from "./internal/header/parser.ts"
import { ImageHeaderError } from "./internal/header/reason.ts"
import { type ImageWarning, makeWarnings } from "./internal/header/warnings.ts"
import { Window } from "./internal/header/window.ts"

export { Oddity } from "./internal/header/oddity.ts"
export { maxEdge, maxPixels } from "./internal/header/parser.ts"
export {
  Empty,
  ImageHeaderError,
  InvalidSize,
  Malformed,
  Reason,
  Truncated,
  UnknownFormat,
  Unreadable,
  UnsupportedFormat
} from "./internal/header/reason.ts"
export {
  BlankEnd,
  Cmyk,
  FurtherPages,
  ImageWarning,
  PagesUnreadable,
  Rotated,
  ScreenDiffers,
  StrayBytes,
  TagUnreadable,
  TrailingData,
  UnusualDepth,
  UnusualFormat,
  WrongExtension
} from "./internal/header/warnings.ts"

/**
 * Bytes that can be read at any offset: the interface between this module and files, buffers or remote objects.
 *
 * `size` is in bytes. `read` returns exactly `length` bytes, or fewer only at the end.
 *
 * @category models
 * @since 0.1.0
 */
export interface RandomAccess<E = never, R = never> {
  readonly name: string
  readonly size: number
  readonly read: (offset: number, length: number) => Effect.Effect<Uint8Array, E, R>
}

/**
 * The header of an image.
 *
 * - `width`, `height`: stored pixels of the first page, before `orientation` is applied. A GIF is as large as its
 *   logical screen, or its first frame if it has none.
 * - `orientation`: 1 to 8 as in EXIF and TIFF, 1 if absent.
 * - `pages`: pages of the document, without pyramid levels, masks and thumbnails (TIFF NewSubfileType). A very long
 *   TIFF has at least this many. Frames of an animated GIF, PNG or WebP are not counted.
 * - `bitDepth`: bits per channel, or bits per index of a palette image.
 * - `colorModel`: the color model of the stored samples, so an ordinary JPEG is `ycbcr`.
 * - `pyramid`: whether the file contains smaller versions of the page (TIFF levels, JPEG 2000 resolutions).
 * - `tiled`: whether there is more than one tile, or a TIFF is stored in tiles.
 * - `extension`: the usual file extension, without the dot.
 * - `oddities`: what is unusual about the file although it can be read.
 *
 * @category models
 * @since 0.1.0
 */
export class ImageHeader extends Schema.Class<ImageHeader>("ImageHeader")({
  format: Schema.Literals(["tiff", "jpeg", "png", "gif", "webp", "jp2", "jpx", "jph", "j2k"]),
  mediaType: Schema.String,
  extension: Schema.String,
  width: Schema.Int.check(Schema.isGreaterThan(0)),
  height: Schema.Int.check(Schema.isGreaterThan(0)),
  orientation: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 8 })),
  pages: Schema.Int.check(Schema.isGreaterThan(0)),
  bitDepth: Schema.Int.check(Schema.isGreaterThan(0)),
  colorModel: Schema.Literals(["gray", "rgb", "cmyk", "palette", "ycbcr", "lab", "other"]),
  pyramid: Schema.Boolean,
  tiled: Schema.Boolean,
  oddities: Schema.Array(Oddity)
}) {}

/**
 * Reads a header from any {@link RandomAccess}; its errors are passed through unchanged.
 *
 * @category reading
 * @since 0.1.0
 */
export const read = Effect.fnUntraced(
  function*<E, R>(source: RandomAccess<E, R>): Effect.fn.Return<ImageHeader, ImageHeaderError | E, R> {
    const window = new Window(source.size)
    const parser = parse(window)
    let step = parser.next()
    while (step.done !== true) {
      const request = step.value
      if (request._tag !== "Want") return yield* new ImageHeaderError({ file: source.name, reason: request })
      window.add(request.offset, yield* source.read(request.offset, request.length))
      step = parser.next()
    }
    return toHeader(step.value)
  }
)

/**
 * Reads the header of an image in memory.
 *
 * @example
 * ```ts
 * import * as ImageHeader from "@iiif-ingest/core/image/ImageHeader"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.map(
 *   ImageHeader.fromBytes("page-1.tif", new Uint8Array()),
 *   (header) => `${header.width} x ${header.height}`
 * ).pipe(Effect.catchReason("ImageHeaderError", "Empty", () => Effect.succeed("nothing there")))
 *
 * Effect.runSync(program) // => "nothing there"
 * ```
 *
 * @category reading
 * @since 0.1.0
 */
export const fromBytes = (name: string, bytes: Uint8Array): Effect.Effect<ImageHeader, ImageHeaderError> =>
  Effect.suspend(() => {
    // like `read`, but without an effect for each read: they would cost more than all else
    const window = new Window(bytes.length)
    const parser = parse(window)
    let step = parser.next()
    while (step.done !== true) {
      const request = step.value
      if (request._tag !== "Want") return Effect.fail(new ImageHeaderError({ file: name, reason: request }))
      window.add(request.offset, bytes.subarray(request.offset, request.offset + request.length))
      step = parser.next()
    }
    return Effect.succeed(toHeader(step.value))
  })

/**
 * Reads the header of a file. Only regular files (or links to them) are opened, so that a named pipe cannot block.
 * `known` is what `FileStat` said of it, if the caller already knows.
 *
 * @category reading
 * @since 0.1.0
 */
export const fromFile = Effect.fnUntraced(
  function*(
    path: string,
    known?: FileInfo
  ): Effect.fn.Return<ImageHeader, ImageHeaderError, FileSystem.FileSystem> {
    const fs = yield* FileSystem.FileSystem
    const mapReadError = Effect.mapError(readFailure(path))
    const info = yield* known === undefined ? statRegularFile(path) : requireRegularFile(path, known)
    if (!Number.isSafeInteger(info.size)) return yield* unreadable(path, "its size is too large to represent")
    return yield* Effect.scoped(Effect.flatMap(
      mapReadError(fs.open(path, { flag: "r" })),
      (file) =>
        read({ name: path, size: info.size, read: (offset, length) => mapReadError(readAt(file, offset, length)) })
    ))
  }
)

/**
 * The warnings for the user about an image that can be sent. `name` is the file's name or path.
 *
 * @category warnings
 * @since 0.1.0
 */
export const warnings = (header: ImageHeader, name: string): ReadonlyArray<ImageWarning> => makeWarnings(header, name)

const toHeader = (fields: Fields): ImageHeader => {
  const [mediaType, extension] = types[fields.format]
  return new ImageHeader({ ...fields, mediaType, extension })
}

const types: Readonly<Record<Format, readonly [mediaType: string, extension: string]>> = {
  tiff: ["image/tiff", "tif"],
  jpeg: ["image/jpeg", "jpg"],
  png: ["image/png", "png"],
  gif: ["image/gif", "gif"],
  webp: ["image/webp", "webp"],
  jp2: ["image/jp2", "jp2"],
  jpx: ["image/jpx", "jpx"],
  jph: ["image/jph", "jph"],
  j2k: ["image/j2c", "j2k"]
}

/** An operating system may return fewer bytes than requested before the end of the file: reads the rest then. */
const readAt = (
  file: FileSystem.File,
  offset: number,
  length: number
): Effect.Effect<Uint8Array, PlatformError.PlatformError> =>
  Effect.flatMap(file.readAlloc(length, { position: BigInt(offset) }), (read) => {
    const bytes = Option.getOrElse(read, () => new Uint8Array())
    if (bytes.length === length || bytes.length === 0) return Effect.succeed(bytes)
    return Effect.map(
      readAt(file, offset + bytes.length, length - bytes.length),
      (rest) => join([bytes, rest], bytes.length + rest.length)
    )
  })
