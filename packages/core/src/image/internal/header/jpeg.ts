/**
 * JPEG (ITU-T T.81, annex B): the markers up to the first scan, then the end of the file.
 */
import { readOrientation } from "./exif.ts"
import { type ColorModel, type Fields, malformed, type Parser, plain, refuse, size } from "./parser.ts"
import { Truncated, UnsupportedFormat } from "./reason.ts"
import { ascii, findLast, type Window } from "./window.ts"

/** The longest edge in pixels that libjpeg and its derivatives decode. */
const maxJpegEdge = 65_500

/** How many bytes from the end of the file to search for the end of the image. */
const maxTrailer = 64 * 1024

const endOfImage = Uint8Array.of(0xff, 0xd9)

interface Frame {
  readonly width: number
  readonly height: number
  readonly bitDepth: number
  readonly components: string
}

interface Segment {
  readonly marker: number
  /** The offset of the contents, after the marker and the length. */
  readonly at: number
  readonly length: number
}

export const isJpeg = (head: Uint8Array): boolean => head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff

export function* parseJpeg(window: Window): Parser<Fields> {
  let frame: Frame | undefined
  let [orientation, adobe, jfif] = [1, -1, false]
  for (let [at, ahead] = [2, 0];;) {
    const segment = yield* readSegment(window, at, ahead)
    const { marker } = segment
    if (marker === 0xda) return yield* finish(window, segment, frame, { orientation, adobe, jfif })
    if (isFrame(marker)) {
      if (frame !== undefined) yield* malformed("two JPEG frames", at)
      frame = yield* readFrame(window, segment)
    } else if (marker === 0xe0) jfif = (yield* signature(window, segment)).startsWith("JFIF\0")
    else if (marker === 0xe1 && (yield* signature(window, segment)).startsWith("Exif\0\0")) {
      orientation = yield* readOrientation(window, segment.at + 6, segment.length - 6)
    } else if (marker === 0xee) adobe = yield* adobeTransform(window, segment)
    at = segment.at + segment.length
    // application segments follow one another and are skipped; the segments after any other are short and needed
    ahead = marker >= 0xe0 && marker <= 0xef ? 64 : 512
  }
}

/** All start-of-frame markers: C0 to CF without DHT, JPG and DAC. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

function* readSegment(window: Window, offset: number, ahead: number): Parser<Segment> {
  let at = offset
  let head = yield* window.view("a JPEG marker", at, 4, ahead)
  if (head.getUint8(0) !== 0xff) yield* malformed("no JPEG marker where one is required", at)
  while (head.getUint8(1) === 0xff && at - offset < 64) {
    at += 1
    head = yield* window.view("a JPEG marker", at, 4)
  }
  const marker = head.getUint8(1)
  if (marker === 0xf7) {
    yield* refuse(new UnsupportedFormat({ format: "JPEG-LS", convertTo: "convert it to TIFF, JPEG 2000 or JPEG" }))
  }
  if (marker === 0xd9) yield* malformed("a JPEG that ends before its picture", at)
  if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd8)) {
    yield* malformed(`JPEG marker 0x${marker.toString(16)} where a segment is required`, at)
  }
  const length = head.getUint16(2)
  if (length < 2) yield* malformed(`a JPEG segment of ${length} bytes`, at)
  return { marker, at: at + 4, length: length - 2 }
}

function* readFrame(window: Window, segment: Segment): Parser<Frame> {
  const count = (yield* window.view("the JPEG frame header", segment.at, 6)).getUint8(5)
  if (count === 0 || segment.length !== 6 + 3 * count) {
    yield* malformed(`a JPEG frame header of ${segment.length} bytes for ${count} components`, segment.at)
  }
  const view = yield* window.view("the JPEG frame header", segment.at, segment.length)
  const [width, height] = [view.getUint16(3), view.getUint16(1)]
  yield* size(width, height, maxJpegEdge)
  const ids = Uint8Array.from({ length: count }, (_, i) => view.getUint8(6 + 3 * i))
  return { width, height, bitDepth: view.getUint8(0), components: ascii(ids) }
}

function* signature(window: Window, segment: Segment): Parser<string> {
  return ascii(yield* window.bytes("a JPEG segment", segment.at, Math.min(segment.length, 6)))
}

/** The color transform in Adobe's segment, or -1 if the segment is not Adobe's. */
function* adobeTransform(window: Window, segment: Segment): Parser<number> {
  if (segment.length < 12 || !(yield* signature(window, segment)).startsWith("Adobe")) return -1
  return (yield* window.bytes("a JPEG segment", segment.at + 11, 1))[0] ?? -1
}

interface Hints {
  readonly orientation: number
  readonly adobe: number
  readonly jfif: boolean
}

function* finish(window: Window, scan: Segment, frame: Frame | undefined, hints: Hints): Parser<Fields> {
  if (frame === undefined) return yield* malformed("a JPEG scan before any frame", scan.at)
  yield* checkEnd(window, scan.at + scan.length)
  const { bitDepth, components, height, width } = frame
  const colorModel = colorModelOf(components, hints)
  return { ...plain, format: "jpeg", width, height, bitDepth, colorModel, orientation: hints.orientation }
}

/**
 * Inside a scan every FF is followed by 00 or a restart marker, so a truncated file has no end-of-image marker after
 * its first scan. A complete file has one, usually as its last two bytes. Some cameras append whole videos, so a file
 * with more data after the scan than is searched is Truncated only if its tail looks like coded image data.
 */
function* checkEnd(window: Window, floor: number): Parser<void> {
  const end = window.size
  if ((yield* findLast(window, endOfImage, { floor, end, limit: maxTrailer })) !== undefined) return
  const searched = Math.max(floor, end - maxTrailer)
  const from = Math.max(searched, end - 16 * 1024)
  const tail = yield* window.bytes("the end", from, end - from)
  if (searched === floor || isCodedData(tail)) {
    yield* refuse(new Truncated({ what: "a JPEG with its end marker", expected: end + 2, actual: end }))
  }
}

const isCodedData = (bytes: Uint8Array): boolean => {
  const after = bytes.slice(1).filter((_, i) => bytes[i] === 0xff)
  return after.includes(0) && after.every((byte) => byte === 0 || byte === 0xff || (byte >= 0xd0 && byte <= 0xd7))
}

/** Guesses like libjpeg: JFIF means YCbCr, then Adobe's transform decides, then the component names. */
const colorModelOf = (components: string, hints: Hints): ColorModel => {
  switch (components.length) {
    case 1:
      return "gray"
    case 3:
      if (hints.jfif) return "ycbcr"
      if (hints.adobe >= 0) return hints.adobe === 0 ? "rgb" : "ycbcr"
      return components === "RGB" ? "rgb" : "ycbcr"
    case 4:
      return "cmyk"
    default:
      return "other"
  }
}
