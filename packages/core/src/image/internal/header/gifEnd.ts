/**
 * The end of a GIF, after its first frame began.
 */
import { type Oddity, trailing } from "./oddity.ts"
import type { Parser } from "./parser.ts"
import { findEnd, refuseEnd } from "./tail.ts"
import type { Window } from "./window.ts"

/** The end of the last block and the trailer. The pair occurs in pixel data too. */
const trailer = Uint8Array.of(0x00, 0x3b)
const maxTrailer = 256

/** How many bytes after the first frame's start to follow the blocks through, and how many to read at once. */
const maxWalked = 64 * 1024
const walkAhead = 16 * 1024

export const colorTableBytes = (flags: number): number => flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0

/**
 * A GIF ends with its trailer. Where other data or padding follows, the blocks are followed through to the trailer, if
 * they are short enough; otherwise one in the last 256 bytes counts.
 */
export function* readEnd(window: Window, frame: number): Parser<ReadonlyArray<Oddity>> {
  const end = window.size
  const { at, blank } = yield* findEnd(window, trailer, { floor: frame, end, limit: maxTrailer })
  const after = at === undefined ? undefined : at + trailer.length
  if (after === end) return []
  const walked = yield* walkBlocks(window, frame)
  if (typeof walked === "number") return trailing(end - walked)
  if (walked === "unknown" && after !== undefined && (blank === undefined || blank.from <= after)) {
    return trailing(end - after)
  }
  return yield* refuseEnd(window, "a GIF with its trailer", end + 1, blank)
}

/** The end of the trailer; `"none"` if the file ends before it or a block is not one; `"unknown"` if it is too far. */
function* walkBlocks(window: Window, start: number): Parser<number | "none" | "unknown"> {
  for (let at = start; at < window.size;) {
    if (at - start > maxWalked) return "unknown"
    const kind = (yield* window.bytes("a GIF block", at, 1, walkAhead))[0]
    if (kind === 0x3b) return at + 1
    const data = yield* dataOf(window, kind, at)
    if (data === undefined) return "none"
    for (at = data; at < window.size;) {
      if (at - start > maxWalked) return "unknown"
      const length = (yield* window.bytes("a GIF block", at, 1, walkAhead))[0] ?? 0
      at += length + 1
      if (length === 0) break
    }
  }
  return "none"
}

/** The offset of a block's first sub-block: after the label of an extension, or a frame's colors and code size. */
function* dataOf(window: Window, kind: number | undefined, at: number): Parser<number | undefined> {
  if (kind === 0x21) return at + 2
  if (kind !== 0x2c || at + 10 > window.size) return undefined
  const flags = (yield* window.bytes("a GIF frame", at + 9, 1, walkAhead))[0] ?? 0
  return at + 10 + colorTableBytes(flags) + 1
}
