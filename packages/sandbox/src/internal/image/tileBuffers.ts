/**
 * Buffers that are used again. A tile has some hundred kilobytes, and at thousands of tiles a second new memory for each
 * costs more than the tile: it must be mapped, and collected.
 */

export interface TileBuffers {
  /** A buffer of exactly this length; what it holds is undefined. */
  readonly take: (length: number) => Buffer
  /** Gives back a buffer that nobody reads any more. */
  readonly give: (buffer: Buffer) => void
}

const CLASS = 16 * 1024
/** Bytes that are kept for use. */
const CAPACITY = 2 * 1024 * 1024

const classOf = (length: number) => Math.ceil(length / CLASS) * CLASS

export const make = (): TileBuffers => {
  const free = new Map<number, Array<ArrayBufferLike>>()
  let size = 0
  return {
    take: (length) => {
      const bytes = classOf(length)
      const used = free.get(bytes)?.pop()
      if (used === undefined) return Buffer.allocUnsafeSlow(bytes).subarray(0, length)
      size -= bytes
      return Buffer.from(used, 0, length)
    },
    give: ({ buffer }) => {
      if (size + buffer.byteLength > CAPACITY) return
      size += buffer.byteLength
      const list = free.get(buffer.byteLength)
      if (list === undefined) free.set(buffer.byteLength, [buffer])
      else list.push(buffer)
    }
  }
}
