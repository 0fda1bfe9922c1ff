/**
 * The end of a file, where an interrupted copy shows: cut off, or blank where the length was set in advance, as rsync,
 * network shares and download managers do.
 *
 * An undamaged file takes one read of 64 bytes. Only a file that has no end there is searched further, with at most 256
 * reads and 112 KiB: the last 64 KiB and, if its last bytes are all the same, the place where they begin and up to 16 KiB
 * before it. A gap in the middle of a file is not looked for.
 */
import { type Parser, refuse } from "./parser.ts"
import { Truncated } from "./reason.ts"
import { findLast, type Window } from "./window.ts"

/** The length of each sample; the pixel data of real pictures has no such run of one byte at its end. */
export const sampleBytes = 64

/** A shorter run of one byte at the end of a file says nothing. */
const minRun = 16

/** The number of evenly spaced samples to find the blank part by, before it is bisected. */
const coarseSamples = 16

/** When to stop bisecting and read the rest. */
const blockBytes = 4096

const maxBeforeBlank = 16 * 1024

/** The place where a file's blank end begins, and the byte that fills it. */
export interface Blank {
  readonly from: number
  readonly value: number
}

const isFilled = (bytes: Uint8Array, value: number): boolean => bytes.every((byte) => byte === value)

/** Where the blank end of the bytes between `floor` and `end` begins; `undefined` if they do not end blank. */
export function* findBlank(window: Window, floor: number, end: number): Parser<Blank | undefined> {
  const length = Math.min(sampleBytes, end - floor)
  if (length < minRun) return undefined
  const last = yield* window.bytes("the end", end - length, length)
  const value = last[0] ?? 0
  if (!isFilled(last, value)) return undefined
  const range = yield* bisect(window, value, yield* nearest(window, value, { low: floor, high: end - length }))
  const bytes = yield* window.bytes("the end", range.low, range.high - range.low)
  return { from: range.low + bytes.findLastIndex((byte) => byte !== value) + 1, value }
}

/** The blank part begins between the two; everything after `high` is blank as far as was sampled. */
interface Range {
  readonly low: number
  readonly high: number
}

/** Samples backwards from the end, so that a blank stretch in the middle of a picture is not taken for the end. */
function* nearest(window: Window, value: number, range: Range): Parser<Range> {
  const step = Math.floor((range.high - range.low) / coarseSamples)
  if (step < blockBytes) return range
  let { high } = range
  for (let at = high - step; at > range.low; at -= step) {
    if (!isFilled(yield* window.bytes("the end", at, sampleBytes), value)) return { low: at, high }
    high = at
  }
  return { low: range.low, high }
}

function* bisect(window: Window, value: number, range: Range): Parser<Range> {
  let { high, low } = range
  while (high - low > blockBytes) {
    const middle = low + Math.floor((high - low) / 2)
    if (isFilled(yield* window.bytes("the end", middle, sampleBytes), value)) high = middle
    else low = middle
  }
  return { low, high }
}

/** Whether everything from `offset` to the end of the file is zero, as far as a few samples tell. */
export function* isBlankFrom(window: Window, offset: number): Parser<boolean> {
  const end = window.size
  if (end - offset < minRun) return false
  for (const at of [end - sampleBytes, offset, offset + Math.floor((end - offset) / 2)]) {
    const start = Math.max(offset, at)
    if (!isFilled(yield* window.bytes("the end", start, Math.min(sampleBytes, end - start)), 0)) return false
  }
  return true
}

export interface End {
  /** The offset of the end marker. */
  readonly at: number | undefined
  readonly blank: Blank | undefined
}

/** Searches for the last end marker between `floor` and `end`: before the blank end, then in the last `limit` bytes. */
export function* findEnd(
  window: Window,
  marker: Uint8Array,
  range: { readonly floor: number; readonly end: number; readonly limit: number }
): Parser<End> {
  const blank = yield* findBlank(window, range.floor, range.end)
  if (blank !== undefined) {
    // the filling byte can be the last of the marker
    const end = Math.min(range.end, blank.from + marker.length)
    const limit = Math.min(range.limit, maxBeforeBlank)
    const at = yield* findLast(window, marker, { floor: range.floor, end, limit })
    if (at !== undefined) return { at, blank }
  }
  return { at: yield* findLast(window, marker, range), blank }
}

/** Rejects a file without its end marker. */
export const refuseEnd = (window: Window, what: string, expected: number, blank: Blank | undefined): Parser<never> =>
  refuse(
    new Truncated({ what, expected, actual: window.size, ...(blank === undefined ? {} : { blankFrom: blank.from }) })
  )
