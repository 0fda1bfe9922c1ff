/**
 * Finds the places in a JSON text that the paths of findings lead to.
 *
 * @since 0.1.0
 */
import { linesOf } from "./internal/json/lines.ts"
import { findPaths } from "./internal/json/places.ts"

/**
 * A place in a text. `line` and `column` count from 1, columns in UTF-16 code units, as editors do; `start` and `end`
 * are offsets in the text. A property is placed from its key to the end of its value. With `isExact: false`, there is
 * no such value, and the place is that of the innermost one around it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Location {
  readonly line: number
  readonly column: number
  readonly start: number
  readonly end: number
  readonly isExact: boolean
}

/**
 * The places that paths lead to, in the order of the paths; `undefined` for what is not a path, and in a text that is
 * not JSON. Of a key that occurs twice the last one counts, as for `JSON.parse`.
 *
 * @example
 * ```ts
 * import { Locations } from "iiif-check"
 *
 * const text = `{
 *   "type": "Manifest",
 *   "id": "manifest.json"
 * }`
 * Locations.locate(text, ["id", "label"])
 * // => [
 * //   { line: 3, column: 3, start: 26, end: 47, isExact: true },
 * //   { line: 1, column: 1, start: 0, end: 49, isExact: false }
 * // ]
 * ```
 *
 * @category locating
 * @since 0.1.0
 */
export const locate = (text: string, paths: ReadonlyArray<string>): ReadonlyArray<Location | undefined> => {
  const found = findPaths(text, paths)
  const lines = linesOf(text, found.flatMap((one) => one === undefined ? [] : [one.span.start]))
  return found.map((one) => {
    const line = one === undefined ? undefined : lines.get(one.span.start)
    if (one === undefined || line === undefined) return undefined
    const { end, start } = one.span
    return { line: line.number, column: start - line.start + 1, start, end, isExact: one.isExact }
  })
}
