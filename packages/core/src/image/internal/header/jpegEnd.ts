/**
 * The end of a JPEG, after its first scan.
 */
import { type Oddity, trailing } from "./oddity.ts"
import type { Parser } from "./parser.ts"
import { findEnd, refuseEnd } from "./tail.ts"
import type { Window } from "./window.ts"

/** How many bytes from the end of the file to search for the end of the image. */
const maxTrailer = 64 * 1024

/** How many bytes to judge by whether the file ends inside a scan. */
const maxJudged = 16 * 1024

const endOfImage = Uint8Array.of(0xff, 0xd9)

/**
 * Inside a scan every FF is followed by 00 or a restart marker, so a truncated file has no end-of-image marker after
 * its first scan. A complete file has one, usually as its last two bytes. Some cameras append whole videos, so a file
 * with more data after the scan than is searched is Truncated only if it ends like coded image data, before any
 * padding.
 */
export function* readEnd(window: Window, floor: number): Parser<ReadonlyArray<Oddity>> {
  const end = window.size
  const { at, blank } = yield* findEnd(window, endOfImage, { floor, end, limit: maxTrailer })
  if (at !== undefined) return trailing(end - at - endOfImage.length)
  const dataEnd = blank?.from ?? end
  const from = Math.max(floor, dataEnd - maxJudged)
  const followers = afterFf(yield* window.bytes("the end", from, dataEnd - from))
  const isAllSearched = floor >= end - maxTrailer || from === floor
  const endsInScan = followers.every(isInScan) && (blank !== undefined || followers.includes(0))
  if (isAllSearched || endsInScan) {
    yield* refuseEnd(window, "a JPEG with its end marker", end + endOfImage.length, blank)
  }
  return [{ _tag: "TrailingData" }]
}

const afterFf = (bytes: Uint8Array): Uint8Array => bytes.slice(1).filter((_, i) => bytes[i] === 0xff)

/** Markers between the scans of a progressive JPEG: tables, restart interval, number of lines, comments, scans. */
const betweenScans = new Set([0xc4, 0xcc, 0xda, 0xdb, 0xdc, 0xdd, 0xfe])

const isInScan = (byte: number): boolean =>
  byte === 0 || byte === 0xff || (byte >= 0xd0 && byte <= 0xd7) || betweenScans.has(byte)
