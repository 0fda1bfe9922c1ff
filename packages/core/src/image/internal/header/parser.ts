/**
 * The parsers' common ground. A parser is a plain generator: it runs synchronously over the bytes at hand, yields a
 * `Want` when it needs others, and yields a `Reason` to refuse the file. So one header costs one Effect per read,
 * not one per field.
 */
import { InvalidSize, Malformed, type Reason } from "./reason.ts"

/** Bytes a parser asks for; they are in the window when it is resumed. */
export interface Want {
  readonly _tag: "Want"
  readonly offset: number
  readonly length: number
}

export type Parser<A> = Generator<Want | Reason, A, void>

export type Format = "tiff" | "jpeg" | "png" | "gif" | "webp" | "jp2" | "jpx" | "j2k"

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
}

/** What most formats have; a parser overrides the rest. */
export const plain = {
  orientation: 1,
  pages: 1,
  bitDepth: 8,
  pyramid: false,
  tiled: false
} as const

/**
 * Longest edge in pixels; also libpng's own limit.
 *
 * @category limits
 * @since 0.1.0
 */
export const maxEdge = 1_000_000

/**
 * Most pixels: more than a classic TIFF can hold uncompressed at one byte each, less than 65,535 x 65,535, which is
 * what damaged and hostile headers say.
 *
 * @category limits
 * @since 0.1.0
 */
export const maxPixels = 4_000_000_000

/** Ends the parse: a driver never resumes a parser that has yielded a reason. */
export function* refuse(reason: Reason): Parser<never> {
  yield reason
  throw new Error("a refused parser was resumed")
}

export const malformed = (what: string, offset: number): Parser<never> => refuse(new Malformed({ what, offset }))

/** Checks the size that a header gives; `edge` is a format's own limit where it is lower. */
export function* size(width: number, height: number, edge: number = maxEdge): Parser<void> {
  const limit = width < 1 || height < 1
    ? "an edge of zero"
    : Math.max(width, height) > edge
    ? `an edge may have ${edge.toLocaleString("en-US")} pixels`
    : width * height > maxPixels
    ? `a picture may have ${maxPixels.toLocaleString("en-US")} pixels`
    : undefined
  if (limit !== undefined) yield* refuse(new InvalidSize({ width, height, limit }))
}
