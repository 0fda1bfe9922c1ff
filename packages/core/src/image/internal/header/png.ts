/**
 * PNG (third edition, clauses 5 and 11): IHDR with its CRC, the chunks before the pixel data, IEND.
 */
import * as crc32 from "../crc32.ts"
import { readOrientation } from "./exif.ts"
import { type Oddity, trailing } from "./oddity.ts"
import { type ColorModel, type Fields, malformed, type Parser, plain, size } from "./parser.ts"
import { findEnd, refuseEnd } from "./tail.ts"
import { ascii, findLast, type Window } from "./window.ts"

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

/** IEND is always these twelve bytes. */
const iend = Uint8Array.of(0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82)

/** The length of the signature and the IHDR chunk. */
const headBytes = 33

const idatType = Uint8Array.of(0x49, 0x44, 0x41, 0x54)

/** How many bytes from the end to search for IEND, and for the chunk of pixel data that a cut would be in. */
const maxTrailer = 64 * 1024
const maxIdatSearch = 16 * 1024

/** The maximum number of chunks to follow where neither is found. */
const maxWalked = 200

/** The maximum number of chunks searched for an orientation. */
const maxChunks = 24

/** The bit depths allowed for each color type. */
const depths: Readonly<Record<number, ReadonlyArray<number>>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16]
}

export const isPng = (head: Uint8Array): boolean => signature.every((byte, i) => head[i] === byte)

export function* parsePng(window: Window): Parser<Fields> {
  const view = yield* window.view("a PNG header", 0, headBytes)
  const type = ascii(yield* window.bytes("a PNG header", 12, 4))
  if (view.getUint32(8) !== 13 || type !== "IHDR") yield* malformed("a PNG that does not begin with IHDR", 8)
  if (view.getUint32(29) !== crc32.update(0, yield* window.bytes("a PNG header", 12, 17))) {
    yield* malformed("the checksum of IHDR is wrong", 29)
  }
  const [width, height, bitDepth, colorType] = [
    view.getUint32(16),
    view.getUint32(20),
    view.getUint8(24),
    view.getUint8(25)
  ]
  yield* size(width, height)
  if (!depths[colorType]?.includes(bitDepth)) {
    yield* malformed(`PNG color type ${colorType} with ${bitDepth} bits`, 24)
  }
  const oddities = yield* readEnd(window)
  return {
    ...plain,
    format: "png",
    width,
    height,
    bitDepth,
    colorModel: colorModel(colorType),
    orientation: yield* findOrientation(window),
    oddities
  }
}

const colorModel = (colorType: number): ColorModel =>
  colorType === 3 ? "palette" : colorType === 2 || colorType === 6 ? "rgb" : "gray"

/** Data behind IEND is not part of the picture, and decoders do not look at it. */
function* readEnd(window: Window): Parser<ReadonlyArray<Oddity>> {
  const end = window.size
  const { at, blank } = yield* findEnd(window, iend, { floor: headBytes, end, limit: maxTrailer })
  if (at !== undefined) return trailing(end - at - iend.length)
  const idat = yield* findLast(window, idatType, { floor: headBytes, end: blank?.from ?? end, limit: maxIdatSearch })
  const walked = idat === undefined ? yield* walkChunks(window) : { largest: Number.MAX_SAFE_INTEGER }
  if (walked.end !== undefined) return trailing(end - walked.end)
  if (blank !== undefined || walked.largest > maxIdatSearch) {
    yield* refuseEnd(window, "a PNG with its IEND chunk", end + 1, blank)
  }
  return [{ _tag: "TrailingData" }]
}

interface Walked {
  /** The end of IEND, if it was reached. */
  readonly end?: number
  /** The largest chunk seen. If all are small, a PNG that is cut short has one of them near its end. */
  readonly largest: number
}

/** Follows the chunks from the start: only for a PNG that has no IEND and no IDAT near its end. */
function* walkChunks(window: Window): Parser<Walked> {
  let largest = 0
  for (let [at, chunks] = [headBytes, 0]; chunks < maxWalked; chunks++) {
    if (at + 12 > window.size) return { largest: Number.MAX_SAFE_INTEGER }
    const length = (yield* window.view("a PNG chunk", at, 8)).getUint32(0)
    const type = ascii(yield* window.bytes("a PNG chunk", at + 4, 4))
    if (type === "IEND") return { end: at + 12, largest }
    if (!/^[A-Za-z]{4}$/.test(type)) return { largest: Number.MAX_SAFE_INTEGER }
    largest = Math.max(largest, length + 12)
    at += length + 12
  }
  return { largest }
}

/** Searches for eXIf only before the pixel data: skipping that would cost more reads than the orientation is worth. */
function* findOrientation(window: Window): Parser<number> {
  for (let at = headBytes, chunks = 0; chunks < maxChunks && at + 12 <= window.size; chunks++) {
    const length = (yield* window.view("a PNG chunk", at, 8, 64)).getUint32(0)
    const type = ascii(yield* window.bytes("a PNG chunk", at + 4, 4))
    if (type === "eXIf") return yield* readOrientation(window, at + 8, length)
    if (type === "IDAT" || type === "IEND") return 1
    at += length + 12
  }
  return 1
}
