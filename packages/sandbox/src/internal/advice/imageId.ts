/** The asset that an address of an image or an image service means. */
import { decodeSegment } from "../http/exchange.ts"
import * as ImageAddress from "../image/address.ts"
import { canonicalIdentifier } from "../ingest/assets.ts"

const IMAGE = /^(https?):\/\/([^/]+)\/assets\/images\/([^?#]+)/i

export interface ImageId {
  readonly scheme: string
  readonly host: string
  /** The namespace in upper case, as MPS has it. */
  readonly identifier: string
}

export const parse = (address: string): ImageId | undefined => {
  const [, scheme = "", host = "", path = ""] = IMAGE.exec(address) ?? []
  const [{ identifier }] = ImageAddress.parse(path.split("/").map(decodeSegment))
  return identifier.includes(":") ? { scheme, host, identifier: canonicalIdentifier(identifier) } : undefined
}
