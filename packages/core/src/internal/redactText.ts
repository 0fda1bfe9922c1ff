/**
 * Takes what looks like a credential out of text that came from a server: error pages and debug endpoints are known
 * to echo the request's headers.
 */
const patterns: ReadonlyArray<RegExp> = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g,
  /\bBearer\s+[\w.~+/=-]+/gi,
  /\bAWS4-HMAC-SHA256\s[^"'<\n]*/g,
  /\b(?:X-Amz-Security-Token|X-Amz-Signature|X-Amz-Credential)["'\s:=]+[\w%/+=.-]+/gi
]

export const redactText = (text: string): string => patterns.reduce((t, p) => t.replace(p, "<redacted>"), text)
