import * as Schema from "effect/Schema"
import { oneOrMany, open } from "./open.ts"

/**
 * The address of a resource: an `http` or `https` URI. Clause 3.2, `id`.
 *
 * @category models
 * @since 0.1.0
 */
export const Id = Schema.String.check(
  Schema.isPattern(/^https?:\/\/[^\s<>"{}|\\^`]+$/, { expected: "an http or https URI" })
)

/**
 * A width or height: an integer above 0. Clause 3.2, `height` and `width`.
 *
 * @category models
 * @since 0.1.0
 */
export const Size = Schema.Int.check(Schema.isGreaterThan(0, { expected: "an integer above 0" }))

/**
 * A length of time in seconds, above 0. Clause 3.2, `duration`.
 *
 * @category models
 * @since 0.1.0
 */
export const Duration = Schema.Finite.check(Schema.isGreaterThan(0, { expected: "a number of seconds above 0" }))

const daysOf = (year: number, month: number) => new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()

const dateTime =
  /^-?(\d{4,})-(\d\d)-(\d\d)T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/

const isDateTime = (text: string): boolean => {
  const [, year, month, day] = (dateTime.exec(text) ?? []).map(Number)
  return year !== undefined && month !== undefined && day !== undefined &&
    month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month)
}

/**
 * A date and time with a time zone, in the form of XML Schema: `1856-01-01T00:00:00Z`. Clause 3.1, `navDate`.
 *
 * @category models
 * @since 0.1.0
 */
export const NavDate = Schema.String.check(
  Schema.makeFilter(isDateTime, {
    expected: "a date and time with a time zone, such as 1856-01-01T00:00:00Z",
    arbitraryConstraint: { patterns: [{ source: "^[12]\\d{3}-0[1-9]-[0-2][1-8]T[01]\\d:00:00Z$", flags: "" }] }
  })
)

/**
 * Text by language (BCP 47 tag, or `none`): `{ "en": ["Title page"] }`. Clause 4.1.
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
 * Text in a convenient form: one string, several, or values by language. Strings without a language go under `none`.
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
 * A label and a value to show together. Clause 3.1, `metadata` and `requiredStatement`.
 *
 * @category models
 * @since 0.1.0
 */
export type LabelValue = { readonly label: LanguageMap; readonly value: LanguageMap }

/**
 * @category models
 * @since 0.1.0
 */
export const LabelValue: Schema.Codec<LabelValue> = open(Schema.Struct({ label: LanguageMap, value: LanguageMap }))

/**
 * The JSON-LD context of every Presentation 3 document.
 *
 * @category constants
 * @since 0.1.0
 */
export const context = "http://iiif.io/api/presentation/3/context.json"

/**
 * One context or several, with that of Presentation 3 last. Clause 4.6, `@context`.
 *
 * @category models
 * @since 0.1.0
 */
export const Context = oneOrMany(Schema.String)

/**
 * The direction in which canvases follow each other. Clause 3.2, `viewingDirection`.
 *
 * @category models
 * @since 0.1.0
 */
export const ViewingDirection = Schema.Literals(["left-to-right", "right-to-left", "top-to-bottom", "bottom-to-top"])

/**
 * @category models
 * @since 0.1.0
 */
export type ViewingDirection = typeof ViewingDirection.Type

/**
 * A reference to a resource that is described elsewhere. Clause 1.3, "referenced".
 *
 * @category models
 * @since 0.1.0
 */
export type Reference<Type extends string = string> = {
  readonly id: string
  readonly type: Type
  readonly label?: LanguageMap
}

const referenceFields = { id: Id, label: Schema.optionalKey(LanguageMap) }

/**
 * @category models
 * @since 0.1.0
 */
export const Reference: Schema.Codec<Reference> = open(Schema.Struct({ ...referenceFields, type: Schema.String }))
