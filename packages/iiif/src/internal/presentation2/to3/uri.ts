import { isHttpUri } from "../../presentation3/uri.ts"

/** URIs that are longer are not looked at. */
const maxLength = 8_192

const notInUris = /[^\w.~!$&'()*+,;=:@/?#[\]%-]|%(?![\dA-Fa-f]{2})/gu

const percentEncoded = (characters: string): string => encodeURIComponent(characters.toWellFormed())

/** Encodes every # but the first, which begins the fragment, and brackets after the host. */
const onlyOneFragment = (uri: string): string => {
  const [, host = "", rest = ""] = /^(https?:\/\/[^/?#]*)(.*)$/.exec(uri) ?? []
  const [path = "", ...fragments] = rest.replaceAll("[", "%5B").replaceAll("]", "%5D").split("#")
  return host + path + (fragments.length === 0 ? "" : `#${fragments.join("%23")}`)
}

/**
 * An http or https URI as Presentation 3 wants it. What is percent-encoded already stays as it is; only characters that
 * no URI may have are encoded. `undefined` if it is no such URI.
 */
export const httpUri = (given: string): string | undefined => {
  if (given.length > maxLength) return undefined
  if (isHttpUri(given)) return given
  const trimmed = given.trim().replace(/^https?:/i, (scheme) => scheme.toLowerCase())
  if (!/^https?:\/\/[^/?#]/.test(trimmed)) return undefined
  const encoded = trimmed.replace(notInUris, percentEncoded)
  if (isHttpUri(encoded)) return encoded
  const repaired = onlyOneFragment(encoded)
  return isHttpUri(repaired) ? repaired : undefined
}

/** The address of something that belongs to a resource and has no address of its own: a fragment of the resource's. */
export const partOf = (id: string, name: string): string => id.includes("#") ? `${id}/${name}` : `${id}#${name}`

/** The address of a resource that has an id, but none that is an http URI: below that of the document. */
export const addressBelow = (root: string, id: string): string => `${root}/id/${percentEncoded(id.slice(0, maxLength))}`
