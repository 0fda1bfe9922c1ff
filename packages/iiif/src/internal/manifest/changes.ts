import * as Schema from "effect/Schema"

const page = { id: Schema.String }

const values = { before: Schema.optionalKey(Schema.Json), after: Schema.optionalKey(Schema.Json) }

const Extent = Schema.Struct({
  width: Schema.optionalKey(Schema.Finite),
  height: Schema.optionalKey(Schema.Finite),
  duration: Schema.optionalKey(Schema.Finite)
})

/**
 * A difference between two manifests, in IIIF terms. A page is identified by the `id` of its canvas; `of` is the id of
 * the manifest or canvas that changed. Positions count from 0.
 *
 * - `PageMoved`: a page was moved. Pages that only shifted because of others are not listed.
 * - `ImageReplaced`: another image is painted, judged by the address of its service or its own; `ImageChanged`: the
 *   same image is painted, but described differently.
 * - `RangesChanged`: the table of contents.
 * - `PropertyChanged`: any other property, with its name.
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
