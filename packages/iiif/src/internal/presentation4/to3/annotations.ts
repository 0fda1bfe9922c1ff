/** Annotations of Presentation 4, and lists of them, in Presentation 3. */
import { isObject } from "effect/Predicate"
import { groups, many } from "../names.ts"
import { type Convert, each, type Fields, object, one, type Place } from "../place.ts"
import { referenced, shared, shortened, structural } from "./resources.ts"

/** Several bodies or targets are a list in Presentation 3, which means that each is related independently. */
const separate = (convert: Convert): Convert => (value, place) => {
  if (!isObject(value) || typeof value["type"] !== "string" || !groups.has(value["type"])) return convert(value, place)
  const { items, type } = value
  if (type !== "Independents") place.lose(`Presentation 3 has no ${type}: its items are listed instead`)
  const inner = place.at("items")
  const list = many(items).map((item, index) => convert(item, inner.at(index))).filter((item) => item !== undefined)
  return shortened(list, place)
}

const withFeatures = (body: unknown, features: unknown, place: Place): unknown =>
  isObject(body) ? (place.world.origins.get(body) ?? place).made({ ...body, accessibility: features }) : body

/** Clause "provides": in Presentation 3, each body says what the annotation provides. */
const withAccessibility = (converted: Fields, place: Place, { motivation, provides }: Fields): Fields => {
  if (provides === undefined) return converted
  const { body } = converted
  const here = place.at("provides")
  if (!many(motivation).includes("supplementing") || body === undefined) {
    here.lose("only a supplementing annotation with a body provides something: left out")
    return converted
  }
  if (many(body).some((one) => isObject(one) && one["accessibility"] !== undefined)) {
    here.lose("the body has accessibility already: left out")
    return converted
  }
  const features = shortened(provides, here)
  const bodies = many(body).map((one) => withFeatures(one, features, place))
  return { ...converted, body: Array.isArray(body) ? bodies : bodies[0] }
}

const leftOut = (name: string): Convert => (_, place) => place.lose(`an annotation has no ${name} in Presentation 3`)

const annotation = object({
  ...shared,
  provides: () => undefined,
  motivation: shortened,
  body: separate(one),
  target: separate(referenced),
  navDate: leftOut("navDate"),
  navPlace: leftOut("navPlace"),
  scope: leftOut("scope")
}, { also: withAccessibility })

const pages = object({ ...structural, partOf: each, first: one, last: one, next: one, prev: one })

export const classes = { Annotation: annotation, AnnotationPage: pages, AnnotationCollection: pages }
