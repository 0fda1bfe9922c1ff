/** Control, format, private-use, surrogate and line-separator characters: they can change what a terminal shows. */
const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu

const escapeCharacter = (character: string): string => `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`

/** The length of an AWS secret access key; private keys and tokens are longer. */
const shortestSecret = 40

/** Escapes invisible characters for a message: file names and server responses can contain any. */
export const visible = (text: string): string => text.replace(invisible, escapeCharacter)

/** Like {@link visible}, but keeps line breaks and other white space. */
export const visibleLines = (text: string): string =>
  text.replace(invisible, (character) => /\s/.test(character) ? character : escapeCharacter(character))

/** The first 80 characters of a text, in quotation marks. */
export const quoted = (text: string): string =>
  `"${visible(text.slice(0, 80).replace(/["\\]/g, "\\$&"))}${text.length > 80 ? "…" : ""}"`

/** The lines of a text in one. */
export const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, "; ")

/** A number of things, such as `1 image` or `1,000 images`. */
export const counted = (count: number, noun: string): string =>
  `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`

/** Like {@link quoted}, but hides a value long enough to be a secret that was put in the wrong setting. */
export const quotedSetting = (text: string): string =>
  text.length >= shortestSecret ? `a value of ${text.length} characters` : quoted(text)

const credentialPatterns: ReadonlyArray<RegExp> = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g,
  /\bBearer\s+[\w.~+/=-]+/gi,
  /\bAWS4-HMAC-SHA256\s[^"'<\n]*/g,
  /\b(?:X-Amz-Security-Token|X-Amz-Signature|X-Amz-Credential)["'\s:=]+[\w%/+=.-]+/gi
]

/**
 * Removes anything that looks like a credential from text sent by a server: error pages and debug endpoints are known
 * to echo request headers.
 */
export const redactText = (text: string): string =>
  credentialPatterns.reduce((redacted, pattern) => redacted.replace(pattern, "<redacted>"), text)
