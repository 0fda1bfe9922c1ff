import { isObject } from "effect/Predicate"
import * as Schema from "effect/Schema"
import { Id } from "../../../Presentation3.ts"
import * as Names from "../names.ts"
import { type Check, kindOf, list, text } from "./visit.ts"

/** The pattern of ids is that of Presentation 3: an http(s) URI by RFC 3986. */
const isHttpUri = Schema.is(Id)

export const id: Check = (value, visit) => {
  if (!isHttpUri(value)) visit.report("p4-id", `it is ${kindOf(value)}`)
}

export const containerId: Check = (value, visit) => {
  if (typeof value === "string" && value.includes("#")) visit.report("p4-container-id", `it is ${kindOf(value)}`)
  id(value, visit)
}

export const size: Check = (value, visit) => {
  if (typeof value !== "number" || !Number.isInteger(value) || value <= 0) {
    visit.report("p4-size", `it is ${kindOf(value)}`)
  }
}

export const duration: Check = (value, visit) => {
  if (typeof value !== "number" || value <= 0) visit.report("p4-duration", `it is ${kindOf(value)}`)
}

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((one) => typeof one === "string")

export const languageMap: Check = (value, visit) => {
  if (!isObject(value) || !Object.values(value).every(isTexts)) {
    visit.report("p4-language-map", isObject(value) ? "a language has no list of strings" : `it is ${kindOf(value)}`)
  }
}

export const texts = list(text)

const behaviors = new Set([
  "auto-advance",
  "no-auto-advance",
  "repeat",
  "no-repeat",
  "unordered",
  "individuals",
  "continuous",
  "paged",
  "facing-pages",
  "non-paged",
  "multi-part",
  "together",
  "sequence",
  "thumbnail-nav",
  "no-nav",
  "hidden"
])

export const behavior = list((value, visit) => {
  if (typeof value !== "string") text(value, visit)
  else if (!behaviors.has(value)) visit.report("p4-behavior", `it is ${kindOf(value)}`)
})

export const provides = list((value, visit) => {
  if (typeof value !== "string" || !Names.provides.has(value)) visit.report("p4-provides", `it is ${kindOf(value)}`)
})

/** A property that has another name in Presentation 4. */
export const renamedTo = (name: string): Check => (_, visit) =>
  visit.report("p4-renamed", "it is the name of Presentation 3", { expected: name, remedy: `rename it to ${name}` })

export const embeddedContext: Check = (_, visit) =>
  visit.report("p4-context-embedded", "it is not at the top of the document")

export const topContext: Check = (value, visit) => {
  const last: unknown = Array.isArray(value) ? value.at(-1) : value
  if (last !== Names.context) visit.report("p4-context", `it is ${kindOf(value)}`)
}
