import { isObject } from "effect/Predicate"
import { imageRules } from "./imageRules.ts"
import { selectors } from "./selectors.ts"
import { services } from "./services.ts"
import { duration, format, id, language, languageMap, size, uri } from "./values.ts"
import { anything, type Check, classOf, kindOf, lazy, list, object, oneOf, oneOrMany, text } from "./walk.ts"
import type { Walk } from "./walk.ts"

/** Who or what created a resource. Web Annotation Data Model, 3.3.1. */
export const creator = object({
  fields: {
    id: uri,
    type: oneOrMany(text),
    name: text,
    nickname: text,
    email: uri,
    email_sha1: text,
    homepage: uri
  }
})

/** A creator, or the address of one. */
export const creatorOrText: Check = (value, walk) => (typeof value === "string" ? text : creator)(value, walk)

/** How a resource was created. Web Annotation Data Model, 3.3. */
const provenance = {
  created: text,
  modified: text,
  generated: text,
  creator: oneOrMany(creatorOrText),
  generator: oneOrMany(creatorOrText),
  accessibility: oneOrMany(text),
  rights: oneOrMany(text),
  canonical: text,
  via: oneOrMany(text)
}

/** Linked resources: seeAlso, rendering, homepage. Only `rendering` and `homepage` require a label. */
const linked = (required: ReadonlyArray<string>, languages: Check) =>
  list(object({
    fields: {
      ...provenance,
      id,
      type: text,
      label: languageMap,
      format,
      profile: text,
      language: languages,
      width: size,
      height: size,
      duration,
      service: services
    },
    required: ["id", "type", ...required]
  }))

export const seeAlso = linked([], anything)

export const rendering = linked(["label"], anything)

export const homepage = linked(["label"], list(language))

const resource: Check = (value, walk) => resourceCheck(value, walk, true)

export const resources: Check = list(resource)

const thumbnailRule = (thumbnail: unknown, walk: Walk): void => {
  if (!isObject(thumbnail) || thumbnail["type"] !== "Image" || thumbnail["service"] !== undefined) return
  walk.report("thumbnail-service", "the thumbnail has no service")
}

export const thumbnails: Check = list((value, walk) => {
  resource(value, walk)
  thumbnailRule(value, walk)
})

const body = object({
  fields: {
    ...provenance,
    profile: text,
    processingLanguage: text,
    textDirection: lazy(() => direction),
    id,
    type: text,
    label: languageMap,
    format,
    language: text,
    height: size,
    width: size,
    duration,
    service: services,
    rendering,
    thumbnail: thumbnails,
    annotations: (value, walk) => walk.annotations(value, walk)
  },
  required: ["id", "type"],
  also: (fields, walk) => imageRules(fields, walk)
})

const direction = oneOf("value-kind", new Set(["ltr", "rtl", "auto"]))

const textualBody = object({
  fields: {
    ...provenance,
    id,
    type: text,
    value: text,
    format,
    language: text,
    processingLanguage: text,
    textDirection: direction,
    purpose: oneOrMany(text),
    // A single creator: the official schema allows no list here.
    creator: creatorOrText
  },
  required: ["value"]
})

const state = object({
  fields: {
    type: oneOf("class", new Set(["TimeState", "HttpRequestState"])),
    sourceDate: text,
    sourceDateStart: text,
    sourceDateEnd: text,
    cached: uri
  },
  required: ["type"],
  also: (fields, walk) => {
    if (fields["type"] === "HttpRequestState") walk.at("value", fields["value"], text)
  }
})

const source: Check = (value, walk) => (isObject(value) ? resource : id)(value, walk)

/** A part or a version of a resource. */
export const specificResource = object({
  fields: {
    ...provenance,
    id,
    type: classOf("SpecificResource"),
    format,
    accessibility: text,
    source,
    scope: id,
    selector: selectors,
    state: oneOrMany(state),
    styleClass: oneOrMany(text),
    renderedVia: oneOrMany(creator),
    purpose: oneOrMany(text)
  },
  required: ["type", "source"]
})

const choice = object({ fields: { id, label: languageMap, items: lazy(() => resources) }, required: ["items"] })

/** How deeply the coordinates of each geometry are nested. RFC 7946, 3.1. */
const depths = new Map([
  ["Point", 1],
  ["MultiPoint", 2],
  ["LineString", 2],
  ["MultiLineString", 3],
  ["Polygon", 3],
  ["MultiPolygon", 4]
])

const coordinates = (depth: number): Check => {
  const inner: Check = depth > 1 ? coordinates(depth - 1) : (value, walk) => {
    if (!Number.isFinite(value)) walk.report("value-kind", `it is ${kindOf(value)}`, { expected: "a number" })
  }
  return list(inner)
}

const geometry = object({
  fields: { type: oneOf("class", new Set(depths.keys())) },
  required: ["type", "coordinates"],
  also: (fields, walk) => {
    const depth = depths.get(String(fields["type"]))
    if (depth !== undefined && fields["coordinates"] !== undefined) {
      walk.at("coordinates", fields["coordinates"], coordinates(depth))
    }
  }
})

/** A place. Source: RFC 7946, and the navPlace extension. */
export const feature = object({
  fields: {
    id,
    type: classOf("Feature"),
    properties: object({ fields: {} }),
    geometry
  },
  required: ["type", "geometry"]
})

const checkOf = (type: unknown): Check => {
  if (type === "TextualBody") return textualBody
  if (type === "SpecificResource") return specificResource
  if (type === "Choice") return choice
  return type === "Feature" ? feature : body
}

const resourceCheck = (value: unknown, walk: Walk, isNested: boolean): void => {
  const type = isObject(value) ? value["type"] : undefined
  checkOf(type)(value, walk)
  if (isNested && type === "Choice" && isObject(value) && value["id"] !== undefined) {
    walk.report("choice-id", "the choice has an id")
  }
}

/** The body of an annotation, or several. */
export const bodies: Check = (value, walk) => {
  if (Array.isArray(value)) resources(value, walk)
  else resourceCheck(value, walk, false)
}
