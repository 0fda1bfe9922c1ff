/** Wraps decoded samples in a TIFF file, which everything that reads images can read (TIFF 6.0, sections 2 to 6, 18). */
import type { Raster } from "./message.ts"

const SHORT = 3
const LONG = 4

/** Few rows in a strip, so that a reader needs little memory. */
const ROWS_PER_STRIP = 64

const HEADER_BYTES = 8

/** A field of a directory: its values go into the entry if they fit, else to where `at` says. */
interface Field {
  readonly tag: number
  readonly type: number
  readonly values: ReadonlyArray<number>
}

const sizeOf = (type: number) => type === SHORT ? 2 : 4

const encode = ({ type, values }: Field): Buffer => {
  const bytes = Buffer.alloc(Math.max(4, values.length * sizeOf(type)))
  values.forEach((value, index) => bytes.writeUIntLE(value, index * sizeOf(type), sizeOf(type)))
  return bytes
}

const directory = (fields: ReadonlyArray<Field>, at: number): Buffer => {
  const entries = Buffer.alloc(2 + fields.length * 12 + 4)
  entries.writeUInt16LE(fields.length, 0)
  const outside: Array<Buffer> = []
  let end = at + entries.length
  fields.forEach((field, index) => {
    const entry = 2 + index * 12
    const bytes = encode(field)
    entries.writeUInt16LE(field.tag, entry)
    entries.writeUInt16LE(field.type, entry + 2)
    entries.writeUInt32LE(field.values.length, entry + 4)
    if (bytes.length === 4) return bytes.copy(entries, entry + 8)
    entries.writeUInt32LE(end, entry + 8)
    outside.push(bytes)
    return end += bytes.length
  })
  return Buffer.concat([entries, ...outside])
}

const GRAY = 1
const RGB = 2
const UNASSOCIATED_ALPHA = 2

/** The parts of the file in order. Two or four channels have transparency as their last. */
export const parts = ({ bits, channels, height, width }: Raster, samples: Uint8Array): ReadonlyArray<Uint8Array> => {
  const rowBytes = width * channels * bits / 8
  const rows = Array.from(
    { length: Math.ceil(height / ROWS_PER_STRIP) },
    (_, strip) => Math.min(ROWS_PER_STRIP, height - strip * ROWS_PER_STRIP)
  )
  const header = Buffer.alloc(HEADER_BYTES)
  header.write("II*\0", "latin1")
  // A directory starts at an even address.
  const padding = Buffer.alloc(samples.length % 2)
  const at = HEADER_BYTES + samples.length + padding.length
  header.writeUInt32LE(at, 4)
  const fields: ReadonlyArray<Field> = [
    { tag: 256, type: LONG, values: [width] },
    { tag: 257, type: LONG, values: [height] },
    { tag: 258, type: SHORT, values: Array.from({ length: channels }, () => bits) },
    { tag: 259, type: SHORT, values: [1] },
    { tag: 262, type: SHORT, values: [channels < 3 ? GRAY : RGB] },
    { tag: 273, type: LONG, values: rows.map((_, strip) => HEADER_BYTES + strip * ROWS_PER_STRIP * rowBytes) },
    { tag: 277, type: SHORT, values: [channels] },
    { tag: 278, type: LONG, values: [ROWS_PER_STRIP] },
    { tag: 279, type: LONG, values: rows.map((count) => count * rowBytes) },
    ...(channels % 2 === 0 ? [{ tag: 338, type: SHORT, values: [UNASSOCIATED_ALPHA] }] : [])
  ]
  return [header, samples, padding, directory(fields, at)]
}
