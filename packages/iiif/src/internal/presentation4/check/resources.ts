/** Content, selectors, annotations and what describes any resource. */
import { isObject } from "effect/Predicate"
import { many } from "../names.ts"
import type { Fields } from "../place.ts"
import * as Values from "./values.ts"
import { anyObject, type Check, classes, eitherOrList, list, object, text, type Visit } from "./visit.ts"

const { duration, id, languageMap, size, texts } = Values

const labelValue = object({
  heading: "metadata",
  required: ["label", "value"],
  properties: { label: languageMap, value: languageMap }
})

const service: Check = (value, visit) => {
  if (!isObject(value)) return anyObject(value, visit)
  for (const key of ["id", "type"]) {
    if (value[key] !== undefined || value[`@${key}`] !== undefined) continue
    visit.at(key, () => visit.report("p4-missing", `there is neither ${key} nor @${key}`))
  }
}

/** A resource that is described elsewhere: its id and type are enough. */
export const reference = (heading: string): Check =>
  object({ heading, required: ["id", "type"], properties: { id, type: text } })

const mediaType: Check = (value, visit) => {
  if (value === "Sound") visit.report("p4-renamed", "it is \"Sound\"", { expected: "Audio", remedy: "write Audio" })
  else text(value, visit)
}

const linked = (heading: string, ...more: ReadonlyArray<string>): Check =>
  list(object({ heading, required: ["id", "type", ...more], properties: { ...contentFields, type: mediaType } }))

const agent = object({
  heading: "Agent",
  required: ["id", "type", "label"],
  properties: {
    id,
    label: languageMap,
    homepage: (value, visit) => linked("homepage", "label")(value, visit),
    logo: (value, visit) => linked("logo")(value, visit),
    seeAlso: (value, visit) => linked("seeAlso")(value, visit)
  }
})

/** The properties that mean the same on every class. Clause "Properties". */
export const anyFields: { readonly [property: string]: Check } = {
  "@context": Values.embeddedContext,
  id,
  type: text,
  label: languageMap,
  metadata: list(labelValue),
  summary: languageMap,
  requiredStatement: labelValue,
  rights: text,
  provider: list(agent),
  thumbnail: (value, visit) => linked("thumbnail")(value, visit),
  homepage: (value, visit) => linked("homepage", "label")(value, visit),
  rendering: (value, visit) => linked("rendering", "label")(value, visit),
  seeAlso: (value, visit) => linked("seeAlso")(value, visit),
  partOf: list(reference("partOf")),
  service: list(service),
  services: list(service),
  navDate: text,
  navPlace: anyObject,
  behavior: Values.behavior,
  viewingDirection: text,
  language: texts,
  canonical: text,
  via: texts,
  annotations: (value, visit) => otherPages(value, visit),
  placeholderCanvas: Values.renamedTo("placeholderContainer"),
  accompanyingCanvas: Values.renamedTo("accompanyingContainer")
}

const contentFields: { readonly [property: string]: Check } = {
  ...anyFields,
  height: size,
  width: size,
  duration,
  format: text,
  profile: text
}

const content = object({
  heading: "Content Resources",
  required: ["id", "type"],
  properties: { ...contentFields, type: mediaType }
})

const textualBody = object({
  heading: "Textual Body",
  required: ["type", "value"],
  properties: { ...contentFields, value: text }
})

const nested: Check = (value, visit) => selector(value, visit)

const selectorWith = (heading: string, required: ReadonlyArray<string>): Check =>
  object({
    heading,
    required: ["type", ...required],
    properties: { type: text, value: text, refinedBy: nested, startSelector: nested, endSelector: nested }
  })

const anySelector = selectorWith("Selectors", [])

const selector: Check = classes("Selectors", {
  FragmentSelector: selectorWith("FragmentSelector", ["value"]),
  SvgSelector: selectorWith("SvgSelector", ["value"]),
  WktSelector: selectorWith("WKT Selector", ["value"]),
  AnimationSelector: selectorWith("Animation Selector", ["value"]),
  PointSelector: object({
    heading: "Point Selector",
    required: ["type"],
    properties: { t: Values.renamedTo("instant"), refinedBy: nested }
  })
}, anySelector)

const source: Check = (value, visit) => (typeof value === "string" ? id : body)(value, visit)

