/** What a terminal acts upon, what turns or hides what stands around it, and what stands for no character. */
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu

const escaped = (character: string): string => `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`

/** How long a secret access key of AWS is; keys and tokens are longer. */
const shortestSecret = 40

/** A text as it may stand in a message: names of files and answers of servers hold anything. */
export const visible = (text: string): string => text.replace(unseen, escaped)

/** The same for a text of several lines. */
export const visibleLines = (text: string): string =>
  text.replace(unseen, (character) => /\s/.test(character) ? character : escaped(character))

/** The first 80 characters of a text, in quotation marks. */
export const quoted = (text: string): string =>
  `"${visible(text.slice(0, 80).replace(/["\\]/g, "\\$&"))}${text.length > 80 ? "…" : ""}"`

/** The same, unless it is as long as a secret may be: something put in the wrong place is not repeated. */
export const quotedSetting = (text: string): string =>
  text.length >= shortestSecret ? `a text of ${text.length} characters` : quoted(text)

const credentials: ReadonlyArray<RegExp> = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g,
  /\bBearer\s+[\w.~+/=-]+/gi,
  /\bAWS4-HMAC-SHA256\s[^"'<\n]*/g,
  /\b(?:X-Amz-Security-Token|X-Amz-Signature|X-Amz-Credential)["'\s:=]+[\w%/+=.-]+/gi
]

/**
 * Removes what looks like a credential from text that a server sent: error pages and debug endpoints are known to echo the
 * headers of the request.
 */
export const redactText = (text: string): string => credentials.reduce((t, p) => t.replace(p, "<redacted>"), text)
