/** Addresses of manifests: the sandbox's own, and those of MPS in dev, qa and prod. */
import { decodeSegment } from "../http/exchange.ts"
import * as Hosts from "./hosts.ts"
import type { Version } from "./manifestName.ts"
import * as ManifestName from "./manifestName.ts"

/**
 * The manifest that an address stands for, `/URN-3:NS:NAME[:MANIFEST[:v]]` or `/iiif/v/URN-3:NS:NAME`, whether it
 * exists or not; `undefined` for any other address.
 */
export const parse = (
  url: string,
  base: string
): { readonly key: string; readonly version: Version | undefined } | undefined => {
  const own = Hosts.toSandbox(url, base)
  if (!own.startsWith(`${base}/`)) return undefined
  const path = (own.slice(base.length + 1).split(/[?#]/, 1)[0] ?? "").split("/").map(decodeSegment)
  const [first = "", version, segment = "", ...rest] = path
  if (path.length === 1) return ManifestName.parse(first)
  const name = first === "iiif" && rest.length === 0 ? ManifestName.parse(segment) : undefined
  return name !== undefined && (version === "2" || version === "3") ? { key: name.key, version } : undefined
}
