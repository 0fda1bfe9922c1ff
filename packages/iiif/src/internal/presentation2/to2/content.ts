import * as Schema from "effect/Schema"
import {
  type AnnotationPageOrReference,
  type Choice,
  type ContentResource,
  Homepage,
  LabelValue,
  LanguageMap,
  Reference,
  Rendering,
  Resource,
  SeeAlso,
  Service,
  type SpecificResource,
  type TextualBody
} from "../../../Presentation3.ts"
import { type Fields, type Json, without } from "../../fields.ts"
import { many, type Place } from "../place.ts"
import { as, checked, convert, id, lost, mapAt, only, type Rules, single } from "./rules.ts"
import { selector } from "./selectors.ts"
import { services } from "./services.ts"
import { behavior, metadata, requiredStatement, text, textOf } from "./text.ts"

const provenance = {
  created: as("created"),
  modified: as("modified"),
  generated: as("serializedAt"),
  creator: (value: Json, place: Place): Fields => {
    if (typeof value === "string") return { creator: value }
    place.lose("Presentation 2 cannot express who created a resource")
    return {}
  },
  generator: lost("Presentation 2 cannot express what generated a resource"),
  accessibility: lost("Presentation 2 cannot express how a resource is accessible"),
  rights: as("license"),
  canonical: lost("Presentation 2 has no other address of a resource"),
  via: lost("Presentation 2 cannot express where a resource was taken from")
} as const

/** What content of any kind may have beside its own properties, for texts as extensions. */
interface Described {
  readonly label?: LanguageMap
  readonly summary?: LanguageMap
  readonly metadata?: ReadonlyArray<LabelValue>
  readonly requiredStatement?: LabelValue
  readonly behavior?: ReadonlyArray<string>
  readonly homepage?: ReadonlyArray<Homepage>
  readonly seeAlso?: ReadonlyArray<SeeAlso>
  readonly thumbnail?: ReadonlyArray<Resource>
  readonly rendering?: ReadonlyArray<Rendering>
  readonly service?: ReadonlyArray<Service>
  readonly partOf?: ReadonlyArray<Reference>
}

/** What a resource is a part of, with its type, and its label if it has one. */
export const container = (given: Reference, place: Place): Fields => {
  only(given, place, "id", "type", "label")
  const { id, label, type } = given
  return {
    "@id": place.conversion.rename(id),
    "@type": classOf(type),
    ...(label === undefined ? {} : { label: textOf(label) })
  }
}

/** What content is a part of. */
const within = (parts: ReadonlyArray<Reference>, place: Place): Fields =>
  parts.length === 0 ? {} : { within: single(mapAt(parts, place, container)) }

const described: Rules<Described> = {
  label: checked(LanguageMap, text("label")),
  summary: checked(LanguageMap, text("description")),
  metadata: checked(Schema.Array(LabelValue), metadata),
  requiredStatement: checked(LabelValue, requiredStatement),
  behavior: checked(Schema.Array(Schema.String), behavior("Content")),
  homepage: checked(Schema.Array(Homepage), (list, place) => links("related", "Text")(list, place)),
  seeAlso: checked(Schema.Array(SeeAlso), (list, place) => links("seeAlso", "Dataset")(list, place)),
  thumbnail: checked(Schema.Array(Resource), (list, place) => thumbnails(list, place)),
  rendering: checked(Schema.Array(Rendering), (list, place) => links("rendering", "Text")(list, place)),
  service: checked(Schema.Array(Service), services),
  partOf: checked(Schema.Array(Reference), within)
}

const classes = new Map(Object.entries({
  Image: "dctypes:Image",
  Sound: "dctypes:Sound",
  Video: "dctypes:MovingImage",
  Text: "dctypes:Text",
  Dataset: "dctypes:Dataset",
  Canvas: "sc:Canvas",
  Manifest: "sc:Manifest",
  Range: "sc:Range",
  Collection: "sc:Collection"
}))

export const classOf = (type: string): string => classes.get(type) ?? type

const noDirection = lost("Presentation 2 has no text direction")

const oneLanguage = lost("Presentation 2 has only one language for a text")

const contentRules: Rules<ContentResource> = {
  ...provenance,
  ...described,
  id,
  type: (name) => ({ "@type": classOf(name) }),
  label: text("label"),
  format: as("format"),
  profile: as("profile"),
  language: as("language"),
  processingLanguage: oneLanguage,
  textDirection: noDirection,
  height: as("height"),
  width: as("width"),
  duration: as("duration"),
  service: services,
  thumbnail: (list, place) => thumbnails(list, place),
  rendering: (list, place) => links("rendering", "Text")(list, place),
  provider: lost("Presentation 2 has no provider of a resource"),
  partOf: within,
  annotations: (pages: ReadonlyArray<AnnotationPageOrReference>, place: Place): Fields => {
    const references = pages.flatMap((page, index) => {
      const address = typeof page === "string" ? page : page.id
      if (typeof page === "object" && "items" in page) place.at(index).lose("an annotation list here is only named")
      return place.conversion.rename(address)
    })
    return { otherContent: references }
  }
}

