/** Where an offset is: the number of its line, counted from 1, and the offset at which that line begins. */
export interface Line {
  readonly number: number
  readonly start: number
}

/** The lines of offsets, in one pass over the text. Lines end with LF or CR LF. */
export const linesOf = (text: string, offsets: ReadonlyArray<number>): ReadonlyMap<number, Line> => {
  const lines = new Map<number, Line>()
  let number = 1
  let start = 0
  let next = text.indexOf("\n")
  for (const offset of offsets.toSorted((a, b) => a - b)) {
    while (next >= 0 && next < offset) {
      number++
      start = next + 1
      next = text.indexOf("\n", start)
    }
    lines.set(offset, { number, start })
  }
  return lines
}
