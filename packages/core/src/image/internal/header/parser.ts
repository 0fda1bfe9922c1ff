/**
 * Types and functions shared by the parsers. A parser is a plain generator: it runs synchronously over the bytes read
 * so far, yields a `Want` when it needs more, and yields a `Reason` to reject the file. So a header takes one Effect
 * per read, not one per field.
 */
import type { Oddity } from "./oddity.ts"
import { InvalidSize, Malformed, type Reason } from "./reason.ts"

/** A parser's request for bytes; they are in the window when it is resumed. */
export interface Want {
  readonly _tag: "Want"
  readonly offset: number
  readonly length: number
}

export type Parser<A> = Generator<Want | Reason, A, void>

export type Format = "tiff" | "jpeg" | "png" | "gif" | "webp" | "jp2" | "jpx" | "jph" | "j2k"

export type ColorModel = "gray" | "rgb" | "cmyk" | "palette" | "ycbcr" | "lab" | "other"

export interface Fields {
  readonly format: Format
  readonly width: number
  readonly height: number
  readonly orientation: number
  readonly pages: number
  readonly bitDepth: number
  readonly colorModel: ColorModel
  readonly pyramid: boolean
  readonly tiled: boolean
  readonly oddities: ReadonlyArray<Oddity>
}

/** The defaults of most formats, which a parser can override. */
export const plain = {
  orientation: 1,
  pages: 1,
  bitDepth: 8,
  pyramid: false,
  tiled: false,
  oddities: []
} as const

/**
 * The longest edge in pixels; also libpng's limit.
 *
 * @category limits
 * @since 0.1.0
 */
export const maxEdge = 1_000_000

/**
 * The maximum number of pixels: close to what a classic TIFF can hold uncompressed at one byte each, and less than the
 * 65,535 x 65,535 of damaged and malicious headers.
 *
 * @category limits
 * @since 0.1.0
 */
export const maxPixels = 4_000_000_000

/** Rejects the file and ends the parse: a parser that has yielded a reason is never resumed. */
export function* refuse(reason: Reason): Parser<never> {
  yield reason
  throw new Error("a parser was resumed after it rejected the file")
}

export const malformed = (what: string, offset: number): Parser<never> => refuse(new Malformed({ what, offset }))

/** Checks the size that a header gives; `edge` is a format's limit if it is lower than the general one. */
export function* size(width: number, height: number, edge: number = maxEdge): Parser<void> {
  const limit = width < 1 || height < 1
    ? "an edge must have at least one pixel"
    : Math.max(width, height) > edge
    ? `an edge can have at most ${edge.toLocaleString("en-US")} pixels`
    : width * height > maxPixels
    ? `a picture can have at most ${maxPixels.toLocaleString("en-US")} pixels`
    : undefined
  if (limit !== undefined) yield* refuse(new InvalidSize({ width, height, limit }))
}
