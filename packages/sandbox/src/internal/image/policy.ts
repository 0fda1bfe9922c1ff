/**
 * How much of an image its policy lets an audience see (docs/mps.md, 2.2). How MPS enforces it is unknown. Here a limit
 * is the largest extent in which the whole image is sent; an audience with a limit gets pixels only of a copy of that
 * extent, so that no set of requests, whatever their regions and sizes, has more of the image than one request for it.
 */
import type { PolicyLimits } from "../../IngestRequest.ts"
import { type Audience, AUDIENCES } from "./audience.ts"
import type { Box, Extent } from "./resolve.ts"

/** The limits of those audiences that have one. */
export type Limits = Readonly<Partial<Record<Audience, Extent>>>

/** The image as large as it fits into the box, but not enlarged; without errors of floating-point division. */
const fitted = (image: Extent, box: Extent): Extent => {
  if (box.width >= image.width && box.height >= image.height) return { width: image.width, height: image.height }
  return box.width * image.height <= box.height * image.width
    ? { width: box.width, height: Math.max(1, Math.round(image.height * box.width / image.width)) }
    : { width: Math.max(1, Math.round(image.width * box.height / image.height)), height: box.height }
}

const area = ({ height, width }: Extent) => width * height

/** The size of the image or that of its thumbnail, whichever is larger: one may have both. */
const limitOf = (image: Extent, { policy, thumbnail }: PolicyLimits, audience: Audience): Extent | undefined => {
  const whole = fitted(image, policy[audience])
  const small = fitted(image, thumbnail[audience])
  const limit = area(small) > area(whole) ? small : whole
  return limit.width === image.width && limit.height === image.height ? undefined : limit
}

/** `undefined` if nobody has a limit. */
export const limitsOf = (image: Extent, sizes: PolicyLimits | undefined): Limits | undefined => {
  if (sizes === undefined) return undefined
  const limits = AUDIENCES.flatMap((audience) => {
    const limit = limitOf(image, sizes, audience)
    return limit === undefined ? [] : [[audience, limit] as const]
  })
  return limits.length === 0 ? undefined : Object.fromEntries(limits)
}

/** The extents of the copies that an image needs, each once. */
export const copies = (limits: Limits | undefined): ReadonlyArray<Extent> => {
  const all = Object.values(limits ?? {})
  return all.filter((one, index) =>
    all.findIndex(({ height, width }) => width === one.width && height === one.height) === index
  )
}

const span = (start: number, length: number, image: number, limit: number) => {
  const from = Math.floor(start * limit / image)
  return { from, length: Math.ceil((start + length) * limit / image) - from }
}

/** Where a region of the image lies in a copy of this extent, rounded outwards to whole pixels. */
export const boxIn = (region: Box, image: Extent, limit: Extent): Box => {
  const across = span(region.x, region.width, image.width, limit.width)
  const down = span(region.y, region.height, image.height, limit.height)
  return { x: across.from, y: down.from, width: across.length, height: down.length }
}

/** The largest extent in which a region is sent: at the scale of the limit. It is never more than the copy has there. */
export const largestOf = (region: Extent, image: Extent, limit: Extent): Extent => ({
  width: Math.ceil(region.width * limit.width / image.width),
  height: Math.ceil(region.height * limit.height / image.height)
})
