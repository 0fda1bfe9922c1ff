/**
 * Memory for bodies that is used again: allocating a buffer costs more than reading a file into it. For layers that read
 * files.
 *
 * @since 0.1.0
 */

/** Sizes of the smallest and the largest buffer that is pooled, in bytes. */
const smallest = 64 * 1024
const largest = 16 * 1024 * 1024

/**
 * A pool of buffers.
 *
 * - `acquire` gives a buffer of `length` bytes, whose content is undefined. At most twice as much memory is taken, or
 *   64 KiB.
 * - `release` takes one back. Only for a buffer that nothing reads any more: its request has succeeded or was never sent.
 *
 * @category models
 * @since 0.1.0
 */
export interface Buffers {
  readonly acquire: (length: number) => Uint8Array
  readonly release: (bytes: Uint8Array) => void
}

const sizeClassOf = (length: number): number => Math.max(smallest, 2 ** Math.ceil(Math.log2(length)))

/**
 * A pool that keeps unused buffers of at most `maxPooled` bytes in total.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (maxPooled: number): Buffers => {
  const free = new Map<number, Array<ArrayBuffer>>()
  let pooled = 0
  return {
    acquire: (length) => {
      if (length > largest) return new Uint8Array(length)
      const size = sizeClassOf(length)
      const kept = free.get(size)?.pop()
      if (kept !== undefined) pooled -= size
      return new Uint8Array(kept ?? new ArrayBuffer(size), 0, length)
    },
    release: ({ buffer }) => {
      const size = buffer.byteLength
      if (!(buffer instanceof ArrayBuffer) || size > largest || pooled + size > maxPooled) return
      pooled += size
      const kept = free.get(size)
      if (kept === undefined) free.set(size, [buffer])
      else kept.push(buffer)
    }
  }
}
