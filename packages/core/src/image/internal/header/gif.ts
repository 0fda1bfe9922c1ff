/**
 * GIF 87a and 89a: screen, first frame, trailer. Frames are not counted: that would require reading the whole file.
 */
import { type Fields, malformed, type Parser, plain, refuse, size } from "./parser.ts"
import { Truncated } from "./reason.ts"
import { ascii, findLast, type Window } from "./window.ts"

/** The end of the last block and the trailer; searched for only near the end, since the pair occurs in pixel data. */
const trailer = Uint8Array.of(0x00, 0x3b)
const maxTrailer = 256

/** The maximum number of extension blocks, and of sub-blocks of each, before the first frame. */
const maxBlocks = 150

export const isGif = (head: Uint8Array): boolean => ["GIF87a", "GIF89a"].includes(ascii(head.subarray(0, 6)))

export function* parseGif(window: Window): Parser<Fields> {
  const screen = yield* window.view("a GIF header", 0, 13)
  const flags = screen.getUint8(10)
  const frame = yield* readFirstFrame(window, 13 + colorTableBytes(flags))
  const declared = [screen.getUint16(6, true), screen.getUint16(8, true)] as const
  const [width, height] = usesFrame(declared) ? [frame.right, frame.bottom] : [
    Math.max(declared[0], frame.right),
    Math.max(declared[1], frame.bottom)
  ]
  yield* size(width, height)
  yield* checkEnd(window, frame.end)
  return { ...plain, format: "gif", width, height, bitDepth: (flags & 7) + 1, colorModel: "palette" }
}

const colorTableBytes = (flags: number): number => flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0

interface Frame {
  readonly right: number
  readonly bottom: number
  /** The offset of the pixel data. */
  readonly end: number
}

/** Skips the extensions (0x21) in front of the first image descriptor (0x2c). */
function* readFirstFrame(window: Window, start: number): Parser<Frame> {
  let at = start
  for (let blocks = 0; blocks < maxBlocks; blocks++) {
    const kind = (yield* window.view("a GIF frame", at, 2, 512)).getUint8(0)
    if (kind === 0x2c) {
      const frame = yield* window.view("a GIF frame", at, 10)
      const right = frame.getUint16(1, true) + frame.getUint16(5, true)
      return { right, bottom: frame.getUint16(3, true) + frame.getUint16(7, true), end: at + 10 }
    }
    if (kind !== 0x21) yield* malformed("a GIF without a frame", at)
    at = yield* skipSubBlocks(window, at + 2)
  }
  return yield* malformed(`more than ${maxBlocks} GIF extensions before the first frame`, at)
}

function* skipSubBlocks(window: Window, start: number): Parser<number> {
  let at = start
  for (let blocks = 0; blocks < maxBlocks; blocks++) {
    const length = (yield* window.view("a GIF extension", at, 1, 512)).getUint8(0)
    at += length + 1
    if (length === 0) return at
  }
  return yield* malformed("a GIF extension without an end", start)
}

/** Screen sizes that some encoders write for every image. */
const dummyScreens = new Set(["640x480", "640x512", "800x600", "1024x768", "1280x1024", "1600x1200"])

/**
 * Whether the declared screen is unreliable, so that the first frame determines the size; otherwise the first frame can
 * only enlarge the screen. This is the rule of libnsgif, and thus of libvips and sharp.
 */
const usesFrame = ([width, height]: readonly [number, number]): boolean =>
  width === 0 || height === 0 || width > 2048 || height > 2048 || dummyScreens.has(`${width}x${height}`)

function* checkEnd(window: Window, floor: number): Parser<void> {
  const end = window.size
  if ((yield* findLast(window, trailer, { floor, end, limit: maxTrailer })) === undefined) {
    yield* refuse(new Truncated({ what: "a GIF with its trailer", expected: end + 1, actual: end }))
  }
}
