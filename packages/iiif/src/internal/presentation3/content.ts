import type * as Schema from "effect/Schema"
import * as Table from "./contentTables.ts"
import type { Is } from "./names.ts"
import { schemaOf } from "./schema.ts"

/**
 * Who or what created a resource. Web Annotation Data Model, 3.3.1.
 *
 * @category models
 * @since 0.1.0
 */
export type Creator = Is<typeof Table.creator>

/**
 * @category models
 * @since 0.1.0
 */
export const Creator: Schema.Codec<Creator> = schemaOf(Table.creator)

/**
 * A resource with an address: an image, a sound, a video, text, data, a model, a page about the object. `width` and
 * `height` in pixels, `duration` in seconds. Clauses 3.2 and 5.7.
 *
 * @category models
 * @since 0.1.0
 */
export type ContentResource<Type extends string = string> = Omit<Is<typeof Table.contentResource>, "type"> & {
  readonly type: Type
}

/**
 * @category models
 * @since 0.1.0
 */
export const ContentResource: Schema.Codec<ContentResource> = schemaOf(Table.contentResource)

/**
 * An image resource: a painting body or a thumbnail. `width` and `height` in pixels.
 *
 * @category models
 * @since 0.1.0
 */
export type Image = ContentResource<"Image">

/**
 * @category models
 * @since 0.1.0
 */
export const Image: Schema.Codec<Image> = schemaOf(Table.image)

/**
 * A page about the object. Clause 3.3.1, `homepage`.
 *
 * @category models
 * @since 0.1.0
 */
export type Homepage = Is<typeof Table.homepageLink>

/**
 * @category models
 * @since 0.1.0
 */
export const Homepage: Schema.Codec<Homepage> = schemaOf(Table.homepageLink)

/**
 * Data about the object. Clause 3.3.1, `seeAlso`.
 *
 * @category models
 * @since 0.1.0
 */
export type SeeAlso = Is<typeof Table.seeAlsoLink>

/**
 * @category models
 * @since 0.1.0
 */
export const SeeAlso: Schema.Codec<SeeAlso> = schemaOf(Table.seeAlsoLink)

/**
 * The object in another form. Clause 3.3.1, `rendering`.
 *
 * @category models
 * @since 0.1.0
 */
export type Rendering = Is<typeof Table.renderingLink>

/**
 * @category models
 * @since 0.1.0
 */
export const Rendering: Schema.Codec<Rendering> = schemaOf(Table.renderingLink)

/**
 * Text that is embedded in the annotation. Web Annotation Data Model, 3.2.4.
 *
 * @category models
 * @since 0.1.0
 */
export type TextualBody = Is<typeof Table.textualBody>

/**
 * @category models
 * @since 0.1.0
 */
export const TextualBody: Schema.Codec<TextualBody> = schemaOf(Table.textualBody)

/**
 * Several resources of which one is shown at a time, the first by default. Web Annotation Data Model, 3.2.7.
 *
 * @category models
 * @since 0.1.0
 */
export type Choice = Is<typeof Table.choice>

/**
 * @category models
 * @since 0.1.0
 */
export const Choice: Schema.Codec<Choice> = schemaOf(Table.choice)

/**
 * Several resources together: all of them, in order, or each independently. Web Annotation Data Model, 4.4.
 *
 * @category models
 * @since 0.1.0
 */
export type Group = Is<typeof Table.group>

/**
 * @category models
 * @since 0.1.0
 */
export const Group: Schema.Codec<Group> = schemaOf(Table.group)

/**
 * The intended version of a resource: as of a time, or as requested with a header. Web Annotation Data Model, 4.3.
 *
 * @category models
 * @since 0.1.0
 */
export type State = Is<typeof Table.state>

/**
 * @category models
 * @since 0.1.0
 */
export const State: Schema.Codec<State> = schemaOf(Table.state)

/**
 * A part or a version of a resource. Web Annotation Data Model, 4.
 *
 * @category models
 * @since 0.1.0
 */
export type SpecificResource = Is<typeof Table.specificResource>

/**
 * @category models
 * @since 0.1.0
 */
export const SpecificResource: Schema.Codec<SpecificResource> = schemaOf(Table.specificResource)

/**
 * The body of an annotation, or a thumbnail. Clause 5.7.
 *
 * @category models
 * @since 0.1.0
 */
export type Resource = Is<typeof Table.body>

/**
 * @category models
 * @since 0.1.0
 */
export const Resource: Schema.Codec<Resource> = schemaOf(Table.body)

/**
 * Whether this is a single image with its own address.
 *
 * @example
 * ```ts
 * import { Presentation3 } from "@iiif-ingest/iiif"
 *
 * Presentation3.isImage({ id: "https://example.org/1.jpg", type: "Image" })
 * // => true
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const isImage = (resource: string | Resource | ReadonlyArray<Resource> | undefined): resource is Image =>
  typeof resource === "object" && "type" in resource && resource.type === "Image"
