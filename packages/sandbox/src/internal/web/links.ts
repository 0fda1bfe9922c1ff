/** Addresses that a page may link to or load. What a document names is not to be trusted: it may be `javascript:`. */
import { decodeSegment } from "../http/exchange.ts"
import * as ImageAddress from "../image/address.ts"
import * as Hosts from "../presentation/hosts.ts"

const parse = (text: string): URL | undefined => URL.canParse(text) ? new URL(text) : undefined

/** The address if it is of a kind that is safe to follow. */
export const followable = (text: string): string | undefined => {
  const url = parse(text)
  return url !== undefined && ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : undefined
}

/** The address if it is one of the sandbox's own, which is all that a page may load. */
export const own = (base: string, text: string): string | undefined => {
  const url = parse(text)
  return url?.origin === base ? url.href : undefined
}

/** `NS:ID` of an image service or of an image request, at the sandbox or at MPS. */
export const assetOf = (base: string, text: string): string | undefined => {
  const url = parse(Hosts.toSandbox(text, base))
  if (url?.origin !== base) return undefined
  return ImageAddress.identifierIn(decodeSegment(url.pathname))
}
