/**
 * Warnings about an image that can be sent; exported by `ImageHeader`.
 */
import * as Schema from "effect/Schema"
import type { Oddity } from "./oddity.ts"
import type { ColorModel, Format } from "./parser.ts"

/**
 * The file extension does not match the format of the bytes, which takes precedence.
 *
 * @category warnings
 * @since 0.1.0
 */
export class WrongExtension extends Schema.TaggedClass<WrongExtension>()("WrongExtension", {
  name: Schema.String,
  extension: Schema.String,
  mediaType: Schema.String
}) {
  get message() {
    return `${this.name} is ${this.mediaType} by its content; it is stored as .${this.extension}`
  }
}

/**
 * The image must be rotated or mirrored for display; width and height are those of the stored pixels.
 *
 * @category warnings
 * @since 0.1.0
 */
export class Rotated extends Schema.TaggedClass<Rotated>()("Rotated", {
  name: Schema.String,
  orientation: Schema.Int
}) {
  get message() {
    return `${this.name} has orientation ${this.orientation}; width and height are those of the stored pixels, ` +
      "and a server that ignores the tag shows it unrotated"
  }
}

/**
 * Only the first page is shown.
 *
 * @category warnings
 * @since 0.1.0
 */
export class FurtherPages extends Schema.TaggedClass<FurtherPages>()("FurtherPages", {
  name: Schema.String,
  pages: Schema.Int
}) {
  get message() {
    return `${this.name} has ${this.pages} pages; only the first is shown: split it to show them all`
  }
}

/**
 * It is not documented whether the service accepts the format (docs/mps.md, 2.5).
 *
 * @category warnings
 * @since 0.1.0
 */
export class UnusualFormat extends Schema.TaggedClass<UnusualFormat>()("UnusualFormat", {
  name: Schema.String,
  mediaType: Schema.String
}) {
  get message() {
    return `${this.name} is ${this.mediaType}, which the service may reject; TIFF, JPEG 2000, JPEG and PNG are safe`
  }
}

/**
 * More than 8 bits per channel, which the service may reject or reduce (docs/mps.md, 2.5).
 *
 * @category warnings
 * @since 0.1.0
 */
export class UnusualDepth extends Schema.TaggedClass<UnusualDepth>()("UnusualDepth", {
  name: Schema.String,
  bitDepth: Schema.Int
}) {
  get message() {
    return `${this.name} has ${this.bitDepth} bits per channel, which the service may reject or reduce; 8 is safe`
  }
}

/**
 * Colors for print, which the service may reject or show incorrectly (docs/mps.md, 2.5).
 *
 * @category warnings
 * @since 0.1.0
 */
export class Cmyk extends Schema.TaggedClass<Cmyk>()("Cmyk", { name: Schema.String }) {
  get message() {
    return `${this.name} is in CMYK, which the service may reject or show in wrong colors; RGB is safe`
  }
}

/**
 * Data or padding behind the picture, which is sent too; `bytes` is absent where the end of the picture is further from
 * the end of the file than was searched.
 *
 * @category warnings
 * @since 0.1.0
 */
export class TrailingData extends Schema.TaggedClass<TrailingData>()("TrailingData", {
  name: Schema.String,
  bytes: Schema.optionalKey(Schema.Int)
}) {
  get message() {
    return `${this.name} goes on ${
      this.bytes === undefined ? "" : `for ${byteCount(this.bytes)} `
    }after its picture; ` +
      "what follows is sent too, and not shown"
  }
}

/**
 * The last `bytes` of the pixels are zeros: a plain area, or a copy of full length that was not finished.
 *
 * @category warnings
 * @since 0.1.0
 */
export class BlankEnd extends Schema.TaggedClass<BlankEnd>()("BlankEnd", {
  name: Schema.String,
  bytes: Schema.Int
}) {
  get message() {
    return `${this.name} ends in ${
      byteCount(this.bytes)
    } of zeros: look whether its lower part is meant to be plain, ` +
      "or copy it again"
  }
}

/**
 * Bytes between the segments of a JPEG that are no part of any. Most decoders skip them, strict ones reject the file.
 *
 * @category warnings
 * @since 0.1.0
 */
export class StrayBytes extends Schema.TaggedClass<StrayBytes>()("StrayBytes", {
  name: Schema.String,
  bytes: Schema.Int
}) {
  get message() {
    return `${this.name} has ${byteCount(this.bytes)} in its header that do not belong there, which the service may ` +
      "reject; export it again to be safe"
  }
}

/**
 * The file points to a further page or a smaller version of the page at `offset`, and there is none.
 *
 * @category warnings
 * @since 0.1.0
 */
export class PagesUnreadable extends Schema.TaggedClass<PagesUnreadable>()("PagesUnreadable", {
  name: Schema.String,
  offset: Schema.Int
}) {
  get message() {
    return `${this.name} says that it goes on at byte ${this.offset}, where no page can be read; its first page is used`
  }
}

