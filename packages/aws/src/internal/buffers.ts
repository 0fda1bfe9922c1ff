/** The smallest and the largest buffer that is kept, in bytes. */
const smallest = 64 * 1024
const largest = 16 * 1024 * 1024

/** How many bytes of buffers may wait to be used again. */
const idle = 64 * 1024 * 1024

/** Buffers that are used again: fresh ones cost more than the reading of what goes into them. */
export interface Buffers {
  /** Bytes of any content. */
  readonly take: (length: number) => Uint8Array
  /** Only of bytes that nobody reads any more: of a request that was answered as a success, or never sent. */
  readonly give: (bytes: Uint8Array) => void
}

const classOf = (length: number): number => Math.max(smallest, 2 ** Math.ceil(Math.log2(length)))

export const make = (): Buffers => {
  const free = new Map<number, Array<ArrayBuffer>>()
  let waiting = 0
  return {
    take: (length) => {
      if (length > largest) return new Uint8Array(length)
      const size = classOf(length)
      const kept = free.get(size)?.pop()
      if (kept !== undefined) waiting -= size
      return new Uint8Array(kept ?? Buffer.allocUnsafeSlow(size).buffer, 0, length)
    },
    give: ({ buffer }) => {
      const size = buffer.byteLength
      if (!(buffer instanceof ArrayBuffer) || size > largest || waiting + size > idle) return
      waiting += size
      const kept = free.get(size)
      if (kept === undefined) free.set(size, [buffer])
      else kept.push(buffer)
    }
  }
}
