/** The keys and indexes that lead to a value. */
export type Parts = ReadonlyArray<string | number>

const plain = /\.?([A-Za-z_$@][\w$@]*)/y
const index = /\[(\d+)\]/y

/** The end of a string in double quotes that begins at a place: a key may be longer than a pattern can match. */
const stringEnd = (text: string, start: number): number => {
  let at = start + 1
  while (at < text.length && text[at] !== "\"") at += text[at] === "\\" ? 2 : 1
  return at + 1
}

interface Step {
  readonly part: string | number
  readonly end: number
}

const quotedStep = (path: string, at: number): Step | undefined => {
  if (!path.startsWith("[\"", at)) return undefined
  const end = stringEnd(path, at + 1)
  if (path[end] !== "]") return undefined
  try {
    return { part: String(JSON.parse(path.slice(at + 1, end))), end: end + 1 }
  } catch {
    return undefined
  }
}

/** One step of a path: `.key`, `[0]` or `["any key"]`. Only the first key is without a dot. */
const step = (path: string, at: number): Step | undefined => {
  plain.lastIndex = index.lastIndex = at
  const key = plain.exec(path)
  if (key?.[1] !== undefined) {
    return key[0].startsWith(".") === (at > 0) ? { part: key[1], end: plain.lastIndex } : undefined
  }
  const found = index.exec(path)
  return found === null ? quotedStep(path, at) : { part: Number(found[1]), end: index.lastIndex }
}

/** Parses the path of a finding, such as `items[0].label["en-x"]`; the empty path is the document itself. */
export const parsePath = (path: string): Parts | undefined => {
  const parts: Array<string | number> = []
  for (let at = 0; at < path.length;) {
    const next = step(path, at)
    if (next === undefined) return undefined
    parts.push(next.part)
    at = next.end
  }
  return parts
}
