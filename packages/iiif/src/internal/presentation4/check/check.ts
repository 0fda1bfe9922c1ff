import { isObject } from "effect/Predicate"
import type { Finding } from "../../check/finding.ts"
import { examine } from "../bounds.ts"
import { annotationCollection, anyFields, paintingPages, reference, specificResource, topPage } from "./resources.ts"
import { finding } from "./rules.ts"
import * as Values from "./values.ts"
import { type Check, classes, kindOf, list, object, Visit } from "./visit.ts"

const companions: { readonly [property: string]: Check } = {
  placeholderContainer: (value, visit) => container(value, visit),
  accompanyingContainer: (value, visit) => container(value, visit)
}

const described = { ...anyFields, ...companions }

const extent = {
  id: Values.containerId,
  height: Values.size,
  width: Values.size,
  duration: Values.duration,
  items: paintingPages
}

const containerOf = (heading: string, ...required: ReadonlyArray<string>): Check =>
  object({ heading, required: ["id", "type", ...required], properties: { ...described, ...extent } })

const container: Check = classes("Container Classes", {
  Timeline: containerOf("Timeline", "duration"),
  Canvas: containerOf("Canvas", "height", "width"),
  Scene: containerOf("Scene")
})

const containerReference = reference("items")

/** A container that is mentioned, or a part of one. */
const places = {
  Canvas: containerReference,
  Timeline: containerReference,
  Scene: containerReference,
  SpecificResource: specificResource
}

const start = classes("start", places)

const range: Check = object({
  heading: "Range",
  required: ["id", "type"],
  properties: {
    ...described,
    start,
    supplementary: classes("supplementary", { AnnotationCollection: reference("supplementary") }),
    items: list(classes("Range", { ...places, Range: (value, visit) => range(value, visit) }))
  }
})

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0

const manifest = object({
  heading: "Manifest",
  required: ["@context", "id", "type", "label", "items"],
  properties: {
    ...described,
    "@context": Values.topContext,
    start,
    structures: list(classes("structures", { Range: range })),
    items: list(container)
  },
  also: ({ items }, visit) => {
    if (isEmpty(items)) visit.at("items", () => visit.report("p4-manifest-empty", "the list is empty"))
  }
})

const memberManifest = object({
  heading: "Collection",
  required: ["id", "type", "label"],
  properties: described,
  also: ({ items }, visit) => {
    if (items !== undefined) visit.at("items", () => visit.report("p4-embedded", "a manifest is embedded"))
  }
})

const members = list(
  classes("Collection", { Manifest: memberManifest, Collection: (value, visit) => memberCollection(value, visit) })
)

const collectionWith = (context: Check, ...required: ReadonlyArray<string>): Check =>
  object({
    heading: "Collection",
    required: ["id", "type", "label", ...required],
    properties: {
      ...described,
      "@context": context,
      start,
      items: members,
      first: reference("first"),
      last: reference("last")
    },
    also: ({ first, items }, visit) => {
      if (first !== undefined && items !== undefined) visit.report("p4-paged", "it has both items and first")
    }
  })

const memberCollection = collectionWith(Values.embeddedContext)

const topCollection: Check = (value, visit) => {
  const isPaged = isObject(value) && value["first"] !== undefined
  collectionWith(Values.topContext, "@context", isPaged ? "last" : "items")(value, visit)
}

const collectionPage = object({
  heading: "Collection Page",
  required: ["@context", "id", "type", "partOf", "items"],
  properties: {
    ...described,
    "@context": Values.topContext,
    items: members,
    next: reference("next"),
    prev: reference("prev")
  }
})

const documents: { readonly [type: string]: Check } = {
  Manifest: manifest,
  Collection: topCollection,
  CollectionPage: collectionPage,
  AnnotationPage: topPage,
  AnnotationCollection: annotationCollection
}

/** Checks a document that has been looked through already. */
export const visitDocument = (document: unknown): Visit => {
  const visit = new Visit()
  const type = isObject(document) ? document["type"] : undefined
  const check = typeof type === "string" && Object.hasOwn(documents, type) ? documents[type] : undefined
  if (check === undefined) visit.at("type", () => visit.report("p4-document", `it is ${kindOf(type)}`))
  else check(document, visit)
  return visit
}

/** Finds what is wrong in any value, as a Presentation 4 document. */
export const check = (document: unknown): ReadonlyArray<Finding> => {
  const { problem } = examine(document)
  return problem === undefined
    ? visitDocument(document).findings
    : [finding("p4-not-json", problem.path, problem.problem)]
}
