/** How a manifest is named and which version it is (docs/mps.md, 2.3 and 2.4). */

export type Version = "2" | "3"

interface ManifestName {
  /** `NS:NAME` in capitals: LTS upper-cases manifest names, so names that differ by case are one. */
  readonly key: string
  readonly version: Version | undefined
}

/** `URN-3:NS:NAME`, with or without `:MANIFEST` and a version; `undefined` for anything else. */
export const parse = (segment: string): ManifestName | undefined => {
  const match = /^URN-3:([A-Z0-9.]+):([A-Z0-9._-]+?)(?::MANIFEST(?::([23]))?)?$/i.exec(segment)
  if (match === null) return undefined
  const version = match[3]
  return {
    key: `${match[1]}:${match[2]}`.toUpperCase(),
    version: version === "2" || version === "3" ? version : undefined
  }
}

const lastSegment = (uri: string): string => uri.slice(uri.lastIndexOf("/") + 1)

const contexts = (context: unknown): ReadonlyArray<unknown> => Array.isArray(context) ? context : [context]
const speaks = (context: unknown, version: Version): boolean =>
  contexts(context).includes(`http://iiif.io/api/presentation/${version}/context.json`)

export interface IdentifiedManifest {
  readonly key: string
  readonly version: Version
}

/**
 * The name from the last path segment of `id` or `@id`; the version from the context rather than the name, since clients
 * are known to name version 3 bodies `:MANIFEST:2`.
 */
export const identify = (manifest: Readonly<Record<string, unknown>>): IdentifiedManifest | undefined => {
  const id = manifest["id"] ?? manifest["@id"]
  const name = typeof id === "string" ? parse(lastSegment(id)) : undefined
  if (name === undefined) return undefined
  const context = manifest["@context"]
  const version = speaks(context, "3") ? "3" : speaks(context, "2") ? "2" : name.version ?? "3"
  return { key: name.key, version }
}
