/**
 * JPEG (ITU-T T.81, annex B): the markers up to the first scan, then the end of the file.
 */
import { readOrientation } from "./exif.ts"
import { readEnd } from "./jpegEnd.ts"
import type { Oddity } from "./oddity.ts"
import { type ColorModel, type Fields, malformed, type Parser, plain, refuse, size } from "./parser.ts"
import { Truncated, UnsupportedFormat } from "./reason.ts"
import { ascii, type Window } from "./window.ts"

/** The longest edge in pixels that libjpeg and its derivatives decode. */
const maxJpegEdge = 65_500

/** How many bytes that are no marker to skip before a segment. */
const maxStrays = 64 * 1024

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
  /** How many bytes before the marker are no part of any segment. */
  readonly strays: number
}

export const isJpeg = (head: Uint8Array): boolean => head[0] === 0xff && head[1] === 0xd8

export function* parseJpeg(window: Window): Parser<Fields> {
  let frame: Frame | undefined
  let hints: Hints = { orientation: 1, adobe: -1, jfif: false, strays: 0 }
  for (let [at, ahead] = [2, 0];;) {
    const segment = yield* readSegment(window, at, ahead)
    const { marker } = segment
    hints = yield* readHints(window, segment, hints)
    if (marker === 0xda) return yield* finish(window, segment, frame, hints)
    if (isFrame(marker)) {
      if (frame !== undefined) yield* malformed("two JPEG frames", at)
      frame = yield* readFrame(window, segment)
    }
    at = segment.at + segment.length
    // long application segments follow one another and are skipped; those after any other are short or needed
    ahead = marker >= 0xe0 && marker <= 0xef && segment.length > 512 ? 64 : 512
  }
}

interface Hints {
  readonly orientation: number
  readonly adobe: number
  readonly jfif: boolean
  readonly strays: number
}

function* readHints(window: Window, segment: Segment, before: Hints): Parser<Hints> {
  const hints = { ...before, strays: before.strays + segment.strays }
  switch (segment.marker) {
    case 0xe0:
      return { ...hints, jfif: (yield* signature(window, segment)).startsWith("JFIF\0") }
    case 0xe1:
      return (yield* signature(window, segment)).startsWith("Exif\0\0")
        ? { ...hints, orientation: yield* readOrientation(window, segment.at + 6, segment.length - 6) }
        : hints
    case 0xee:
      return { ...hints, adobe: yield* adobeTransform(window, segment) }
    default:
      return hints
  }
}

/** All start-of-frame markers: C0 to CF without DHT, JPG and DAC. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

/** Reads the next segment, over fill bytes and, as libjpeg does, over bytes that are no marker. */
function* readSegment(window: Window, offset: number, ahead: number): Parser<Segment> {
  const { at, strays } = yield* findMarker(window, offset, ahead)
  const head = yield* window.view("a JPEG marker", at, 4)
  const marker = head.getUint8(1)
  if (marker === 0xf7) {
    yield* refuse(new UnsupportedFormat({ format: "JPEG-LS", convertTo: "convert it to TIFF, JPEG 2000 or JPEG" }))
  }
  if (marker === 0xd9) yield* malformed("a JPEG that ends before its picture", at)
  if (isReserved(marker)) {
    yield* malformed(`JPEG marker 0x${marker.toString(16)} where a segment is required`, at)
  }
  const length = head.getUint16(2)
  if (length < 2) yield* malformed(`a JPEG segment of ${length} bytes`, at)
  return { marker, at: at + 4, length: length - 2, strays }
}

/** What libjpeg rejects: reserved markers, extensions and a second start of image. */
const isReserved = (marker: number): boolean =>
  marker < 0xc0 || marker === 0xc8 || marker === 0xd8 || (marker >= 0xf0 && marker <= 0xfd)

const isMarker = (first: number | undefined, second: number | undefined): boolean =>
  first === 0xff && second !== undefined && second !== 0 && second !== 0xff && !isStandalone(second)

/** TEM and restart markers have no contents and mean nothing between segments. */
const isStandalone = (marker: number): boolean => marker === 1 || (marker >= 0xd0 && marker <= 0xd7)

/** The offset of the next marker that begins a segment, and how many bytes before it are neither marker nor fill. */
function* findMarker(
  window: Window,
  offset: number,
  ahead: number
): Parser<{ readonly at: number; readonly strays: number }> {
  const [first, second] = yield* window.bytes("a JPEG marker", offset, 2, Math.max(4, ahead))
  if (isMarker(first, second)) return { at: offset, strays: 0 }
  const end = Math.min(window.size, offset + maxStrays)
  let strays = 0
  for (let [at, step] = [offset, 64]; at + 2 <= end; step = Math.min(step * 16, 16 * 1024)) {
    const bytes = yield* window.bytes("a JPEG marker", at, Math.min(step, end - at))
    const found = bytes.findIndex((byte, i) => isMarker(byte, bytes[i + 1]))
    const skipped = found < 0 ? bytes.subarray(0, -1) : bytes.subarray(0, found)
    strays += skipped.filter((byte) => byte !== 0xff).length
    if (found >= 0) return { at: at + found, strays }
    at += skipped.length
  }
  if (end === window.size) {
    yield* refuse(new Truncated({ what: "a JPEG marker", expected: window.size + 2, actual: window.size }))
  }
  return yield* malformed("no JPEG marker where one is required", offset)
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

function* finish(window: Window, scan: Segment, frame: Frame | undefined, hints: Hints): Parser<Fields> {
  if (frame === undefined) return yield* malformed("a JPEG scan before any frame", scan.at)
  const start = scan.at + scan.length
  if (start > window.size) {
    yield* refuse(new Truncated({ what: "the header of a JPEG scan", expected: start, actual: window.size }))
  }
  const oddities = [...strayBytes(hints.strays), ...yield* readEnd(window, start)]
  const { bitDepth, components, height, width } = frame
  const colorModel = colorModelOf(components, hints)
  return { ...plain, format: "jpeg", width, height, bitDepth, colorModel, orientation: hints.orientation, oddities }
}

const strayBytes = (bytes: number): ReadonlyArray<Oddity> => bytes === 0 ? [] : [{ _tag: "StrayBytes", bytes }]

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
