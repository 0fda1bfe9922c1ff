/**
 * Branded types for the identifiers that MPS uses. Source: docs/mps.md, 2.2 and 2.3.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The longest asset id or manifest name accepted here, in characters. MPS publishes no limit; ids become part of object
 * keys and one path segment of a URL, and this length fits both.
 *
 * @category constants
 * @since 0.1.0
 */
export const maximumLength = 200

/**
 * The local part of an asset's identifier: ASCII letters and digits only ("no dashes allowed").
 *
 * @example
 * ```ts
 * import { Ids } from "@iiif-ingest/core"
 *
 * Ids.AssetId.make("falcon9strips")
 * // => "falcon9strips"
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export const AssetId = Schema.String.check(
  Schema.isPattern(/^[A-Za-z0-9]+$/, { expected: "an asset id of ASCII letters and digits only" }),
  Schema.isMaxLength(maximumLength)
).pipe(Schema.brand("AssetId"))

/**
 * @category models
 * @since 0.1.0
 */
export type AssetId = typeof AssetId.Type

/**
 * A namespace: ASCII capital letters, digits and periods (`AT`, `VPAL.HARVARDONLINE`).
 *
 * @category models
 * @since 0.1.0
 */
export const Namespace = Schema.String.check(
  Schema.isPattern(/^[A-Z0-9]+(?:\.[A-Z0-9]+)*$/, {
    expected: "a namespace of letters, digits and single periods"
  })
).pipe(Schema.brand("Namespace"))

/**
 * @category models
 * @since 0.1.0
 */
export type Namespace = typeof Namespace.Type

/**
 * The name of a manifest, sent as it is given: ASCII letters, digits and any of `-._~!$&'()*+,;=@`, which is what a
 * segment of an address can have without encoding, except the colon, which separates the parts of a manifest's URN. MPS
 * is known to take names of letters, digits and `_`. It compares names without case, so names that differ only by case
 * refer to the same manifest.
 *
 * @example
 * ```ts
 * import { Ids } from "@iiif-ingest/core"
 * import { Schema } from "effect"
 *
 * ["HAMLET", "functional_test", "GENJQDmHuAeKC57iEbJE9Sjsc", "act 1", "a/b", ""].filter(Schema.is(Ids.ManifestName))
 * // => ["HAMLET", "functional_test", "GENJQDmHuAeKC57iEbJE9Sjsc"]
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export const ManifestName = Schema.String.check(
  Schema.isPattern(/^[A-Za-z0-9._~!$&'()*+,;=@-]+$/, {
    expected: "a manifest name of letters, digits and _ (or others that an address can have without encoding)"
  }),
  Schema.isMaxLength(maximumLength)
).pipe(Schema.brand("ManifestName"))

/**
 * @category models
 * @since 0.1.0
 */
export type ManifestName = typeof ManifestName.Type

/**
 * The URI of a manifest, as in its `id` (`@id` in Presentation 2).
 *
 * @category models
 * @since 0.1.0
 */
export const ManifestUri = Schema.String.check(
  Schema.isPattern(/^https?:\/\/\S+$/, { expected: "the http(s) address of a manifest" })
).pipe(Schema.brand("ManifestUri"))

/**
 * @category models
 * @since 0.1.0
 */
export type ManifestUri = typeof ManifestUri.Type

/**
 * The URI of the same manifest in another Presentation version: replaces a trailing `:MANIFEST:2` or `:MANIFEST:3`.
 * Returns a URI without such an ending unchanged.
 *
 * @category combinators
 * @since 0.1.0
 */
export const withVersion = (uri: ManifestUri, version: "2" | "3"): ManifestUri =>
  ManifestUri.make(uri.replace(/:MANIFEST:[23]$/i, `:MANIFEST:${version}`))

/**
 * An asset's identifier on the wire, `{NS}:{id}`. MPS fails to index an identifier without the namespace.
 *
 * @category models
 * @since 0.1.0
 */
export const Identifier = Schema.TemplateLiteral([Schema.String, ":", Schema.String])

/**
 * @category models
 * @since 0.1.0
 */
export type Identifier = typeof Identifier.Type

/**
 * Joins a namespace and an asset id.
 *
 * @category constructors
 * @since 0.1.0
 */
export const identifier = (namespace: Namespace, id: AssetId): Identifier => `${namespace}:${id}`

/**
 * A job's id. MPS currently sends 24 hexadecimal digits; any other non-empty string is accepted in case that changes.
 *
 * @category models
 * @since 0.1.0
 */
export const JobId = Schema.NonEmptyString.check(Schema.isMaxLength(maximumLength)).pipe(Schema.brand("JobId"))

/**
 * @category models
 * @since 0.1.0
 */
export type JobId = typeof JobId.Type
