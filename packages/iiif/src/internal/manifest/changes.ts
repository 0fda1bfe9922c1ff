import * as Schema from "effect/Schema"

const page = { id: Schema.String }

const values = { before: Schema.optionalKey(Schema.Json), after: Schema.optionalKey(Schema.Json) }

const Extent = Schema.Struct({
  width: Schema.optionalKey(Schema.Finite),
  height: Schema.optionalKey(Schema.Finite),
  duration: Schema.optionalKey(Schema.Finite)
})

/**
 * How one manifest differs from another, in the terms of IIIF. A page is known by the `id` of its canvas; `of` is the id
 * of what was changed, that of the manifest or of a canvas. Positions count from 0.
 *
 * - `PageMoved`: only those pages that did not just make way for others.
 * - `ImageReplaced`: another image is painted, by its service or its address; `ImageChanged`: the same, told otherwise.
 * - `RangesChanged`: the table of contents.
 * - `PropertyChanged`: any other property, by its name.
 *
 * @category models
 * @since 0.1.0
 */
export const Change = Schema.TaggedUnion({
  PageAdded: { ...page, position: Schema.Int },
  PageRemoved: { ...page, position: Schema.Int },
  PageMoved: { ...page, from: Schema.Int, to: Schema.Int },
  LabelChanged: { of: Schema.String, ...values },
  MetadataChanged: { of: Schema.String, ...values },
  SizeChanged: { of: Schema.String, before: Extent, after: Extent },
  ImageReplaced: { of: Schema.String, before: Schema.Array(Schema.String), after: Schema.Array(Schema.String) },
  ImageChanged: { of: Schema.String },
  RangesChanged: { of: Schema.String, ...values },
  PropertyChanged: { of: Schema.String, property: Schema.String, ...values }
})

/**
 * @category models
 * @since 0.1.0
 */
export type Change = typeof Change.Type
