/** Kinds of single values: each is one test of a string or a number, from which its check and its schema follow. */
import { isObject } from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as SchemaParser from "effect/SchemaParser"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { rules } from "../check/rules.ts"
import { type Leaf, leaf } from "../model/kind.ts"
import { type Check, kindOf, type Walk } from "../model/walk.ts"
import { quoted } from "../quoted.ts"
import { isDateTime } from "./dateTime.ts"
import { isTag } from "./languageTag.ts"
import { isHttpUri, isUri } from "./uri.ts"

/** Strings that pass a test, some of which are generated from a pattern. */
const strings = (test: (value: string) => boolean, expected: string, pattern: string) =>
  Schema.String.check(
    Schema.makeFilter(test, { expected, arbitraryConstraint: { patterns: [{ source: pattern, flags: "" }] } })
  )

const httpPattern = "^https://[a-z]{1,8}\\.org/[a-z0-9]{8,16}$"

export const text: Leaf<string> = leaf("string", (value, walk) => {
  if (typeof value !== "string") walk.reportKind(value, "a string")
}, Schema.String)

/** The id of a resource. Clause 3.2, id. */
export const id: Leaf<string> = leaf("http or https URI", (value, walk) => {
  if (typeof value !== "string" || !isHttpUri(value)) walk.report("id-uri", `it is ${kindOf(value)}`)
}, strings(isHttpUri, rules["id-uri"].expected, httpPattern))

/** The id of a canvas, to which fragments are added. Clause 5.3. */
export const canvasId: Leaf<string> = leaf("http or https URI without a fragment", (value, walk) => {
  if (typeof value === "string" && value.includes("#")) walk.report("id-fragment", `it is ${kindOf(value)}`)
  id.check(value, walk)
}, strings((value) => isHttpUri(value) && !value.includes("#"), rules["id-fragment"].expected, httpPattern))

export const uri: Leaf<string> = leaf("URI", (value, walk) => {
  if (typeof value !== "string" || !isUri(value)) walk.report("uri", `it is ${kindOf(value)}`)
}, strings(isUri, rules.uri.expected, httpPattern))

export const httpUri: Leaf<string> = leaf("http or https URI", (value, walk) => {
  if (typeof value !== "string" || !isHttpUri(value)) {
    walk.report("uri", `it is ${kindOf(value)}`, { expected: "an http or https URI" })
  }
}, strings(isHttpUri, "an http or https URI", httpPattern))

/** The size, or 0 if it is not valid. */
export const sizeOf = (value: unknown): number =>
  typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0

const positive = Schema.isGreaterThan(0, { expected: rules.size.expected })

export const size: Leaf<number> = leaf("integer above 0", (value, walk) => {
  if (sizeOf(value) === 0) walk.report("size", `it is ${kindOf(value)}`)
}, Schema.Int.check(positive))

export const duration: Leaf<number> = leaf("number of seconds above 0", (value, walk) => {
  if (typeof value !== "number" || !Number.isFinite(value) || value <= 0) {
    walk.report("duration", `it is ${kindOf(value)}`)
  }
}, Schema.Finite.check(Schema.isGreaterThan(0, { expected: rules.duration.expected })))

const number = (
  says: string,
  test: (value: number) => boolean,
  plain: Schema.Codec<number>
): Leaf<number> =>
  leaf(says, (value, walk) => {
    if (typeof value !== "number" || !test(value)) walk.reportKind(value, `a ${says}`.replace("a i", "an i"))
  }, plain)

export const integer = number("integer", Number.isSafeInteger, Schema.Int)

export const finite = number("number", Number.isFinite, Schema.Finite)

/** A number of things, of which there is at least one. */
export const count = number(
  "integer above 0",
  (value) => sizeOf(value) > 0,
  Schema.Int.check(positive)
)

/** A coordinate or a time that may be 0. */
export const notNegative = number(
  "number of 0 or more",
  (value) => Number.isFinite(value) && value >= 0,
  Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
)

const mediaType = /^[a-z]+\/[^\n\r\u2028\u2029]*$/

const formatRemedy = (value: unknown): string => {
  if (typeof value !== "string") return "write the media type as a string"
  return mediaType.test(value.toLowerCase()) ? "write the media type in lower case" : "write a type and a subtype"
}

