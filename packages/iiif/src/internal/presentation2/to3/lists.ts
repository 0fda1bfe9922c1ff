import type { Fields, Json } from "../../fields.ts"
import { sizeOf } from "../../presentation3/scalars.ts"
import { quoted } from "../../quoted.ts"
import { placed } from "../place.ts"
import { atOnce } from "../steps.ts"
import { annotation, isPainting } from "./annotations.ts"
import { described } from "./described.ts"
import { append, context, convert, handled, lost, ownId, type Rules, types } from "./draft.ts"
import { links, thumbnail, within } from "./links.ts"
import { services } from "./services.ts"
import { isOn } from "./targets.ts"
import { text } from "./text.ts"
import { type At, type Draft, idOf, isFields, type Rule, type Upgrade } from "./upgrade.ts"

/** The address of another page. */
const page = (key: string): Rule => (value, place, { fields }) => {
  const id = idOf(value)
  const address = id === undefined ? undefined : place.conversion.address(id, place)
  if (address === undefined) return place.lose("it is not the http URI of an annotation list")
  fields[key] = { id: address, type: "AnnotationPage" }
  if (!isFields(value)) return
  for (const name of Object.keys(value)) {
    if (name !== "@id" && name !== "@type") place.at(name).lose("a page is only named here")
  }
}

const own: ReadonlyArray<readonly [string, Rule]> = [
  ["@type", types("AnnotationList")],
  ["resources", handled],
  ["next", page("next")],
  ["prev", page("prev")]
]

const notAllowed = lost("IIIF's own schema of Presentation 3 does not allow it on an annotation page")

/** An annotation page may have these properties and no others. */
const pageRules: Rules = new Map<string, Rule>([
  ...described.map(([key, rule]): readonly [string, Rule] => key.startsWith("@") ? [key, rule] : [key, notAllowed]),
  ...own,
  ["label", text("label")],
  ["thumbnail", thumbnail],
  ["rendering", links("rendering", "Text", true)],
  ["service", services],
  ["within", within]
])

/** A reference says of a list only what it is called, what it is a part of, and how it looks. */
const referenceRules: Rules = new Map<string, Rule>([
  ["@context", context],
  ["@id", ownId],
  ["@type", types("AnnotationList")],
  ["label", text("label")],
  ["thumbnail", thumbnail],
  ["within", within]
])

const reference = (given: Json, place: At): Json | undefined => {
  const id = idOf(given)
  const address = id === undefined ? undefined : place.conversion.address(id, place)
  if (address === undefined) {
    place.lose(`${id === undefined ? "it has no @id" : quoted(id)}: Presentation 3 asks for an http URI`)
    return undefined
  }
  const fields: { [key: string]: Json } = { id: address, type: "AnnotationPage" }
  if (isFields(given)) convert(referenceRules, given, place, { type: "AnnotationPage", id: address, fields })
  return place.conversion.from(fields, place)
}

/** What annotation lists paint on a canvas: lists of nothing else, and single annotations of others. */
export interface Painted {
  readonly pages: Array<Json>
  readonly annotations: Array<Json>
}

/** The page of an embedded list, without its annotations. */
const pageOf = (given: Fields, place: At, draft: Draft): Draft => {
  const { conversion } = place
  const before = Array.isArray(draft.fields["annotations"]) ? draft.fields["annotations"].length : 0
  const own = idOf(given)
  const address = own === undefined
    ? `${draft.id}/annotations/${before + 1}`
    : conversion.identity(own, place.at("@id"))
  const id = conversion.own(address, own === undefined ? undefined : place.at("@id"))
  const page: Draft = { type: "AnnotationPage", id, fields: { id, type: "AnnotationPage" } }
  convert(pageRules, given, place, page)
  return page
}

/** Whether an annotation paints; one that cannot paint here is left out. */
const paints = (one: Fields, place: At, draft: Draft): "yes" | "no" | "lost" => {
  if (!isPainting(one["motivation"])) return "no"
  if (draft.type !== "Canvas" || !isOn(one["target"] ?? "", draft.id)) {
    place.lose("what is painted is in the items of its canvas in Presentation 3")
  } else if (one["body"] === undefined) place.lose("there is nothing to paint")
  else return "yes"
  return "lost"
}

/** An embedded list. What it paints is in the items of the canvas in Presentation 3. Presentation 3.0, 3.4, items. */
function* embedded(
  given: Fields,
  place: At,
  draft: Draft,
  painted: Painted
): Generator<void, Json | undefined> {
  const page = pageOf(given, place, draft)
  const items: Array<Json> = []
  const paintings: Array<Json> = []
  let count = 0
  for (const [one, at] of placed<Json, Upgrade>(given["resources"] ?? [], place.at("resources"))) {
    const found = annotation(one, at, draft.id, { id: page.id, count })
    count++
    const kind = found === undefined ? "lost" : paints(found, at, draft)
    if (found !== undefined && kind !== "lost") (kind === "yes" ? paintings : items).push(found)
    yield
  }
  const whole = place.conversion.from({ ...page.fields, items: items.length > 0 ? items : paintings }, place)
  if (paintings.length === 0) return whole
  if (items.length === 0) painted.pages.push(whole)
  else for (const one of paintings) painted.annotations.push(one)
  return items.length === 0 ? undefined : whole
}

/** Annotation lists, by reference or embedded, and what they paint on a canvas. Clauses 5.5 and 6.7. */
export function* lists(value: Json, place: At, draft: Draft, painted: Painted): Generator<void, void> {
  for (const [one, at] of placed<Json, Upgrade>(value, place)) {
    const isEmbedded = isFields(one) && one["resources"] !== undefined
    const page = isEmbedded ? yield* embedded(one, at, draft, painted) : reference(one, at)
    if (page !== undefined) append(draft, "annotations", page)
  }
}

/** The lists of something that nothing can be painted on. */
export const otherContent: Rule = (value, place, draft) =>
  atOnce(lists(value, place, draft, { pages: [], annotations: [] }))

const layerRules: Rules = new Map<string, Rule>([
  ...described,
  ["@type", types("Layer")],
  ["first", page("first")],
  ["last", page("last")],
  ["otherContent", lost("an annotation collection of Presentation 3 has only a first and a last page")],
  ["total", (value, place, { fields }) => {
    if (sizeOf(value) > 0) fields["total"] = value
    else place.lose("it is not an integer above 0")
  }]
])

/** The layer of a range. Clauses 3.4, contentLayer, and 5.7. */
export const contentLayer: Rule = (value, place, { fields }) => {
  const given = idOf(value)
  if (given === undefined) return place.lose("the layer has no @id")
  const id = place.conversion.identity(given, place)
  const layer: { [key: string]: Json } = { id, type: "AnnotationCollection" }
  if (isFields(value)) convert(layerRules, value, place, { type: "AnnotationCollection", id, fields: layer })
  fields["supplementary"] = place.conversion.from(layer, place)
}
