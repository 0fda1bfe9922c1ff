/** The classes of content: what is painted, linked, or said in an annotation. */
import { isObject } from "effect/Predicate"
import { imageRules } from "../check/imageRules.ts"
import {
  byType,
  classOf,
  define,
  type Kind,
  list,
  literals,
  may,
  must,
  oneOf,
  oneOrMany,
  ref,
  should
} from "../model/kind.ts"
import type { Check, Fields } from "../model/walk.ts"
import { quoted } from "../quoted.ts"
import { duration, format, id, language, languageMap, size, text, uri } from "./scalars.ts"
import { startSelectors } from "./selectorTables.ts"

const wadm = (clause: string) => `Web Annotation Data Model, ${clause}`

export const creator = define("Creator", {
  id: may(uri, wadm("3.3.1")),
  type: may(oneOrMany(text), wadm("3.3.1")),
  name: may(text, wadm("3.3.1")),
  nickname: may(text, wadm("3.3.1")),
  email: may(uri, wadm("3.3.1")),
  email_sha1: may(text, wadm("3.3.1")),
  homepage: may(uri, wadm("3.3.1"))
})

const creatorOrText = oneOf(
  [text, creator],
  (value, walk) => (typeof value === "string" ? text : creator).check(value, walk)
)

/** How and by whom a resource was created, and for whom. Web Annotation Data Model, 3.3. */
export const provenance = {
  created: may(text, wadm("3.3.1")),
  modified: may(text, wadm("3.3.1")),
  generated: may(text, wadm("3.3.1")),
  creator: may(oneOrMany(creatorOrText), wadm("3.3.1")),
  generator: may(oneOrMany(creatorOrText), wadm("3.3.1")),
  accessibility: may(oneOrMany(text), wadm("3.3.3")),
  rights: may(oneOrMany(text), wadm("3.3.5")),
  canonical: may(text, wadm("3.3.6")),
  via: may(oneOrMany(text), wadm("3.3.6"))
}

const media = {
  format: should(format, "3.2, format"),
  profile: may(text, "3.2, profile"),
  height: may(size, "3.2, height"),
  width: may(size, "3.2, width"),
  duration: may(duration, "3.2, duration")
}

/** What contains a resource. Clause 3.3.2, partOf. */
export const anyReference = define("Reference", {
  id: must(id, "3.3.2, partOf"),
  type: must(text, "3.3.2, partOf"),
  label: should(languageMap, "3.3.2, partOf")
})

export const partOf = list(anyReference)

const services = list(ref("Service"))

/** The languages of a linked resource: a list, but IIIF's own schema accepts a string as well. */
const languageList = list(language)

const languages = oneOf([languageList, text], (value, walk) => {
  if (typeof value !== "string") return languageList.check(value, walk)
  walk.report("language-list", `it is ${quoted(value)}`)
})

const identified = { id: must(id, "3.2, id"), type: must(text, "3.2, type") }

const others = { service: may(services, "3.3.1, service"), ...provenance }

/** Data about the object. Clause 3.3.1, seeAlso. */
export const seeAlsoLink = define("SeeAlso", {
  ...identified,
  label: should(languageMap, "3.3.1, seeAlso"),
  ...media,
  language: may(languages, "3.2, language"),
  ...others
})

export const seeAlso = list(seeAlsoLink)

/** The object in another form. Clause 3.3.1, rendering. */
export const renderingLink = define("Rendering", {
  ...identified,
  label: must(languageMap, "3.3.1, rendering"),
  ...media,
  language: should(languages, "3.2, language"),
  ...others
})

export const rendering = list(renderingLink)

/** A page about the object. Clause 3.3.1, homepage. */
export const homepageLink = define("Homepage", {
  ...identified,
  label: must(languageMap, "3.3.1, homepage"),
  ...media,
  language: may(list(language), "3.2, language"),
  ...others
})

export const homepage = list(homepageLink)

const direction = literals("value-kind", "ltr", "rtl", "auto")

const anyResource = ref("Resource")

const resources = list(anyResource)

const thumbnailCheck: Check = (value, walk) => {
  anyResource.check(value, walk)
  if (!isObject(value)) return
  const { id, service, type } = value as Fields
  if (type === "Image" && service === undefined) {
    walk.report("thumbnail-service", `${quoted(String(id))} has no service`)
  }
}

/** Pictures, sounds or videos that stand for a resource. Clause 3.1, thumbnail. */
export const thumbnails = list({ ...anyResource, check: thumbnailCheck })

const languageOfText = {
  language: may(text, wadm("3.2.2")),
  processingLanguage: may(text, wadm("3.2.2")),
  textDirection: may(direction, wadm("3.2.2"))
}

