import type { Fields, Json } from "../../fields.ts"
import { without } from "../../fields.ts"
import { sizeOf } from "../../presentation3/scalars.ts"
import { quoted } from "../../quoted.ts"
import { each } from "../place.ts"
import { described } from "./described.ts"
import { append, convert, handled, loseOtherTypes, ownTypes, type Rules, shortName, typesOf } from "./draft.ts"
import { selectors } from "./selectors.ts"
import { languageOf } from "./text.ts"
import {
  type At,
  type CanvasPart,
  canvasPart,
  type Draft,
  idOf,
  isFields,
  type ResourceOptions,
  type Rule
} from "./upgrade.ts"

/** A number above 0, also where it was written as text. */
const numberOf = (value: Json): number =>
  typeof value === "number" ? value : typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : 0

export const size = (key: string): Rule => (value, place, { fields }) => {
  const found = sizeOf(numberOf(value))
  if (found > 0 && Number.isSafeInteger(found)) fields[key] = found
  else place.lose("it is not an integer above 0")
}

export const duration: Rule = (value, place, { fields }) => {
  if (typeof value === "number" && value > 0) fields["duration"] = value
  else place.lose("it is not a number of seconds above 0")
}

export const string = (key: string): Rule => (value, place, { fields }) => {
  if (typeof value === "string") fields[key] = value
  else place.lose("it is not a string")
}

