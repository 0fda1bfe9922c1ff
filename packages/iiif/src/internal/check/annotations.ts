import { isObject } from "effect/Predicate"
import { context as presentation3 } from "../presentation3/values.ts"
import { bodies, creatorOrText, rendering, seeAlso, specificResource, thumbnails } from "./content.ts"
import { provider } from "./provider.ts"
import { services } from "./services.ts"
import { httpUri, id, labelValue, languageMap, rights, uri } from "./values.ts"
import {
  type Check,
  classOf,
  type Fields,
  kindOf,
  lazy,
  list,
  object,
  oneOf,
  oneOrMany,
  text,
  type Walk
} from "./walk.ts"

/** An optional context: that of Presentation 3, or a list of URIs. */
export const context: Check = (value, walk) => {
  if (Array.isArray(value)) list(httpUri)(value, walk)
  else if (value !== presentation3) walk.report("context", `it is ${kindOf(value)}`)
}

const anyContext: Check = (value, walk) => (Array.isArray(value) ? list(httpUri) : uri)(value, walk)

const referenced = new Set(["Manifest", "AnnotationPage", "Collection", "Canvas", "Range"])

const referenceFields = { id, label: languageMap, type: oneOf("class", referenced), thumbnail: thumbnails }

/** A resource that is referenced here and described elsewhere. */
export const reference = (...types: ReadonlyArray<string>): Check =>
  object({
    fields: { ...referenceFields, type: oneOf("class", new Set(types)), partOf: lazy(() => partOf) },
    required: ["id", "type"]
  })

export const partOf = list(object({ fields: { id, type: text, label: languageMap }, required: ["id", "type"] }))

const target: Check = (value, walk) => {
  // The id of the canvas has been checked on the canvas.
  if (value === walk.canvas && value !== "") return
  if (typeof value === "string" || !isObject(value)) return httpUri(value, walk)
  const { type } = value
  if (type === "Canvas" || type === "Manifest") {
    reference("Canvas", "Manifest")(value, walk)
    if (value["items"] !== undefined) {
      walk.reportAt("items", "property-unknown", "a target is referenced, not embedded")
    }
  } else specificResource(value, walk)
}

const stylesheet: Check = (value, walk) => {
  if (typeof value === "string") return uri(value, walk)
  object({ fields: { id: uri, type: classOf("CssStylesheet"), value: text }, required: ["type"] })(value, walk)
}

const audience = object({ fields: { id: uri, type: text }, required: ["type"] })

export const annotationFields = {
  "@context": anyContext,
  id,
  type: classOf("Annotation"),
  created: text,
  modified: text,
  generated: text,
  creator: oneOrMany(creatorOrText),
  generator: oneOrMany(creatorOrText),
  audience: oneOrMany(audience),
  label: languageMap,
  metadata: list(labelValue),
  seeAlso,
  timeMode: text,
  textGranularity: text,
  rights: oneOrMany(text),
  accessibility: oneOrMany(text),
  bodyValue: text,
  canonical: uri,
  via: oneOrMany(uri),
  stylesheet,
  service: services,
  rendering,
  thumbnail: thumbnails,
  motivation: oneOrMany(text),
  body: bodies,
  target: oneOrMany(target)
}

const annotation = object({ fields: annotationFields, required: ["id", "type", "target"] })

/** A reference to an annotation page: its address, or its id and type. */
const pageReference: Check = (value, walk) =>
  (typeof value === "string" ? httpUri : reference("AnnotationPage"))(value, walk)

export const annotationCollection = object({
  fields: {
    "@context": context,
    id,
    type: classOf("AnnotationCollection"),
    label: languageMap,
    metadata: list(labelValue),
    summary: languageMap,
    requiredStatement: labelValue,
    rendering,
    rights,
    partOf,
    provider,
    next: pageReference,
    first: pageReference,
    last: pageReference,
    service: services,
    total: (value, walk) => {
      if (!Number.isInteger(value) || Number(value) < 1) {
        walk.report("value-kind", `it is ${kindOf(value)}`, { expected: "an integer above 0" })
      }
    },
    thumbnail: thumbnails
  },
  required: ["id", "type"]
})

/** An annotation page; `item` checks its annotations. */
export const annotationPage = (item: Check): Check =>
  object({
    fields: {
      "@context": context,
      id,
      type: classOf("AnnotationPage"),
      label: languageMap,
      rendering,
      service: services,
      thumbnail: thumbnails,
      items: list(item),
      partOf: list(annotationCollection),
      next: pageReference,
      prev: pageReference,
      first: pageReference,
      last: pageReference
    },
    required: ["id", "type", "items"],
    closed: true
  })

const anyPage = annotationPage(annotation)

/** An annotation page as a top-level document. Clauses 4.6 and 5.5. */
export const topAnnotationPage: Check = (value, walk) => {
  anyPage(value, walk)
  if (isObject(value) && value["@context"] === undefined) walk.reportAt("@context", "missing", "there is no @context")
}

const pageOrReference: Check = (value, walk) => {
  const isEmbedded = isObject(value) && value["items"] !== undefined
  ;(isEmbedded ? anyPage : pageReference)(value, walk)
}

export const annotations: Check = list(pageOrReference)

/** The ids of the targets of an annotation, without fragments. */
export const targetsOf = (value: unknown): ReadonlyArray<string> => {
  if (typeof value === "string") return [value.replace(/#.*$/s, "")]
  if (Array.isArray(value)) return value.flatMap(targetsOf)
  if (!isObject(value)) return []
  return targetsOf(value["source"] ?? value["id"])
}

const isAbout = (target: unknown, canvas: string): boolean =>
  target === canvas || targetsOf(target).every((one) => one === canvas)

const isPainting = (motivation: unknown): boolean =>
  motivation === "painting" || (Array.isArray(motivation) && motivation.includes("painting"))

const paintingRules = ({ body, motivation, target }: Fields, walk: Walk): void => {
  if (!isPainting(motivation)) walk.reportAt("motivation", "motivation", `it is ${kindOf(motivation)}`)
  if (body === undefined) walk.reportAt("body", "body-missing", "there is nothing to paint")
  if (target !== undefined && walk.canvas !== "" && !isAbout(target, walk.canvas)) {
    walk.reportAt("target", "target-elsewhere", "the target is another resource")
  }
}

const paintings = annotationPage(
  object({ fields: annotationFields, required: ["id", "type", "target"], also: paintingRules })
)

/** The annotation pages in the `items` of a canvas. */
export const paintingPages: Check = list(paintings, "canvas-empty")
