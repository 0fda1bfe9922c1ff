/**
 * JP2 (ITU-T T.800, annex I), JPX (T.801, annex M) and JPH (T.814, annex D), which is JP2 with a High-Throughput
 * codestream: the boxes up to the first codestream. Also raw codestreams.
 */
import { quoted } from "../../../base/internal/text.ts"
import { type Codestream, isCodestream, parseCodestream } from "./codestream.ts"
import { type ColorModel, type Fields, malformed, type Parser, plain, refuse } from "./parser.ts"
import { Truncated, UnsupportedFormat } from "./reason.ts"
import { ascii, type Window } from "./window.ts"

/** The maximum number of boxes read at one level; the limit of reads ends a search through long ones sooner. */
const maxBoxes = 4096

interface Box {
  readonly type: string
  /** The offset of the contents. */
  readonly at: number
  /** The offset of the end, according to the box's length. */
  readonly end: number
}

const signature = Uint8Array.of(0, 0, 0, 12, 0x6a, 0x50, 0x20, 0x20, 0x0d, 0x0a, 0x87, 0x0a)

export const isJp2 = (head: Uint8Array): boolean => signature.every((byte, i) => head[i] === byte)

export const isJ2k = isCodestream

export function* parseJ2k(window: Window): Parser<Fields> {
  const codestream = yield* parseCodestream(window, 0, window.size)
  return fields("j2k", codestream, byComponents(codestream.components))
}

export function* parseJp2(window: Window): Parser<Fields> {
  const fileType = yield* readBox(window, signature.length, window.size)
  if (fileType.type !== "ftyp") yield* malformed("a JPEG 2000 file without its type box", signature.length)
  const format = yield* readBrand(window, fileType)
  let header: Header | undefined
  for (let at = fileType.end, boxes = 0; boxes < maxBoxes; boxes++) {
    const box = yield* readBox(window, at, window.size)
    if (box.type === "jp2h") header = yield* readHeader(window, box)
    if (box.type === "jp2c") return yield* readPicture(window, box, format, header)
    at = box.end
  }
  return yield* malformed(`more than ${maxBoxes} JPEG 2000 boxes before the picture`, fileType.end)
}

/** A box header. Length 1: a 64-bit length follows; length 0, for a codestream only: the box extends to `end`. */
function* readBox(window: Window, at: number, end: number): Parser<Box> {
  const view = yield* window.view("a JPEG 2000 box", at, 8, 64)
  const type = ascii(yield* window.bytes("a JPEG 2000 box", at + 4, 4))
  const short = view.getUint32(0)
  if (short === 0 && type === "jp2c") return { type, at: at + 8, end }
  const head = short === 1 ? 16 : 8
  const length = short === 1 ? yield* readLongLength(window, at + 8) : short
  if (length < head) yield* malformed(`a JPEG 2000 box of ${length} bytes`, at)
  return { type, at: at + head, end: at + length }
}

function* readLongLength(window: Window, at: number): Parser<number> {
  const view = yield* window.view("a JPEG 2000 box", at, 8)
  return view.getUint32(0) * 0x1_0000_0000 + view.getUint32(4)
}

type Brand = "jp2" | "jpx" | "jph"

const formats: Readonly<Record<string, Brand>> = { "jp2 ": "jp2", "jpx ": "jpx", "jph ": "jph" }

function* readBrand(window: Window, box: Box): Parser<Brand> {
  const length = Math.min(box.end - box.at, 64)
  if (length < 8) yield* malformed("a JPEG 2000 type box without a brand", box.at)
  const text = ascii(yield* window.bytes("a JPEG 2000 box", box.at, length))
  const brands = [text.slice(0, 4), ...(text.slice(8).match(/.{4}/gs) ?? [])]
  const known = brands.map((brand) => formats[brand]).find((format) => format !== undefined)
  if (known !== undefined) return known
  const format = `JPEG 2000 with brand ${quoted(brands[0] ?? "")}`
  return yield* refuse(new UnsupportedFormat({ format, convertTo: "convert it to JP2 or TIFF" }))
}

