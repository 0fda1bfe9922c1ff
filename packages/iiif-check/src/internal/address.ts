/** Tells addresses from names of files. */
import { existsSync } from "node:fs"

/** The scheme of an address, with what makes it one. */
const scheme = /^[A-Za-z][A-Za-z\d+.-]*:\/\//

/** A scheme that only addresses have, a host without a scheme, or a user and password before one. */
const likeAddress = /^(?:https?:|[A-Za-z][A-Za-z\d+.-]+:\/|\/\/|[^/\\]*:[^/\\]*@)/i

/** The URL that a document is named by; `undefined` for the name of a file. White space around it does not count. */
export const urlOf = (argument: string): URL | undefined => {
  const text = argument.trim()
  return scheme.test(text) ? URL.parse(text) ?? undefined : undefined
}

/**
 * Why something is neither an address nor a file, if it begins like an address. Nothing of it is repeated but a known
 * scheme: the rest may be a user and a password.
 */
export const malformed = (argument: string): string | undefined => {
  const text = argument.trim()
  if (urlOf(text) !== undefined || !likeAddress.test(text) || existsSync(argument)) return undefined
  const begins = /^https?:/i.exec(text)?.[0] ?? (text.startsWith("//") ? "//" : "")
  return `${begins}… begins like an address and is none: write it as https://host/path, or a file as ./name`
}
