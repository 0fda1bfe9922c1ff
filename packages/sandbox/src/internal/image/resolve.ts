/** What an image request asks of an image of a certain size: pixels in, pixels out, and its canonical form. */
import * as Result from "effect/Result"
import { ImageRefused, wrong } from "./imageRefused.ts"
import type { ApiVersion, Format, ImageRequest, Quality, Region, Rotation, Size } from "./imageRequest.ts"
import { MAX_AREA, MAX_SIDE, MAX_TURNED_AREA } from "./limits.ts"

export interface Extent {
  readonly width: number
  readonly height: number
}

export interface Box extends Extent {
  readonly x: number
  readonly y: number
}

export interface Resolved {
  readonly region: Box
  readonly size: Extent
  readonly rotation: Rotation
  readonly quality: Quality
  readonly format: Format
  /** `region/size/rotation/quality.format` as the specification prefers it (2.1.1, 4.7; 3.0, 4.8). */
  readonly canonical: string
}

/** What a policy allows of an image. */
export interface Bound {
  /** The largest extent in which a region is sent. */
  readonly of: (region: Box) => Extent
  /** Why no more is sent, and how to get more. */
  readonly reason: string
}

type Outcome<A> = Result.Result<A, ImageRefused>
const refuse = (problem: string): Outcome<never> => Result.fail(wrong(problem))

const text = ({ height, width }: Extent) => `${width} x ${height}`

const square = ({ height, width }: Extent): Box => {
  const side = Math.min(width, height)
  return { x: Math.floor((width - side) / 2), y: Math.floor((height - side) / 2), width: side, height: side }
}

/** Only the start must lie in the image: what extends past its edges is cut off (4.1). */
const clip = (box: Box, image: Extent): Outcome<Box> => {
  if (box.width < 1 || box.height < 1) return refuse("The region has no pixels: its width and height must be over 0")
  if (box.x >= image.width || box.y >= image.height) {
    return refuse(`The region starts at ${box.x},${box.y}, outside the image, which has ${text(image)} pixels`)
  }
  return Result.succeed({
    x: box.x,
    y: box.y,
    width: Math.min(box.width, image.width - box.x),
    height: Math.min(box.height, image.height - box.y)
  })
}

const percentOf = (region: Extract<Region, { readonly _tag: "Percent" }>, image: Extent): Box => ({
  x: Math.round(region.x * image.width / 100),
  y: Math.round(region.y * image.height / 100),
  width: Math.round(region.width * image.width / 100),
  height: Math.round(region.height * image.height / 100)
})

const resolveRegion = (region: Region, image: Extent): Outcome<Box> => {
  switch (region._tag) {
    case "Full":
      return Result.succeed({ x: 0, y: 0, ...image })
    case "Square":
      return Result.succeed(square(image))
    case "Pixels":
      return clip(region, image)
    case "Percent":
      return clip(percentOf(region, image), image)
  }
}

/** The largest extent of the same proportions within the limits of what is sent. */
const largest = ({ height, width }: Extent): number =>
  Math.min(MAX_SIDE / width, MAX_SIDE / height, Math.sqrt(MAX_AREA / (width * height)))

const scaled = ({ height, width }: Extent, factor: number): Extent => ({
  width: Math.max(1, Math.round(width * factor)),
  height: Math.max(1, Math.round(height * factor))
})

/** As `scaled`, but never over the limits by rounding. */
const shrunk = ({ height, width }: Extent, factor: number): Extent => ({
  width: Math.max(1, Math.floor(width * factor)),
  height: Math.max(1, Math.floor(height * factor))
})

/** The size of a region that is sent as large as possible, and as `most` if a policy says so. */
const maximum = (region: Extent, upscale: boolean, most: Extent | undefined): Extent => {
  const { height, width } = most ?? region
  const factor = largest({ height, width })
  return factor < 1 || upscale && most === undefined ? shrunk({ height, width }, factor) : { width, height }
}

const within = (width: number, height: number, { height: high, width: wide }: Extent): number =>
  Math.min(width / wide, height / high)

type Confined = Extract<Size, { readonly _tag: "Confined" }>

const confined = (size: Confined, region: Extent, most: Extent | undefined): Extent => {
  const bound = most === undefined ? (size.upscale ? Infinity : 1) : within(most.width, most.height, region)
  return scaled(region, Math.min(within(size.width, size.height, region), bound, largest(region)))
}

/**
 * A side that follows from the other one. The limit of a policy has whole pixels too, so where the other side is within
 * it, this one must not be over it by rounding.
 */
const following = (side: number, other: number, limits: readonly [number, number] | undefined): number => {
  const rounded = Math.max(1, Math.round(side))
  return limits === undefined || other > limits[1] ? rounded : Math.min(rounded, limits[0])
}

const requestedSize = (size: Size, region: Extent, most: Extent | undefined): Extent => {
  switch (size._tag) {
    case "Full":
      return region
    case "Max":
      return maximum(region, size.upscale, most)
    case "Width": {
      const height = region.height * size.width / region.width
      return { width: size.width, height: following(height, size.width, most && [most.height, most.width]) }
    }
    case "Height": {
      const width = region.width * size.height / region.height
      return { width: following(width, size.height, most && [most.width, most.height]), height: size.height }
    }
    case "Percent":
      return size.percent === 0 ? { width: 0, height: 0 } : scaled(region, size.percent / 100)
    case "Exact":
      return size
    case "Confined":
      return size.width === 0 || size.height === 0 ? { width: 0, height: 0 } : confined(size, region, most)
  }
}

