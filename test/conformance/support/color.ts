/** RGB color spaces as matrices and a gamma, their ICC profiles, and what their numbers are in sRGB. */
import { crc32, deflateSync } from "node:zlib"

type Triple = readonly [number, number, number]

/** The XYZ values of the primaries under D50, and the exponent of the transfer function. */
export interface ColorSpace {
  readonly red: Triple
  readonly green: Triple
  readonly blue: Triple
  readonly gamma: number
}

/** As in Adobe's own profile. */
export const ADOBE_RGB: ColorSpace = {
  red: [0.60974, 0.31111, 0.01947],
  green: [0.20528, 0.62567, 0.06087],
  blue: [0.14919, 0.06322, 0.74457],
  gamma: 563 / 256
}

/** sRGB with red and green swapped: who ignores this profile shows the wrong color. */
export const SWAPPED: ColorSpace = {
  red: [0.38515, 0.71687, 0.09708],
  green: [0.43607, 0.22249, 0.01392],
  blue: [0.14307, 0.06061, 0.7141],
  gamma: 563 / 256
}

/** From XYZ under D50 to linear sRGB (Bradford). */
const FROM_XYZ: readonly [Triple, Triple, Triple] = [
  [3.1338561, -1.6168667, -0.4906146],
  [-0.9787684, 1.9161415, 0.033454],
  [0.0719453, -0.2289914, 1.4052427]
]

const encode = (linear: number): number => {
  const value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055
  return Math.round(255 * Math.min(1, Math.max(0, value)))
}

/** What numbers of a color space are in sRGB. */
export const toSrgb = (
  { blue, gamma, green, red }: ColorSpace,
  color: ReadonlyArray<number>
): ReadonlyArray<number> => {
  const [r = 0, g = 0, b = 0] = color.map((value) => (value / 255) ** gamma)
  const xyz = [0, 1, 2].map((i) => r * (red[i] ?? 0) + g * (green[i] ?? 0) + b * (blue[i] ?? 0))
  return FROM_XYZ.map((row) => encode(row.reduce((sum, factor, i) => sum + factor * (xyz[i] ?? 0), 0)))
}

const fixed = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(Math.round(value * 65536))
  return bytes
}

const text = (value: string) => Buffer.from(value, "latin1")
const xyzTag = (value: Triple) => Buffer.concat([text("XYZ \0\0\0\0"), ...value.map(fixed)])

const curveTag = (gamma: number) => {
  const bytes = Buffer.concat([text("curv\0\0\0\0"), Buffer.alloc(8)])
  bytes.writeUInt32BE(1, 8)
  bytes.writeUInt16BE(Math.round(gamma * 256), 12)
  return bytes
}

const descriptionTag = (name: string) => {
  const bytes = Buffer.alloc(12 + name.length + 1 + 78)
  bytes.write("desc", 0, "latin1")
  bytes.writeUInt32BE(name.length + 1, 8)
  bytes.write(name, 12, "latin1")
  return bytes
}

/** An ICC profile of version 2 for a display. */
export const profile = (space: ColorSpace): Buffer => {
  const tags: ReadonlyArray<readonly [name: string, value: Buffer]> = [
    ["desc", descriptionTag("test")],
    ["cprt", text("text\0\0\0\0none\0\0\0\0")],
    ["wtpt", xyzTag([0.9642, 1, 0.8249])],
    ["rXYZ", xyzTag(space.red)],
    ["gXYZ", xyzTag(space.green)],
    ["bXYZ", xyzTag(space.blue)],
    ["rTRC", curveTag(space.gamma)],
    ["gTRC", curveTag(space.gamma)],
    ["bTRC", curveTag(space.gamma)]
  ]
  const table = Buffer.alloc(4 + tags.length * 12)
  table.writeUInt32BE(tags.length, 0)
  const parts: Array<Buffer> = []
  let offset = 128 + table.length
  for (const [i, [name, value]] of tags.entries()) {
    const padded = Buffer.concat([value, Buffer.alloc((4 - value.length % 4) % 4)])
    table.write(name, 4 + i * 12, "latin1")
    table.writeUInt32BE(offset, 8 + i * 12)
    table.writeUInt32BE(value.length, 12 + i * 12)
    parts.push(padded)
    offset += padded.length
  }
  const head = Buffer.alloc(128)
  head.writeUInt32BE(offset, 0)
  head.writeUInt32BE(0x02400000, 8)
  head.write("mntrRGB XYZ ", 12, "latin1")
  head.write("acsp", 36, "latin1")
  fixed(0.9642).copy(head, 68)
  fixed(1).copy(head, 72)
  fixed(0.8249).copy(head, 76)
  return Buffer.concat([head, table, ...parts])
}

/** A PNG file with a profile put in, its pixels unchanged. */
export const withProfile = (png: Uint8Array, icc: Uint8Array): Buffer => {
  const bytes = Buffer.from(png)
  const content = Buffer.concat([text("iCCPtest\0\0"), deflateSync(icc)])
  const chunk = Buffer.alloc(content.length + 8)
  chunk.writeUInt32BE(content.length - 4, 0)
  content.copy(chunk, 4)
  chunk.writeUInt32BE(crc32(content), content.length + 4)
  // Behind the signature and the header.
  return Buffer.concat([bytes.subarray(0, 33), chunk, bytes.subarray(33)])
}
