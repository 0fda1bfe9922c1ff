import { malformed, type Parser, refuse, type Want } from "./parser.ts"
import { Truncated } from "./reason.ts"

/** Bytes of the first read, which is the only one for most files apart from the check of the end. */
export const firstRead = 1024

/** The maximum number of bytes and of reads for any file. */
export const maxBytes = 256 * 1024
export const maxReads = 512

interface Chunk {
  readonly offset: number
  readonly bytes: Uint8Array
}

/** The parts of a file that have been read so far. */
export class Window {
  readonly size: number
  readonly #chunks: Array<Chunk> = []
  #bytesAsked = 0
  #reads = 0

  constructor(size: number) {
    this.size = size
  }

  /** Stores the bytes of a read. */
  add(offset: number, bytes: Uint8Array): void {
    this.#chunks.push({ offset, bytes })
  }

  /** Reads left before the limit. */
  get readsLeft(): number {
    return maxReads - this.#reads
  }

  /** Bytes left before the limit. */
  get bytesLeft(): number {
    return maxBytes - this.#bytesAsked
  }

  /** Whether these bytes were read already. */
  has(offset: number, length: number): boolean {
    return this.#find(offset, length) !== undefined
  }

  /**
   * The `length` bytes at `offset`, from memory if they were read already; otherwise reads `ahead` bytes, or up to the
   * end of the file. `what` names the part in the error if it is missing.
   */
  *bytes(what: string, offset: number, length: number, ahead: number = length): Parser<Uint8Array> {
    if (length <= 0) return new Uint8Array()
    const cached = this.#find(offset, length)
    if (cached !== undefined) return cached
    if (offset + length <= this.size) {
      yield* this.#fetch(offset, Math.min(Math.max(length, ahead), this.size - offset))
      const read = this.#find(offset, length)
      if (read !== undefined) return read
    }
    // past the end, or the file has shrunk since its size was read
    return yield* refuse(new Truncated({ what, expected: offset + length, actual: this.size }))
  }

  /** Like {@link bytes}, as a `DataView`. */
  *view(what: string, offset: number, length: number, ahead?: number): Parser<DataView> {
    const bytes = yield* this.bytes(what, offset, length, ahead)
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  #find(offset: number, length: number): Uint8Array | undefined {
    const chunk = this.#chunks.findLast((c) => c.offset <= offset && offset + length <= c.offset + c.bytes.length)
    return chunk?.bytes.subarray(offset - chunk.offset, offset - chunk.offset + length)
  }

  *#fetch(offset: number, length: number): Parser<void> {
    if (this.readsLeft < 1 || this.bytesLeft < length) {
      yield* malformed(`it takes more than ${maxReads} reads or ${maxBytes} bytes to find the size`, offset)
    }
    this.#reads += 1
    this.#bytesAsked += length
    yield { _tag: "Want", offset, length } satisfies Want
  }
}

/**
 * The offset of the last occurrence of `pattern` between `floor` and `end`, searching at most the last `limit` bytes;
 * `undefined` if there is none. It first reads the last 64 bytes, where an undamaged file nearly always has its end.
 */
export function* findLast(
  window: Window,
  pattern: Uint8Array,
  range: { readonly floor: number; readonly end: number; readonly limit: number }
): Parser<number | undefined> {
  const lowest = Math.max(range.floor, range.end - range.limit)
  let step = 64
  for (let end = range.end; end - lowest >= pattern.length;) {
    const start = Math.max(lowest, end - step)
    const bytes = yield* window.bytes("the end", start, end - start)
    const at = lastIndexOf(bytes, pattern)
    if (at >= 0) return start + at
    if (start === lowest) return undefined
    end = start + pattern.length - 1
    step = Math.min(step * 16, 16 * 1024)
  }
  return undefined
}

const lastIndexOf = (bytes: Uint8Array, pattern: Uint8Array): number => {
  for (let at = bytes.length - pattern.length; at >= 0; at--) {
    if (pattern.every((byte, i) => bytes[at + i] === byte)) return at
  }
  return -1
}

/** Latin-1 text of a few bytes: box types, chunk names, signatures. */
export const ascii = (bytes: Uint8Array): string => String.fromCharCode(...bytes)
