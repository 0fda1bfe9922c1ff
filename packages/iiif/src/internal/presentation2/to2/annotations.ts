import * as Schema from "effect/Schema"
import {
  type Annotation,
  type AnnotationPage,
  type AnnotationPageOrReference,
  type Choice,
  ContentResource,
  LabelValue,
  LanguageMap,
  Reference,
  Resource,
  type Selector,
  Service,
  type Target
} from "../../../Presentation3.ts"
import type { Fields, Json } from "../../fields.ts"
import { usableAddress, usableFragment } from "../fragment.ts"
import { type Conversion, many, type Place, placed } from "../place.ts"
import { atOnce } from "../steps.ts"
import { classOf, container, links, resource, thumbnails } from "./content.ts"
import { as, checked, convert, id, lost, mapAt, mapMany, nothing, only, type Rules, single } from "./rules.ts"
import { selector } from "./selectors.ts"
import { services } from "./services.ts"
import { metadata, requiredStatement, text } from "./text.ts"

/** Motivations of Open Annotation; those that Presentation 3 adds are in the namespace of IIIF. */
const motivation = (name: string): string => {
  if (name.includes(":")) return name
  return ["painting", "supplementing", "contentState"].includes(name) ? `sc:${name}` : `oa:${name}`
}

/** The address of what a specific resource is a part of. */
export const sourceOf = (source: string | Resource): string =>
  typeof source === "string" ? source : "id" in source && typeof source.id === "string" ? source.id : ""

const isParts = Schema.is(Schema.Array(Reference))

const within = (parts: unknown, place: Place): Fields => {
  if (isParts(parts)) return parts.length === 0 ? {} : { within: single(mapAt(parts, place, container)) }
  place.lose("it does not have the form that Presentation 3 gives it")
  return {}
}

/** Whether a selector says nothing but a fragment. */
const isFragment = (given: Selector | undefined): given is Extract<Selector, { readonly type: "FragmentSelector" }> =>
  typeof given === "object" && given.type === "FragmentSelector" &&
  Object.keys(given).every((key) => ["type", "value", "conformsTo"].includes(key))

const usableSelectors = (
  selectors: ReadonlyArray<Selector>,
  canvas: string,
  place: Place
): ReadonlyArray<Selector> =>
  selectors.flatMap((one): ReadonlyArray<Selector> => {
    if (typeof one === "string" || one.type !== "FragmentSelector") return [one]
    const value = usableFragment(one.value, canvas, place)
    return value === undefined ? [] : [{ ...one, value }]
  })

/** A part of a canvas: its address with a fragment if that says it all, and else a resource with a selector. */
const part = (target: Extract<Target, { readonly source: unknown }>, place: Place): Json => {
  const { id: own, selector: given, source, styleClass, type: _, ...others } = target
  const canvas = sourceOf(source)
  const full = place.conversion.rename(usableAddress(canvas, place.at("source")))
  const selectors = usableSelectors(given === undefined ? [] : many(given), canvas, place.at("selector"))
  const [first] = selectors
  only(others, place)
  if (typeof source === "object") only(source, place.at("source"), "id", "type", "partOf")
  const parts = typeof source === "object" && "partOf" in source
    ? within(source.partOf, place.at("source").at("partOf"))
    : {}
  const isPlain = own === undefined && styleClass === undefined && Object.keys(parts).length === 0
  if (isPlain && selectors.length === 0) return full
  if (isPlain && selectors.length === 1 && isFragment(first)) {
    only(first, place.at("selector"), "type", "value")
    return `${full}#${first.value}`
  }
  return {
    ...(own === undefined ? {} : { "@id": place.conversion.rename(own) }),
    "@type": "oa:SpecificResource",
    full,
    ...selector(Array.isArray(given) ? selectors : first, place.at("selector")),
    ...(styleClass === undefined ? {} : { style: styleClass }),
    ...parts
  }
}

