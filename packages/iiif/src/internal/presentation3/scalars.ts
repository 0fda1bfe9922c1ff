/** Kinds of single values: each is one test of a string or a number, from which its check and its schema follow. */
import { isObject } from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as SchemaParser from "effect/SchemaParser"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { type Code, rules } from "../check/rules.ts"
import { type Leaf, single } from "../model/kind.ts"
import { type Check, kindOf, maxKeys, type Walk } from "../model/walk.ts"
import { quoted } from "../quoted.ts"
import { isDateTime } from "./dateTime.ts"
import { isCommon, isTag } from "./languageTag.ts"
import { isHttpUri, isUri } from "./uri.ts"

/** Strings that pass a test, some of which are generated from a pattern. */
const plainStrings = (test: (value: string) => boolean, expected: string, pattern: string) =>
  Schema.String.check(
    Schema.makeFilter(test, { expected, arbitraryConstraint: { patterns: [{ source: pattern, flags: "" }] } })
  )

interface Strings {
  readonly says: string
  readonly test: (value: string) => boolean
  /** What is expected, as findings and issues say it. */
  readonly expected: string
  /** A pattern from which values are generated that pass the test. */
  readonly pattern: string
  readonly report: Check
}

const strings = ({ expected, pattern, report, says, test }: Strings): Leaf<string> =>
  single(
    says,
    (value) => typeof value === "string" && test(value),
    report,
    plainStrings(test, expected, pattern)
  )

const httpPattern = "^https://[a-z]{1,8}\\.org/[a-z0-9]{8,16}$"

/** Reports a value with a code whose rule says all that there is to say. */
const reportAs = (code: Code): Check => (value, walk) => walk.report(code, `it is ${kindOf(value)}`)

export const text: Leaf<string> = single(
  "string",
  (value) => typeof value === "string",
  (value, walk) => walk.reportKind(value, "a string"),
  Schema.String
)

/** The id of a resource. Clause 3.2, id. */
export const id = strings({
  says: "http or https URI",
  test: isHttpUri,
  expected: rules["id-uri"].expected,
  pattern: httpPattern,
  report: reportAs("id-uri")
})

const hasFragment = (value: unknown): boolean => typeof value === "string" && value.includes("#")

/** The id of a canvas, to which fragments are added. Clause 5.3. */
export const canvasId = strings({
  says: "http or https URI without a fragment",
  test: (value) => isHttpUri(value) && !hasFragment(value),
  expected: rules["id-fragment"].expected,
  pattern: httpPattern,
  report: (value, walk) => {
    if (hasFragment(value)) walk.report("id-fragment", `it is ${kindOf(value)}`)
    id.check(value, walk)
  }
})

export const uri = strings({
  says: "URI",
  test: isUri,
  expected: rules.uri.expected,
  pattern: httpPattern,
  report: reportAs("uri")
})

export const httpUri = strings({
  says: "http or https URI",
  test: isHttpUri,
  expected: "an http or https URI",
  pattern: httpPattern,
  report: (value, walk) => walk.report("uri", `it is ${kindOf(value)}`, { expected: "an http or https URI" })
})

/** The size, or 0 if it is not valid. */
export const sizeOf = (value: unknown): number =>
  typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0

const positive = Schema.isGreaterThan(0, { expected: rules.size.expected })

export const size: Leaf<number> = single(
  "integer above 0",
  (value) => sizeOf(value) > 0,
  reportAs("size"),
  Schema.Int.check(positive)
)

export const duration: Leaf<number> = single(
  "number of seconds above 0",
  (value) => typeof value === "number" && Number.isFinite(value) && value > 0,
  reportAs("duration"),
  Schema.Finite.check(Schema.isGreaterThan(0, { expected: rules.duration.expected }))
)

const numbers = (
  says: string,
  expected: string,
  test: (value: number) => boolean,
  plain: Schema.Codec<number>
): Leaf<number> =>
  single(
    says,
    (value) => typeof value === "number" && test(value),
    (value, walk) => walk.reportKind(value, expected),
    plain
  )

export const integer = numbers("integer", "an integer", Number.isSafeInteger, Schema.Int)

export const finite = numbers("number", "a number", Number.isFinite, Schema.Finite)

/** A number of things, of which there is at least one. */
export const count = numbers(
  "integer above 0",
  "an integer above 0",
  (value) => sizeOf(value) > 0,
  Schema.Int.check(positive)
)

