import type { Json } from "../../fields.ts"
import { quoted } from "../../quoted.ts"
import { each } from "../place.ts"
import { append, convert, ownId, ownTypes, type Rules, shortName, typesOf } from "./draft.ts"
import { languageMap, text } from "./text.ts"
import { type At, type Draft, idOf, isFields, type Rule } from "./upgrade.ts"
import { partOf } from "./uri.ts"

/** A list of links under a name of Presentation 3; those that viewers show need a label. */
export const links = (key: string, type: string, needsLabel: boolean): Rule => (value, place, draft) => {
  each(value, place, (one, at) => {
    const link = at.conversion.parts.resource(one, at, { type, owner: draft.id, isLink: true })
    if (link === undefined) return
    if (!isFields(link) || typeof link["id"] !== "string") return at.lose("a link is to something with an address")
    const { language } = link
    const converted = {
      ...link,
      ...(language === undefined || Array.isArray(language) ? {} : { language: [language] }),
      // Viewers show the address of a link without a label, and Presentation 3 wants it to be said.
      ...(needsLabel && link["label"] === undefined ? { label: { none: [link["id"]] } } : {})
    }
    append(draft, key, at.conversion.from(converted, at))
  })
}

export const thumbnail: Rule = (value, place, draft) => {
  each(value, place, (one, at) => {
    const image = at.conversion.parts.resource(one, at, { type: "Image", owner: draft.id })
    if (image !== undefined) append(draft, "thumbnail", image)
  })
}

/**
 * Presentation 3 has logos only of providers, which need an id and a name. Presentation 2 does not say whose logo it is:
 * the id is a fragment of that of the resource, and the name is the host that the logo comes from.
 */
export const logo: Rule = (value, place, draft) => {
  each(value, place, (one, at) => {
    const image = at.conversion.parts.resource(one, at, { type: "Image", owner: draft.id })
    if (!isFields(image)) return
    const host = URL.parse(String(image["id"] ?? image["source"]))?.hostname ?? ""
    const count = Array.isArray(draft.fields["provider"]) ? draft.fields["provider"].length : 0
    append(draft, "provider", {
      id: partOf(draft.id, `provider-${count + 1}`),
      type: "Agent",
      label: { none: [host] },
      logo: [image]
    })
  })
}

const containers: ReadonlyMap<string, string> = new Map(Object.entries({
  Layer: "AnnotationCollection",
  AnnotationList: "AnnotationPage"
}))

/** What a resource of this class is usually within, where a reference does not say it. Clause 3.4, within. */
const usual: ReadonlyMap<string, string> = new Map(Object.entries({
  AnnotationPage: "AnnotationCollection",
  Canvas: "Manifest",
  Range: "Manifest",
  Annotation: "AnnotationPage"
}))

const containerType = (one: Json, id: string, draft: Draft, place: At): string => {
  const [given] = isFields(one) ? typesOf(one) : []
  if (given !== undefined) return containers.get(shortName(given)) ?? shortName(given)
  if (id === place.conversion.root) return "Manifest"
  return usual.get(draft.type) ?? "Collection"
}

const containerRules: Rules = new Map<string, Rule>([
  ["@id", ownId],
  ["@type", ownTypes],
  ["label", text("label")]
])

/** What a resource is a part of, by reference. */
export const within: Rule = (value, place, draft) => {
  each(value, place, (one, at) => {
    const given = idOf(one)
    const id = given === undefined ? undefined : at.conversion.address(given, at)
    if (given === undefined || id === undefined) {
      return at.lose(`${given === undefined ? "it" : quoted(given)} is not the http URI of a resource`)
    }
    const type = containerType(one, id, draft, at)
    if (draft.type === "AnnotationPage" && type !== "AnnotationCollection") {
      return at.lose(`a list is a part of layers, not of a resource of the type ${quoted(type)}`)
    }
    const fields: { [key: string]: Json } = { id, type }
    if (isFields(one)) convert(containerRules, one, at, { type, id, fields })
    append(draft, "partOf", at.conversion.from(fields, at))
  })
}

/** A label of a reference, only where it says something else than the resource itself. */
export const ownLabel = (value: Json | undefined, place: At, label: Json | undefined): { label?: Json } => {
  const map = value === undefined ? undefined : languageMap(value, place)
  return map === undefined || JSON.stringify(map) === JSON.stringify(label) ? {} : { label: map }
}
