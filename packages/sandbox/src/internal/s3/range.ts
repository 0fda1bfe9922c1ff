/** Byte ranges. */

export interface ByteRange {
  readonly start: number
  /** Inclusive. */
  readonly end: number
}

/**
 * The range that a Range header requests of `size` bytes; undefined means the whole object. As HTTP allows, S3 ignores
 * a header that it cannot parse, and returns the whole object for several ranges.
 */
export const parseRange = (field: string | undefined, size: number): ByteRange | "unsatisfiable" | undefined => {
  const match = /^bytes=(?:(\d{1,15})-(\d{1,15})?|-(\d{1,15}))$/.exec(field?.trim() ?? "")
  if (match === null) return undefined
  const [, first, last, suffix] = match
  const start = first === undefined ? Math.max(0, size - Number(suffix)) : Number(first)
  const end = Math.min(size - 1, first === undefined || last === undefined ? size - 1 : Number(last))
  if (last !== undefined && Number(last) < start) return undefined
  return start >= size || Number(suffix) === 0 ? "unsatisfiable" : { start, end }
}

/** Parses the range of UploadPartCopy, whose ends must both be within the source. */
export const parseCopyRange = (field: string, size: number): ByteRange | undefined => {
  const match = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(field.trim())
  if (match === null) return undefined
  const [start, end] = [Number(match[1]), Number(match[2])]
  return start <= end && end < size ? { start, end } : undefined
}
