/**
 * GIF 87a and 89a: screen, first frame, trailer. Frames are not counted: that would require reading the whole file.
 */
import { colorTableBytes, readEnd } from "./gifEnd.ts"
import type { Oddity } from "./oddity.ts"
import { type Fields, malformed, type Parser, plain, size } from "./parser.ts"
import { ascii, type Window } from "./window.ts"

/** The maximum number of extension blocks, and of sub-blocks of each, before the first frame. */
const maxBlocks = 150

export const isGif = (head: Uint8Array): boolean => ["GIF87a", "GIF89a"].includes(ascii(head.subarray(0, 6)))

export function* parseGif(window: Window): Parser<Fields> {
  const screen = yield* window.view("a GIF header", 0, 13)
  const flags = screen.getUint8(10)
  const frame = yield* readFirstFrame(window, 13 + colorTableBytes(flags))
  const declared = { width: screen.getUint16(6, true), height: screen.getUint16(8, true) }
  // without a screen there is only the frame to go by
  const { height, width } = declared.width === 0 || declared.height === 0 ? frame : declared
  yield* size(width, height)
  const oddities = [...screenOddity(declared, frame), ...yield* readEnd(window, frame.at)]
  return { ...plain, format: "gif", width, height, bitDepth: (flags & 7) + 1, colorModel: "palette", oddities }
}

interface Size {
  readonly width: number
  readonly height: number
}

/** The size of the first frame is taken from the corner of the screen. */
interface Frame extends Size {
  /** The offset of its descriptor. */
  readonly at: number
}

/** Skips the extensions (0x21) in front of the first image descriptor (0x2c). */
function* readFirstFrame(window: Window, start: number): Parser<Frame> {
  let at = start
  for (let blocks = 0; blocks < maxBlocks; blocks++) {
    const kind = (yield* window.view("a GIF frame", at, 2, 512)).getUint8(0)
    if (kind === 0x2c) {
      const frame = yield* window.view("a GIF frame", at, 10)
      const width = frame.getUint16(1, true) + frame.getUint16(5, true)
      return { width, height: frame.getUint16(3, true) + frame.getUint16(7, true), at }
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
 * Whether libnsgif, and thus libvips and sharp, takes the screen for unreliable and the first frame for the size.
 * Otherwise the first frame can only enlarge the screen there. GIF89a (section 18) knows neither rule.
 */
const isDoubted = ({ height, width }: Size): boolean =>
  width === 0 || height === 0 || width > 2048 || height > 2048 || dummyScreens.has(`${width}x${height}`)

const text = ({ height, width }: Size): string => `${width} x ${height}`

const screenOddity = (screen: Size, frame: Size): ReadonlyArray<Oddity> => {
  const shown = text(
    isDoubted(screen)
      ? frame
      : { width: Math.max(screen.width, frame.width), height: Math.max(screen.height, frame.height) }
  )
  return shown === text(screen) ? [] : [{ _tag: "ScreenDiffers", screen: text(screen), shown }]
}
