import { isObject } from "effect/Predicate"
import {
  byType,
  classOf,
  define,
  list,
  literals,
  may,
  must,
  oneOf,
  oneOrMany,
  ref,
  sectionOf,
  should
} from "../model/kind.ts"
import { type Check, type Fields, kindOf, type Walk } from "../model/walk.ts"
import { quoted } from "../quoted.ts"
import { bodies, homepage, partOf, provenance, rendering, seeAlso, thumbnails } from "./contentTables.ts"
import { anyContext, pageContext } from "./context.ts"
import { concerns, dimensions, isAbout } from "./dimensions.ts"
import { provider } from "./providerTable.ts"
import { rights } from "./rights.ts"
import { count, entryText, httpUri, id, languageMap, text, uri } from "./scalars.ts"

const wadm = (clause: string) => `Web Annotation Data Model, ${clause}`

/** A label and a value to show together. Clause 3.1, metadata and requiredStatement. */
export const labelValue = define("LabelValue", {
  label: must(entryText, "3.1, metadata"),
  value: must(entryText, "3.1, metadata")
})

const services = list(ref("Service"))

/** What is said of a resource that is embedded where it may only be named. */
export const notEmbedded = (clause: string) => ({ items }: Fields, walk: Walk): void => {
  if (items === undefined) return
  walk.reportAt("items", "property-unknown", "it is referenced here, not embedded", {
    clause: sectionOf(clause),
    expected: "a reference without items",
    remedy: "remove the items, and serve the resource at its id"
  })
}

/** A resource that is referenced here and described elsewhere. Clause 4.2. */
export const reference = <const Type extends string>(type: Type) =>
  define("Reference", {
    id: must(id, "4.2"),
    type: must(classOf(type), "4.2"),
    label: may(languageMap, "3.1, label"),
    thumbnail: may(thumbnails, "3.1, thumbnail"),
    partOf: may(partOf, "3.3.2, partOf")
  }, { also: notEmbedded("4.2") })

const canvasTarget = reference("Canvas")

const manifestTarget = reference("Manifest")

const objectTarget = byType({
  classes: { SpecificResource: ref("SpecificResource"), Canvas: canvasTarget, Manifest: manifestTarget }
})

/** The id of the canvas is checked on the canvas. */
const isCanvas = (value: unknown, walk: Walk): boolean => value !== undefined && value === walk.canvas?.["id"]

const targetCheck: Check = (value, walk) => {
  if (!isCanvas(value, walk)) (isObject(value) ? objectTarget : httpUri).check(value, walk)
}

/** What an annotation is about. Clause 5.6. */
export const target = { ...oneOf([httpUri, objectTarget], targetCheck), accepts: isCanvas }

const css = define("CssStylesheet", {
  id: may(uri, wadm("4.5")),
  type: must(classOf("CssStylesheet"), wadm("4.5")),
  value: may(text, wadm("4.5"))
})

const stylesheet = oneOf([uri, css], (value, walk) => (typeof value === "string" ? uri : css).check(value, walk))

const audience = define("Audience", { id: may(uri, wadm("3.3.4")), type: must(text, wadm("3.3.4")) })

/** What a text is of. Text Granularity extension, 2. */
export const textGranularity = literals("value-kind", "page", "block", "paragraph", "line", "word", "glyph")

const annotationProperties = {
  "@context": may(anyContext, "4.6"),
  id: must(id, "5.6"),
  type: must(classOf("Annotation"), "5.6"),
  label: may(languageMap, "3.1, label"),
  metadata: may(list(labelValue), "3.1, metadata"),
  motivation: should(oneOrMany(text), "3.5"),
  timeMode: may(text, "3.2, timeMode"),
  textGranularity: may(textGranularity, "Text Granularity extension, 2"),
  stylesheet: may(stylesheet, wadm("4.5")),
  summary: may(languageMap, "3.1, summary"),
  requiredStatement: may(labelValue, "3.1, requiredStatement"),
  provider: may(provider, "3.1, provider"),
  behavior: may(list(text), "3.2, behavior"),
  homepage: may(homepage, "3.3.1, homepage"),
  partOf: may(partOf, "3.3.2, partOf"),
  bodyValue: may(text, wadm("3.2.5")),
  body: should(bodies, "5.6"),
  target: must(oneOrMany(target), "5.6"),
  seeAlso: may(seeAlso, "3.3.1, seeAlso"),
  service: may(services, "3.3.1, service"),
  rendering: may(rendering, "3.3.1, rendering"),
  thumbnail: may(thumbnails, "3.1, thumbnail"),
  audience: may(oneOrMany(audience), wadm("3.3.4")),
  ...provenance,
  canonical: may(uri, wadm("3.3.6")),
  via: may(oneOrMany(uri), wadm("3.3.6"))
}

const notOfAnnotations = [
  "navDate",
  "format",
  "language",
  "width",
  "height",
  "duration",
  "viewingDirection",
  "placeholderCanvas",
  "accompanyingCanvas",
  "start",
  "structures",
  "supplementary",
  "items"
]

/** An annotation. Clause 5.6. */
export const annotation = define("Annotation", annotationProperties, {
  also: dimensions,
  forbidden: notOfAnnotations
})

