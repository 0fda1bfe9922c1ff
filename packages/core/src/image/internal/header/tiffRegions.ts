/**
 * Checks that the strips or tiles of a TIFF page are inside the file: a truncated TIFF can be intact otherwise.
 */
import { malformed, type Parser, refuse } from "./parser.ts"
import { Truncated } from "./reason.ts"
import { type Directory, type Entry, type Layout, readFirst, readValues, Tag } from "./tiffDirectory.ts"
import type { Window } from "./window.ts"

/** Of longer tables only the start, middle and end are read, so that the probe reads less than 8 KiB. */
const maxWholeTable = 256
const blockLength = 64

/** A strip or tile: the bytes from `start` to `end` of the file. */
export interface Region {
  readonly start: number
  readonly end: number
}

/**
 * Fails with `Truncated` if a strip or tile extends past the end of the file. Tables of at most 256 entries are checked
 * completely; of longer ones only the first, middle and last 64 entries, since encoders write the last strips or tiles
 * last, and truncation removes the end of a file. A region at offset 0 is empty (in sparse files). Returns the last
 * region in the file.
 */
export function* checkRegions(window: Window, layout: Layout, directory: Directory): Parser<Region> {
  const { counts, offsets } = tables(directory)
  if (offsets === undefined || offsets.count === 0) {
    // only old-style JPEG (compression 6) stores its data elsewhere
    if ((yield* readFirst(window, layout, directory, Tag.Compression, 1)) === 6) return nowhere
    return yield* malformed("a first page without strips or tiles", directory.offset)
  }
  const maxBytes = yield* maxRegionBytes(window, layout, directory)
  const entryCount = Math.min(offsets.count, counts?.count ?? offsets.count)
  let last = nowhere
  for (const [from, to] of rangesToCheck(entryCount)) {
    last = later(last, yield* checkRange(window, layout, { offsets, counts, maxBytes, from, to }))
  }
  return last
}

const nowhere: Region = { start: 0, end: 0 }

export const later = (a: Region, b: Region): Region => b.end > a.end ? b : a

/** Checks only the last strip or tile: for pyramid levels and further pages, of which there can be many. */
export function* checkLastRegion(window: Window, layout: Layout, directory: Directory): Parser<Region> {
  const { counts, offsets } = tables(directory)
  if (offsets === undefined || counts === undefined || counts.count === 0 || offsets.count === 0) return nowhere
  const maxBytes = yield* maxRegionBytes(window, layout, directory)
  const last = Math.min(offsets.count, counts.count) - 1
  return yield* checkRange(window, layout, { offsets, counts, maxBytes, from: last, to: last + 1 })
}

const tables = ({ entries }: Directory) => ({
  offsets: entries.get(Tag.TileOffsets) ?? entries.get(Tag.StripOffsets),
  counts: entries.get(Tag.TileByteCounts) ?? entries.get(Tag.StripByteCounts)
})

/** The last block comes first, since that is where truncation shows. */
const rangesToCheck = (count: number): ReadonlyArray<readonly [from: number, to: number]> => {
  if (count <= maxWholeTable) return [[0, count]]
  const middle = Math.floor(count / 2)
  return [[count - blockLength, count], [0, blockLength], [middle, middle + blockLength]]
}

interface Range {
  readonly offsets: Entry
  readonly counts: Entry | undefined
  readonly maxBytes: number
  readonly from: number
  readonly to: number
}

function* checkRange(window: Window, layout: Layout, range: Range): Parser<Region> {
  const { counts, from, maxBytes, offsets, to } = range
  const starts = yield* readValues(window, layout, offsets, from, to)
  const lengths = yield* readLengths(window, layout, counts, from, to)
  const last = starts.map((start, i): Region =>
    start === 0 ? nowhere : { start, end: start + Math.min(lengths[i] ?? 0, maxBytes) }
  ).reduce(later, nowhere)
  if (last.end > window.size) {
    const what = "the pixel data of the first page"
    yield* refuse(new Truncated({ what, expected: last.end, actual: window.size }))
  }
  return last
}

function* readLengths(
  window: Window,
  layout: Layout,
  counts: Entry | undefined,
  from: number,
  to: number
): Parser<ReadonlyArray<number>> {
  // byte counts can be missing in old files; then at least the first byte must exist
  return counts === undefined
    ? Array.from({ length: to - from }, () => 1)
    : yield* readValues(window, layout, counts, from, to)
}

/**
 * The maximum number of bytes that a decoder reads from one strip or tile. Some encoders give uncompressed strips too
 * large a byte count; libtiff reads no more than the pixels need, so such a file does not count as truncated.
 */
function* maxRegionBytes(window: Window, layout: Layout, directory: Directory): Parser<number> {
  if ((yield* readFirst(window, layout, directory, Tag.Compression, 1)) !== 1) return Number.MAX_SAFE_INTEGER
  const height = yield* readFirst(window, layout, directory, Tag.ImageLength, 0)
  const rows = directory.entries.has(Tag.TileWidth)
    ? yield* readFirst(window, layout, directory, Tag.TileLength, height)
    : Math.min(yield* readFirst(window, layout, directory, Tag.RowsPerStrip, height), height)
  return (yield* rowBytes(window, layout, directory)) * rows
}

/** The bytes of one row of an uncompressed strip or tile. */
export function* rowBytes(window: Window, layout: Layout, directory: Directory): Parser<number> {
  const first = (tag: number, fallback: number) => readFirst(window, layout, directory, tag, fallback)
  const width = yield* first(Tag.TileWidth, yield* first(Tag.ImageWidth, 0))
  const samples = (yield* first(Tag.PlanarConfiguration, 1)) === 2 ? 1 : yield* first(Tag.SamplesPerPixel, 1)
  return Math.ceil(width * (yield* first(Tag.BitsPerSample, 1)) * samples / 8)
}
