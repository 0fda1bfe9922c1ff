/**
 * PNG (third edition, clauses 5 and 11): IHDR with its CRC, the chunks before the pixel data, IEND.
 */
import * as crc32 from "../crc32.ts"
import { readOrientation } from "./exif.ts"
import { type ColorModel, type Fields, malformed, type Parser, plain, refuse, size } from "./parser.ts"
import { Truncated } from "./reason.ts"
import { ascii, findLast, type Window } from "./window.ts"

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

/** IEND is always these twelve bytes. */
const iend = Uint8Array.of(0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82)

/** The length of the signature and the IHDR chunk. */
const headBytes = 33

const maxTrailer = 64 * 1024

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
