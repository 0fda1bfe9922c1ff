/**
 * The JPEG 2000 codestream (ITU-T T.800, annex A): SIZ, the rest of the main header, the end.
 */
import { type Oddity, trailing } from "./oddity.ts"
import { malformed, type Parser, size } from "./parser.ts"
import { findEnd, refuseEnd } from "./tail.ts"
import type { Window } from "./window.ts"

export interface Codestream {
  readonly width: number
  readonly height: number
  readonly components: number
  readonly bitDepth: number
  readonly tiled: boolean
  /** Whether there are lower resolutions (decomposition levels). */
  readonly pyramid: boolean
  readonly oddities: ReadonlyArray<Oddity>
}

const soc = 0xff4f
const siz = 0xff51
const cod = 0xff52
const sot = 0xff90

/** In packet data no byte above 8F follows an FF, so this pair occurs only at the end. */
const endOfCodestream = Uint8Array.of(0xff, 0xd9)

/** How many bytes from the end to search for the end marker, and how many tile-parts to follow if it is missing. */
const maxTrailer = 4096
const maxTileParts = 64
const maxSegments = 4096

export const isCodestream = (head: Uint8Array): boolean =>
  head[0] === 0xff && head[1] === 0x4f && head[2] === 0xff && head[3] === 0x51

/** Reads the codestream in the bytes from `start` to `end` of the file. */
export function* parseCodestream(window: Window, start: number, end: number): Parser<Codestream> {
  const image = yield* readSiz(window, start)
  const header = yield* readMainHeader(window, start + 2)
  const oddities = yield* readEnd(window, header.end, end)
  return { ...image, pyramid: header.levels > 0, oddities }
}

function* readSiz(window: Window, start: number): Parser<Omit<Codestream, "pyramid" | "oddities">> {
  const view = yield* window.view("a JPEG 2000 codestream", start, 43, 256)
  if (view.getUint16(0) !== soc || view.getUint16(2) !== siz) yield* malformed("a codestream without SIZ", start)
  const [x1, y1, x0, y0] = [view.getUint32(8), view.getUint32(12), view.getUint32(16), view.getUint32(20)]
  const [tileWidth, tileHeight] = [view.getUint32(24), view.getUint32(28)]
  const [tileX, tileY] = [view.getUint32(32), view.getUint32(36)]
  const components = view.getUint16(40)
  if (components === 0 || components > 16384 || view.getUint16(4) !== 38 + 3 * components) {
    yield* malformed(`SIZ with ${components} components`, start + 40)
  }
  yield* size(Math.max(0, x1 - x0), Math.max(0, y1 - y0))
  // the first tile must contain the first pixel (A.5.1)
  if (tileX > x0 || tileY > y0 || tileX + tileWidth <= x0 || tileY + tileHeight <= y0) {
    yield* malformed(`SIZ with tiles of ${tileWidth} x ${tileHeight}`, start + 24)
  }
  const bitDepth = (view.getUint8(42) & 0x7f) + 1
  if (bitDepth > 38) yield* malformed(`SIZ with ${bitDepth} bits`, start + 42)
  const tiled = tileX + tileWidth < x1 || tileY + tileHeight < y1
  return { width: x1 - x0, height: y1 - y0, components, bitDepth, tiled }
}

/** Skips the marker segments up to the first tile-part; COD contains the number of decomposition levels. */
function* readMainHeader(
  window: Window,
  start: number
): Parser<{ readonly end: number; readonly levels: number }> {
  let [at, levels] = [start, 0]
  for (let segments = 0; segments < maxSegments; segments++) {
    const view = yield* window.view("the main header of a JPEG 2000 codestream", at, 4, 64)
    const [marker, length] = [view.getUint16(0), view.getUint16(2)]
    if (marker === sot) return { end: at, levels }
    if (marker < 0xff50 || marker > 0xff7f || length < 2) {
      yield* malformed("no JPEG 2000 marker where one is required", at)
    }
    if (marker === cod) levels = (yield* window.view("a JPEG 2000 marker", at + 9, 1)).getUint8(0)
    at += length + 2
  }
  return yield* malformed(`more than ${maxSegments} segments before the first tile`, at)
}

/**
 * Accepts a missing end marker if the lengths of the tile-parts add up: some old encoders omitted it. Data behind the
 * marker is reported if the codestream is the last thing in the file.
 */
function* readEnd(window: Window, firstTile: number, end: number): Parser<ReadonlyArray<Oddity>> {
  const tail = yield* findEnd(window, endOfCodestream, { floor: firstTile, end, limit: maxTrailer })
  if (tail.at !== undefined) return end === window.size ? trailing(end - tail.at - endOfCodestream.length) : []
  let at = firstTile
  for (let parts = 0; parts < maxTileParts && at < end; parts++) {
    if (at + 12 > end) break
    const view = yield* window.view("a tile of a JPEG 2000 codestream", at, 12)
    const length = view.getUint32(6)
    if (view.getUint16(0) !== sot || length < 14) break
    at += length
  }
  const marker = at + 2 <= end ? yield* window.bytes("the end", at, 2) : []
  if (marker[0] === 0xff && marker[1] === 0xd9) return end === window.size ? trailing(end - at - 2) : []
  if (at !== end || tail.blank !== undefined) {
    yield* refuseEnd(window, "the JPEG 2000 codestream", Math.max(at, end + endOfCodestream.length), tail.blank)
  }
  return []
}
