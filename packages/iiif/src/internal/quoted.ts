/**
 * Control, format, surrogate and private-use characters, and line separators: a terminal may act on them or hide text.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu

const escaped = (character: string): string => `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`

/** The first 80 characters of a string in quotation marks, safe to print. */
export const quoted = (text: string): string =>
  `"${text.slice(0, 80).replace(/["\\]/g, "\\$&").replace(invisible, escaped)}${text.length > 80 ? "…" : ""}"`
