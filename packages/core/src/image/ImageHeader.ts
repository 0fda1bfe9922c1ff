/**
 * What an image file says about itself: size, format, orientation, pages, form. Read from its header by a few
 * positioned reads, never by decoding, and checked against the length of the file, so that a truncated or mislabelled
 * picture is found before anything is sent.
 *
 * Read are TIFF and BigTIFF (both byte orders; strips, tiles, pyramids, several pages), JPEG, PNG, GIF, WebP, JP2, JPX
 * and raw JPEG 2000 codestreams. An ordinary file costs two or three reads and less than 8 KiB; no file costs more than
 * 200 reads or 256 KiB.
 *
 * @since 0.1.0
 */
import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type * as PlatformError from "effect/PlatformError"
import * as Schema from "effect/Schema"
import { join } from "../base/internal/bytes.ts"
import { explain, notRegularFile } from "../base/internal/fileProblem.ts"
import { parse } from "./internal/header/parse.ts"
import type { Fields, Format } from "./internal/header/parser.ts"
import { Reason, Unreadable } from "./internal/header/reason.ts"
import { type ImageWarning, makeWarnings } from "./internal/header/warnings.ts"
import { Window } from "./internal/header/window.ts"

export { maxEdge, maxPixels } from "./internal/header/parser.ts"
export {
  Empty,
  InvalidSize,
  Malformed,
  Reason,
  Truncated,
  UnknownFormat,
  Unreadable,
  UnsupportedFormat
} from "./internal/header/reason.ts"
export {
  Cmyk,
  FurtherPages,
  ImageWarning,
  Rotated,
  UnusualDepth,
  UnusualFormat,
  WrongExtension
} from "./internal/header/warnings.ts"
import { visible } from "../base/internal/text.ts"

/**
 * Bytes that can be read at any offset: the seam between this module and files, buffers or remote objects.
 *
 * `size` is in bytes. `read` answers with exactly `length` bytes, fewer only where the end comes first.
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
 * What the header of an image says.
 *
 * - `width`, `height`: stored pixels of the first page, not turned by `orientation`.
 * - `orientation`: 1 to 8 as in EXIF and TIFF, 1 when absent.
 * - `pages`: pages of the document. Pyramid levels, masks and thumbnails (TIFF NewSubfileType) are none; of a very long
 *   TIFF at least this many; frames of an animated GIF, PNG or WebP are not counted.
 * - `bitDepth`: bits per channel, of a palette picture bits per index.
 * - `colorModel`: of the stored samples, so an ordinary JPEG is `ycbcr`.
 * - `pyramid`: holds smaller versions of the page (TIFF levels, JPEG 2000 resolutions). `tiled`: more than one tile, or a
 *   TIFF in tiles.
 * - `extension`: the usual one, without dot.
 *
 * @category models
 * @since 0.1.0
 */
export class ImageHeader extends Schema.Class<ImageHeader>("ImageHeader")({
  format: Schema.Literals(["tiff", "jpeg", "png", "gif", "webp", "jp2", "jpx", "j2k"]),
  mediaType: Schema.String,
  extension: Schema.String,
  width: Schema.Int.check(Schema.isGreaterThan(0)),
  height: Schema.Int.check(Schema.isGreaterThan(0)),
  orientation: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 8 })),
  pages: Schema.Int.check(Schema.isGreaterThan(0)),
  bitDepth: Schema.Int.check(Schema.isGreaterThan(0)),
  colorModel: Schema.Literals(["gray", "rgb", "cmyk", "palette", "ycbcr", "lab", "other"]),
  pyramid: Schema.Boolean,
  tiled: Schema.Boolean
}) {}

/**
 * A file that is not an image that can be sent; `reason` says what is wrong with it, where, and what to do.
 *
 * @category errors
 * @since 0.1.0
 */
export class ImageHeaderError extends Schema.TaggedError<ImageHeaderError>()("ImageHeaderError", {
  file: Schema.String,
  reason: Reason
}) {
  override get message() {
    return `${visible(this.file)}: ${this.reason.message}`
  }
}

/**
 * Reads a header from anything that can be read at an offset; errors of the reader pass unchanged.
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
      const asked = step.value
      if (asked._tag !== "Want") return yield* new ImageHeaderError({ file: source.name, reason: asked })
      window.add(asked.offset, yield* source.read(asked.offset, asked.length))
      step = parser.next()
    }
    return toHeader(step.value)
  }
)

/**
 * Reads the header of an image that is in memory.
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
  read({
    name,
    size: bytes.length,
    read: (offset, length) => Effect.succeed(bytes.subarray(offset, offset + length))
  })

/**
 * Reads the header of a file. Only regular files (or links to them) are opened, so that a named pipe cannot block.
 * `known` is what `FileSystem.stat` said of it, where that was asked already.
 *
 * @category reading
 * @since 0.1.0
 */
export const fromFile = Effect.fnUntraced(
  function*(
    path: string,
    known?: FileSystem.File.Info
  ): Effect.fn.Return<ImageHeader, ImageHeaderError, FileSystem.FileSystem> {
    const fs = yield* FileSystem.FileSystem
    const unreadable = (why: string) => new ImageHeaderError({ file: path, reason: new Unreadable({ why }) })
    const refused = Effect.mapError((error: PlatformError.PlatformError) => unreadable(explain(error)))
    const info = known ?? (yield* refused(fs.stat(path)))
    if (info.type !== "File") return yield* unreadable(notRegularFile(info.type))
    const size = ByteSize.toNumber(info.size)
    if (Option.isNone(size)) return yield* unreadable("its size is beyond all bounds")
    return yield* Effect.scoped(Effect.flatMap(
      refused(fs.open(path, { flag: "r" })),
      (file) => read({ name: path, size: size.value, read: (offset, length) => refused(readAt(file, offset, length)) })
    ))
  }
)

/**
 * What is worth telling the user about a picture that can be sent. `name` is the file's name or path.
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
  j2k: ["image/j2c", "j2k"]
}

/** Operating systems may answer with less than was asked for, before the end: then the rest is read. */
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
