const keyOf = (part: unknown): unknown => typeof part === "object" && part !== null && "key" in part ? part.key : part

/** The path of a key or an index below another path: `items[0]`, `items[0].label`. */
export const pathBelow = (path: string, key: string | number): string => {
  if (/^\d+$/.test(String(key))) return `${path}[${key}]`
  return path === "" ? String(key) : `${path}.${key}`
}

/** Formats a path for messages: `items[0].label`. */
export const jsonPath = (path: ReadonlyArray<unknown> | undefined): string =>
  (path ?? []).map((part) => String(keyOf(part))).reduce(pathBelow, "")
