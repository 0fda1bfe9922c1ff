import { isObject } from "effect/Predicate"
import { quoted } from "../quoted.ts"
import { type Check, kindOf, object, oneOf, text, type Walk } from "./walk.ts"

const unreserved = "[\\w.~!$&'()*+,;=:@-]|%[\\dA-Fa-f]{2}"

const afterScheme = "//(?:(?:[\\w.~!$&'()*+,;=:-]|%[\\dA-Fa-f]{2})*@)?" +
  "(?:\\[[\\dA-Fa-f:.]+\\]|(?:[\\w.~!$&'()*+,;=-]|%[\\dA-Fa-f]{2})+)(?::\\d*)?" +
  `(?:/(?:${unreserved}|/)*)?(?:\\?(?:${unreserved}|[/?])*)?(?:#(?:${unreserved}|[/?])*)?$`

const anyHttp = new RegExp(`^https?:${afterScheme}`)

/** Matches most addresses, and faster than the full pattern. */
const commonHttp = /^https?:\/\/[\w.~-]+(?::\d+)?(?:\/[\w.~!$&'()*+,;=:@/-]*)?$/

const otherUri = new RegExp(`^[A-Za-z][\\w+.-]*:(?!//)(?:${unreserved}|/)+(?:\\?(?:${unreserved}|[/?])*)?$`)

/** Whether this is a URI by RFC 3986 with an http or https scheme, which IIIF requires of ids. */
export const isHttpUri = (value: string): boolean => commonHttp.test(value) || anyHttp.test(value)

const isUri = (value: string): boolean => isHttpUri(value) || otherUri.test(value)

export const id: Check = (value, walk) => {
  if (typeof value !== "string" || !isHttpUri(value)) walk.report("id-uri", `it is ${kindOf(value)}`)
}

export const uri: Check = (value, walk) => {
  if (typeof value !== "string" || !isUri(value)) walk.report("uri", `it is ${kindOf(value)}`)
}

export const httpUri: Check = (value, walk) => {
  if (typeof value !== "string" || !isHttpUri(value)) {
    walk.report("uri", `it is ${kindOf(value)}`, { expected: "an http or https URI" })
  }
}

/** The size, or 0 if it is not valid. */
export const sizeOf = (value: unknown): number =>
  typeof value === "number" && Number.isInteger(value) && value > 0 ? value : 0

export const size: Check = (value, walk) => {
  if (sizeOf(value) === 0) walk.report("size", `it is ${kindOf(value)}`)
}

export const duration: Check = (value, walk) => {
  if (typeof value !== "number" || !Number.isFinite(value) || value <= 0) {
    walk.report("duration", `it is ${kindOf(value)}`)
  }
}

export const integer: Check = (value, walk) => {
  if (!Number.isInteger(value)) walk.report("value-kind", `it is ${kindOf(value)}`, { expected: "an integer" })
}

export const format: Check = (value, walk) => {
  if (typeof value !== "string" || !/^[a-z]+\/[^\n\r\u2028\u2029]*$/.test(value)) {
    walk.report("format", `it is ${kindOf(value)}`)
  }
}

const isTag = (tag: string): boolean => {
  // Intl does not accept tags that are entirely for private use (RFC 5646, 2.2.7).
  if (/^x(?:-[A-Za-z0-9]{1,8})+$/i.test(tag)) return true
  try {
    return Intl.getCanonicalLocales(tag).length === 1
  } catch {
    return false
  }
}

/** The tags that most manifests use, which need no parsing. */
const commonTags = new Set([
  "none",
  "en",
  "fr",
  "de",
  "es",
  "it",
  "ja",
  "zh",
  "la",
  "ru",
  "ar",
  "he",
  "pt",
  "nl",
  "pl",
  "el"
])

const tag = (value: string, walk: Walk): void => {
  if (commonTags.has(value)) return
  if (!isTag(value)) return walk.report("language-tag", `${quoted(value)} is not a language tag`)
  if (/[^A-Za-z-]/.test(value)) walk.report("language-digits", `${quoted(value)} contains digits`)
}

export const language: Check = (value, walk) => {
  if (typeof value === "string") tag(value, walk)
  else text(value, walk)
}

const valuesOf: Check = (values, walk) => {
  if (!Array.isArray(values)) {
    return walk.report("value-kind", `it is ${kindOf(values)}`, { expected: "a list of strings" })
  }
  if (values.length === 0) walk.report("language-empty", "there is no value for this language")
  for (let index = 0; index < values.length; index++) {
    if (typeof values[index] !== "string") walk.at(index, values[index], text)
  }
}

/** A language map. */
export const languageMap: Check = (value, walk) => {
  if (!isObject(value)) {
    return walk.report("value-kind", `it is ${kindOf(value)}`, {
      expected: "an object that maps languages to lists of strings, such as {\"en\": [\"Title\"]}",
      clause: "Presentation 3.0, 4.4"
    })
  }
  let hasLanguage = false
  for (const key in value) {
    hasLanguage = true
    walk.path.push(key)
    tag(key, walk)
    valuesOf(value[key], walk)
    walk.path.pop()
  }
  if (!hasLanguage) walk.report("text-empty", "it has no value in any language")
}

export const labelValue = object({ fields: { label: languageMap, value: languageMap }, required: ["label", "value"] })

const months = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

const dateTime = /^(\d{4})-(\d\d)-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/

const isDateTime = (value: string): boolean => {
  const [, year = 0, month = 0, day = 0] = (dateTime.exec(value) ?? []).map(Number)
  const days = month === 2 && !isLeap(year) ? 28 : months[month - 1] ?? 0
  return day >= 1 && day <= days
}

export const navDate: Check = (value, walk) => {
  if (typeof value !== "string" || !isDateTime(value)) walk.report("nav-date", `it is ${kindOf(value)}`)
}

export const viewingDirection = oneOf(
  "viewing-direction",
  new Set(["left-to-right", "right-to-left", "top-to-bottom", "bottom-to-top"])
)

const license =
  /^http:\/\/creativecommons\.org\/(?:licenses|publicdomain)\/[a-z0-9.+-]+\/\d(?:\.\d)?(?:\/[a-z]{2,10})?\/?$/

const statement = /^http:\/\/rightsstatements\.org\/vocab\/[A-Za-z-]+\/1\.0\/?$/

const publishers = /^http:\/\/(?:creativecommons\.org\/(?:licenses|publicdomain)|rightsstatements\.org\/vocab)\//

const isKnownRights = (value: string): boolean => license.test(value) || statement.test(value)

/** The canonical URI of a license, if this is another form of one: with https, with www, or the page about it. */
export const correctRights = (value: string): string | undefined => {
  // code without types may give anything; the check of the manifest says so
  if (typeof value !== "string") return undefined
  const corrected = value.replace(/^https?:\/\/(?:www\.)?/, "http://")
    .replace(/^(http:\/\/rightsstatements\.org)\/(?:page|vocab)\/([^?#]*).*$/, "$1/vocab/$2")
    .replace(/^(http:\/\/creativecommons\.org\/.*?)\/?(?:deed(?:\.[a-z_]+)?|legalcode)?$/i, "$1/")
  return !isKnownRights(value) && isKnownRights(corrected) ? corrected : undefined
}

export const rights: Check = (value, walk) => {
  if (typeof value !== "string" || !isHttpUri(value)) return walk.report("rights-uri", `it is ${kindOf(value)}`)
  if (isKnownRights(value)) return
  const corrected = correctRights(value)
  if (corrected === undefined && publishers.test(value)) {
    return walk.report("rights-form", "the publisher is known, but has no license or statement with a URI of this form")
  }
  if (corrected === undefined) {
    return walk.report(
      "rights-unknown",
      "it is neither a Creative Commons license nor a RightsStatements.org statement"
    )
  }
  walk.report("rights-https", `${quoted(value)} is not the canonical URI of the license`, {
    remedy: `write ${corrected}`
  })
}
