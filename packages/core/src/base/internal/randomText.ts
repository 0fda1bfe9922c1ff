const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/** 22 random letters and digits (131 bits). Skips bytes from 248 up, which would bias it to the alphabet's start. */
export const randomText = (bytes: Uint8Array, length = 22): string => {
  let text = ""
  for (const byte of bytes) {
    if (byte < 248 && text.length < length) text += alphabet[byte % 62] ?? ""
  }
  return text
}
