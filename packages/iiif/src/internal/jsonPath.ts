const keyOf = (part: unknown): unknown => typeof part === "object" && part !== null && "key" in part ? part.key : part

/** Formats a path for messages: `items[0].label`. */
export const jsonPath = (path: ReadonlyArray<unknown> | undefined): string =>
  (path ?? []).map(keyOf).reduce<string>(
    (joined, key) => /^\d+$/.test(String(key)) ? `${joined}[${key}]` : joined === "" ? String(key) : `${joined}.${key}`,
    ""
  )