/** Clause "Specific Resource". */
export const specificResource = object({
  heading: "Specific Resource",
  required: ["id", "type", "source"],
  properties: {
    ...anyFields,
    source,
    selector: eitherOrList(selector),
    styleClass: text,
    transform: list(anyObject)
  }
})

const group = (heading: string): Check =>
  object({
    heading,
    required: ["type", "items"],
    properties: { ...anyFields, items: list((value, visit) => body(value, visit)) }
  })

const groups = {
  TextualBody: textualBody,
  SpecificResource: specificResource,
  Choice: group("Choice"),
  Composite: group("Composite"),
  List: group("List"),
  Independents: group("Independents")
}

/** What is beyond this checker: scenes and what is in them, and places on a map. */
const unchecked = /Light$|Camera$|Audio$|^Feature$/

/** Clause "body". */
const body: Check = (value, visit) => {
  const type = isObject(value) ? value["type"] : undefined
  const isOther = typeof type === "string" && type !== "Audio" && unchecked.test(type)
  ;(isOther ? anyObject : classes("body", groups, content))(value, visit)
}

/** Clause "target". */
const target: Check = classes("target", groups, reference("target"))

const stylesheet = object({
  heading: "stylesheet",
  required: ["type"],
  properties: { id, type: text, value: text },
  also: ({ id, value }, visit) => {
    if ((id === undefined) === (value === undefined)) {
      visit.report("p4-stylesheet", id === undefined ? "it has neither id nor value" : "it has both id and value")
    }
  }
})

const provided = ({ motivation, provides }: Fields, visit: Visit): void => {
  if (provides === undefined || many(motivation).includes("supplementing")) return
  visit.at("provides", () => visit.report("p4-motivation", "its motivation is not supplementing"))
}

const annotationWith = (also: (isPainting: boolean, visit: Visit) => void): Check =>
  object({
    heading: "Annotation",
    required: ["id", "type", "motivation", "target"],
    properties: {
      ...anyFields,
      motivation: texts,
      body,
      target,
      bodyValue: (_, visit) => visit.report("p4-body-value", "bodyValue is not used"),
      provides: Values.provides,
      timeMode: text,
      stylesheet
    },
    also: (fields, visit) => {
      provided(fields, visit)
      const { motivation } = fields
      if (Array.isArray(motivation)) visit.at("motivation", () => also(motivation.includes("painting"), visit))
    }
  })

const painting = annotationWith((isPainting, visit) => {
  if (!isPainting) visit.report("p4-not-painting", "it is not painting")
})

const notPainting = annotationWith((isPainting, visit) => {
  if (isPainting) visit.report("p4-painting", "it is painting")
})

const link = reference("next")

const pageFields = { ...anyFields, first: link, last: link, next: link, prev: link }

const pageOf = (annotation: Check, required: ReadonlyArray<string>, context: Check): Check =>
  object({
    heading: "Annotation Page",
    required: ["id", "type", ...required],
    properties: { ...pageFields, "@context": context, items: list(annotation) }
  })

const isEmbedded = (value: unknown): boolean => isObject(value) && value["items"] !== undefined

const pagesOf = (annotation: Check): Check => {
  const embedded = pageOf(annotation, ["items"], Values.embeddedContext)
  const referenced = pageOf(annotation, [], Values.embeddedContext)
  const page: Check = (value, visit) => (isEmbedded(value) ? embedded : referenced)(value, visit)
  return list(classes("annotations", { AnnotationPage: page }))
}

/** The pages in the items of a container. */
export const paintingPages = pagesOf(painting)

/** The pages in the annotations of any resource. */
const otherPages = pagesOf(notPainting)

/** An annotation page as a document: its annotations may be of any kind. */
export const topPage = pageOf(annotationWith(() => {}), ["@context", "items"], Values.topContext)

/**
 * Clause "Annotation Collection". That clause also requires `label` and `last`, which their own clauses only recommend,
 * and `first`, which its own clause requires unless the collection is empty: what is in doubt is not an error.
 */
export const annotationCollection = object({
  heading: "Annotation Collection",
  required: ["@context", "id", "type"],
  properties: { ...pageFields, "@context": Values.topContext },
  also: ({ first, total }, visit) => {
    if (first === undefined && total !== 0) visit.at("first", () => visit.report("p4-missing", "there is no first"))
  }
})