/** A coordinate or a time that may be 0. */
export const notNegative = numbers(
  "number of 0 or more",
  "a number of 0 or more",
  (value) => Number.isFinite(value) && value >= 0,
  Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
)

const mediaType = /^[a-z]+\/[^\n\r\u2028\u2029]*$/

const formatRemedy = (value: unknown): string => {
  if (typeof value !== "string") return "write the media type as a string"
  return mediaType.test(value.toLowerCase()) ? "write the media type in lower case" : "write a type and a subtype"
}

/** A media type. Clause 3.2, format. */
export const format = strings({
  says: "media type",
  test: (value) => mediaType.test(value),
  expected: rules.format.expected,
  pattern: "^(image|audio|text)/[a-z]{3,8}$",
  report: (value, walk) => walk.report("format", `it is ${kindOf(value)}`, { remedy: formatRemedy(value) })
})

/** What it takes to parse a language tag, compared with a visit. */
const visitsPerTag = 20

const tag = (value: string, walk: Walk): void => {
  if (!isCommon(value)) walk.charge(visitsPerTag)
  if (!isTag(value)) return walk.report("language-tag", `${quoted(value)} is not a language tag`)
  if (/[^A-Za-z-]/.test(value)) walk.report("language-digits", `${quoted(value)} contains digits`)
}

const tagPattern = "^(en|fr|de|ja|none)$"

const isPlainTag = (value: string): boolean => isTag(value) && !/[^A-Za-z-]/.test(value)

export const language = strings({
  says: "language tag",
  test: isPlainTag,
  expected: rules["language-tag"].expected,
  pattern: tagPattern,
  report: (value, walk) => {
    if (typeof value === "string") tag(value, walk)
    else walk.reportKind(value, "a string")
  }
})

export type LanguageMap = { readonly [language: string]: ReadonlyArray<string> }

/** The values of a language, which is the key that they are at. */
const valuesOfLanguage: Check = (value, walk) => {
  tag(walk.key, walk)
  if (!Array.isArray(value)) return walk.reportKind(value, "a list of strings")
  walk.enterList(value, text.check)
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0

const isText = (value: unknown): boolean => {
  if (!Array.isArray(value) || value.length === 0) return false
  for (let index = 0; index < value.length; index++) if (typeof value[index] !== "string") return false
  return true
}

/** Whether a map has only languages that need no parsing, each with text, as most have. */
const isUsual = (map: unknown): boolean => {
  if (!isObject(map)) return false
  let hasLanguage = false
  for (const key in map) {
    hasLanguage = true
    if (!isCommon(key) || !isText(map[key])) return false
  }
  return hasLanguage
}

const byLanguage = Schema.Record(
  plainStrings(isPlainTag, rules["language-tag"].expected, tagPattern),
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

const languageMapOf = (code: "text-empty" | "value-empty"): Leaf<LanguageMap> =>
  single("language map", isUsual, (map, walk) => {
    if (!isObject(map)) {
      return walk.report("value-kind", `it is ${kindOf(map)}`, {
        expected: "an object that maps languages to lists of strings, such as {\"en\": [\"Title\"]}",
        clause: "Presentation 3.0, 4.4"
      })
    }
    let hasValue = false
    let left = maxKeys
    for (const key in map) {
      hasValue = !isEmptyList(map[key])
      if (hasValue || left-- === 0) break
    }
    if (!hasValue) walk.report(code, "it has no value in any language")
    walk.enterValues(map, (value, walk) => {
      if (hasValue && isEmptyList(value)) walk.report("language-empty", `there is no value in ${quoted(walk.key)}`)
      valuesOfLanguage(value, walk)
    })
  }, anyLanguageMap)

/** Text by language. Clause 4.4. */
export const languageMap = languageMapOf("text-empty")

/** Text by language of an entry of `metadata` or `requiredStatement`, which may be empty. Clause 3.1, metadata. */
export const entryText = languageMapOf("value-empty")

/** A date and time with a time zone. Clause 3.1, navDate. */
export const navDate = strings({
  says: "date and time with a time zone",
  test: isDateTime,
  expected: rules["nav-date"].expected,
  pattern: "^[12]\\d{3}-0[1-9]-[0-2][1-8]T[01]\\d:00:00Z$",
  report: reportAs("nav-date")
})