const isPainting = (motivation: unknown): boolean =>
  motivation === "painting" || (Array.isArray(motivation) && motivation.includes("painting"))

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0

/** An embedded resource has no context of its own. Clause 4.6. */
const noContext = (fields: Fields, walk: Walk): void => {
  if (fields["@context"] !== undefined) {
    walk.reportAt("@context", "context-embedded", "the resource is embedded in a document that has one")
  }
}

const paintingRules = (fields: Fields, walk: Walk): void => {
  const { body, motivation, target } = fields
  if (!isPainting(motivation)) walk.reportAt("motivation", "motivation", `it is ${kindOf(motivation)}`)
  if (body === undefined || isEmpty(body)) walk.reportAt("body", "body-missing", "there is nothing to paint")
  const canvas = walk.canvas?.["id"]
  if (target !== undefined && typeof canvas === "string" && (isEmpty(target) || !isAbout(target, canvas))) {
    walk.reportAt("target", "target-elsewhere", `the target is not ${quoted(canvas)}`)
  }
  dimensions(fields, walk)
}

/** An annotation that paints on its canvas. Clauses 5.3 and 5.6. */
const painting = define("Annotation", annotationProperties, { also: paintingRules, forbidden: notOfAnnotations })

const notPainting = (fields: Fields, walk: Walk): void => {
  if (isPainting(fields["motivation"])) {
    walk.reportAt("motivation", "painting-misplaced", "it is painting")
  }
  const { target } = fields
  const canvas = walk.canvas?.["id"]
  if (typeof canvas === "string" && target !== undefined && !concerns(target, canvas)) {
    walk.reportAt("target", "annotation-elsewhere", `no target is ${quoted(canvas)}, or a part of it`)
  }
  dimensions(fields, walk)
}

/** An annotation in `annotations`. Clause 3.4, annotations. */
const comment = define("Annotation", annotationProperties, { also: notPainting, forbidden: notOfAnnotations })

const pageReference = reference("AnnotationPage")

const pageLink = oneOf(
  [httpUri, pageReference],
  (value, walk) => (typeof value === "string" ? httpUri : pageReference).check(value, walk)
)

/** A group of annotation pages. Clause 5.8. */
export const annotationCollection = define("AnnotationCollection", {
  "@context": may(pageContext, "4.6"),
  id: must(id, "5.8"),
  type: must(classOf("AnnotationCollection"), "5.8"),
  label: should(languageMap, "5.8"),
  metadata: may(list(labelValue), "3.1, metadata"),
  summary: may(languageMap, "3.1, summary"),
  requiredStatement: may(labelValue, "3.1, requiredStatement"),
  rights: may(rights, "3.1, rights"),
  provider: may(provider, "3.1, provider"),
  thumbnail: may(thumbnails, "3.1, thumbnail"),
  rendering: may(rendering, "3.3.1, rendering"),
  service: may(services, "3.3.1, service"),
  partOf: may(partOf, "3.3.2, partOf"),
  total: may(count, "5.8"),
  first: should(pageLink, "5.8"),
  last: should(pageLink, "5.8"),
  next: may(pageLink, "5.8")
})

const pageProperties = <const Item extends typeof annotation>(item: Item) => ({
  "@context": may(pageContext, "4.6"),
  id: must(id, "5.5"),
  type: must(classOf("AnnotationPage"), "5.5"),
  label: may(languageMap, "3.1, label"),
  thumbnail: may(thumbnails, "3.1, thumbnail"),
  rendering: may(rendering, "3.3.1, rendering"),
  service: may(services, "3.3.1, service"),
  partOf: may(list(annotationCollection), "5.8"),
  first: may(pageLink, "5.8"),
  last: may(pageLink, "5.8"),
  prev: may(pageLink, "5.8"),
  next: may(pageLink, "5.8"),
  items: must(list(item), "5.5")
})

/** Within a canvas all pages are there: links from one to another are for pages of a collection. */
const ofCanvas = (fields: Fields, walk: Walk): void => {
  noContext(fields, walk)
  const { next, partOf, prev } = fields
  if ((next === undefined && prev === undefined) || partOf !== undefined) return
  const key = next === undefined ? "prev" : "next"
  walk.reportAt(key, "paging-misplaced", `a page with items has ${key} but no partOf`)
}

/** An ordered list of annotations. Clause 5.5. */
export const annotationPage = define("AnnotationPage", pageProperties(annotation), { isClosed: true })

const commentPage = define("AnnotationPage", pageProperties(comment), { isClosed: true, also: ofCanvas })

const paintingPage = define("AnnotationPage", pageProperties(painting), { isClosed: true, also: ofCanvas })

/** The annotation pages in the `items` of a canvas. */
export const paintingPages = list(paintingPage, "canvas-empty")

/** An annotation page in `annotations`: embedded, or referenced. */
export const pageOrReference = oneOf([httpUri, commentPage, pageReference], (value, walk) => {
  const isEmbedded = isObject(value) && value["items"] !== undefined
  ;(isEmbedded ? commentPage : pageLink).check(value, walk)
})
