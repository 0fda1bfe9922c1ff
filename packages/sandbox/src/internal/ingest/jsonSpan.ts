/** The position of a top-level member's value in the text of a JSON object; the text must be valid JSON. */
interface Span {
  readonly start: number
  readonly end: number
}

const WHITESPACE = /[\t\n\r ]/

const skipWhitespace = (text: string, at: number): number => {
  while (at < text.length && WHITESPACE.test(text.charAt(at))) at++
  return at
}

/** The index after the string that starts at `at`. */
const stringEnd = (text: string, at: number): number => {
  for (let i = at + 1; i < text.length; i++) {
    const char = text.charAt(i)
    if (char === "\\") i++
    else if (char === "\"") return i + 1
  }
  return text.length
}

const scalarEnd = (text: string, at: number): number => {
  while (at < text.length && !/[,\]}\t\n\r ]/.test(text.charAt(at))) at++
  return at
}

/** Counts brackets instead of recursing, so that deep nesting cannot exhaust the stack. */
const containerEnd = (text: string, at: number): number => {
  let depth = 0
  for (let i = at; i < text.length; i++) {
    const char = text.charAt(i)
    if (char === "\"") i = stringEnd(text, i) - 1
    else if (char === "{" || char === "[") depth++
    else if ((char === "}" || char === "]") && --depth === 0) return i + 1
  }
  return text.length
}

const valueEnd = (text: string, at: number): number => {
  const char = text.charAt(at)
  if (char === "\"") return stringEnd(text, at)
  return char === "{" || char === "[" ? containerEnd(text, at) : scalarEnd(text, at)
}

/**
 * The span of a member's value in the top-level object, so that its text can be kept exactly as sent. The last of
 * several members with the same name wins, as in `JSON.parse`.
 */
export const memberSpan = (text: string, name: string): Span | undefined => {
  let found: Span | undefined
  let at = skipWhitespace(text, 0)
  if (text.charAt(at) !== "{") return undefined
  at = skipWhitespace(text, at + 1)
  while (text.charAt(at) === "\"") {
    const keyEnd = stringEnd(text, at)
    const key: unknown = JSON.parse(text.slice(at, keyEnd))
    const start = skipWhitespace(text, skipWhitespace(text, keyEnd) + 1)
    const end = valueEnd(text, start)
    if (key === name) found = { start, end }
    at = skipWhitespace(text, skipWhitespace(text, end) + 1)
  }
  return found
}
