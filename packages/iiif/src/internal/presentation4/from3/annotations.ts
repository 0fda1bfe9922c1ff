/** Annotations of Presentation 3, and lists of them, in Presentation 4. */
import { isObject } from "effect/Predicate"
import { many, provides } from "../names.ts"
import { type Convert, each, type Fields, object, one, type Place } from "../place.ts"
import { listed, referenced, shared } from "./resources.ts"

/**
 * Clauses "body" and "target": the value is a single object, and several are the items of one. In the Web Annotation
 * model, several bodies or targets are each related to the annotation independently, so it is an `Independents`.
 */
const together = (convert: Convert): Convert => (value, place) => {
  if (!Array.isArray(value)) return convert(value, place)
  if (value.length === 1) return convert(value[0], place.at(0, ""))
  const items = value.map((item, index) => convert(item, place.at(index, `items/${index}`)))
  return place.made({ type: "Independents", items: items.filter((item) => item !== undefined) })
}

const body: Convert = (value, place) =>
  typeof value === "string" && !place.world.types.has(value)
    ? place.refuse("Presentation 4 needs the type of this resource: write an object with id and type")
    : target(value, place)

const target: Convert = (value, place) => typeof value === "string" ? referenced(value, place) : one(value, place)

/** Clause "stylesheet": an object, which either has an address or is the text itself. */
const stylesheet: Convert = (value, place) => {
  if (typeof value === "string") return place.made({ id: value, type: "CssStylesheet" })
  if (!isObject(value)) return value
  const { value: text, ...rest } = value as Fields
  if (text === undefined) return value
  if (rest["id"] !== undefined) place.at("id").lose("a stylesheet whose text is given has no id in Presentation 4")
  return place.made({
    ...Object.fromEntries(Object.entries(rest).filter(([key]) => key !== "id")),
    value: Array.isArray(text) ? text.join("\n") : text
  })
}

/** Clause "body": `bodyValue` is not used; it is the same as a TextualBody of plain text. */
const withBodyValue = ({ bodyValue, ...rest }: Fields, place: Place): Fields => {
  if (bodyValue === undefined) return rest
  if (rest["body"] !== undefined) {
    place.at("bodyValue").lose("Presentation 4 has no bodyValue: left out beside a body")
    return rest
  }
  place.at("bodyValue").lose("Presentation 4 has no bodyValue: it is a TextualBody now")
  return { ...rest, body: place.at("body").made({ type: "TextualBody", format: "text/plain", value: bodyValue }) }
}

const bodiesOf = (body: unknown): ReadonlyArray<unknown> =>
  isObject(body) && body["type"] === "Independents" ? many(body["items"]) : [body]

const featuresOf = (body: unknown): ReadonlyArray<unknown> =>
  isObject(body) && body["accessibility"] !== undefined ? many(body["accessibility"]) : []

const isSame = (a: ReadonlyArray<unknown>, b: ReadonlyArray<unknown>): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index])

const withoutFeatures = (body: unknown, place: Place): unknown => {
  if (!isObject(body)) return body
  const { accessibility: _, ...rest } = body as Fields
  const { origins } = place.world
  const origin = origins.get(body) ?? place
  if (rest["type"] !== "Independents") return origin.made(rest)
  return origin.made({ ...rest, items: many(rest["items"]).map((item) => withoutFeatures(item, origin)) })
}

/**
 * Clause "provides": a supplementing annotation says what it provides. In Presentation 3, its bodies say so, by
 * `accessibility` of the Web Annotation model.
 */
const withProvides = (annotation: Fields, place: Place): Fields => {
  const { body, motivation, provides: given } = annotation
  if (given !== undefined || !many(motivation).includes("supplementing")) return annotation
  const bodies = bodiesOf(body)
  const features = featuresOf(bodies[0])
  const isClear = features.length > 0 && features.every((name) => typeof name === "string" && provides.has(name)) &&
    bodies.every((one) => isSame(featuresOf(one), features))
  return isClear ? { ...annotation, provides: features, body: withoutFeatures(body, place.at("body")) } : annotation
}

const annotation = object({
  ...shared,
  motivation: listed, // clause "motivation"
  body: together(body),
  target: together(target),
  stylesheet
}, { also: (converted, place) => withProvides(withBodyValue(converted, place), place) })

/** Clauses "first", "last", "next" and "prev": an object with id and type. */
const pageLink: Convert = (value, place) =>
  typeof value === "string" ? place.made({ id: value, type: "AnnotationPage" }) : one(value, place)

const pages = { ...shared, partOf: each, first: pageLink, last: pageLink, next: pageLink, prev: pageLink }

export const classes = {
  Annotation: annotation,
  AnnotationPage: object(pages),
  AnnotationCollection: object(pages)
} satisfies { readonly [type: string]: Convert }
