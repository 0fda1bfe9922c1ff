/** Writes uncompressed TIFF files of any number of pages, for what sharp cannot write. */

type Entry = readonly [tag: number, type: 3 | 4 | 7, values: ReadonlyArray<number>]

export interface Page {
  readonly width: number
  readonly height: number
  /** Bits of each sample, as many as there are samples. */
  readonly bits: ReadonlyArray<number>
  /** 0 and 1: gray, from white and from black; 2: RGB; 3: palette; 5: CMYK. */
  readonly photometric: 0 | 1 | 2 | 3 | 5
  /** Rows that each begin at a byte; samples of 16 bits are little-endian. */
  readonly data: Uint8Array
  readonly entries?: ReadonlyArray<Entry>
}

const bytesOf = { 3: 2, 4: 4, 7: 1 }

export const COLOR_MAP = 320
export const EXTRA_SAMPLES = 338
export const ICC_PROFILE = 34675

const entriesOf = (page: Page, offset: number): ReadonlyArray<Entry> => {
  const fixed: ReadonlyArray<Entry> = [
    [256, 4, [page.width]],
    [257, 4, [page.height]],
    [258, 3, page.bits],
    [259, 3, [1]],
    [262, 3, [page.photometric]],
    [273, 4, [offset]],
    [277, 3, [page.bits.length]],
    [278, 4, [page.height]],
    [279, 4, [page.data.length]],
    ...(page.entries ?? [])
  ]
  return fixed.toSorted(([a], [b]) => a - b)
}

const writeValues = (target: Buffer, type: 3 | 4 | 7, values: ReadonlyArray<number>, at: number) => {
  for (const [i, value] of values.entries()) target.writeUIntLE(value, at + i * bytesOf[type], bytesOf[type])
}

/** The pages' directories follow their pixels, each pointing to the next. */
export const tiff = (pages: ReadonlyArray<Page>): Buffer => {
  const head = Buffer.from("II*\0\0\0\0\0", "latin1")
  const parts: Array<Buffer> = [head]
  let end = head.length
  let pointer: readonly [part: Buffer, at: number] = [head, 4]
  const append = (part: Buffer) => {
    const padded = part.length % 2 === 0 ? part : Buffer.concat([part, Buffer.alloc(1)])
    parts.push(padded)
    const start = end
    end += padded.length
    return start
  }
  for (const page of pages) {
    const entries = entriesOf(page, append(Buffer.from(page.data)))
    const directory = Buffer.alloc(2 + entries.length * 12 + 4)
    directory.writeUInt16LE(entries.length, 0)
    for (const [i, [tag, type, values]] of entries.entries()) {
      const at = 2 + i * 12
      directory.writeUInt16LE(tag, at)
      directory.writeUInt16LE(type, at + 2)
      directory.writeUInt32LE(values.length, at + 4)
      const length = values.length * bytesOf[type]
      if (length <= 4) {
        writeValues(directory, type, values, at + 8)
      } else {
        const long = Buffer.alloc(length)
        writeValues(long, type, values, 0)
        directory.writeUInt32LE(append(long), at + 8)
      }
    }
    pointer[0].writeUInt32LE(append(directory), pointer[1])
    pointer = [directory, directory.length - 4]
  }
  return Buffer.concat(parts)
}