/**
 * The value of a private TIFF tag is past the end of the file. The picture does not depend on it.
 *
 * @category warnings
 * @since 0.1.0
 */
export class TagUnreadable extends Schema.TaggedClass<TagUnreadable>()("TagUnreadable", {
  name: Schema.String,
  tag: Schema.Int
}) {
  get message() {
    return `${this.name} lacks the value of its private tag ${this.tag}, which is past the end of the file; ` +
      "the picture is there, but check that it was copied whole"
  }
}

/**
 * The first frame of a GIF does not fit its logical screen. Decoders take the `screen` (GIF89a, browsers) or a size
 * made from the frame (libvips); without a screen, the frame is taken.
 *
 * @category warnings
 * @since 0.1.0
 */
export class ScreenDiffers extends Schema.TaggedClass<ScreenDiffers>()("ScreenDiffers", {
  name: Schema.String,
  screen: Schema.String,
  shown: Schema.String
}) {
  get message() {
    return `${this.name} is ${this.screen} pixels by its header, but some decoders show it as ${this.shown}; ` +
      "convert it to PNG to be safe"
  }
}

const byteCount = (count: number): string => count === 1 ? "1 byte" : `${count.toLocaleString("en-US")} bytes`

/**
 * Every warning about an image.
 *
 * @category warnings
 * @since 0.1.0
 */
export const ImageWarning = Schema.Union([
  WrongExtension,
  Rotated,
  FurtherPages,
  UnusualFormat,
  UnusualDepth,
  Cmyk,
  TrailingData,
  BlankEnd,
  StrayBytes,
  PagesUnreadable,
  TagUnreadable,
  ScreenDiffers
])

/**
 * @category warnings
 * @since 0.1.0
 */
export type ImageWarning = typeof ImageWarning.Type

/** The parts of a header that warnings depend on. */
export interface Facts {
  readonly format: Format
  readonly mediaType: string
  readonly extension: string
  readonly orientation: number
  readonly pages: number
  readonly bitDepth: number
  readonly colorModel: ColorModel
  readonly oddities: ReadonlyArray<Oddity>
}

/** The extensions in use for each format; JP2 and JPX files use each other's. */
const extensions: Readonly<Record<Format, ReadonlyArray<string>>> = {
  tiff: ["tif", "tiff", "ptif", "ptiff", "tf8", "btf"],
  jpeg: ["jpg", "jpeg", "jpe", "jfif"],
  png: ["png", "apng"],
  gif: ["gif"],
  webp: ["webp"],
  jp2: ["jp2", "jpg2", "jpx", "jpf"],
  jpx: ["jpx", "jpf", "jp2"],
  jph: ["jph", "jp2"],
  j2k: ["j2k", "j2c", "jpc", "jpt", "jhc"]
}

/** Formats of which it is not known that the service takes them. HTJ2K is too young for many JPEG 2000 decoders. */
const unusual: ReadonlySet<Format> = new Set<Format>(["gif", "webp", "jph"])

/** The warnings about one image, in the order of the union. A name without an extension gets no warning. */
export const makeWarnings = (header: Facts, name: string): ReadonlyArray<ImageWarning> => {
  const { bitDepth, colorModel, extension, format, mediaType, oddities, orientation, pages } = header
  const fileExtension = extensionOf(name)
  return [
    ...(fileExtension !== undefined && !extensions[format].includes(fileExtension)
      ? [new WrongExtension({ name, extension, mediaType })]
      : []),
    ...(orientation === 1 ? [] : [new Rotated({ name, orientation })]),
    ...(pages === 1 ? [] : [new FurtherPages({ name, pages })]),
    ...(unusual.has(format) ? [new UnusualFormat({ name, mediaType })] : []),
    ...(bitDepth > 8 ? [new UnusualDepth({ name, bitDepth })] : []),
    ...(colorModel === "cmyk" ? [new Cmyk({ name })] : []),
    ...oddities.map((oddity) => fromOddity(oddity, name))
  ]
}

const fromOddity = (oddity: Oddity, name: string): ImageWarning => {
  switch (oddity._tag) {
    case "TrailingData":
      return new TrailingData({ ...oddity, name })
    case "BlankEnd":
      return new BlankEnd({ ...oddity, name })
    case "StrayBytes":
      return new StrayBytes({ ...oddity, name })
    case "PagesUnreadable":
      return new PagesUnreadable({ ...oddity, name })
    case "TagUnreadable":
      return new TagUnreadable({ ...oddity, name })
    case "ScreenDiffers":
      return new ScreenDiffers({ ...oddity, name })
  }
}

const extensionOf = (name: string): string | undefined => /[^/\\]\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase()
