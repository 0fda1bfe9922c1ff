import * as Schema from "effect/Schema"
import { documentContext } from "./context.ts"
import * as Scalar from "./scalars.ts"
import { schemaOf } from "./schema.ts"
import { viewingDirection } from "./structureTables.ts"

export { context } from "./context.ts"

/**
 * The address of a resource: an `http` or `https` URI. Clause 3.2, `id`.
 *
 * @category models
 * @since 0.1.0
 */
export const Id: Schema.Codec<string> = schemaOf(Scalar.id)

/**
 * A width or height: an integer above 0. Clause 3.2, `height` and `width`.
 *
 * @category models
 * @since 0.1.0
 */
export const Size: Schema.Codec<number> = schemaOf(Scalar.size)

/**
 * A length of time in seconds, above 0. Clause 3.2, `duration`.
 *
 * @category models
 * @since 0.1.0
 */
export const Duration: Schema.Codec<number> = schemaOf(Scalar.duration)

/**
 * A date and time with a time zone: `1856-01-01T00:00:00Z`. Clause 3.1, `navDate`.
 *
 * @category models
 * @since 0.1.0
 */
export const NavDate: Schema.Codec<string> = schemaOf(Scalar.navDate)

/**
 * Text by language (BCP 47 tag, or `none`): `{ "en": ["Title page"] }`. Clause 4.4.
 *
 * @category models
 * @since 0.1.0
 */
export type LanguageMap = Scalar.LanguageMap

/**
 * @category models
 * @since 0.1.0
 */
export const LanguageMap: Schema.Codec<LanguageMap> = schemaOf(Scalar.languageMap)

/**
 * Text in a convenient form: one string, several, or values by language. Strings without a language go under `none`. What
 * a {@link LanguageMap} must have beyond this is checked once it is one.
 *
 * @category models
 * @since 0.1.0
 */
export const Text = Schema.Union([
  Schema.String,
  Schema.Array(Schema.String),
  Schema.Record(Schema.String, Schema.Array(Schema.String))
])

/**
 * @category models
 * @since 0.1.0
 */
export type Text = typeof Text.Type

const isList = (text: ReadonlyArray<string> | LanguageMap): text is ReadonlyArray<string> => Array.isArray(text)

/**
 * Converts text to a language map. Strings without a language go under `language`, `none` by default.
 *
 * @example
 * ```ts
 * import { Presentation3 } from "@iiif-ingest/iiif"
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
 * One context or several, with that of Presentation 3 last. Clause 4.6, `@context`.
 *
 * @category models
 * @since 0.1.0
 */
export const Context: Schema.Codec<string | ReadonlyArray<string>> = schemaOf(documentContext)

/**
 * The direction in which canvases follow each other. Clause 3.2, `viewingDirection`.
 *
 * @category models
 * @since 0.1.0
 */
export type ViewingDirection = NonNullable<typeof viewingDirection.type>

/**
 * @category models
 * @since 0.1.0
 */
export const ViewingDirection: Schema.Codec<ViewingDirection> = schemaOf(viewingDirection)
