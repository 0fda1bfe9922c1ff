/** Finds out what separates the cells of a CSV or TSV file. */
import { type Origin, quote, refuse } from "./model.ts"

const candidates = ["\t", ";", ","]

const looked = 64 * 1024

/** The counts of the candidates in the first line that is not blank, outside quotation marks. */
const countsIn = (text: string): ReadonlyMap<string, number> => {
  const counts = new Map(candidates.map((candidate) => [candidate, 0]))
  let isQuoted = false
  let isBlank = true
  for (const character of text.slice(0, looked)) {
    if (character === "\"") isQuoted = !isQuoted
    if (isQuoted) continue
    if ((character === "\n" || character === "\r") && !isBlank) break
    if (!/[\s,;]/.test(character)) isBlank = false
    const count = counts.get(character)
    if (count !== undefined) counts.set(character, count + 1)
  }
  return counts
}

/** What Excel writes into the first line for itself: `sep=;`. */
const announced = /^\s*"?sep=([^\r\n"])"?\s*(?:\r\n|\n|\r)/i

/** The delimiter, and how many lines above the header only name it. */
export interface Delimiter {
  readonly delimiter: string
  readonly skipped: string
}

export const delimiterOf = (text: string, origin: Origin, given?: string): Delimiter => {
  const [skipped = "", named] = announced.exec(text) ?? []
  if (given !== undefined) {
    const delimiter = given === "\\t" ? "\t" : given
    if (delimiter.length !== 1 || /["\r\n]/.test(delimiter)) {
      throw refuse("delimiter-invalid", { source: origin.source }, `${quote(given)} cannot separate cells`)
    }
    return { delimiter, skipped }
  }
  if (named !== undefined) return { delimiter: named, skipped }
  const [best] = [...countsIn(text)].toSorted(([, a], [, b]) => b - a)
  return { delimiter: best === undefined || best[1] === 0 ? "," : best[0], skipped }
}
