import { isObject } from "effect/Predicate"
import {
  byField,
  byType,
  classOf,
  define,
  list,
  literals,
  may,
  must,
  nonEmptyList,
  ref,
  should
} from "../model/kind.ts"
import type { Fields, Walk } from "../model/walk.ts"
import { annotationCollection, labelValue, notEmbedded, paintingPages, reference } from "./annotationTables.ts"
import { behavior } from "./behavior.ts"
import { homepage, partOf, rendering, seeAlso, startResource, thumbnails } from "./contentTables.ts"
import { documentContext, topContext } from "./context.ts"
import { extentRules } from "./extent.ts"
import { navPlace } from "./geoTables.ts"
import { provider } from "./providerTable.ts"
import { rights } from "./rights.ts"
import { canvasId, duration, id, languageMap, navDate, size } from "./scalars.ts"

export const viewingDirection = literals(
  "viewing-direction",
  "left-to-right",
  "right-to-left",
  "top-to-bottom",
  "bottom-to-top"
)

const services = list(ref("Service"))

const companion = ref("CompanionCanvas")

/**
 * The properties that canvases, ranges, manifests and collections share. Clauses 3.1 to 3.4. What is built has them in
 * this order, which is that of the requests recorded of MPS.
 */
const described = (type: string) => ({
  metadata: may(list(labelValue), "3.1, metadata"),
  summary: may(languageMap, "3.1, summary"),
  requiredStatement: may(labelValue, "3.1, requiredStatement"),
  rights: may(rights, "3.1, rights"),
  behavior: may(behavior(type), "3.2, behavior"),
  navDate: may(navDate, "3.1, navDate"),
  navPlace: may(navPlace, "navPlace, 3"),
  provider: may(provider, "3.1, provider"),
  thumbnail: may(thumbnails, "3.1, thumbnail"),
  homepage: may(homepage, "3.3.1, homepage"),
  seeAlso: may(seeAlso, "3.3.1, seeAlso"),
  rendering: may(rendering, "3.3.1, rendering"),
  service: may(services, "3.3.1, service"),
  partOf: may(partOf, "3.3.2, partOf"),
  placeholderCanvas: may(companion, "3.1, placeholderCanvas"),
  accompanyingCanvas: may(companion, "3.1, accompanyingCanvas")
})

/** Annotations about a resource, which come after what is in it. */
const annotations = may(list(ref("AnnotationPageOrReference")), "3.4, annotations")

const canvasProperties = {
  "@context": may(documentContext, "4.6"),
  id: must(canvasId, "5.3"),
  type: must(classOf("Canvas"), "5.3"),
  label: should(languageMap, "5.3"),
  height: may(size, "3.2, height"),
  width: may(size, "3.2, width"),
  duration: may(duration, "3.2, duration"),
  ...described("Canvas"),
  items: must(paintingPages, "5.3"),
  annotations
}

const notOfCanvas = [
  "viewingDirection",
  "structures",
  "start",
  "services",
  "supplementary",
  "timeMode",
  "motivation",
  "format",
  "language"
]

const enterCanvas = (canvas: Fields, walk: Walk): void => {
  walk.canvas = canvas
}

/** A view of an object. Clause 5.3. */
export const canvas = define("Canvas", canvasProperties, {
  first: enterCanvas,
  also: extentRules,
  forbidden: notOfCanvas,
  isStrict: true
})

const notNested = (fields: Fields, walk: Walk): void => {
  extentRules(fields, walk)
  for (const key of ["placeholderCanvas", "accompanyingCanvas"]) {
    if (fields[key] !== undefined) walk.reportAt(key, "placeholder-nested", `it has a ${key} of its own`)
  }
}

/** A placeholder or accompanying canvas. Clause 3.1, placeholderCanvas. */
export const companionCanvas = define("CompanionCanvas", canvasProperties, {
  first: enterCanvas,
  also: notNested,
  forbidden: notOfCanvas,
  isStrict: true
})

const startKind = byType({ classes: { Canvas: reference("Canvas"), SpecificResource: startResource } })

