import type {
  Choice,
  ContentResource,
  Homepage,
  Rendering,
  Resource,
  SeeAlso,
  SpecificResource,
  TextualBody
} from "../../Presentation3.ts"
import type { Selector } from "../../Presentation3.ts"
import { type Fields, type Json, without } from "../fields.ts"
import { as, convert, id, lost, many, mapAt, type Place, type Rules, single } from "./place.ts"
import { services } from "./services.ts"
import { text } from "./text.ts"

const provenance = {
  created: as("created"),
  modified: as("modified"),
  generated: as("generated"),
  creator: lost("Presentation 2 cannot express who created a resource"),
  generator: lost("Presentation 2 cannot express what generated a resource"),
  accessibility: lost("Presentation 2 cannot express how a resource is accessible"),
  rights: lost("Presentation 2 has no rights for parts of an object"),
  canonical: as("canonical"),
  via: as("via")
} as const

const classes: { readonly [type: string]: string } = {
  Image: "dctypes:Image",
  Sound: "dctypes:Sound",
  Video: "dctypes:MovingImage",
  Text: "dctypes:Text",
  Dataset: "dctypes:Dataset"
}

const contentRules: Rules<ContentResource> = {
  ...provenance,
  id,
  type: (name) => ({ "@type": classes[name] ?? name }),
  label: text("label"),
  format: as("format"),
  profile: as("profile"),
  language: as("language"),
  processingLanguage: lost("Presentation 2 has only one language for a text"),
  textDirection: lost("Presentation 2 has no text direction"),
  height: as("height"),
  width: as("width"),
  duration: lost("Presentation 2 has no duration"),
  service: services,
  thumbnail: (list, place) => thumbnails(list, place),
  rendering: (list, place) => links("rendering")(list, place),
  annotations: lost("Presentation 2 can annotate only canvases")
}

const textRules: Rules<TextualBody> = {
  ...provenance,
  id,
  type: () => ({ "@type": "cnt:ContentAsText" }),
  value: as("chars"),
  format: as("format"),
  language: as("language"),
  processingLanguage: lost("Presentation 2 has only one language for a text"),
  textDirection: lost("Presentation 2 has no text direction"),
  purpose: lost("Presentation 2 has no purpose for a body")
}

const choice = ({ id: name, items, label }: Choice, place: Place): Fields => {
  const [first, ...rest] = mapAt(items, place.at("items"), resource)
  return {
    ...(name === undefined ? {} : id(name, place)),
    "@type": "oa:Choice",
    ...(label === undefined ? {} : text("label")(label)),
    ...(first === undefined ? {} : { default: first }),
    ...(rest.length === 0 ? {} : { item: rest })
  }
}

const imageSelector = "http://iiif.io/api/annex/openannotation/context.json"

const selectorOf = (given: Selector, place: Place): Fields => {
  if (typeof given === "object") {
    switch (given.type) {
      case "FragmentSelector":
        return { "@type": "oa:FragmentSelector", value: given.value }
      case "SvgSelector":
        if (given.value === undefined) break
        return { "@type": ["oa:SvgSelector", "cnt:ContentAsText"], chars: given.value }
      case "ImageApiSelector":
        return {
          "@context": imageSelector,
          "@type": "iiif:ImageApiSelector",
          ...without({ ...given }, "type", "refinedBy")
        }
    }
  }
  place.lose("Presentation 2 has no such selector")
  return {}
}

export const selector = (given: Selector | ReadonlyArray<Selector> | undefined, place: Place): Fields => {
  const [first, ...rest] = given === undefined ? [] : many(given)
  if (rest.length > 0) place.lose("Presentation 2 allows only one selector")
  const found = first === undefined ? {} : selectorOf(first, place)
  return Object.keys(found).length === 0 ? {} : { selector: found }
}

const specific = (given: SpecificResource, place: Place): Fields => ({
  ...(given.id === undefined ? {} : id(given.id, place)),
  "@type": "oa:SpecificResource",
  full: typeof given.source === "string" ? place.rename(given.source) : resource(given.source, place.at("source")),
  ...selector(given.selector, place.at("selector"))
})

/** Converts a body or a thumbnail. */
export const resource = (given: Resource, place: Place): Fields => {
  if (given.type === "TextualBody" && "value" in given) return convert(textRules, given, place)
  if (given.type === "Choice" && "items" in given) return choice(given as Choice, place)
  if (given.type === "SpecificResource" && "source" in given) return specific(given, place)
  if ("id" in given && typeof given.id === "string" && !("items" in given) && !("geometry" in given)) {
    return convert(contentRules, given as ContentResource, place)
  }
  place.lose(`Presentation 2 has no ${given.type}`)
  return {}
}

const nonEmpty = (fields: Fields): boolean => Object.keys(fields).length > 0

export const thumbnails = (list: ReadonlyArray<Resource>, place: Place): Fields => {
  const found: ReadonlyArray<Json> = mapAt(list, place, resource).filter(nonEmpty)
  return found.length === 0 ? {} : { thumbnail: single(found) }
}

/** Converts `homepage`, `seeAlso` or `rendering` to the Presentation 2 property with this name. */
export const links = (name: string) => (list: ReadonlyArray<Homepage | Rendering | SeeAlso>, place: Place): Fields => {
  const found = mapAt(list, place, (link, at) => without(convert(contentRules, link as ContentResource, at), "@type"))
  return found.length === 0 ? {} : { [name]: single(found) }
}
