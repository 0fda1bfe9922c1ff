/**
 * The namespaces that are registered. How MPS refuses another is unknown but for the place: it accepts the request, and
 * the asset fails when it is indexed (docs/mps.md, 2.2).
 */

export interface Namespaces {
  /** Why what is identified by `NS:ID` cannot be ingested; undefined if its namespace is registered. */
  readonly problem: (identifier: string) => string | undefined
}

const NAME_LIMIT = 64

const namespaceOf = (identifier: string) => identifier.slice(0, identifier.indexOf(":")).toUpperCase()

/** Namespaces are compared in upper case. */
export const make = (registered: Iterable<string>): Namespaces => {
  const known = new Set(Array.from(registered, (name) => name.toUpperCase()))
  return {
    problem: (identifier) => {
      const namespace = namespaceOf(identifier)
      return known.has(namespace)
        ? undefined
        : `The namespace ${namespace.slice(0, NAME_LIMIT)} is not registered: it could not be indexed. ` +
          `Registered here: ${[...known].join(", ")}`
    }
  }
}