const on = (target: Target, place: Place): Json => {
  if (typeof target === "string") return place.conversion.rename(usableAddress(target, place))
  if ("source" in target) return part(target, place)
  if ("id" in target && typeof target.id === "string" && !("items" in target)) {
    only(target, place, "id", "type", "partOf")
    const parts = "partOf" in target ? within(target.partOf, place.at("partOf")) : {}
    const address = place.conversion.rename(usableAddress(target.id, place))
    return Object.keys(parts).length === 0 ? address : { "@id": address, "@type": classOf(target.type), ...parts }
  }
  place.lose("Presentation 2 has no such target")
  return ""
}

/** CSS as Presentation 2 embeds it. Clause 6.5. */
const stylesheet = (given: Exclude<Annotation["stylesheet"], undefined>, place: Place): Fields => {
  if (typeof given === "string") return { stylesheet: place.conversion.rename(given) }
  const { id: address, type: _, value, ...others } = given
  return {
    stylesheet: {
      ...(address === undefined ? {} : { "@id": place.conversion.rename(address) }),
      "@type": value === undefined ? "oa:CssStyle" : ["oa:CssStyle", "cnt:ContentAsText"],
      ...(value === undefined ? {} : { chars: many(value).join("\n") }),
      ...others
    }
  }
}

const body = (value: Exclude<Annotation["body"], undefined>, place: Place): Fields => {
  const bodies = mapMany<Resource, Fields>(value, place, resource).filter((one) => Object.keys(one).length > 0)
  return bodies.length === 0 ? {} : { resource: single(bodies) }
}

const rules: Rules<Annotation> = {
  "@context": nothing,
  id,
  type: () => ({ "@type": "oa:Annotation" }),
  label: text("label"),
  motivation: (given) => ({ motivation: single(many(given).map(motivation)) }),
  body,
  bodyValue: (value) => ({ resource: { "@type": "cnt:ContentAsText", chars: value } }),
  target: (target, place) => ({ on: single(mapMany<Target, Json>(target, place, on).filter((one) => one !== "")) }),
  summary: text("description"),
  requiredStatement,
  provider: lost("Presentation 2 has no provider of an annotation"),
  behavior: lost("Presentation 2 has no viewing hint for annotations"),
  homepage: links("related", "Text"),
  partOf: (parts, place) => within(parts, place),
  timeMode: lost("Presentation 2 has no time"),
  textGranularity: as("textGranularity"),
  audience: lost("Presentation 2 cannot express whom an annotation is for"),
  stylesheet,
  metadata,
  service: services,
  rendering: links("rendering", "Text"),
  seeAlso: links("seeAlso", "Dataset"),
  thumbnail: thumbnails,
  created: as("created"),
  modified: as("modified"),
  generated: as("serializedAt"),
  creator: (value: Json, place: Place): Fields => {
    if (typeof value === "string") return { creator: value }
    place.lose("Presentation 2 cannot express who created an annotation")
    return {}
  },
  generator: lost("Presentation 2 cannot express what generated an annotation"),
  accessibility: lost("Presentation 2 cannot express how an annotation is accessible"),
  rights: as("license"),
  canonical: lost("Presentation 2 has no other address of an annotation"),
  via: lost("Presentation 2 cannot express where an annotation was taken from")
}

export const annotation = (given: Annotation, place: Place): Fields => convert(rules, given, place)

export type Placed = readonly [Annotation, Place]

/** The annotations of a list, with a pause after each. */
export function* annotations(all: Iterable<Placed>): Generator<void, ReadonlyArray<Fields>> {
  const found: Array<Fields> = []
  for (const [one, at] of all) {
    found.push(annotation(one, at))
    yield
  }
  return found
}

const isPicture = (body: Resource): boolean => {
  switch (body.type) {
    case "Image":
      return true
    case "Choice":
      return "items" in body && (body as Choice).items.every(isPicture)
    case "SpecificResource":
      return "source" in body && (typeof body.source === "string" || isPicture(body.source))
    default:
      return false
  }
}

const bodiesOf = ({ body }: Annotation): ReadonlyArray<Resource> => body === undefined ? [] : many(body)

/** Whether all that is painted are images, which alone are in `images` in Presentation 2. Clause 5.3. */
export const isOfPictures = (given: Annotation): boolean => bodiesOf(given).every(isPicture)

