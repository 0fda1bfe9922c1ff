/** Renders what an image request asks for from a pyramid. */
import * as Effect from "effect/Effect"
import type { Sharp } from "sharp"
import * as Libvips from "./libvips.ts"
import { RENDER_SECONDS } from "./limits.ts"
import type { Level, Pyramid } from "./pyramid.ts"
import type { Box, Extent, Resolved } from "./resolve.ts"
import * as Resolve from "./resolve.ts"

const WHITE = "#ffffff"
const TRANSPARENT = { r: 255, g: 255, b: 255, alpha: 0 }
const QUALITY = 90

/** The smallest level that still has every pixel that the size asks for. */
export const levelFor = ({ levels }: Pyramid, region: Extent, size: Extent): Level => {
  const ratio = Math.min(region.width / size.width, region.height / size.height)
  const power = Math.max(0, Math.min(levels.length - 1, Math.floor(Math.log2(ratio))))
  const level = levels[power]
  if (level === undefined) throw new Error("the pyramid has no levels")
  return level
}

/**
 * Where one dimension of a region lies in a level, rounded outwards to whole pixels. Each pixel of a level is of 2 by 2
 * pixels of the one before, whose last column or row is left out where it has no partner.
 */
const span = (start: number, length: number, factor: number, level: number) => {
  const from = Math.min(level - 1, Math.floor(start / factor))
  return { from, length: Math.max(1, Math.min(level, Math.ceil((start + length) / factor)) - from) }
}

const boxIn = ({ height, page, width }: Level, region: Box) => {
  const factor = 2 ** page
  const across = span(region.x, region.width, factor, width)
  const down = span(region.y, region.height, factor, height)
  return { left: across.from, top: down.from, width: across.length, height: down.length }
}

/** What a turn uncovers is transparent where the format can be. */
const backgroundOf = ({ format }: Resolved) => format === "jpg" ? WHITE : TRANSPARENT

/** Mirrors, then turns. */
const turn = (image: Sharp, request: Resolved): Sharp => {
  const { degrees, mirror } = request.rotation
  const mirrored = mirror ? image.flop() : image
  return degrees === 0 ? mirrored : mirrored.rotate(degrees, { background: backgroundOf(request) })
}

const paint = (image: Sharp, { quality }: Resolved): Sharp => {
  switch (quality) {
    case "default":
    case "color":
      return image
    case "gray":
      return image.grayscale()
    case "bitonal":
      return image.grayscale().threshold(128)
  }
}

const encode = (image: Sharp, { format }: Resolved): Sharp => {
  switch (format) {
    case "jpg":
      return image.flatten({ background: WHITE }).jpeg({ quality: QUALITY })
    case "png":
      return image.png()
    case "tif":
      return image.tiff({ compression: "lzw", predictor: "horizontal" })
    case "gif":
      return image.gif()
  }
}

const pipeline = async (file: string, pyramid: Pyramid, request: Resolved): Promise<Sharp> => {
  const level = levelFor(pyramid, request.region, request.size)
  const opened = await Libvips.open(file, { page: level.page })
  const scaled = opened
    .timeout({ seconds: RENDER_SECONDS })
    .extract(boxIn(level, request.region))
    .resize({ ...request.size, fit: "fill" })
  return encode(paint(turn(scaled, request), request), request)
}

/** How many pixels are read or made, whichever are more. */
export const pixels = (pyramid: Pyramid, { region, rotation, size }: Resolved): number => {
  const { height, width } = boxIn(levelFor(pyramid, region, size), region)
  return Math.max(width * height, Resolve.turnedArea(size, rotation))
}

/** The bytes of the image; a defect if the pyramid cannot be read. */
export const render = (file: string, pyramid: Pyramid, request: Resolved): Effect.Effect<Buffer> =>
  Effect.promise(async () => (await pipeline(file, pyramid, request)).toBuffer())
