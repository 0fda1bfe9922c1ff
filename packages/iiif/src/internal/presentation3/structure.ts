import type * as Schema from "effect/Schema"
import { collectionChecks, manifestChecks } from "../check/check.ts"
import type { Reference } from "./annotations.ts"
import { generatedCanvas, generatedCollection, generatedManifest, generatedRange } from "./generated.ts"
import type { Is } from "./names.ts"
import { agent } from "./providerTable.ts"
import { allOf, schemaOf } from "./schema.ts"
import * as Table from "./structureTables.ts"

/**
 * A provider of a resource. Clause 3.1, `provider`.
 *
 * @category models
 * @since 0.1.0
 */
export type Agent = Is<typeof agent>

/**
 * @category models
 * @since 0.1.0
 */
export const Agent: Schema.Codec<Agent> = schemaOf(agent)

/**
 * A canvas: one page. `width` and `height` give the proportions and coordinates for its content, `duration` its length
 * in seconds; it has either or both. Clause 5.3.
 *
 * @category models
 * @since 0.1.0
 */
export type Canvas = Is<typeof Table.canvas>

/**
 * @category models
 * @since 0.1.0
 */
export const Canvas: Schema.Codec<Canvas> = schemaOf(Table.canvas, { generated: generatedCanvas })

/**
 * A reference to a canvas, or to a part of one. Clause 3.4, `start`.
 *
 * @category models
 * @since 0.1.0
 */
export type CanvasReference = Is<typeof Table.start>

/**
 * @category models
 * @since 0.1.0
 */
export const CanvasReference: Schema.Codec<CanvasReference> = schemaOf(Table.start)

/**
 * A part of a manifest, such as a chapter. Its items are canvases, parts of canvases, and ranges. Clause 5.4.
 *
 * @category models
 * @since 0.1.0
 */
export type Range = Is<typeof Table.range>

/**
 * @category models
 * @since 0.1.0
 */
export const Range: Schema.Codec<Range> = schemaOf(Table.range, { generated: generatedRange })

/**
 * A manifest: one object, and how to show it. It has at least one canvas. Clause 5.2.
 *
 * @category models
 * @since 0.1.0
 */
export type Manifest = Is<typeof Table.manifest>

/**
 * @category models
 * @since 0.1.0
 */
export const Manifest: Schema.Codec<Manifest> = schemaOf(Table.manifest, {
  check: allOf(manifestChecks()),
  generated: generatedManifest
})

/**
 * A manifest or a collection within a collection. Clause 5.1.
 *
 * @category models
 * @since 0.1.0
 */
export type CollectionItem = Is<typeof Table.collectionItem>

/**
 * @category models
 * @since 0.1.0
 */
export const CollectionItem: Schema.Codec<CollectionItem> = schemaOf(Table.collectionItem)

/**
 * A reference to a manifest or a collection within a collection. Clause 5.1.
 *
 * @category models
 * @since 0.1.0
 */
export type CollectionMember<Type extends "Manifest" | "Collection"> =
  & Reference<Type>
  & Is<typeof Table.referencedManifest>

/**
 * An ordered list of manifests and collections. Clause 5.1.
 *
 * @category models
 * @since 0.1.0
 */
export type Collection = Is<typeof Table.collection>

/**
 * @category models
 * @since 0.1.0
 */
export const Collection: Schema.Codec<Collection> = schemaOf(Table.collection, {
  check: allOf(collectionChecks),
  generated: generatedCollection
})
