/** Reads what a JPEG 2000 file says of its image before any pixel is decoded (ISO/IEC 15444-1, annexes A and I). */

/** A component as the codestream stores it. */
export interface Component {
  readonly bits: number
  readonly signed: boolean
  /** Distance of its samples on the reference grid: 1 where there is a sample for every pixel. */
  readonly dx: number
  readonly dy: number
}

export interface Header {
  readonly width: number
  readonly height: number
  readonly components: ReadonlyArray<Component>
  /** Where the codestream starts. */
  readonly codestream: number
  /** Where it ends; the file may have other boxes after it. */
  readonly end: number
  readonly palette: boolean
  /** `EnumCS` of the first colour specification that has one: 12 CMYK, 16 sRGB, 17 grey, 18 sYCC. */
  readonly colorSpace: number | undefined
}

/** The place of a component's depth within the codestream. */
export const depthOffset = (component: number): number => 42 + 3 * component

const SOC_SIZ = 0xFF4FFF51
const SIGNATURE = 0x6A502020
const MAX_BOXES = 1000
const MAX_COMPONENTS = 4

interface Box {
  readonly type: string
  readonly start: number
  readonly end: number
}

function* boxes(file: Buffer, from: number, to: number): Generator<Box> {
  let at = from
  for (let count = 0; count < MAX_BOXES && at + 8 <= to; count++) {
    const length32 = file.readUInt32BE(at)
    const isLong = length32 === 1 && at + 16 <= to
    const length = length32 === 0 ? to - at : isLong ? Number(file.readBigUInt64BE(at + 8)) : length32
    const start = at + (isLong ? 16 : 8)
    const end = Math.min(to, at + length)
    if (end < start) return
    yield { type: file.toString("latin1", at + 4, at + 8), start, end }
    at = end
  }
}

const component = (file: Buffer, at: number): Component => {
  const depth = file.readUInt8(at)
  return {
    bits: (depth & 0x7F) + 1,
    signed: (depth & 0x80) !== 0,
    dx: file.readUInt8(at + 1),
    dy: file.readUInt8(at + 2)
  }
}

type Siz = Pick<Header, "width" | "height" | "components">

const readSiz = (file: Buffer, at: number, end: number): Siz | string => {
  if (end - at < depthOffset(1) || file.readUInt32BE(at) !== SOC_SIZ) return "its codestream has no image size"
  const count = file.readUInt16BE(at + 40)
  if (count === 0 || count > MAX_COMPONENTS) return `it has ${count} components, and the sandbox reads 1 to 4`
  if (end - at < depthOffset(count)) return "its codestream ends within the image size"
  const width = file.readUInt32BE(at + 8) - file.readUInt32BE(at + 16)
  const height = file.readUInt32BE(at + 12) - file.readUInt32BE(at + 20)
  if (width <= 0 || height <= 0) return "its image size is not positive"
  return {
    width,
    height,
    components: Array.from({ length: count }, (_, index) => component(file, at + depthOffset(index)))
  }
}

/** The boxes of `jp2h` that change what the decoded components mean. */
const readColors = (file: Buffer, header: Box | undefined): Pick<Header, "palette" | "colorSpace"> => {
  const inner = header === undefined ? [] : [...boxes(file, header.start, header.end)]
  const enumerated = inner.find(({ end, start, type }) =>
    type === "colr" && end - start >= 7 && file.readUInt8(start) === 1
  )
  return {
    palette: inner.some(({ type }) => type === "pclr"),
    colorSpace: enumerated === undefined ? undefined : file.readUInt32BE(enumerated.start + 3)
  }
}

/** Bytes that {@link isJpeg2000} looks at. */
export const MAGIC_BYTES = 8

/** Whether a file that starts with these bytes is a JP2 file or a raw codestream. */
export const isJpeg2000 = (start: Buffer): boolean =>
  start.length >= MAGIC_BYTES && (start.readUInt32BE(0) === SOC_SIZ || start.readUInt32BE(4) === SIGNATURE)

/** The header of a JP2 file or a raw codestream, or what is wrong with it. */
export const read = (file: Buffer): Header | string => {
  if (file.length >= 4 && file.readUInt32BE(0) === SOC_SIZ) {
    const siz = readSiz(file, 0, file.length)
    if (typeof siz === "string") return siz
    return { ...siz, codestream: 0, end: file.length, palette: false, colorSpace: undefined }
  }
  if (file.length < 12 || file.readUInt32BE(4) !== SIGNATURE) return "it is not JPEG 2000"
  const top = [...boxes(file, 0, file.length)]
  const stream = top.find(({ type }) => type === "jp2c")
  if (stream === undefined) return "it has no codestream"
  const siz = readSiz(file, stream.start, stream.end)
  if (typeof siz === "string") return siz
  const colors = readColors(file, top.find(({ type }) => type === "jp2h"))
  return { ...siz, ...colors, codestream: stream.start, end: stream.end }
}
