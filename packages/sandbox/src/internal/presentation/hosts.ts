/** The addresses of MPS in dev, qa and prod, and how they look in the sandbox (docs/mps.md, 1.6 and 2.4). */

/** Images and manifests are at the same paths everywhere, so that only the origin changes. */
const MPS = /^https?:\/\/(?:(?:mps|nrs)(?:-qa|-dev)?\.lib|nrs)\.harvard\.edu(?=[/?#]|$)/i

/** The address with the sandbox's base in place of an origin of MPS; any other text as it is. */
export const toSandbox = (text: string, base: string): string => text.replace(MPS, () => base)

const BACKSLASH = 0x5C

/** The index of the quotation mark that ends the string which starts at `at`, in valid JSON. */
const closingQuote = (text: string, at: number): number => {
  for (let end = text.indexOf("\"", at + 1); end !== -1; end = text.indexOf("\"", end + 1)) {
    let first = end
    while (text.charCodeAt(first - 1) === BACKSLASH) first--
    if ((end - first) % 2 === 0) return end
  }
  return text.length - 1
}

const NAME_END = /\s*:/y

const isName = (text: string, end: number): boolean => {
  NAME_END.lastIndex = end
  return NAME_END.test(text)
}

const mapped = (literal: string, change: (value: string) => string): string => {
  const value: unknown = JSON.parse(literal)
  if (typeof value !== "string") return literal
  const moved = change(value)
  return moved === value ? literal : JSON.stringify(moved)
}

/**
 * Maps the strings in the text of a JSON document, except names of members. Everything else keeps its exact form:
 * numbers that JavaScript cannot represent, white space, members that occur twice, and any depth.
 */
export const mapStrings = (text: string, change: (value: string) => string): string => {
  const parts: Array<string> = []
  let copied = 0
  for (let start = text.indexOf("\""); start !== -1;) {
    const end = closingQuote(text, start) + 1
    const literal = text.slice(start, end)
    const changed = isName(text, end) ? literal : mapped(literal, change)
    if (changed !== literal) {
      parts.push(text.slice(copied, start), changed)
      copied = end
    }
    start = text.indexOf("\"", end)
  }
  parts.push(text.slice(copied))
  return parts.join("")
}

/** The document with the sandbox's addresses in place of those of MPS. */
export const view = (text: string, base: string): string => mapStrings(text, (value) => toSandbox(value, base))
