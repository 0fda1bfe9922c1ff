/** The bytes of documents as text. */

const piece = 64 * 1024

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80

/** How many bytes come before the character that is damaged or cut off. */
const validBefore = (bytes: Uint8Array): number => {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
  let valid = 0
  try {
    // what a decoder returns is complete
    for (let at = 0; at < bytes.length; at++) {
      if (decoder.decode(bytes.subarray(at, at + 1), { stream: true }) !== "") valid = at + 1
    }
  } catch {
    return valid
  }
  return valid
}

const decodes = (decoder: TextDecoder, bytes: Uint8Array): boolean => {
  try {
    decoder.decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

/** How many bytes at the beginning are UTF-8: first in large pieces, then byte by byte in the one that is not. */
const validBytes = (bytes: Uint8Array): number => {
  const pieces = new TextDecoder("utf-8", { fatal: true })
  let start = 0
  while (start < bytes.length && decodes(pieces, bytes.subarray(start, start + piece))) start += piece
  // the damage may have begun in up to three bytes before, and the character before that is whole
  start = Math.max(0, Math.min(start, bytes.length) - 4)
  if (start > 0) { while (isContinuation(bytes[start])) start++ }
  return start + validBefore(bytes.subarray(start))
}

/** A text, or what is wrong with the bytes: with the text as far as it is one, and where that ends. */
export type Text =
  | { readonly _tag: "Text"; readonly text: string }
  | { readonly _tag: "NotUtf8"; readonly text: string; readonly at: number; readonly problem: string }

const startsWith = (bytes: Uint8Array, ...start: ReadonlyArray<number>): boolean =>
  start.every((byte, index) => bytes[index] === byte)

/** Decodes UTF-8, with or without a byte order mark. */
export const decodeUtf8 = (bytes: Uint8Array): Text => {
  try {
    return { _tag: "Text", text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) }
  } catch {
    if (startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff)) {
      return { _tag: "NotUtf8", text: "", at: 0, problem: "it is UTF-16, not UTF-8" }
    }
    const valid = validBytes(bytes)
    const { length: at } = new TextDecoder().decode(bytes.subarray(0, valid))
    const byte = (bytes[valid] ?? 0).toString(16).padStart(2, "0")
    return { _tag: "NotUtf8", text: new TextDecoder().decode(bytes), at, problem: `the byte 0x${byte} is not UTF-8` }
  }
}
