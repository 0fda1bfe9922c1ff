const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/** 22 letters and digits (131 bits), without bias: bytes that would favour the alphabet's beginning are left out. */
export const randomText = (bytes: Uint8Array, length = 22): string => {
  let text = ""
  for (const byte of bytes) {
    if (byte < 248 && text.length < length) text += alphabet[byte % 62] ?? ""
  }
  return text
}