const contentProperties = {
  id: must(id, "5.7"),
  type: must(text, "5.7"),
  label: may(languageMap, "5.7"),
  ...media,
  ...languageOfText,
  service: should(services, "5.7"),
  thumbnail: may(thumbnails, "3.1, thumbnail"),
  rendering: may(rendering, "3.3.1, rendering"),
  metadata: may(list(ref("LabelValue")), "3.1, metadata"),
  summary: may(languageMap, "3.1, summary"),
  requiredStatement: may(ref("LabelValue"), "3.1, requiredStatement"),
  provider: may(list(ref("Agent")), "3.1, provider"),
  behavior: may(list(text), "3.2, behavior"),
  homepage: may(homepage, "3.3.1, homepage"),
  seeAlso: may(seeAlso, "3.3.1, seeAlso"),
  partOf: may(partOf, "3.3.2, partOf"),
  annotations: may(list(ref("AnnotationPageOrReference")), "3.4, annotations"),
  ...provenance
}

const notOfContent = [
  "navDate",
  "viewingDirection",
  "placeholderCanvas",
  "accompanyingCanvas",
  "start",
  "structures",
  "supplementary"
]

/** A resource with an address. Clause 5.7. */
export const contentResource = define("ContentResource", contentProperties, {
  also: imageRules,
  forbidden: notOfContent
})

/** A picture with an address. Clause 5.7. */
export const image = define("Image", { ...contentProperties, type: must(classOf("Image"), "5.7") }, {
  also: imageRules
})

/** Text that is embedded in an annotation. Web Annotation Data Model, 3.2.4. */
export const textualBody = define("TextualBody", {
  id: may(id, wadm("3.2.4")),
  type: must(classOf("TextualBody"), wadm("3.2.4")),
  value: must(text, wadm("3.2.4")),
  format: should(format, wadm("3.2.4")),
  ...languageOfText,
  purpose: may(oneOrMany(text), wadm("3.3.2")),
  ...provenance,
  // A single one: IIIF's own schema allows no list here.
  creator: may(creatorOrText, wadm("3.3.1"))
})

/** Several resources of which one is shown at a time. Web Annotation Data Model, 3.2.7. */
export const choice = define("Choice", {
  id: may(id, wadm("3.2.7")),
  type: must(classOf("Choice"), wadm("3.2.7")),
  label: may(languageMap, "3.1, label"),
  items: must(resources, wadm("3.2.7"))
}, { unlikely: ["id"] })

const resourceOrId = oneOf(
  [id, ref("Resource")],
  (value, walk) => (isObject(value) ? anyResource : id).check(value, walk)
)

/** Several resources together. Web Annotation Data Model, 4.4. */
export const group = define("Group", {
  id: must(id, wadm("4.4")),
  type: must(literals("class", "Composite", "List", "Independents"), wadm("4.4")),
  items: must(list(resourceOrId), wadm("4.4"))
})

export const timeState = define("TimeState", {
  type: must(classOf("TimeState"), wadm("4.3.1")),
  sourceDate: may(text, wadm("4.3.1")),
  sourceDateStart: may(text, wadm("4.3.1")),
  sourceDateEnd: may(text, wadm("4.3.1")),
  cached: may(uri, wadm("4.3.1"))
})

export const httpRequestState = define("HttpRequestState", {
  type: must(classOf("HttpRequestState"), wadm("4.3.2")),
  value: must(text, wadm("4.3.2"))
})

/** The intended version of a resource. Web Annotation Data Model, 4.3. */
export const state = byType({ classes: { TimeState: timeState, HttpRequestState: httpRequestState } })

/** A part; `K` is the kind of its selector. */
const part = <const Name extends string, const K extends Kind>(name: Name, selector: K) =>
  define(name, {
    id: may(id, wadm("4")),
    type: must(classOf("SpecificResource"), wadm("4")),
    source: must(resourceOrId, wadm("4.1")),
    selector: may(selector, wadm("4.2")),
    styleClass: may(oneOrMany(text), wadm("4.5")),
    purpose: may(oneOrMany(text), wadm("3.3.2")),
    format: may(format, wadm("4")),
    state: may(oneOrMany(state), wadm("4.3")),
    scope: may(id, wadm("4.6")),
    renderedVia: may(oneOrMany(creator), wadm("4.7")),
    ...provenance,
    accessibility: may(text, wadm("3.3.3"))
  })

/** A part or a version of a resource. Web Annotation Data Model, 4. */
export const specificResource = part("SpecificResource", oneOrMany(ref("Selector")))

/** A part of a canvas to start at or to show, where IIIF's own schema does not look. */
export const startResource = part("StartResource", startSelectors)

/** What an annotation can have as its body. */
export const body = byType({
  classes: {
    TextualBody: textualBody,
    SpecificResource: ref("SpecificResource"),
    Choice: ref("Choice"),
    Composite: group,
    List: group,
    Independents: group,
    Feature: ref("Feature")
  },
  otherwise: ref("ContentResource")
})

const nested: Check = (value, walk) => {
  body.check(value, walk)
  if (!isObject(value) || value["type"] !== "Choice" || value["id"] === undefined) return
  walk.report("choice-id", `the choice has the id ${quoted(String(value["id"]))}`)
}

/** A body within a list or within another resource. */
export const resource = { ...body, check: nested }

/** The bodies of an annotation. */
export const bodies = oneOf(
  [body, resources],
  (value, walk) => (Array.isArray(value) ? resources : body).check(value, walk)
)

/** Pictures of an organization. Clause 3.3.1, logo. */
export const logos = list(image)
