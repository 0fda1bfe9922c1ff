/** Where a value is in a document: its key, and where the value that has it is. */
export interface Place {
  readonly above: Place | undefined
  readonly key: string | number
}

/** The keys from the root of the document, in order. */
export const partsOf = (place: Place | undefined, below: ReadonlyArray<string | number> = []) => {
  const parts: Array<string | number> = []
  for (let one = place; one !== undefined; one = one.above) parts.push(one.key)
  return [...parts.reverse(), ...below]
}

/** The longest key that a path shows in full. */
const maxKey = 200

const isPlain = (key: string): boolean => /^[A-Za-z_$@][\w$@]*$/.test(key)

const step = (part: string | number): string => {
  if (typeof part === "number") return `[${part}]`
  if (part.length > maxKey) return `[${JSON.stringify(`${part.slice(0, maxKey)}…`)}]`
  return isPlain(part) ? `.${part}` : `[${JSON.stringify(part)}]`
}

/** Formats a path as in JavaScript: `items[0].label`. */
export const pathOf = (parts: ReadonlyArray<string | number>): string => parts.map(step).join("").replace(/^\./, "")
