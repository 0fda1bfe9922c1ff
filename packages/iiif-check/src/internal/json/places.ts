import { parsePath, type Parts } from "./path.ts"
import { scan, type Span, type Wanted } from "./scan.ts"

/** Where a path leads. It is exact unless there is no such value, and this is what is around it. */
export interface Found {
  readonly span: Span
  readonly isExact: boolean
}

const empty = (): Wanted => ({ below: new Map() })

const want = (root: Wanted, parts: Parts): void => {
  let wanted = root
  for (const part of parts) {
    const below = wanted.below.get(part) ?? empty()
    wanted.below.set(part, below)
    wanted = below
  }
}

/**
 * The value at a path, or the innermost one around it. Of a key that occurs twice the last one counts, as for
 * `JSON.parse`: what was found before the value that it should be in is in an earlier one.
 */
const find = (root: Wanted, parts: Parts): Found | undefined => {
  let { span } = root
  let wanted: Wanted | undefined = root
  for (const part of parts) {
    wanted = wanted?.below.get(part)
    if (span === undefined) return undefined
    if (wanted?.span === undefined || wanted.span.start < span.start) return { span, isExact: false }
    span = wanted.span
  }
  return span === undefined ? undefined : { span, isExact: true }
}

/** Finds the values at the paths of findings in a JSON text. */
export const findPaths = (text: string, paths: ReadonlyArray<string>): ReadonlyArray<Found | undefined> => {
  const root = empty()
  const parsed = paths.map(parsePath)
  for (const parts of parsed) if (parts !== undefined) want(root, parts)
  scan(text, root)
  return parsed.map((parts) => parts === undefined ? undefined : find(root, parts))
}
