/** Finds out the encoding of a text file, and decodes it; bytes that are no text of it are refused with their place. */
import { limits, type Origin, quote, refuse } from "./model.ts"

const marks: ReadonlyArray<readonly [encoding: string, bytes: ReadonlyArray<number>]> = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]]
]

const looked = 4096

/** UTF-16 without a mark: every other byte of a header in Latin letters is zero. */
const unmarked = (bytes: Uint8Array): string => {
  const head = bytes.subarray(0, looked - looked % 2)
  const zeros = [0, 0]
  for (const [index, byte] of head.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1
  const [even = 0, odd = 0] = zeros
  const pairs = head.length / 2
  if (odd > pairs * 0.4 && even < pairs * 0.1) return "utf-16le"
  if (even > pairs * 0.4 && odd < pairs * 0.1) return "utf-16be"
  return "utf-8"
}

const encodingOf = (bytes: Uint8Array): string =>
  marks.find(([, mark]) => mark.every((byte, index) => bytes[index] === byte))?.[0] ?? unmarked(bytes)

const decoderOf = (encoding: string, { source }: Origin): TextDecoder => {
  try {
    return new TextDecoder(encoding, { fatal: true })
  } catch {
    throw refuse("encoding-unknown", { source }, `the encoding ${quote(encoding)} is not known`)
  }
}

/** Decoding to a replacement shows where the first one stands, unless the text has replacements of its own before. */
const firstInvalid = (bytes: Uint8Array, encoding: string): number => {
  let [good, bad] = [0, bytes.length]
  const decodes = (end: number): boolean => {
    try {
      new TextDecoder(encoding, { fatal: true }).decode(bytes.subarray(0, end), { stream: true })
      return true
    } catch {
      return false
    }
  }
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2)
    if (decodes(middle)) good = middle
    else bad = middle
  }
  return good
}

/** The text of a file, without a byte order mark. */
export const decode = (bytes: Uint8Array, origin: Origin, given?: string): string => {
  const { source } = origin
  const encoding = given ?? encodingOf(bytes)
  const decoder = decoderOf(encoding, origin)
  let text: string
  try {
    text = decoder.decode(bytes)
  } catch {
    const at = firstInvalid(bytes, encoding)
    const line = bytes.subarray(0, at).reduce((sum, byte) => byte === 10 ? sum + 1 : sum, 1)
    const byte = (bytes[at] ?? 0).toString(16).padStart(2, "0")
    const message = `it is no ${decoder.encoding.toUpperCase()}: byte ${at + 1} (0x${byte}), in line ${line}, is not`
    throw refuse("encoding-invalid", { source, row: line }, message)
  }
  if (text.length > limits.fileBytes) throw refuse("sheet-too-large", { source }, "it has too many characters")
  return text
}
