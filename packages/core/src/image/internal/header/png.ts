/**
 * PNG (third edition, clause 5 and 11): IHDR with its CRC, chunks before the picture, IEND.
 */
import { readOrientation } from "./exif.ts"
import { type ColorModel, type Fields, malformed, type Parser, plain, refuse, size } from "./parser.ts"
import { Truncated } from "./reason.ts"
import { ascii, findLast, type Window } from "./window.ts"

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

/** IEND is always these twelve bytes. */
const iend = Uint8Array.of(0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82)

/** Signature and IHDR chunk. */
const headBytes = 33

const maxTrailer = 64 * 1024

/** Chunks looked at for an orientation. */
const maxChunks = 24

/** Bit depths allowed for each colour type. */
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
  if (view.getUint32(29) !== crc32(yield* window.bytes("a PNG header", 12, 17))) {
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
    yield* malformed(`PNG colour type ${colorType} with ${bitDepth} bits`, 24)
  }
  yield* checkEnd(window)
  return {
    ...plain,
    format: "png",
    width,
    height,
    bitDepth,
    colorModel: colorModel(colorType),
    orientation: yield* findOrientation(window)
  }
}

const colorModel = (colorType: number): ColorModel =>
  colorType === 3 ? "palette" : colorType === 2 || colorType === 6 ? "rgb" : "gray"

function* checkEnd(window: Window): Parser<void> {
  const end = window.size
  const found = yield* findLast(window, iend, { floor: headBytes, end, limit: maxTrailer })
  if (found === undefined) {
    yield* refuse(new Truncated({ what: "a PNG with its IEND chunk", expected: end + 1, actual: end }))
  }
}

/** Looks for eXIf among the chunks before the picture data; behind it, the search would cost more than the hint. */
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

/** CRC-32 of a few bytes, as PNG has it (ISO 3309). */
const crc32 = (bytes: Uint8Array): number => {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}
