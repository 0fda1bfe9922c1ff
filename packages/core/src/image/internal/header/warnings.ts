/**
 * Warnings about an image that can be sent; exported by `ImageHeader`.
 */
import * as Schema from "effect/Schema"
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
 * Every warning about an image.
 *
 * @category warnings
 * @since 0.1.0
 */
export const ImageWarning = Schema.Union([WrongExtension, Rotated, FurtherPages, UnusualFormat, UnusualDepth, Cmyk])

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
  j2k: ["j2k", "j2c", "jpc", "jpt"]
}

/** The warnings about one image, in the order of the union. A name without an extension gets no warning. */
export const makeWarnings = (header: Facts, name: string): ReadonlyArray<ImageWarning> => {
  const { bitDepth, colorModel, extension, format, mediaType, orientation, pages } = header
  const fileExtension = extensionOf(name)
  return [
    ...(fileExtension !== undefined && !extensions[format].includes(fileExtension)
      ? [new WrongExtension({ name, extension, mediaType })]
      : []),
    ...(orientation === 1 ? [] : [new Rotated({ name, orientation })]),
    ...(pages === 1 ? [] : [new FurtherPages({ name, pages })]),
    ...(format === "gif" || format === "webp" ? [new UnusualFormat({ name, mediaType })] : []),
    ...(bitDepth > 8 ? [new UnusualDepth({ name, bitDepth })] : []),
    ...(colorModel === "cmyk" ? [new Cmyk({ name })] : [])
  ]
}

const extensionOf = (name: string): string | undefined => /[^/\\]\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase()
