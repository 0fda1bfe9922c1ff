/**
 * IIIF Presentation API 3.0 as schemas: what a manifest of images is made of. Extension properties are kept.
 * Source: https://iiif.io/api/presentation/3.0/.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

const rest = [Schema.Record(Schema.String, Schema.Json)] as const

const Size = Schema.Int.check(Schema.isGreaterThan(0))

/**
 * Values by language (BCP 47 tag, or `none`): `{ "en": ["Title page"] }`. Clause 4.1.
 *
 * @category models
 * @since 0.1.0
 */
export const LanguageMap = Schema.Record(Schema.String, Schema.Array(Schema.String))

/**
 * @category models
 * @since 0.1.0
 */
export type LanguageMap = typeof LanguageMap.Type

/**
 * Text as it is convenient to give: one string, several, or values by language. What has no language is filed under
 * `none`, which is what MPS's own viewer reads.
 *
 * @category models
 * @since 0.1.0
 */
export const Text = Schema.Union([Schema.String, Schema.Array(Schema.String), LanguageMap])

/**
 * @category models
 * @since 0.1.0
 */
export type Text = typeof Text.Type

const isList = (text: ReadonlyArray<string> | LanguageMap): text is ReadonlyArray<string> => Array.isArray(text)

/**
 * Text as the language map of a manifest; what has no language is filed under `language` (`none` when not given).
 *
 * @example
 * ```ts
 * import { Presentation3 } from "@iiif-ingest/core"
 *
 * Presentation3.languageMap("Title page")
 * // => { none: ["Title page"] }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const languageMap = (text: Text, language = "none"): LanguageMap => {
  if (typeof text === "string") return { [language]: [text] }
  return isList(text) ? { [language]: text } : text
}

/**
 * A label and a value to show beside each other. Clause 3.1, `metadata`.
 *
 * @category models
 * @since 0.1.0
 */
export const LabelValue = Schema.Struct({ label: LanguageMap, value: LanguageMap })

/**
 * @category models
 * @since 0.1.0
 */
export type LabelValue = typeof LabelValue.Type

/**
 * An Image API 2 service as a Presentation 3 manifest embeds it: with `@id` and `@type`. Clause 3.2, `service`.
 *
 * @category models
 * @since 0.1.0
 */
export const ImageService2 = Schema.StructWithRest(
  Schema.Struct({ "@id": Schema.String, "@type": Schema.Literal("ImageService2"), profile: Schema.String }),
  rest
)

/**
 * A service by `id` and `type`: Image API 3, or Image API 2 as some tools write it.
 *
 * @category models
 * @since 0.1.0
 */
export const Service = Schema.StructWithRest(
  Schema.Struct({ id: Schema.String, type: Schema.String, profile: Schema.optionalKey(Schema.String) }),
  rest
)

/**
 * @category models
 * @since 0.1.0
 */
export type Service = typeof ImageService2.Type | typeof Service.Type

/**
 * An image resource: a painting body or a thumbnail. `width` and `height` in pixels.
 *
 * @category models
 * @since 0.1.0
 */
export const Image = Schema.StructWithRest(
  Schema.Struct({
    id: Schema.String,
    type: Schema.Literal("Image"),
    format: Schema.optionalKey(Schema.String),
    height: Schema.optionalKey(Size),
    width: Schema.optionalKey(Size),
    service: Schema.optionalKey(Schema.Array(Schema.Union([ImageService2, Service])))
  }),
  rest
)

/**
 * @category models
 * @since 0.1.0
 */
export type Image = typeof Image.Type

/**
 * Who provides the resource. Clause 3.1, `provider`.
 *
 * @category models
 * @since 0.1.0
 */
export const Agent = Schema.StructWithRest(
  Schema.Struct({ id: Schema.String, type: Schema.Literal("Agent"), label: LanguageMap }),
  rest
)

/**
 * @category models
 * @since 0.1.0
 */
export type Agent = typeof Agent.Type

/**
 * An annotation that paints an image on a canvas. Clause 5.6.
 *
 * @category models
 * @since 0.1.0
 */
export const Annotation = Schema.StructWithRest(
  Schema.Struct({
    id: Schema.String,
    type: Schema.Literal("Annotation"),
    motivation: Schema.String,
    body: Image,
    target: Schema.String
  }),
  rest
)

/**
 * @category models
 * @since 0.1.0
 */
export const AnnotationPage = Schema.StructWithRest(
  Schema.Struct({ id: Schema.String, type: Schema.Literal("AnnotationPage"), items: Schema.Array(Annotation) }),
  rest
)

/**
 * A canvas: one page. `width` and `height` are the ratio its content is placed in; here, the pixels of its image.
 * Clause 5.3.
 *
 * @category models
 * @since 0.1.0
 */
export const Canvas = Schema.StructWithRest(
  Schema.Struct({
    id: Schema.String,
    type: Schema.Literal("Canvas"),
    label: Schema.optionalKey(LanguageMap),
    height: Size,
    width: Size,
    metadata: Schema.optionalKey(Schema.Array(LabelValue)),
    thumbnail: Schema.optionalKey(Schema.Array(Image)),
    items: Schema.Array(AnnotationPage)
  }),
  rest
)

/**
 * @category models
 * @since 0.1.0
 */
export type Canvas = typeof Canvas.Type

/**
 * The JSON-LD context of every Presentation 3 document.
 *
 * @category constants
 * @since 0.1.0
 */
export const context = "http://iiif.io/api/presentation/3/context.json"

/**
 * A manifest of images. Clause 5.2.
 *
 * @category models
 * @since 0.1.0
 */
export const Manifest = Schema.StructWithRest(
  Schema.Struct({
    "@context": Schema.Union([Schema.String, Schema.Array(Schema.String)]),
    id: Schema.String,
    type: Schema.Literal("Manifest"),
    label: LanguageMap,
    summary: Schema.optionalKey(LanguageMap),
    metadata: Schema.optionalKey(Schema.Array(LabelValue)),
    requiredStatement: Schema.optionalKey(LabelValue),
    rights: Schema.optionalKey(Schema.String),
    behavior: Schema.optionalKey(Schema.Array(Schema.String)),
    provider: Schema.optionalKey(Schema.Array(Agent)),
    thumbnail: Schema.optionalKey(Schema.Array(Image)),
    items: Schema.NonEmptyArray(Canvas)
  }),
  rest
)

/**
 * @category models
 * @since 0.1.0
 */
export type Manifest = typeof Manifest.Type
