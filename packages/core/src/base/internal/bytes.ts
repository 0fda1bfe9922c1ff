/** Concatenates the first `length` bytes of the chunks. */
export const join = (chunks: Iterable<Uint8Array>, length: number): Uint8Array<ArrayBuffer> => {
  const joined = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    if (offset >= length) break
    joined.set(chunk.subarray(0, length - offset), offset)
    offset += chunk.length
  }
  return joined
}

export const totalLength = (chunks: Iterable<Uint8Array>): number => {
  let length = 0
  for (const chunk of chunks) length += chunk.length
  return length
}
