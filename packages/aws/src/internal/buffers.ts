/** Sizes of the smallest and the largest buffer that is pooled, in bytes. */
const smallest = 64 * 1024
const largest = 16 * 1024 * 1024

/** Limit on the total size of unused buffers in the pool, in bytes. */
const maxPooled = 64 * 1024 * 1024

/** A pool of buffers: allocating a buffer costs more than reading a file into it. */
export interface Buffers {
  /** A buffer whose content is undefined. */
  readonly acquire: (length: number) => Uint8Array
  /** Only for a buffer that nothing reads any more: its request has succeeded or was never sent. */
  readonly release: (bytes: Uint8Array) => void
}

const sizeClassOf = (length: number): number => Math.max(smallest, 2 ** Math.ceil(Math.log2(length)))

export const make = (): Buffers => {
  const free = new Map<number, Array<ArrayBuffer>>()
  let pooled = 0
  return {
    acquire: (length) => {
      if (length > largest) return new Uint8Array(length)
      const size = sizeClassOf(length)
      const kept = free.get(size)?.pop()
      if (kept !== undefined) pooled -= size
      return new Uint8Array(kept ?? Buffer.allocUnsafeSlow(size).buffer, 0, length)
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