const textRules: Rules<TextualBody & Described> = {
  ...provenance,
  ...described,
  id,
  type: () => ({}),
  value: as("chars"),
  format: as("format"),
  language: as("language"),
  processingLanguage: oneLanguage,
  textDirection: noDirection,
  purpose: (purpose, place) => {
    if (many(purpose).some((one) => one !== "tagging")) place.lose("Presentation 2 has no purpose but that of tags")
    return {}
  }
}

const isTag = ({ purpose }: TextualBody): boolean => purpose !== undefined && many(purpose).includes("tagging")

const textual = (given: TextualBody, place: Place): Fields => ({
  "@type": isTag(given) ? ["oa:Tag", "cnt:ContentAsText"] : "cnt:ContentAsText",
  ...convert(textRules, given, place)
})

const noItem = "Presentation 2 has no choice of resources without an address or a text"

const choice = ({ items, ...given }: Choice, place: Place): Fields => {
  const [first, ...rest] = mapAt(items, place.at("items"), resource).filter(nonEmpty)
  if (first === undefined) {
    place.lose(noItem)
    return {}
  }
  return {
    ...convert(choiceRules, given, place),
    default: first,
    ...(rest.length === 0 ? {} : { item: rest })
  }
}

const choiceRules: Rules<Omit<Choice, "items"> & Described> = {
  ...described,
  id,
  type: () => ({ "@type": "oa:Choice" }),
  label: text("label")
}

const specificRules: Rules<SpecificResource & Described> = {
  ...provenance,
  ...described,
  id,
  type: () => ({ "@type": "oa:SpecificResource" }),
  source: (source, place) => ({
    full: typeof source === "string" ? place.conversion.rename(source) : resource(source, place)
  }),
  selector,
  state: lost("Presentation 2 has no state of a resource"),
  purpose: lost("Presentation 2 has no purpose of a part"),
  styleClass: as("style"),
  renderedVia: lost("Presentation 2 cannot express how a part is rendered"),
  scope: lost("Presentation 2 has no scope of a part"),
  format: as("format")
}

/** A part of nothing that Presentation 2 has is nothing itself. */
const specific = (given: SpecificResource, place: Place): Fields => {
  const fields = convert(specificRules, given, place)
  const { full } = fields
  return typeof full === "object" && full !== null && Object.keys(full).length === 0 ? {} : fields
}

const isGroup = (given: Resource): boolean => ["Composite", "List", "Independents", "Feature"].includes(given.type)

/** Converts a body or a thumbnail; what cannot be converted is reported, and without properties. */
export const resource = (given: Resource, place: Place): Fields => {
  if (given.type === "TextualBody" && "value" in given) return textual(given as TextualBody, place)
  if (given.type === "Choice" && "items" in given) return choice(given as Choice, place)
  if (given.type === "SpecificResource" && "source" in given) return specific(given, place)
  if ("id" in given && typeof given.id === "string" && !isGroup(given)) {
    return convert(contentRules, given as ContentResource, place)
  }
  place.lose(`Presentation 2 has no ${given.type}`)
  return {}
}

const nonEmpty = (fields: Fields): boolean => Object.keys(fields).length > 0

/** Converts what is in the language of Presentation 2 one resource or several. */
export const resources = (list: ReadonlyArray<Resource>, place: Place): ReadonlyArray<Fields> =>
  mapAt(list, place, resource).filter(nonEmpty)

export const thumbnails = (list: ReadonlyArray<Resource>, place: Place): Fields => {
  const found: ReadonlyArray<Json> = resources(list, place)
  return found.length === 0 ? {} : { thumbnail: single(found) }
}

/** What a link without a type is taken for, by its format and the property it is in. */
const implied = (format: string | undefined, usual: string): string => {
  if (format === undefined || usual === "Dataset") return usual
  if (format.startsWith("image/")) return "Image"
  if (format.startsWith("audio/")) return "Sound"
  if (format.startsWith("video/")) return "Video"
  if (format.startsWith("model/")) return "Model"
  return usual
}

/** A link of any kind: they are converted alike. */
export type AnyLink = ContentResource | Homepage | Rendering | SeeAlso

/** Converts `homepage`, `seeAlso` or `rendering` to the Presentation 2 property with this name. */
export const links = (name: string, usual: string) => (list: ReadonlyArray<AnyLink>, place: Place): Fields => {
  const found = mapAt(list, place, (link, at) => {
    const fields = convert(contentRules, link as ContentResource, at)
    return link.type === implied(link.format, usual) ? without(fields, "@type") : fields
  })
  return found.length === 0 ? {} : { [name]: single(found) }
}
