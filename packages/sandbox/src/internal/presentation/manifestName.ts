/** Manifest names and versions (docs/mps.md, 2.3 and 2.4). */

export type Version = "2" | "3"

interface ManifestName {
  /** `NS:NAME` in upper case: LTS converts manifest names to upper case, so names are case-insensitive. */
  readonly key: string
  readonly version: Version | undefined
}

/**
 * Parses `URN-3:NS:NAME` with an optional `:MANIFEST` and version; `undefined` for anything else. A name has what a
 * segment of a path can have without encoding (RFC 3986, 3.3), except the colon.
 */
export const parse = (segment: string): ManifestName | undefined => {
  const match = /^URN-3:([A-Z0-9.]+):([A-Z0-9._~!$&'()*+,;=@-]+?)(?::MANIFEST(?::([23]))?)?$/i.exec(segment)
  if (match === null) return undefined
  const version = match[3]
  return {
    key: `${match[1]}:${match[2]}`.toUpperCase(),
    version: version === "2" || version === "3" ? version : undefined
  }
}

const lastSegment = (uri: string): string => uri.slice(uri.lastIndexOf("/") + 1)

const contexts = (context: unknown): ReadonlyArray<unknown> => Array.isArray(context) ? context : [context]
const hasContext = (context: unknown, version: Version): boolean =>
  contexts(context).includes(`http://iiif.io/api/presentation/${version}/context.json`)

export interface IdentifiedManifest {
  readonly key: string
  readonly version: Version
}

/**
 * Takes the name from the last path segment of `id` or `@id`, but the version from the context, because clients are
 * known to name version 3 manifests `:MANIFEST:2`.
 */
export const identify = (manifest: Readonly<Record<string, unknown>>): IdentifiedManifest | undefined => {
  const id = manifest["id"] ?? manifest["@id"]
  const name = typeof id === "string" ? parse(lastSegment(id)) : undefined
  if (name === undefined) return undefined
  const context = manifest["@context"]
  const version = hasContext(context, "3") ? "3" : hasContext(context, "2") ? "2" : name.version ?? "3"
  return { key: name.key, version }
}
