/**
 * Whether the last pixel data of a TIFF is blank, as in an unfinished copy of full length.
 */
import type { Oddity } from "./oddity.ts"
import type { Parser } from "./parser.ts"
import { type Blank, findBlank, refuseEnd, sampleBytes } from "./tail.ts"
import { type Directory, type Layout, readFirst, Tag } from "./tiffDirectory.ts"
import { type Region, rowBytes } from "./tiffRegions.ts"
import type { Window } from "./window.ts"

/** A blank end that is reported, if it can be black. */
const minReported = 1024

/** How much of the row before the blank part to compare with it. */
const maxCompared = 4096

/** Fewer zeros at the end of a directory's values are allowed, such as a resolution of 0/0 by 0/0. */
const minValueBytes = 32

/** The last strip or tile of a file, the directory that it belongs to, and the end of all directories. */
export interface Last {
  readonly region: Region
  readonly directory: Directory
  readonly metadataEnd: number
  /** Where the last value begins. */
  readonly lastValue: number
}

/**
 * Fails with `Truncated` if the last strip or tile ends blank. Nothing is read if a directory comes after it, since a
 * copy proceeds from start to end.
 *
 * No compressed strip ends in so many zeros. Uncompressed, they are black, and the file is only Truncated if they begin
 * within a row whose rest is not black in the row above; otherwise they are reported, unless zero is white.
 */
export function* checkBlank(window: Window, layout: Layout, last: Last): Parser<ReadonlyArray<Oddity>> {
  const { directory, metadataEnd, region } = last
  if (region.end <= metadataEnd) {
    yield* checkValues(window, last)
    return []
  }
  const compression = yield* readFirst(window, layout, directory, Tag.Compression, 1)
  const floor = compression === 1 ? metadataEnd : Math.max(metadataEnd, region.start)
  const blank = yield* findBlank(window, floor, region.end)
  if (blank === undefined || blank.value !== 0) return []
  if (compression !== 1 || (yield* breaksRow(window, layout, last, blank))) {
    yield* refuseEnd(window, "the pixel data", region.end, blank)
  }
  const isWhite = (yield* readFirst(window, layout, directory, Tag.Photometric, 1)) === 0
  const bytes = region.end - blank.from
  return isWhite || bytes < minReported ? [] : [{ _tag: "BlankEnd", bytes }]
}

/**
 * The values after the last directory, which are zeros if only the last block was not copied. They are read with their
 * directory if that is near the end of the file; otherwise this takes no read.
 */
function* checkValues(window: Window, { lastValue, metadataEnd }: Last): Parser<void> {
  if (!window.has(window.size - sampleBytes, sampleBytes)) return
  const blank = yield* findBlank(window, Math.max(0, lastValue - sampleBytes), window.size)
  if (blank?.value === 0 && blank.from <= lastValue && metadataEnd - blank.from >= minValueBytes) {
    yield* refuseEnd(window, "the last tag of a TIFF", metadataEnd, blank)
  }
}

/** Whether the rest of the row in which the blank part begins is mostly not zero in the row above. */
function* breaksRow(window: Window, layout: Layout, last: Last, blank: Blank): Parser<boolean> {
  const row = yield* rowBytes(window, layout, last.directory)
  const fromStart = blank.from - last.region.start
  const rest = row - (fromStart % row + row) % row
  if (rest === row || rest < sampleBytes || blank.from - row < last.metadataEnd) return false
  const above = yield* window.bytes("the pixel data", blank.from - row, Math.min(rest, maxCompared))
  return above.filter((byte) => byte !== 0).length > 0.9 * above.length
}
