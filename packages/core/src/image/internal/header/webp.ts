/**
 * WebP (RFC 9649): lossy, lossless and extended. An animation counts as one page with the size of its canvas.
 */
import { readOrientation } from "./exif.ts"
import { type Oddity, trailing } from "./oddity.ts"
import { type ColorModel, type Fields, malformed, type Parser, plain, refuse, size } from "./parser.ts"
import { Truncated } from "./reason.ts"
import { findBlank, isBlankFrom, refuseEnd, sampleBytes } from "./tail.ts"
import { ascii, type Window } from "./window.ts"

/** The maximum number of chunks skipped before the EXIF chunk, which comes after the pixel data. */
const maxChunks = 32

const blankType = "\0\0\0\0"

/** A blank end that is reported, if the picture could be so plain. */
const minReported = 1024

interface Chunk {
  readonly type: string
  readonly at: number
  readonly length: number
}

interface Picture {
  readonly width: number
  readonly height: number
  readonly colorModel: ColorModel
}

export const isWebp = (head: Uint8Array): boolean =>
  ascii(head.subarray(0, 4)) === "RIFF" && ascii(head.subarray(8, 12)) === "WEBP"

export function* parseWebp(window: Window): Parser<Fields> {
  const end = 8 + (yield* window.view("a WebP header", 0, 12)).getUint32(4, true)
  if (end > window.size) yield* refuse(new Truncated({ what: "the WebP picture", expected: end, actual: window.size }))
  const first = yield* readChunk(window, 12, end)
  const extended = first.type === "VP8X"
  const picture = extended ? yield* readExtended(window, first, end) : yield* readPicture(window, first)
  yield* size(picture.width, picture.height)
  const orientation = extended ? yield* findOrientation(window, first, end) : 1
  const oddities = [...yield* checkBlank(window, first, end, picture), ...trailing(window.size - end)]
  return { ...plain, format: "webp", ...picture, orientation, oddities }
}

function* readChunk(window: Window, at: number, end: number): Parser<Chunk> {
  const view = yield* window.view("a WebP chunk", at, 8, 32)
  const [type, length] = [ascii(yield* window.bytes("a WebP chunk", at, 4)), view.getUint32(4, true)]
  if (at + 8 + length > end) yield* malformed(`a WebP chunk of ${length} bytes in a file that declares ${end}`, at)
  return { type, at: at + 8, length }
}

const nextChunk = (chunk: Chunk): number => chunk.at + chunk.length + chunk.length % 2

function* readPicture(window: Window, chunk: Chunk): Parser<Picture> {
  if (chunk.type === "VP8 ") return yield* readLossy(window, chunk)
  if (chunk.type === "VP8L") return yield* readLossless(window, chunk)
  return yield* malformed("a WebP without a picture", chunk.at - 8)
}

/** A VP8 key frame (RFC 6386, 9.1): frame tag, start code, width and height in 14 bits each. */
function* readLossy(window: Window, chunk: Chunk): Parser<Picture> {
  const view = yield* window.view("a WebP picture", chunk.at, 10)
  const startCode = view.getUint32(2) & 0xffffff
  if ((view.getUint8(0) & 1) !== 0 || startCode !== 0x9d012a) yield* malformed("a WebP without a key frame", chunk.at)
  return { width: view.getUint16(6, true) & 0x3fff, height: view.getUint16(8, true) & 0x3fff, colorModel: "ycbcr" }
}

function* readLossless(window: Window, chunk: Chunk): Parser<Picture> {
  const view = yield* window.view("a WebP picture", chunk.at, 5)
  const bits = view.getUint32(1, true)
  if (view.getUint8(0) !== 0x2f || bits >>> 29 !== 0) yield* malformed("a lossless WebP header", chunk.at)
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, colorModel: "rgb" }
}

/** The canvas of VP8X; a still image must fill it, as libwebp requires. */
function* readExtended(window: Window, extended: Chunk, end: number): Parser<Picture> {
  const view = yield* window.view("a WebP header", extended.at, 10)
  // width and height minus one, in 24 bits each
  const canvas = { width: (view.getUint32(4, true) & 0xffffff) + 1, height: (view.getUint32(6, true) >>> 8) + 1 }
  const frame = yield* findChunk(window, extended, end, ["VP8 ", "VP8L", "ANMF"])
  if (frame === undefined) return yield* malformed("a WebP without a picture", extended.at)
  if (frame.type === "ANMF") return { ...canvas, colorModel: "rgb" }
  const picture = yield* readPicture(window, frame)
  if (picture.width !== canvas.width || picture.height !== canvas.height) {
    yield* malformed(`a WebP picture of ${picture.width} x ${picture.height} that does not fill its canvas`, frame.at)
  }
  return picture
}

function* findOrientation(window: Window, extended: Chunk, end: number): Parser<number> {
  const flags = (yield* window.view("a WebP header", extended.at, 1)).getUint8(0)
  const exif = flags & 0x08 ? yield* findChunk(window, extended, end, ["EXIF"]) : undefined
  if (exif === undefined) return 1
  // some encoders write the signature of JPEG's EXIF segment first
  const prefixed = exif.length > 6 && ascii(yield* window.bytes("EXIF", exif.at, 6, 256)) === "Exif\0\0"
  return yield* readOrientation(window, exif.at + (prefixed ? 6 : 0), exif.length - (prefixed ? 6 : 0))
}

function* findChunk(
  window: Window,
  from: Chunk,
  end: number,
  types: ReadonlyArray<string>
): Parser<Chunk | undefined> {
  let at = nextChunk(from)
  for (let chunks = 0; chunks < maxChunks && at + 8 <= end; chunks++) {
    const chunk = yield* readChunk(window, at, end)
    if (types.includes(chunk.type)) return chunk
    if (chunk.type === blankType && (yield* isBlankFrom(window, at))) yield* malformed("a WebP chunk of zeros", at)
    at = nextChunk(chunk)
  }
  return undefined
}

/**
 * A WebP has no end marker, so an unfinished copy of full length shows only by its blank end. Zeros at the end are
 * allowed in metadata, and in the pixels where the picture can be so plain: as libwebp writes it, a block of 16 x 16
 * pixels takes less than a byte then, and a pixel of a lossless picture up to three bits.
 */
function* checkBlank(window: Window, first: Chunk, end: number, picture: Picture): Parser<ReadonlyArray<Oddity>> {
  const blank = yield* findBlank(window, first.at, end)
  if (blank === undefined || blank.value !== 0) return []
  const last = yield* lastChunk(window, first, end)
  if (last !== undefined && !/^(VP8[ L]|ALPH|ANMF|\0{4})$/.test(last.type)) return []
  const run = end - blank.from
  const { colorModel, height, width } = picture
  const plainBytes = colorModel === "ycbcr" ? Math.ceil(width / 16) * Math.ceil(height / 16) : width * height / 2
  if (last?.type === blankType || run > sampleBytes + plainBytes) {
    yield* refuseEnd(window, "the WebP picture", end, blank)
  }
  return run < minReported ? [] : [{ _tag: "BlankEnd", bytes: run }]
}

/** The last chunk, or the first blank one; `undefined` if there are too many. */
function* lastChunk(window: Window, first: Chunk, end: number): Parser<Chunk | undefined> {
  let chunk = first
  for (let chunks = 0; chunks < maxChunks; chunks++) {
    const at = nextChunk(chunk)
    if (at + 8 > end || chunk.type === blankType) return chunk
    chunk = yield* readChunk(window, at, end)
  }
  return undefined
}
