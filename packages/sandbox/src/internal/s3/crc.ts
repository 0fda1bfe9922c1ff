/**
 * CRC-32C and CRC-64/NVME over streamed bytes, and the CRC of a whole object from the CRCs of its parts.
 *
 * `node:zlib` only has CRC-32. The other two are reflected, start with all ones and are inverted at the end; the tables
 * process eight bytes at a time ("slicing by 8").
 */

/** A reflected CRC: its width in bits and its polynomial with the lowest power in the highest bit. */
export interface CrcModel {
  readonly width: 32 | 64
  readonly polynomial: bigint
}

export const crc32Model: CrcModel = { width: 32, polynomial: 0xedb88320n }
export const crc32cModel: CrcModel = { width: 32, polynomial: 0x82f63b78n }
export const crc64NvmeModel: CrcModel = { width: 64, polynomial: 0x9a6c9329ac4bc9b5n }

interface Tables {
  readonly low: Uint32Array
  readonly high: Uint32Array
}

const remainder = (model: CrcModel, byte: number): bigint => {
  let value = BigInt(byte)
  for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ model.polynomial : value >> 1n
  return value
}

/** Entry `256 * k + b` is the contribution to the register of byte `b` followed by `k` zero bytes. */
const makeTables = (model: CrcModel): Tables => {
  const single = Array.from({ length: 256 }, (_, byte) => remainder(model, byte))
  const low = new Uint32Array(8 * 256)
  const high = new Uint32Array(8 * 256)
  single.forEach((first, byte) => {
    let value = first
    for (let zeros = 0; zeros < 8; zeros++) {
      low[256 * zeros + byte] = Number(value & 0xffffffffn)
      high[256 * zeros + byte] = Number(value >> 32n)
      value = (value >> 8n) ^ (single[Number(value & 0xffn)] ?? 0n)
    }
  })
  return { low, high }
}

const crc32cTables = makeTables(crc32cModel)
const crc64NvmeTables = makeTables(crc64NvmeModel)

// Every index below is within the bounds of its table or byte array, so the value is never undefined.
const at = (values: Uint32Array | Uint8Array, index: number): number => values[index] as number

/** CRC-32C of `bytes`, continuing from `crc` (0 at the start). */
export const crc32c = (bytes: Uint8Array, crc: number): number => {
  const { low: t } = crc32cTables
  const whole = bytes.length - bytes.length % 8
  let c = ~crc
  let i = 0
  for (; i < whole; i += 8) {
    c ^= at(bytes, i) | at(bytes, i + 1) << 8 | at(bytes, i + 2) << 16 | at(bytes, i + 3) << 24
    c = at(t, 1792 + (c & 255)) ^ at(t, 1536 + (c >>> 8 & 255)) ^ at(t, 1280 + (c >>> 16 & 255)) ^
      at(t, 1024 + (c >>> 24)) ^ at(t, 768 + at(bytes, i + 4)) ^ at(t, 512 + at(bytes, i + 5)) ^
      at(t, 256 + at(bytes, i + 6)) ^ at(t, at(bytes, i + 7))
  }
  for (; i < bytes.length; i++) c = c >>> 8 ^ at(t, (c ^ at(bytes, i)) & 255)
  return ~c >>> 0
}

/** The register of a CRC-64 in two halves. */
export interface Crc64 {
  readonly low: number
  readonly high: number
}

/** CRC-64/NVME of `bytes`, continuing from `crc` (zeros at the start). */
export const crc64Nvme = (bytes: Uint8Array, crc: Crc64): Crc64 => {
  const { high: h, low: l } = crc64NvmeTables
  const whole = bytes.length - bytes.length % 8
  let low = ~crc.low
  let high = ~crc.high
  let i = 0
  for (; i < whole; i += 8) {
    low ^= at(bytes, i) | at(bytes, i + 1) << 8 | at(bytes, i + 2) << 16 | at(bytes, i + 3) << 24
    high ^= at(bytes, i + 4) | at(bytes, i + 5) << 8 | at(bytes, i + 6) << 16 | at(bytes, i + 7) << 24
    const a = 1792 + (low & 255), b = 1536 + (low >>> 8 & 255), c = 1280 + (low >>> 16 & 255), d = 1024 + (low >>> 24)
    const e = 768 + (high & 255), f = 512 + (high >>> 8 & 255), g = 256 + (high >>> 16 & 255), j = high >>> 24
    low = at(l, a) ^ at(l, b) ^ at(l, c) ^ at(l, d) ^ at(l, e) ^ at(l, f) ^ at(l, g) ^ at(l, j)
    high = at(h, a) ^ at(h, b) ^ at(h, c) ^ at(h, d) ^ at(h, e) ^ at(h, f) ^ at(h, g) ^ at(h, j)
  }
  for (; i < bytes.length; i++) {
    const index = (low ^ at(bytes, i)) & 255
    low = (low >>> 8 | high << 24) ^ at(l, index)
    high = high >>> 8 ^ at(h, index)
  }
  return { low: ~low >>> 0, high: ~high >>> 0 }
}

const multiply = (model: CrcModel, a: bigint, b: bigint): bigint => {
  let product = 0n
  let factor = b
  for (let mask = 1n << BigInt(model.width - 1); mask > 0n; mask >>= 1n) {
    if (a & mask) product ^= factor
    factor = factor & 1n ? (factor >> 1n) ^ model.polynomial : factor >> 1n
  }
  return product
}

/** x to the power of `8 * length` modulo the polynomial: the factor by which `length` following bytes shift a CRC. */
const shiftOf = (model: CrcModel, length: number): bigint => {
  let result = 1n << BigInt(model.width - 1)
  let square = 1n << BigInt(model.width - 2)
  for (let bits = BigInt(length) * 8n; bits > 0n; bits >>= 1n) {
    if (bits & 1n) result = multiply(model, result, square)
    square = multiply(model, square, square)
  }
  return result
}

/** The CRC of concatenated parts from the CRC (big-endian) and length in bytes of each part. */
export const combineCrc = (
  model: CrcModel,
  parts: ReadonlyArray<{ readonly crc: Uint8Array; readonly length: number }>
): Buffer => {
  // Parts usually have the same length, so the factor is cached.
  const shifts = new Map<number, bigint>()
  let total = 0n
  for (const { crc, length } of parts) {
    const shift = shifts.get(length) ?? shiftOf(model, length)
    shifts.set(length, shift)
    total = multiply(model, shift, total) ^ BigInt(`0x${Buffer.from(crc).toString("hex")}`)
  }
  return Buffer.from(total.toString(16).padStart(model.width / 4, "0"), "hex")
}
