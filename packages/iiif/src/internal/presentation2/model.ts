import * as Schema from "effect/Schema"
import { Id, Size, ViewingDirection } from "../../Presentation3.ts"
import { guardKey, isJson } from "./guard.ts"
import { list, oneOrMany, open } from "./open.ts"

const anyJson = Schema.Json.annotate({ [guardKey]: () => isJson })

const json = Schema.optionalKey(anyJson)

const oneText = Schema.Union([
  Schema.String,
  Schema.Struct({ "@value": Schema.String, "@language": Schema.optionalKey(Schema.String) })
])

/**
 * Text, plain or with its language: one value or several. Clause 4.3.
 *
 * @category models
 * @since 0.1.0
 */
export const Text = oneOrMany(oneText)

/**
 * @category models
 * @since 0.1.0
 */
export type Text = typeof Text.Type

const text = Schema.optionalKey(Text)

const described = {
  "@id": Id,
  metadata: list(open(Schema.Struct({ label: Text, value: Text }))),
  description: text,
  attribution: text,
  license: Schema.optionalKey(oneOrMany(Schema.String)),
  logo: json,
  thumbnail: json,
  viewingHint: Schema.optionalKey(oneOrMany(Schema.String)),
  related: json,
  rendering: json,
  seeAlso: json,
  service: json,
  within: json
}

/**
 * An annotation that paints an image on a canvas. Clause 5.4.
 *
 * @category models
 * @since 0.1.0
 */
export const ImageAnnotation = open(
  Schema.Struct({
    "@id": Schema.optionalKey(Id),
    "@type": Schema.Literal("oa:Annotation"),
    motivation: oneOrMany(Schema.String),
    resource: anyJson,
    on: anyJson
  })
)

/**
 * @category models
 * @since 0.1.0
 */
export type ImageAnnotation = typeof ImageAnnotation.Type

/**
 * A canvas: one page, whose `width` and `height` are the units of its coordinates. Clause 5.3.
 *
 * @category models
 * @since 0.1.0
 */
export const Canvas = open(
  Schema.Struct({
    ...described,
    "@type": Schema.Literal("sc:Canvas"),
    label: Text,
    height: Size,
    width: Size,
    images: list(ImageAnnotation),
    otherContent: json
  })
)

/**
 * @category models
 * @since 0.1.0
 */
export type Canvas = typeof Canvas.Type

/**
 * The order of the canvases. The first sequence of a manifest has its canvases, others may be referred to. Clause 5.2.
 *
 * @category models
 * @since 0.1.0
 */
export const Sequence = open(
  Schema.Struct({
    "@id": Schema.optionalKey(Id),
    "@type": Schema.Literal("sc:Sequence"),
    label: text,
    viewingDirection: Schema.optionalKey(ViewingDirection),
    startCanvas: Schema.optionalKey(Schema.String),
    canvases: Schema.optionalKey(Schema.NonEmptyArray(Canvas))
  })
)

/**
 * @category models
 * @since 0.1.0
 */
export type Sequence = typeof Sequence.Type

/**
 * A part of a manifest, which refers to the ranges within it by id. Clause 5.6.
 *
 * @category models
 * @since 0.1.0
 */
export const Range = open(
  Schema.Struct({
    ...described,
    "@type": Schema.Literal("sc:Range"),
    label: text,
    viewingDirection: Schema.optionalKey(ViewingDirection),
    startCanvas: Schema.optionalKey(Schema.String),
    canvases: list(Schema.String),
    ranges: list(Schema.String),
    members: json
  })
)

/**
 * @category models
 * @since 0.1.0
 */
export type Range = typeof Range.Type

/**
 * A manifest of images. Clause 5.1.
 *
 * @category models
 * @since 0.1.0
 */
export const Manifest = open(
  Schema.Struct({
    ...described,
    "@context": oneOrMany(Schema.String),
    "@type": Schema.Literal("sc:Manifest"),
    label: Text,
    viewingDirection: Schema.optionalKey(ViewingDirection),
    navDate: Schema.optionalKey(Schema.String),
    sequences: Schema.NonEmptyArray(Sequence),
    structures: list(Range)
  })
)

/**
 * @category models
 * @since 0.1.0
 */
export type Manifest = typeof Manifest.Type

const members = Schema.optionalKey(Schema.Array(anyJson))

/**
 * A list of manifests and of other collections: in `members` where their order matters, and else in `collections` and
 * `manifests`. Clause 5.8.
 *
 * @category models
 * @since 0.1.0
 */
export const Collection = open(
  Schema.Struct({
    ...described,
    "@context": oneOrMany(Schema.String),
    "@type": Schema.Literal("sc:Collection"),
    label: Text,
    navDate: Schema.optionalKey(Schema.String),
    members,
    collections: members,
    manifests: members
  })
)

/**
 * @category models
 * @since 0.1.0
 */
export type Collection = typeof Collection.Type
