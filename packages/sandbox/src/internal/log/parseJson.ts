/** Reads a text that may be no JSON, for those who only show what it says. */
export const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
