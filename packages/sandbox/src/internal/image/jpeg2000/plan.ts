/**
 * Decides how an image is decoded. The codec returns one or three components only, so that an image with two or four is
 * decoded twice, each time wrapped in a header that selects some of its components.
 */
import type { Component, Header } from "./header.ts"
import { depthOffset } from "./header.ts"

/** One run of the codec: what it is given, and which channels of the image it returns. */
export interface Pass {
  readonly input: Buffer
  readonly channels: ReadonlyArray<number>
}

const MAX_PIXELS = 100_000_000
const MAX_BITS = 16
const CMYK = 12
const SYCC = 18

const isFull = ({ dx, dy }: Component) => dx === 1 && dy === 1
/** Chroma with half the samples in a row, and perhaps in a column: the codec knows how to enlarge it. */
const isHalfChroma = (components: ReadonlyArray<Component>) => {
  const [luma, blue, red] = components
  return components.length === 3 && luma !== undefined && blue !== undefined && red !== undefined &&
    isFull(luma) && blue.dx === 2 && blue.dy <= 2 && blue.dy > 0 && red.dx === blue.dx && red.dy === blue.dy
}

const haveOneDepth = (components: ReadonlyArray<Component>) =>
  components.every(({ bits }) => bits === components[0]?.bits)

/** What the sandbox cannot decode rightly, so that it refuses it instead of serving wrong pixels. */
export const obstacle = ({ colorSpace, components, height, palette, width }: Header): string | undefined => {
  const pixels = width * height
  if (pixels > MAX_PIXELS) {
    return `it has ${Math.ceil(pixels / 1e6)} megapixels, and the sandbox decodes at most ${MAX_PIXELS / 1e6}`
  }
  const deepest = Math.max(...components.map(({ bits }) => bits))
  if (deepest > MAX_BITS) return `it has ${deepest} bits per sample, and the sandbox decodes at most ${MAX_BITS}`
  if (colorSpace === CMYK) return "its colours are CMYK, which the sandbox cannot decode"
  if (!haveOneDepth(components)) return "its components differ in depth, which the sandbox cannot decode"
  if (palette && components.length !== 1) {
    return "it has a palette for several components, which the sandbox cannot decode"
  }
  const isYcc = colorSpace === SYCC || !components.every(isFull)
  if (isYcc && (components.length !== 3 || deepest > 8)) {
    return "its colours are YCC in a form that the sandbox cannot decode"
  }
  return components.every(isFull) || isHalfChroma(components)
    ? undefined
    : "its components are subsampled in a form that the sandbox cannot decode"
}

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
const u16 = (value: number) => u32(value).subarray(2)
const box = (type: string, ...content: ReadonlyArray<Buffer>): Buffer => {
  const body = Buffer.concat(content)
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, "latin1"), body])
}

const SIGNATURE = box("jP  ", Buffer.from([0x0D, 0x0A, 0x87, 0x0A]))
const FILE_TYPE = box("ftyp", Buffer.from("jp2 "), u32(0), Buffer.from("jp2 "))
const SRGB = 16
const GREY = 17

/**
 * A JP2 file of some of the components: a palette box with the mapping "direct use" (I.5.3.5) passes on the components
 * that it lists. The codec runs out of its buffers for two or four components, but not for one or three.
 */
const select = ({ components, height, width }: Header, stream: Buffer, channels: ReadonlyArray<number>): Buffer => {
  const depths = channels.map((channel) => (components[channel]?.bits ?? 8) - 1)
  const ihdr = Buffer.concat([
    u32(height),
    u32(width),
    u16(components.length),
    Buffer.from([components[0]?.bits ?? 8, 7, 0, 0].map((value, index) => index === 0 ? value - 1 : value))
  ])
  const entries = channels.map((channel) => Buffer.alloc((components[channel]?.bits ?? 8) > 8 ? 2 : 1))
  const header = box(
    "jp2h",
    box("ihdr", ihdr),
    box("colr", Buffer.from([1, 0, 0]), u32(channels.length === 1 ? GREY : SRGB)),
    box("pclr", u16(1), Buffer.from([channels.length, ...depths]), ...entries),
    box("cmap", ...channels.flatMap((channel) => [u16(channel), Buffer.from([0, 0])]))
  )
  return Buffer.concat([SIGNATURE, FILE_TYPE, header, box("jp2c", stream)])
}

/**
 * Declares signed samples unsigned, in place: the decoder then adds half of the range, as it does for unsigned ones,
 * and the samples keep their order and distance.
 */
const makeUnsigned = (file: Buffer, { codestream, components }: Header): void =>
  components.forEach((_, index) => {
    const at = codestream + depthOffset(index)
    file.writeUInt8(file.readUInt8(at) & 0x7F, at)
  })

/** The runs of the codec; changes the file in memory. */
export const passes = (file: Buffer, header: Header): ReadonlyArray<Pass> => {
  makeUnsigned(file, header)
  const { components } = header
  if (components.length === 1 || components.length === 3) {
    return [{ input: file, channels: components.map((_, index) => index) }]
  }
  const colors = components.map((_, index) => index).slice(0, -1)
  const stream = file.subarray(header.codestream, header.end)
  return [colors, [components.length - 1]].map((channels) => ({ input: select(header, stream, channels), channels }))
}