/** Where to start: a canvas, or a part of one. Clause 3.3.2, start. */
export const start = {
  ...startKind,
  check: (value: unknown, walk: Walk): void => {
    startKind.check(value, walk)
    if (!isObject(value) || value["type"] !== "SpecificResource" || value["id"] !== undefined) return
    walk.report("start-id", "the part has no id")
  }
}

const rangeItem = byType({
  classes: {
    Range: byField("items", ref("Range"), reference("Range")),
    Canvas: byField("items", ref("Canvas"), reference("Canvas")),
    SpecificResource: ref("SpecificResource")
  }
})

/** A part of an object, such as a chapter. Clause 5.4. */
export const range = define("Range", {
  id: must(id, "5.4"),
  type: must(classOf("Range"), "5.4"),
  label: should(languageMap, "3.1, label"),
  viewingDirection: may(viewingDirection, "3.2, viewingDirection"),
  ...described("Range"),
  start: may(start, "3.3.2, start"),
  supplementary: may(annotationCollection, "3.3.2, supplementary"),
  items: must(list(rangeItem, "range-empty"), "5.4"),
  annotations
}, {
  forbidden: ["structures", "services", "width", "height", "duration", "format", "language", "timeMode"],
  isStrict: true
})

/** An object and how to show it. Clause 5.2. */
export const manifest = define("Manifest", {
  "@context": must(topContext, "4.6"),
  id: must(id, "5.2"),
  type: must(classOf("Manifest"), "5.2"),
  label: must(languageMap, "3.1, label"),
  viewingDirection: may(viewingDirection, "3.2, viewingDirection"),
  ...described("Manifest"),
  start: may(start, "3.3.2, start"),
  services: may(services, "3.3.1, services"),
  items: must(nonEmptyList(canvas, "manifest-empty"), "5.2"),
  structures: may(list(range), "3.4, structures"),
  annotations
}, { isClosed: true })

const pagingNames = ["first", "last", "next", "prev", "total"]

/** Presentation 2 and 4 have pages of collections, 3.0 has none. */
const notPaged = (fields: Fields, walk: Walk): void => {
  for (const name of pagingNames) {
    if (fields[name] !== undefined) walk.reportAt(name, "paging-misplaced", `a Collection has ${name}`)
  }
}

const embeddedRules = (fields: Fields, walk: Walk): void => {
  notPaged(fields, walk)
  if (fields["@context"] !== undefined) {
    walk.reportAt("@context", "context-embedded", "the collection is embedded in another")
  }
}

const referenced = <const Type extends "Manifest" | "Collection">(type: Type) =>
  define(type, {
    id: must(id, "5.1"),
    type: must(classOf(type), "5.1"),
    label: must(languageMap, "5.1"),
    ...described(type),
    annotations
  }, { also: notEmbedded("5.1") })

/** A manifest that a collection names. Clause 5.1. */
export const referencedManifest = referenced("Manifest")

/** A manifest or a collection within a collection. Clause 5.1. */
export const collectionItem = byType({
  classes: {
    Manifest: referencedManifest,
    Collection: byField("items", ref("EmbeddedCollection"), referenced("Collection"))
  }
})

const collectionProperties = {
  id: must(id, "5.1"),
  type: must(classOf("Collection"), "5.1"),
  label: must(languageMap, "3.1, label"),
  viewingDirection: may(viewingDirection, "3.2, viewingDirection"),
  ...described("Collection"),
  services: may(services, "3.3.1, services"),
  items: must(list(ref("CollectionItem")), "5.1"),
  annotations
}

const notOfCollection = [
  "structures",
  "start",
  "supplementary",
  "width",
  "height",
  "duration",
  "format",
  "language",
  "timeMode"
]

/** A collection within another. Clause 5.1. */
export const embeddedCollection = define("Collection", {
  "@context": may(topContext, "4.6"),
  ...collectionProperties
}, { also: embeddedRules, forbidden: notOfCollection, isStrict: true })

/** A list of manifests and collections. Clause 5.1. */
export const collection = define("Collection", {
  "@context": must(topContext, "4.6"),
  ...collectionProperties
}, { also: notPaged, forbidden: notOfCollection, isStrict: true })
