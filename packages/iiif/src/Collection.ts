/**
 * Builds IIIF Presentation 3 collections with pure functions: ordered lists of manifests and of other collections.
 * `Manifest.check` checks a collection.
 *
 * @since 0.1.0
 */
import type * as Result from "effect/Result"
import * as Build from "./internal/collection/build.ts"
import type { Description, Member } from "./internal/collection/description.ts"
import * as Divided from "./internal/collection/parts.ts"
import type { ManifestError } from "./Manifest.ts"
import type * as Presentation3 from "./Presentation3.ts"

export { Description, Member } from "./internal/collection/description.ts"
export type { PartOptions, Parts } from "./internal/collection/parts.ts"

/**
 * Builds a collection with these members, in their order. Fails with all errors at once; an error in an input has the
 * path of that input (`members[2].thumbnail[0].width`).
 *
 * @example
 * ```ts
 * import { Collection } from "@iiif-ingest/iiif"
 * import { Result } from "effect"
 *
 * const plays = Collection.build("https://example.org/plays", { label: "Plays" }, [
 *   { manifest: "https://example.org/hamlet", label: "Hamlet", navDate: "1603-01-01T00:00:00Z" },
 *   { collection: "https://example.org/henry-vi", label: "Henry VI", behavior: ["multi-part"] }
 * ])
 *
 * Result.getOrThrow(plays).items.map(({ type }) => type)
 * // => ["Manifest", "Collection"]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const build: (
  uri: string,
  description: Description,
  members: ReadonlyArray<Member>
) => Result.Result<Presentation3.Collection, ManifestError> = Build.build

/**
 * Builds a collection that is too large for one document: a collection whose items are its parts, and these parts, each
 * a document with its own id, which refers back with `partOf`. If all members fit into one document there are no parts.
 *
 * Presentation 3.0 has no properties for paging: those of version 2 (`first`, `next`, `total`) are gone, and collections
 * within collections take their place. A client that knows nothing of parts shows them as the collections that they are.
 *
 * @example
 * ```ts
 * import { Collection } from "@iiif-ingest/iiif"
 * import { Result } from "effect"
 *
 * const members = Array.from({ length: 250 }, (_, n) => ({ manifest: `https://example.org/${n}`, label: `Item ${n}` }))
 * const built = Collection.buildParts("https://example.org/all", { label: "All" }, members, { pageSize: 100 })
 *
 * Result.getOrThrow(built).parts.map(({ id, items }) => `${id}: ${items.length}`)
 * // => ["https://example.org/all/part/1: 100", "https://example.org/all/part/2: 100", "https://example.org/all/part/3: 50"]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const buildParts: (
  uri: string,
  description: Description,
  members: ReadonlyArray<Member>,
  options: Divided.PartOptions
) => Result.Result<Divided.Parts, ManifestError> = Divided.buildParts