const mayUpscale = (size: Size) => size._tag !== "Full" && size.upscale

const checkVersion = (size: Size, version: ApiVersion): Outcome<Size> => {
  if (version === "3" && size._tag === "Full") return refuse("Image API 3 has no size full: use max")
  return version === "2" && mayUpscale(size) ? refuse("Image API 2 has no ^ in a size") : Result.succeed(size)
}

/**
 * Whether a box is larger than the region on both sides. Image API 3 does not say that this is wrong, since what is
 * confined by it is never enlarged, but its official validator wants 400 (`size_noup`), as for all that lacks a `^`.
 */
const isLooseBox = (size: Size, region: Extent): boolean =>
  size._tag === "Confined" && !size.upscale && size.width > region.width && size.height > region.height

const checkSize = (size: Extent, region: Extent, request: Size, version: ApiVersion): Outcome<Extent> => {
  if (size.width < 1 || size.height < 1) return refuse("The size has no pixels: its width and height must be over 0")
  if (version === "3" && isLooseBox(request, region)) {
    return refuse(`The box of the size is larger than the region, which has ${text(region)} pixels: put ^ before it`)
  }
  if ((size.width > region.width || size.height > region.height) && !mayUpscale(request)) {
    const remedy = version === "3" ? ": put ^ before the size to enlarge it" : ""
    return refuse(`The size ${text(size)} is larger than the region, which has ${text(region)} pixels${remedy}`)
  }
  if (size.width > MAX_SIDE || size.height > MAX_SIDE || size.width * size.height > MAX_AREA) {
    return refuse(
      `The size ${text(size)} is over the limits: a side of ${MAX_SIDE} and an area of ${MAX_AREA} pixels`
    )
  }
  return Result.succeed({ width: size.width, height: size.height })
}

const checkBound = (size: Extent, bound: Bound | undefined, most: Extent | undefined): Outcome<Extent> =>
  bound === undefined || most === undefined || size.width <= most.width && size.height <= most.height
    ? Result.succeed(size)
    : Result.fail(
      new ImageRefused({
        status: 403,
        problem: `The size ${text(size)} is more than ${text(most)} pixels, which are allowed here: ${bound.reason}`
      })
    )

/** The pixels of the image once it is turned, with those that the turn uncovers. */
export const turnedArea = ({ height, width }: Extent, { degrees }: Rotation): number => {
  const sine = Math.abs(Math.sin(degrees * Math.PI / 180))
  const cosine = Math.abs(Math.cos(degrees * Math.PI / 180))
  return Math.round((width * cosine + height * sine) * (width * sine + height * cosine))
}

const checkRotation = (rotation: Rotation, size: Extent): Outcome<Rotation> =>
  turnedArea(size, rotation) <= MAX_TURNED_AREA ? Result.succeed(rotation) : refuse(
    `The size ${
      text(size)
    } turned by ${rotation.degrees} degrees is over the limit: an area of ${MAX_TURNED_AREA} pixels`
  )

const sameExtent = (a: Extent, b: Extent) => a.width === b.width && a.height === b.height

const canonicalRegion = (region: Box, image: Extent) =>
  sameExtent(region, image) ? "full" : `${region.x},${region.y},${region.width},${region.height}`

const canonicalSize = (size: Extent, region: Extent, version: ApiVersion, most: Extent | undefined): string => {
  const exact = `${size.width},${size.height}`
  if (version === "2") {
    if (sameExtent(size, region)) return "full"
    const kept = requestedSize({ _tag: "Width", upscale: false, width: size.width }, region, most)
    return kept.height === size.height ? `${size.width},` : exact
  }
  if (sameExtent(size, maximum(region, false, most))) return "max"
  if (sameExtent(size, maximum(region, true, most))) return "^max"
  return size.width > region.width || size.height > region.height ? `^${exact}` : exact
}

/** A turn by 360 degrees is none, and the default quality is color. */
const normalRotation = ({ degrees, mirror }: Rotation): Rotation => ({ mirror, degrees: degrees % 360 })
const normalQuality = (quality: Quality): Quality => quality === "color" ? "default" : quality

/** The request for an image of these dimensions, within a bound if there is one, or what is wrong with it. */
export const resolve = (
  request: ImageRequest,
  image: Extent,
  version: ApiVersion,
  bound: Bound | undefined
): Outcome<Resolved> =>
  Result.gen(function*() {
    const region = yield* resolveRegion(request.region, image)
    const asked = yield* checkVersion(request.size, version)
    const most = bound?.of(region)
    const possible = yield* checkSize(requestedSize(asked, region, most), region, asked, version)
    const size = yield* checkBound(possible, bound, most)
    const rotation = yield* checkRotation(normalRotation(request.rotation), size)
    const quality = normalQuality(request.quality)
    const { format } = request
    const canonical = [
      canonicalRegion(region, image),
      canonicalSize(size, region, version, most),
      `${rotation.mirror ? "!" : ""}${rotation.degrees}`,
      `${quality}.${format}`
    ].join("/")
    return { region, size, rotation, quality, format, canonical }
  })
