/** Scales decoded samples to whole bytes and interleaves the channels of several decodings. */

/** What one run of the codec returned: interleaved samples, little-endian where they have more than eight bits. */
export interface Decoded {
  readonly bits: number
  readonly channels: number
  readonly samples: Uint8Array
}

const isWhole = ({ bits }: Decoded) => bits === 8 || bits === 16

const largest = (bits: number) => 2 ** bits - 1

/** Every value of the stored depth, scaled so that the largest one stays the largest one. */
const scale = (from: number, to: 8 | 16): Uint16Array =>
  Uint16Array.from({ length: 2 ** from }, (_, value) => Math.round(value * largest(to) / largest(from)))

const copy = (part: Decoded, target: Buffer, first: number, channels: number, bits: 8 | 16): void => {
  const source = Buffer.from(part.samples.buffer, part.samples.byteOffset, part.samples.byteLength)
  const scaled = scale(part.bits, bits)
  const sourceBytes = part.bits > 8 ? 2 : 1
  const count = source.length / sourceBytes
  let pixel = 0
  let channel = 0
  for (let index = 0; index < count; index++) {
    const value = scaled[sourceBytes === 2 ? source.readUInt16LE(index * 2) : source[index] ?? 0] ?? largest(bits)
    const at = pixel * channels + first + channel
    if (bits === 16) target.writeUInt16LE(value, at * 2)
    else target[at] = value
    if (++channel === part.channels) {
      channel = 0
      pixel++
    }
  }
}

/** The samples of all channels, 8 bits each, or 16 bits in little-endian order. */
export const interleave = (parts: ReadonlyArray<Decoded>): { readonly bits: 8 | 16; readonly data: Uint8Array } => {
  const bits = parts.some((part) => part.bits > 8) ? 16 : 8
  const [only] = parts
  if (parts.length === 1 && only !== undefined && isWhole(only)) return { bits, data: only.samples }
  const channels = parts.reduce((sum, part) => sum + part.channels, 0)
  const pixels = only === undefined ? 0 : only.samples.length / only.channels / (only.bits > 8 ? 2 : 1)
  const data = Buffer.alloc(pixels * channels * bits / 8)
  let first = 0
  for (const part of parts) {
    copy(part, data, first, channels, bits)
    first += part.channels
  }
  return { bits, data }
}
