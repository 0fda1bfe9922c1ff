import * as Schema from "effect/Schema"
import { TextGranularity } from "../../../Presentation3.ts"
import { type Fields, type Json, without } from "../../fields.ts"
import { quoted } from "../../quoted.ts"
import { each } from "../place.ts"
import { resource, shared } from "./content.ts"
import { convert, handled, loseOtherTypes, type Rules, shortName, types, typesOf } from "./draft.ts"
import { type On, targets } from "./targets.ts"
import { plainText } from "./text.ts"
import { type At, type Draft, idOf, isFields, type Rule } from "./upgrade.ts"

/** `oa:commenting` and its full URI are `commenting` in Presentation 3; a motivation of another kind stays as it is. */
export const motivationOf = (given: string): string =>
  given.replace(/^(?:oa:|sc:|http:\/\/www\.w3\.org\/ns\/oa#|http:\/\/iiif\.io\/api\/presentation\/[23]#)/, "")

const motivation: Rule = (value, place, { fields }) => {
  const found: Array<Json> = []
  each(value, place, (one, at) => {
    if (typeof one === "string") found.push(motivationOf(one))
    else at.lose("it is not the name of a motivation")
  })
  if (found.length > 0) fields["motivation"] = found.length === 1 ? found[0] ?? "" : found
}

/** CSS, embedded or by its address. Clause 6.5. */
const stylesheet: Rule = (value, place, { fields }) => {
  if (typeof value === "string") {
    const address = place.conversion.address(value, place)
    if (address === undefined) place.lose("it is not the http URI of a stylesheet")
    else fields["stylesheet"] = address
    return
  }
  if (!isFields(value)) return place.lose("it is not a stylesheet")
  const { "@id": id, "@type": type, chars, value: other, ...others } = value
  loseOtherTypes(type, place, "CssStyle", "CssStylesheet", "Style", "ContentAsText")
  if (chars !== undefined && other !== undefined) place.at("value").lose("the style is that in chars")
  const css = plainText(chars ?? other ?? null, place.at("chars"))
  const address = typeof id === "string" ? place.conversion.address(id, place.at("@id")) : undefined
  if (id !== undefined && address === undefined) place.at("@id").lose("it is no http URI")
  if (css === undefined && address === undefined) return place.lose("it has neither chars nor an address")
  fields["stylesheet"] = {
    ...(address === undefined ? {} : { id: address }),
    type: "CssStylesheet",
    ...(css === undefined ? {} : { value: css }),
    ...without(others, "id", "type")
  }
  for (const key of ["id", "type"]) {
    if (others[key] !== undefined) place.at(key).lose("Presentation 2 calls it @id or @type")
  }
}

const isGranularity = Schema.is(TextGranularity)

/** Of the extension of the same name, which is the same in both versions. */
const textGranularity: Rule = (value, place, { fields }) => {
  if (isGranularity(value)) fields["textGranularity"] = value
  else place.lose("it is no granularity of text")
}

const groups = new Set(["Composite", "List", "Independents"])

/** The bodies in a group, which are bodies by themselves in Presentation 3. */
const grouped = (given: Fields, place: At, add: (value: Json, place: At) => void): void => {
  place.lose("that the resources belong together is left out: they are bodies by themselves")
  for (const key of ["default", "item"]) {
    if (given[key] !== undefined) each(given[key], place.at(key), add)
  }
}

const body = (type: string): Rule => (value, place, { fields, id }) => {
  const bodies: Array<Json> = []
  const add = (isOnlyBody: boolean) => (one: Json, at: At): void => {
    if (isFields(one) && typesOf(one).some((name) => groups.has(shortName(name)))) return grouped(one, at, add(false))
    const converted = resource(one, at, { type, owner: id, isOnlyBody })
    if (converted !== undefined) bodies.push(converted)
  }
  each(value, place, add(!Array.isArray(value)))
  if (bodies.length > 0) fields["body"] = bodies.length === 1 ? bodies[0] ?? "" : bodies
}

const annotationRules: ReadonlyArray<readonly [string, Rule]> = [
  ...shared,
  ["@type", types("Annotation")],
  ["motivation", motivation],
  ["stylesheet", stylesheet],
  ["textGranularity", textGranularity],
  ["on", handled]
]

const imageRules: Rules = new Map<string, Rule>([...annotationRules, ["resource", body("Image")]])

const otherRules: Rules = new Map<string, Rule>([...annotationRules, ["resource", body("Text")]])

export interface Owner {
  /** The id that those of annotations without one are made of. */
  readonly id: string
  /** The number of annotations that it has so far. */
  readonly count: number
}

/** An annotation with everything but its target. */
const start = (given: Fields, rules: Rules, place: At, { count, id }: Owner): Draft => {
  const { conversion } = place
  const own = idOf(given["@id"])
  const isBlank = own === undefined || own.startsWith("_:")
  const address = isBlank ? `${id}/annotation/${count + 1}` : conversion.identity(own, place.at("@id"))
  const unique = conversion.own(address, isBlank ? undefined : place.at("@id"))
  const fields: { [key: string]: Json } = { id: unique, type: "Annotation" }
  const draft: Draft = { type: "Annotation", id: unique, fields }
  convert(rules, given, place, draft)
  return draft
}

export const isPainting = (motivation: Json | undefined): boolean =>
  Array.isArray(motivation) ? motivation.includes("painting") : motivation === "painting"

/** An annotation of the images of a canvas, which paints whatever it says. `undefined` if there is nothing to paint. */
export const painting = (given: Json, place: At, on: On, owner: Owner): Json | undefined => {
  if (!isFields(given)) {
    place.refuse("it is not an annotation with an image: fetch it, and embed it here")
    return undefined
  }
  const { fields } = start(given, imageRules, place, owner)
  if (!isPainting(fields["motivation"])) {
    if (fields["motivation"] !== undefined) place.at("motivation").lose("what is in images is painted")
    fields["motivation"] = "painting"
  }
  if (fields["body"] === undefined) {
    place.at("resource").refuse("there is no image here that has an address, so that the page would show nothing")
    return undefined
  }
  const target = given["on"] === undefined ? undefined : targets(given["on"], place.at("on"), on)
  return place.conversion.from({ ...fields, target: target ?? on.canvas }, place)
}

/** Any other annotation. One that does not say what it is about is about the resource that has its list. */
export const annotation = (given: Json, place: At, about: string, owner: Owner): Fields | undefined => {
  if (!isFields(given)) {
    place.lose(`${typeof given === "string" ? quoted(given) : "it"} is not an annotation: fetch it, and embed it here`)
    return undefined
  }
  const { fields } = start(given, otherRules, place, owner)
  const target = given["on"] === undefined ? undefined : targets(given["on"], place.at("on"), undefined)
  return place.conversion.from({ ...fields, target: target ?? about }, place)
}
