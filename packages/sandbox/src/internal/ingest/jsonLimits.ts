/**
 * Bounds on JSON that clients send, held before it is parsed: a value takes many times the memory of its text, and
 * recursive functions follow it only so deep.
 */

interface Limits {
  /** How deep arrays and objects may be nested. */
  readonly depth: number
  /** How many members one of them may have. */
  readonly members: number
  /** How many members all of them may have together. */
  readonly values: number
}

/** Backslashes and quotes of a string up to its end. */
const skipString = (text: string, start: number): number => {
  for (let at = start; at < text.length; at++) {
    if (text[at] === "\\") at++
    else if (text[at] === "\"") return at
  }
  return text.length
}

/** Which limit a text exceeds, if any. What is no JSON is left to the parser. */
export const problem = (text: string, limits: Limits): string | undefined => {
  /** The commas of every array and object that is open. */
  const commas: Array<number> = []
  let values = 0
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (char === "\"") at = skipString(text, at + 1)
    else if (char === "[" || char === "{") {
      if (commas.push(0) > limits.depth) return `its arrays and objects are nested more than ${limits.depth} deep`
    } else if (char === "]" || char === "}") commas.pop()
    else if (char === ",") {
      const last = commas.length - 1
      const count = (commas[last] ?? 0) + 1
      if (last >= 0) commas[last] = count
      if (count >= limits.members) return `an array or object has more than ${limits.members} members`
      if (++values >= limits.values) return `it has more than ${limits.values} values`
    }
  }
  return undefined
}

/** Whether a value consists of more than `limit` values. */
export const isLarger = (value: unknown, limit: number): boolean => {
  let count = 0
  const visit = (part: unknown): boolean => {
    if (++count > limit) return true
    if (Array.isArray(part)) return part.length > limit || part.some(visit)
    if (typeof part !== "object" || part === null) return false
    for (const key in part) if (Object.hasOwn(part, key) && visit(Reflect.get(part, key))) return true
    return false
  }
  return visit(value)
}
