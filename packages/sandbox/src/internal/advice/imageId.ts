/** The asset that an address of an image or an image service means. */
import { decodeSegment } from "../http/exchange.ts"

const IMAGE = /^(https?):\/\/([^/]+)\/assets\/images\/(?:[23]\/)?(?:public\/|authenticated\/)?([^/?#]+)/i

export interface ImageId {
  readonly scheme: string
  readonly host: string
  /** The namespace in upper case, as MPS has it. */
  readonly identifier: string
}

export const canonical = (identifier: string): string => {
  const colon = identifier.indexOf(":")
  return identifier.slice(0, colon).toUpperCase() + identifier.slice(colon)
}

export const parse = (address: string): ImageId | undefined => {
  const [, scheme = "", host = "", last = ""] = IMAGE.exec(address) ?? []
  const identifier = decodeSegment(last)
  return identifier.includes(":") ? { scheme, host, identifier: canonical(identifier) } : undefined
}