/** What is in the images paints, also where it does not say so. */
const asPainting = (one: Fields): Fields => ({ motivation: "sc:painting", ...one })

const noBody = "Presentation 2 shows nothing here: there is no image, or none that it could show"

/** What is painted on a canvas: single images, choices of images, or parts of images. */
export const images = (given: Annotation, place: Place): ReadonlyArray<Fields> => {
  const bodies = bodiesOf(given)
  if (bodies.length > 1) place.at("body").lose("an annotation of images has one, so that these are several annotations")
  const several = bodies.length < 2
    ? [annotation(given, place)]
    : bodies.map((body, index) =>
      annotation({ ...given, id: index === 0 ? given.id : `${given.id}/${index + 1}`, body }, place)
    )
  for (const one of several) if (one["resource"] === undefined) place.at("body").refuse(noBody)
  return several.map(asPainting)
}

const noPage = lost("Presentation 2 has the first and the last page only on a layer")

const link = (name: string) => (page: string | Reference, place: Place): Fields => ({
  [name]: place.conversion.rename(typeof page === "string" ? page : page.id)
})

const resources = Schema.Array(ContentResource)

const pageLink: Schema.Codec<string | Reference<"AnnotationPage">> = Schema.Union([
  Schema.String,
  Schema.Struct({ id: Schema.String, type: Schema.Literal("AnnotationPage") })
])

/** What a reference to a page may have besides. */
interface Besides {
  readonly summary?: LanguageMap
  readonly metadata?: ReadonlyArray<LabelValue>
  readonly requiredStatement?: LabelValue
  readonly rights?: string
  readonly behavior?: Json
  readonly seeAlso?: ReadonlyArray<ContentResource>
  readonly homepage?: ReadonlyArray<ContentResource>
  readonly startIndex?: number
}

/** Those of a reference may be of any form but for the id, the type and the label. */
const pageRules: Rules<Omit<AnnotationPage, "items"> & Besides> = {
  "@context": nothing,
  id,
  type: () => ({ "@type": "sc:AnnotationList" }),
  label: text("label"),
  summary: checked(LanguageMap, text("description")),
  metadata: checked(Schema.Array(LabelValue), metadata),
  requiredStatement: checked(LabelValue, requiredStatement),
  rights: as("license"),
  thumbnail: checked(Schema.Array(Resource), thumbnails),
  rendering: links("rendering", "Text"),
  service: checked(Schema.Array(Service), services),
  partOf: checked(Schema.Array(Reference), (parts, place) => within(parts, place)),
  first: noPage,
  last: noPage,
  next: checked(pageLink, link("next")),
  prev: checked(pageLink, link("prev")),
  behavior: lost("Presentation 2 has no viewing hint for annotations"),
  seeAlso: checked(resources, links("seeAlso", "Dataset")),
  homepage: checked(resources, links("related", "Text")),
  startIndex: as("startIndex")
}

function* list(page: Exclude<AnnotationPageOrReference, string>, place: Place): Generator<void, Fields> {
  const { items, ...given } = { items: undefined, ...page }
  const fields = convert(pageRules, given as Omit<AnnotationPage, "items">, place)
  if (items === undefined) return fields
  return { ...fields, resources: yield* annotations(placed<Annotation, Conversion>(items, place.at("items"))) }
}

/** Annotation lists, by reference or embedded, after those that are there `before`. Clauses 5.5 and 6.7. */
export function* lists(
  pages: ReadonlyArray<AnnotationPageOrReference> | undefined,
  place: Place,
  before: ReadonlyArray<Fields> = []
): Generator<void, Fields> {
  const found = [...before]
  if (pages === undefined && found.length === 0) return {}
  for (const [page, at] of placed<AnnotationPageOrReference, Conversion>(pages ?? [], place)) {
    found.push(
      typeof page === "string"
        ? { "@id": at.conversion.rename(page), "@type": "sc:AnnotationList" }
        : yield* list(page, at)
    )
  }
  return { otherContent: found }
}

/** The lists of something that has few annotations. */
export const otherContent = (pages: ReadonlyArray<AnnotationPageOrReference>, place: Place): Fields =>
  atOnce(lists(pages, place))