/** A media type. Clause 3.2, format. */
export const format: Leaf<string> = leaf("media type", (value, walk) => {
  if (typeof value === "string" && mediaType.test(value)) return
  walk.report("format", `it is ${kindOf(value)}`, { remedy: formatRemedy(value) })
}, strings((value) => mediaType.test(value), rules.format.expected, "^(image|audio|text)/[a-z]{3,8}$"))

const tag = (value: string, walk: Walk): void => {
  if (!isTag(value)) return walk.report("language-tag", `${quoted(value)} is not a language tag`)
  if (/[^A-Za-z-]/.test(value)) walk.report("language-digits", `${quoted(value)} contains digits`)
}

const tagPattern = "^(en|fr|de|ja|none)$"

const isPlainTag = (value: string): boolean => isTag(value) && !/[^A-Za-z-]/.test(value)

export const language: Leaf<string> = leaf("language tag", (value, walk) => {
  if (typeof value === "string") tag(value, walk)
  else walk.reportKind(value, "a string")
}, strings(isPlainTag, rules["language-tag"].expected, tagPattern))

export type LanguageMap = { readonly [language: string]: ReadonlyArray<string> }

const values: Check = (value, walk) => {
  if (!Array.isArray(value)) return walk.reportKind(value, "a list of strings")
  for (let index = 0; index < value.length; index++) {
    if (typeof value[index] !== "string") walk.at(index, value[index], text.check)
  }
}

/** The values of a common tag, which needs no check, or of any other. */
const valuesIn = (key: string): Check =>
  key === "none" || key === "en" ? values : (value, walk) => {
    tag(key, walk)
    values(value, walk)
  }

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0

const byLanguage = Schema.Record(
  strings(isPlainTag, rules["language-tag"].expected, tagPattern),
  Schema.Array(Schema.String)
)

const same = SchemaTransformation.passthrough<LanguageMap>()

/** Language maps, of which those are generated that have a value. */
const anyLanguageMap: Schema.Codec<LanguageMap> = Schema.declareConstructor<LanguageMap>()(
  [byLanguage],
  ([codec]) => (value, _self, options) => SchemaParser.decodeUnknownEffect(codec)(value, options),
  {
    expected: "language map",
    toCodec: ([codec]) => Schema.link<LanguageMap>()(codec, same),
    toCodecArbitrary: () =>
      Schema.link<LanguageMap>()(Schema.Struct({ en: Schema.NonEmptyArray(Schema.String) }), {
        decode: SchemaGetter.transform((value) => value),
        encode: SchemaGetter.transform(() => ({ en: [""] as const }))
      })
  }
)

const languageMapOf = (empty: "text-empty" | "value-empty"): Leaf<LanguageMap> =>
  leaf("language map", (map, walk) => {
    if (!isObject(map)) {
      return walk.report("value-kind", `it is ${kindOf(map)}`, {
        expected: "an object that maps languages to lists of strings, such as {\"en\": [\"Title\"]}",
        clause: "Presentation 3.0, 4.4"
      })
    }
    const without: Array<string> = []
    let hasValue = false
    for (const key in map) {
      const value = map[key]
      if (isEmptyList(value)) without.push(key)
      else hasValue = true
      walk.at(key, value, valuesIn(key))
    }
    if (!hasValue) return walk.report(empty, "it has no value in any language")
    for (const key of without) walk.reportAt(key, "language-empty", `there is no value in ${quoted(key)}`)
  }, anyLanguageMap)

/** Text by language. Clause 4.4. */
export const languageMap = languageMapOf("text-empty")

/** Text by language of an entry of `metadata` or `requiredStatement`, which may be empty. Clause 3.1, metadata. */
export const entryText = languageMapOf("value-empty")

/** A date and time with a time zone. Clause 3.1, navDate. */
export const navDate: Leaf<string> = leaf("date and time with a time zone", (value, walk) => {
  if (typeof value !== "string" || !isDateTime(value)) walk.report("nav-date", `it is ${kindOf(value)}`)
}, strings(isDateTime, rules["nav-date"].expected, "^[12]\\d{3}-0[1-9]-[0-2][1-8]T[01]\\d:00:00Z$"))