interface Header {
  readonly width: number
  readonly height: number
  readonly colorModel: ColorModel | undefined
}

/** The superbox jp2h: ihdr comes first, colr and pclr anywhere after it. */
function* readHeader(window: Window, superbox: Box): Parser<Header> {
  const ihdr = yield* readInner(window, superbox, superbox.at)
  if (ihdr.type !== "ihdr" || ihdr.end - ihdr.at !== 14) {
    yield* malformed("a JPEG 2000 header without ihdr", superbox.at)
  }
  const view = yield* window.view("a JPEG 2000 box", ihdr.at, 14)
  let [colorModel, palette]: [ColorModel | undefined, boolean] = [undefined, false]
  for (let at = ihdr.end, boxes = 0; at < superbox.end && boxes < maxBoxes; boxes++) {
    const box = yield* readInner(window, superbox, at)
    if (box.type === "colr") colorModel ??= yield* readColor(window, box)
    palette ||= box.type === "pclr"
    at = box.end
  }
  return { width: view.getUint32(4), height: view.getUint32(0), colorModel: palette ? "palette" : colorModel }
}

/** A box inside another must end inside it; like OpenJPEG, this accepts no length 0 there. */
function* readInner(window: Window, superbox: Box, at: number): Parser<Box> {
  const box = yield* readBox(window, at, Number.MAX_SAFE_INTEGER)
  if (box.end > superbox.end) yield* malformed(`a JPEG 2000 box ${JSON.stringify(box.type)} longer than its header`, at)
  return box
}

const enumeratedColorSpaces: Readonly<Record<number, ColorModel>> = {
  12: "cmyk",
  14: "lab",
  16: "rgb",
  17: "gray",
  18: "ycbcr"
}

const profileColorSpaces: Readonly<Record<string, ColorModel>> = {
  "RGB ": "rgb",
  GRAY: "gray",
  CMYK: "cmyk",
  "Lab ": "lab"
}

/** The enumerated color space, or the color space of an ICC profile. */
function* readColor(window: Window, box: Box): Parser<ColorModel | undefined> {
  const length = box.end - box.at
  if (length < 7) return undefined
  const view = yield* window.view("a JPEG 2000 box", box.at, 7)
  if (view.getUint8(0) === 1) return enumeratedColorSpaces[view.getUint32(3)] ?? "other"
  return length < 23 ? undefined : profileColorSpaces[ascii(yield* window.bytes("a JPEG 2000 box", box.at + 19, 4))]
}

function* readPicture(
  window: Window,
  box: Box,
  format: Brand,
  header: Header | undefined
): Parser<Fields> {
  if (header === undefined) return yield* malformed("a JPEG 2000 picture without its header", box.at)
  if (box.end > window.size) {
    yield* refuse(new Truncated({ what: "the JPEG 2000 picture", expected: box.end, actual: window.size }))
  }
  const codestream = yield* parseCodestream(window, box.at, box.end)
  if (header.width !== codestream.width || header.height !== codestream.height) {
    yield* malformed(
      `ihdr gives ${header.width} x ${header.height}, the codestream ${codestream.width} x ${codestream.height}`,
      box.at
    )
  }
  return fields(format, codestream, header.colorModel ?? byComponents(codestream.components))
}

const byComponents = (components: number): ColorModel => components < 3 ? "gray" : "rgb"

const fields = (format: Fields["format"], codestream: Codestream, colorModel: ColorModel): Fields => ({
  ...plain,
  format,
  width: codestream.width,
  height: codestream.height,
  bitDepth: codestream.bitDepth,
  colorModel,
  tiled: codestream.tiled,
  pyramid: codestream.pyramid,
  oddities: codestream.oddities
})
