/**
 * Do the strips or tiles of a TIFF page lie inside the file? Everything else about a truncated TIFF can be intact.
 */
import { malformed, type Parser, refuse } from "./parser.ts"
import { Truncated } from "./reason.ts"
import { type Directory, type Entry, type Layout, readFirst, readValues, Tag } from "./tiffDirectory.ts"
import type { Window } from "./window.ts"

/** Longer tables are read at their beginning, middle and end only, so that the probe stays below 8 KiB. */
const wholeTable = 256
const block = 64

/**
 * Fails with `Truncated` where a strip or tile that was read reaches past the end of the file. Tables of at most 256
 * entries are checked whole; of longer ones the first, middle and last 64, since writers put the last strips or tiles
 * last in the file, and a file is cut at its end. A region that begins at 0 is empty (sparse files have such).
 */
export function* checkRegions(window: Window, layout: Layout, directory: Directory): Parser<void> {
  const { counts, offsets } = tables(directory)
  if (offsets === undefined || offsets.count === 0) {
    // only the JPEG form of 1992 (compression 6) keeps its data elsewhere
    if ((yield* readFirst(window, layout, directory, Tag.Compression, 1)) === 6) return
    return yield* malformed("a first page without strips or tiles", directory.offset)
  }
  const most = yield* rawBytes(window, layout, directory)
  const entryCount = Math.min(offsets.count, counts?.count ?? offsets.count)
  for (const [from, to] of selection(entryCount)) {
    const starts = yield* readValues(window, layout, offsets, from, to)
    const lengths = yield* readLengths(window, layout, counts, from, to)
    yield* checkEnds(window, starts, lengths.map((length) => Math.min(length, most)))
  }
}

/** The same for the last strip or tile only: for levels and further pages, of which there can be many. */
export function* checkLastRegion(window: Window, layout: Layout, directory: Directory): Parser<void> {
  const { counts, offsets } = tables(directory)
  if (offsets === undefined || counts === undefined || counts.count === 0 || offsets.count === 0) return
  const most = yield* rawBytes(window, layout, directory)
  const last = Math.min(offsets.count, counts.count) - 1
  const start = yield* readValues(window, layout, offsets, last, last + 1)
  const lengths = yield* readValues(window, layout, counts, last, last + 1)
  yield* checkEnds(window, start, lengths.map((length) => Math.min(length, most)))
}

const tables = ({ entries }: Directory) => ({
  offsets: entries.get(Tag.TileOffsets) ?? entries.get(Tag.StripOffsets),
  counts: entries.get(Tag.TileByteCounts) ?? entries.get(Tag.StripByteCounts)
})

const selection = (count: number): ReadonlyArray<readonly [number, number]> => {
  if (count <= wholeTable) return [[0, count]]
  const middle = Math.floor(count / 2)
  return [[count - block, count], [0, block], [middle, middle + block]]
}

function* readLengths(
  window: Window,
  layout: Layout,
  counts: Entry | undefined,
  from: number,
  to: number
): Parser<ReadonlyArray<number>> {
  // byte counts may be missing in old files; then at least the first byte must be there
  return counts === undefined
    ? Array.from({ length: to - from }, () => 1)
    : yield* readValues(window, layout, counts, from, to)
}

function* checkEnds(window: Window, starts: ReadonlyArray<number>, lengths: ReadonlyArray<number>): Parser<void> {
  const ends = starts.map((start, i) => start === 0 ? 0 : start + (lengths[i] ?? 0))
  const expected = ends.reduce((most, end) => Math.max(most, end), 0)
  if (expected > window.size) {
    yield* refuse(new Truncated({ what: "the pixel data of the first page", expected, actual: window.size }))
  }
}

/**
 * Most bytes that a decoder takes from one strip or tile. Some writers give uncompressed strips a byte count that is
 * too large; libtiff reads no more than the pixels need, so neither is such a file cut short.
 */
function* rawBytes(window: Window, layout: Layout, directory: Directory): Parser<number> {
  const first = (tag: number, fallback: number) => readFirst(window, layout, directory, tag, fallback)
  if ((yield* first(Tag.Compression, 1)) !== 1) return Number.MAX_SAFE_INTEGER
  const [width, height] = [yield* first(Tag.ImageWidth, 0), yield* first(Tag.ImageLength, 0)]
  const samples = (yield* first(Tag.PlanarConfiguration, 1)) === 2 ? 1 : yield* first(Tag.SamplesPerPixel, 1)
  const rowBits = (yield* first(Tag.TileWidth, width)) * (yield* first(Tag.BitsPerSample, 1)) * samples
  const rows = directory.entries.has(Tag.TileWidth)
    ? yield* first(Tag.TileLength, height)
    : Math.min(yield* first(Tag.RowsPerStrip, height), height)
  return Math.ceil(rowBits / 8) * rows
}
