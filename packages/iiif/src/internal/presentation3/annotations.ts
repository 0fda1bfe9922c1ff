import type * as Schema from "effect/Schema"
import * as Table from "./annotationTables.ts"
import type { Is } from "./names.ts"
import { schemaOf } from "./schema.ts"

/**
 * A label and a value to show together. Clause 3.1, `metadata` and `requiredStatement`.
 *
 * @category models
 * @since 0.1.0
 */
export type LabelValue = Is<typeof Table.labelValue>

/**
 * @category models
 * @since 0.1.0
 */
export const LabelValue: Schema.Codec<LabelValue> = schemaOf(Table.labelValue)

/**
 * A reference to a resource that is described elsewhere. Clause 1.3, "referenced".
 *
 * @category models
 * @since 0.1.0
 */
export type Reference<Type extends string = string> = Omit<Is<typeof Table.anyReference>, "type"> & {
  readonly type: Type
}

/**
 * @category models
 * @since 0.1.0
 */
export const Reference: Schema.Codec<Reference> = schemaOf(Table.anyReference)

/**
 * The target of an annotation: the address of a resource or of a part of it, a canvas, a manifest, or a part of
 * either. Clause 5.6.
 *
 * @category models
 * @since 0.1.0
 */
export type Target = Is<typeof Table.target>

/**
 * @category models
 * @since 0.1.0
 */
export const Target: Schema.Codec<Target> = schemaOf(Table.target)

/**
 * What a text is of: a page, a line, a word. Source: the Text Granularity extension, 2.
 *
 * @category models
 * @since 0.1.0
 */
export type TextGranularity = Is<typeof Table.textGranularity>

/**
 * @category models
 * @since 0.1.0
 */
export const TextGranularity: Schema.Codec<TextGranularity> = schemaOf(Table.textGranularity)

/**
 * An annotation; with the motivation `painting`, content to show on a canvas. Clause 5.6.
 *
 * @category models
 * @since 0.1.0
 */
export type Annotation = Is<typeof Table.annotation>

/**
 * @category models
 * @since 0.1.0
 */
export const Annotation: Schema.Codec<Annotation> = schemaOf(Table.annotation)

/**
 * An ordered list of annotations. Clause 5.5.
 *
 * @category models
 * @since 0.1.0
 */
export type AnnotationPage = Is<typeof Table.annotationPage>

/**
 * @category models
 * @since 0.1.0
 */
export const AnnotationPage: Schema.Codec<AnnotationPage> = schemaOf(Table.annotationPage)

/**
 * An annotation page, embedded or referenced by its address. Clause 3.4, `annotations`.
 *
 * @category models
 * @since 0.1.0
 */
export type AnnotationPageOrReference = Is<typeof Table.pageOrReference>

/**
 * @category models
 * @since 0.1.0
 */
export const AnnotationPageOrReference: Schema.Codec<AnnotationPageOrReference> = schemaOf(Table.pageOrReference)

/**
 * A group of annotation pages. Clause 5.8.
 *
 * @category models
 * @since 0.1.0
 */
export type AnnotationCollection = Is<typeof Table.annotationCollection>

/**
 * @category models
 * @since 0.1.0
 */
export const AnnotationCollection: Schema.Codec<AnnotationCollection> = schemaOf(Table.annotationCollection)
