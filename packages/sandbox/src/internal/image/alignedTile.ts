/** Requests that a tile of the pyramid answers as it is, without decoding. */
import { TILE } from "./limits.ts"
import type { Level, Pyramid } from "./pyramid.ts"
import * as Pyramids from "./pyramid.ts"
import type { Box, Extent, Resolved } from "./resolve.ts"

interface Place {
  readonly level: Level
  readonly column: number
  readonly row: number
}

/**
 * The tile that has exactly the pixels of a region at a size. Tiles at the right and lower edges are padded, so only
 * those that lie in the image completely qualify.
 */
export const find = ({ levels }: Pyramid, region: Box, size: Extent): Place | undefined => {
  if (size.width !== TILE || size.height !== TILE || region.width !== region.height) return undefined
  const power = Math.log2(region.width / TILE)
  const level = levels[power]
  if (level === undefined) return undefined
  const column = region.x / region.width
  const row = region.y / region.height
  const isInside = (column + 1) * TILE <= level.width && (row + 1) * TILE <= level.height
  return Number.isInteger(column) && Number.isInteger(row) && isInside ? { level, column, row } : undefined
}

const isAsStored = ({ format, quality, rotation }: Resolved) =>
  format === "jpg" && quality === "default" && !rotation.mirror && rotation.degrees === 0

/** The JPEG file that answers a request, in a buffer from `take`; undefined where its pixels must be decoded. */
export const read = (pyramid: Pyramid, request: Resolved, take: (length: number) => Buffer): Buffer | undefined => {
  const place = isAsStored(request) ? find(pyramid, request.region, request.size) : undefined
  return place && Pyramids.tile(pyramid, place.level, place.column, place.row, take)
}
