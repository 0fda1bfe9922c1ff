/** Joins chunks into one array, or the first `length` bytes of them. */
export const join = (chunks: Iterable<Uint8Array>, length: number): Uint8Array<ArrayBuffer> => {
  const all = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    if (at >= length) break
    all.set(chunk.subarray(0, length - at), at)
    at += chunk.length
  }
  return all
}

/** The length of all chunks together. */
export const totalLength = (chunks: Iterable<Uint8Array>): number => {
  let length = 0
  for (const chunk of chunks) length += chunk.length
  return length
}