const format: Rule = (value, place, { fields }) => {
  const given = typeof value === "string" ? value.trim().replace(/^[A-Za-z]+\//, (type) => type.toLowerCase()) : ""
  if (/^[a-z]+\/[^\n\r\u2028\u2029]*$/.test(given)) fields["format"] = given
  else place.lose("it is not a media type such as image/jpeg")
}

const languages: Rule = (value, place, draft) => {
  each(value, place, (one, at) => {
    const tag = languageOf(one, at)
    if (tag !== "none") append(draft, "language", tag)
  })
}

/** The language of a body, of which Presentation 3 has one. */
const language: Rule = (value, place, { fields }) => {
  each(value, place, (one, at) => {
    const tag = languageOf(one, at)
    if (fields["language"] === undefined && tag !== "none") fields["language"] = tag
    else if (tag !== "none") at.lose("a body has one language here")
  })
}

/** How a resource was made. Open Annotation, 2.3, and the terms that took its place. */
const provenance: ReadonlyArray<readonly [string, Rule]> = [
  ["created", string("created")],
  ["modified", string("modified")],
  ["creator", string("creator")],
  ["annotatedAt", string("created")],
  ["serializedAt", string("generated")]
]

/** What content of every kind may have. */
export const shared: ReadonlyArray<readonly [string, Rule]> = [...described, ...provenance]

const contentRules: Rules = new Map<string, Rule>([
  ...shared,
  ["@type", ownTypes],
  ["format", format],
  ["language", language],
  ["profile", string("profile")],
  ["height", size("height")],
  ["width", size("width")],
  ["duration", duration]
])

const linkRules: Rules = new Map([...contentRules, ["language", languages]])

/** The types of content by the last part of their names. Clause 5.4 and 5.5. */
const types: ReadonlyMap<string, string> = new Map(Object.entries({
  image: "Image",
  stillimage: "Image",
  imageobject: "Image",
  sound: "Sound",
  movingimage: "Video",
  video: "Video",
  text: "Text",
  dataset: "Dataset",
  document: "Text",
  canvas: "Canvas",
  manifest: "Manifest",
  range: "Range",
  collection: "Collection"
}))

/** Only the last part of a name counts, since libraries write the class of an image with many prefixes. */
const known = (name: string): string | undefined =>
  name.length > 200 ? undefined : types.get(name.replace(/^.*[/#:]/s, "").toLowerCase())

const formats: ReadonlyArray<readonly [RegExp, string]> = [
  [/^image\//i, "Image"],
  [/^audio\//i, "Sound"],
  [/^video\//i, "Video"],
  [/^(?:text\/|application\/pdf)/i, "Text"],
  [/^model\//i, "Model"]
]

const byFormat = ({ format }: Fields): string | undefined =>
  typeof format === "string" ? formats.find(([pattern]) => pattern.test(format))?.[1] : undefined

/**
 * What a resource is: by its own type, by its format, or by where it is. Where images are, viewers show nothing of a
 * class that they do not know, so that only elsewhere a resource keeps such a class.
 */
export const kindOf = (given: Fields, fallback: string): string => {
  const names = typesOf(given).filter((name) => name !== "")
  const own = names.map(known).find((type) => type !== undefined) ?? (fallback === "Image" ? undefined : names[0])
  return own ?? (fallback === "Dataset" ? undefined : byFormat(given)) ?? fallback
}

const typeOf = (given: Fields, place: At, fallback: string): string => {
  const type = kindOf(given, fallback)
  for (const one of typesOf(given)) {
    if (one !== "" && one !== type && known(one) !== type) {
      place.at("@type").lose(`${quoted(one)} is left out: Presentation 3 has one type for a resource`)
    }
  }
  return type
}

const requests: ReadonlyMap<string, string> = new Map(Object.entries({
  ImageService1: "/full/full/0/native.jpg",
  ImageService2: "/full/full/0/default.jpg",
  ImageService3: "/full/max/0/default.jpg"
}))

/** The address at which the service of an image returns it, for an image without an address of its own. */
const fromService = (fields: Fields): string | undefined => {
  const services = fields["service"]
  for (const one of Array.isArray(services) ? services as ReadonlyArray<Json> : []) {
    if (!isFields(one)) continue
    const id = one["id"] ?? one["@id"]
    const request = requests.get(String(one["type"] ?? one["@type"]))
    if (typeof id === "string" && request !== undefined) return `${id}${request}`
  }
  return undefined
}

const partAddress = ({ fragment, id }: CanvasPart): string => fragment === undefined ? id : `${id}#${fragment}`

const addressOf = (given: string | undefined, place: At): string | undefined => {
  if (given === undefined) return undefined
  const canvas = canvasPart(place.conversion, given)
  return canvas === undefined ? place.conversion.address(given, place) : partAddress(canvas)
}

const noAddress = (given: string | undefined, place: At): undefined => {
  place.lose(`${given === undefined ? "it has no @id" : quoted(given)}: Presentation 3 asks for an http URI`)
  return undefined
}

const content = (given: Fields, place: At, options: ResourceOptions): Json | undefined => {
  const own = idOf(given)
  const address = addressOf(own, place.at("@id"))
  const type = typeOf(given, place, options.type)
  const fields: { [key: string]: Json } = { id: address ?? "", type }
  convert(options.isLink === true ? linkRules : contentRules, given, place, {
    type,
    id: address ?? options.owner,
    fields
  })
  const id = address ?? fromService(fields)
  if (id === undefined) return noAddress(own, place)
  if (own !== undefined && address === undefined) {
    place.at("@id").lose(`${quoted(own)} is no http URI: the address is that of the service`)
  }
  return place.conversion.from({ ...fields, id }, place)
}

const named = (given: string, place: At, { type }: ResourceOptions): Json | undefined => {
  const canvas = canvasPart(place.conversion, given)
  if (canvas !== undefined) return { id: partAddress(canvas), type: "Canvas" }
  const id = given === "" ? undefined : place.conversion.address(given, place)
  return id === undefined ? noAddress(given === "" ? undefined : given, place) : { id, type }
}

/** The id of something that may do without one: left out if it is not as Presentation 3 wants it. */
const optionalId: Rule = (value, place, { fields }) => {
  const id = typeof value === "string" ? place.conversion.address(value, place) : undefined
  if (id === undefined) place.lose("it is no http URI")
  else fields["id"] = id
}

/** The rules of something of which the id, the type and these properties are its own. */
const rulesWith = (...own: ReadonlyArray<readonly [string, Rule]>): Rules =>
  new Map([...shared, ["@id", optionalId], ["@type", ownTypes], ["format", format], ...own])

/** The text in a resource. Some write the name of the property in full. */
const textOf = (given: Fields): Json | undefined => given["chars"] ?? given["cnt:chars"] ?? undefined

const otherText: Rule = (value, place, { fields }) => {
  if (fields["value"] !== String(value)) place.lose("the text is that in chars")
}

const textRules = rulesWith(["chars", handled], ["cnt:chars", otherText], ["value", handled], [
  "language",
  language
])

const textual = (given: Fields, names: ReadonlyArray<string>, place: At, owner: string): Json | undefined => {
  const chars = textOf(given) ?? given["value"]
  if (typeof chars !== "string" && typeof chars !== "number") {
    place.lose("there is no text in chars")
    return undefined
  }
  if (textOf(given) !== undefined && given["value"] !== undefined) {
    place.at("value").lose("the text is that in chars")
  }
  loseOtherTypes(given["@type"], place, "ContentAsText", "Text", "Tag", "Document")
  const fields: { [key: string]: Json } = { type: "TextualBody", value: String(chars) }
  if (names.includes("Tag")) fields["purpose"] = "tagging"
  convert(textRules, given, place, { type: "TextualBody", id: owner, fields })
  return place.conversion.from(fields, place)
}

const selector: Rule = (value, place, { fields }) => {
  const found = selectors(value, place)
  if (found !== undefined) fields["selector"] = found
}

/** The names of the styles of a resource, as in the class attribute of HTML. Clause 6.5. */
const style: Rule = (value, place, { fields }) => {
  const names: Array<Json> = []
  each(value, place, (one, at) => typeof one === "string" ? names.push(one) : at.lose("it is not the name of a style"))
  if (names.length > 0) fields["styleClass"] = names.length === 1 ? names[0] ?? "" : names
}

const specificRules = rulesWith(["full", handled], ["selector", selector], ["style", style])

const isGiven = (value: Json | undefined): boolean => value !== undefined && value !== null

/** What a specific resource is a part of; one without `full` is itself what is selected from or styled. */
const fullOf = (given: Fields, place: At, options: ResourceOptions): Json | undefined => {
  const full = given["full"] ?? undefined
  if (full === undefined) {
    return resource(without(given, "full", "selector", "style"), place, { ...options, isOnlyBody: false })
  }
  if (typeof full === "string") return addressOf(full, place.at("full")) ?? noAddress(full, place.at("full"))
  return resource(full, place.at("full"), { ...options, isOnlyBody: false })
}

const specific = (given: Fields, place: At, options: ResourceOptions): Json | undefined => {
  const source = fullOf(given, place, options)
  if (source === undefined) {
    place.lose("what it is a part of cannot be taken over")
    return undefined
  }
  if (isGiven(given["full"])) loseOtherTypes(given["@type"], place, "SpecificResource")
  const fields: { [key: string]: Json } = { type: "SpecificResource", source }
  const { selector, style } = given
  const own = !isGiven(given["full"])
    ? { ...(selector === undefined ? {} : { selector }), ...(style === undefined ? {} : { style }) }
    : given
  convert(specificRules, own, place, { type: "SpecificResource", id: options.owner, fields })
  return place.conversion.from(fields, place)
}

const isNothing = (value: Json): boolean => value === "rdf:nil" || (isFields(value) && value["@id"] === "rdf:nil")

const choiceRules = rulesWith(["default", handled], ["item", handled])

/** The default comes first. Presentation 3 has no choice to show nothing. Clause 6.3. */
const choice = (given: Fields, place: At, options: ResourceOptions): Json | undefined => {
  const items: Array<Json> = []
  for (const key of ["default", "item"]) {
    each(given[key] ?? [], place.at(key), (one, at) => {
      if (isNothing(one)) return at.lose("Presentation 3 has no choice to show nothing")
      const item = resource(one, at, { ...options, isOnlyBody: false })
      if (item !== undefined) items.push(item)
    })
  }
  if (items.length === 0) {
    place.lose("there is nothing to choose from")
    return undefined
  }
  loseOtherTypes(given["@type"], place, "Choice")
  const fields: { [key: string]: Json } = { type: "Choice" }
  const draft: Draft = { type: "Choice", id: options.owner, fields }
  convert(choiceRules, options.isOnlyBody === true ? given : without(given, "@id"), place, draft)
  if (options.isOnlyBody !== true && given["@id"] !== undefined) {
    place.at("@id").lose("a choice in a list or in another resource has no id in Presentation 3")
  }
  return place.conversion.from({ ...fields, items }, place)
}

/** A tag that is something with an address. Open Annotation, 2.1.3. */
const semanticTag = (given: Fields, place: At, options: ResourceOptions): Json | undefined => {
  const source = addressOf(idOf(given), place.at("@id"))
  if (source === undefined) return noAddress(idOf(given), place)
  loseOtherTypes(given["@type"], place, "SemanticTag", "Tag")
  const fields: { [key: string]: Json } = { type: "SpecificResource", source, purpose: "tagging" }
  convert(specificRules, without(given, "@id"), place, { type: "SpecificResource", id: options.owner, fields })
  return place.conversion.from(fields, place)
}

const isSpecific = (given: Fields, names: ReadonlyArray<string>): boolean =>
  (names.includes("SpecificResource") && isGiven(given["full"])) ||
  ["full", "selector", "style"].some((key) => isGiven(given[key]))

/** A body, a thumbnail, a logo, a link, or what any of them is made of. `undefined` if it cannot be taken over. */
export const resource = (value: Json, place: At, options: ResourceOptions): Json | undefined => {
  if (typeof value === "string") return named(value, place, options)
  if (!isFields(value)) {
    place.lose("it is neither a resource nor the address of one")
    return undefined
  }
  const names = typesOf(value).map(shortName)
  if (names.includes("Choice")) return choice(value, place, options)
  if (isSpecific(value, names)) return specific(value, place, options)
  if (names.includes("SemanticTag")) return semanticTag(value, place, options)
  const isText = names.includes("ContentAsText") || textOf(value) !== undefined
  return isText ? textual(value, names, place, options.owner) : content(value, place, options)
}
