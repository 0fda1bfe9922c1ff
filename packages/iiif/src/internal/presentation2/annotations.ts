import type { Annotation, AnnotationPageOrReference, Choice, Resource, Target } from "../../Presentation3.ts"
import type { Fields, Json } from "../fields.ts"
import { resource, selector } from "./content.ts"
import { many, mapAt, type Place, single } from "./place.ts"
import { text } from "./text.ts"

const motivation = (name: string): string =>
  name === "painting" ? "sc:painting" : name.includes(":") ? name : `oa:${name}`

/** The address of what a specific resource is a part of. */
export const sourceOf = (source: string | Resource): string =>
  typeof source === "string" ? source : "id" in source && typeof source.id === "string" ? source.id : ""

/** The address of a canvas or of a rectangle on it; any other part is a resource with a selector. */
const on = (target: Target, place: Place): Json => {
  if (typeof target === "string") return place.rename(target)
  if (target.type === "SpecificResource" && "source" in target) {
    const full = place.rename(sourceOf(target.source))
    const [first] = target.selector === undefined ? [] : many(target.selector)
    if (typeof first === "object" && first.type === "FragmentSelector") return `${full}#${first.value}`
    return { "@type": "oa:SpecificResource", full, ...selector(target.selector, place.at("selector")) }
  }
  if ("id" in target && typeof target.id === "string") return place.rename(target.id)
  place.lose("Presentation 2 has no such target")
  return ""
}

export const annotation = (given: Annotation, place: Place): Fields => {
  const bodies = given.body === undefined ? [] : many(given.body)
  const resources = mapAt(bodies, place.at("body"), resource)
  return {
    "@id": place.rename(given.id),
    "@type": "oa:Annotation",
    ...(given.label === undefined ? {} : text("label")(given.label)),
    ...(given.motivation === undefined ? {} : { motivation: single(many(given.motivation).map(motivation)) }),
    ...(given.bodyValue === undefined
      ? { resource: single(resources) }
      : { resource: { "@type": "cnt:ContentAsText", chars: given.bodyValue } }),
    on: single(mapAt(many(given.target), place.at("target"), on))
  }
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

/** What is painted on a canvas: single images, choices of images, or parts of images. */
export const images = (annotations: ReadonlyArray<readonly [Annotation, Place]>): ReadonlyArray<Fields> =>
  annotations.flatMap(([given, place]) => {
    const bodies = given.body === undefined ? [] : many(given.body)
    for (const body of bodies) {
      if (!isPicture(body)) {
        place.at("body").refuse(`Presentation 2 shows only images, and this has the type ${body.type}`)
      }
    }
    return bodies.length < 2
      ? [annotation(given, place)]
      : bodies.map((body, index) =>
        annotation({ ...given, id: index === 0 ? given.id : `${given.id}/${index + 1}`, body }, place)
      )
  })

export const otherContent = (pages: ReadonlyArray<AnnotationPageOrReference>, place: Place): Fields => ({
  otherContent: mapAt(pages, place, (page, at): Fields => {
    if (typeof page === "string") return { "@id": at.rename(page), "@type": "sc:AnnotationList" }
    return {
      "@id": at.rename(page.id),
      "@type": "sc:AnnotationList",
      ...(page.label === undefined ? {} : text("label")(page.label)),
      ...("items" in page ? { resources: mapAt(page.items, at.at("items"), annotation) } : {})
    }
  })
})
