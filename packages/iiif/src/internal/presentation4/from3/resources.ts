/** Bodies, targets, thumbnails and linked resources of Presentation 3 in Presentation 4. */
import { isObject } from "effect/Predicate"
import { many } from "../names.ts"
import {
  type Convert,
  each,
  type Fields,
  list,
  object,
  one,
  type Place,
  renamed,
  type Rules,
  withoutFragment
} from "../place.ts"
import { selector } from "./selectors.ts"

/** Clause "Properties with Multiple Values": what can have several values is always a list. */
export const listed: Convert = (value) => many(value)

/** What has a single value in Presentation 4; Presentation 3 takes the Web Annotation model's lists. */
export const single = (problem: string): Convert => (value, place) => {
  if (!Array.isArray(value)) return value
  if (value.length > 1) place.lose(problem)
  return value[0]
}

/** Clause "JSON-LD Contexts and Extensions": an embedded resource has no context. */
const embeddedContext: Convert = (_, place) => place.lose("Presentation 4 has a context only at the top: left out")

/** Clause "annotations": each item is an object with id and type. */
const page: Convert = (value, place) =>
  typeof value === "string" ? place.made({ id: value, type: "AnnotationPage" }) : one(value, place)

/** Clause "Container Classes": a container without content has no `items`. */
export const container: Convert = (value, place) => {
  const converted = one(value, place)
  if (!isObject(converted) || !Array.isArray(converted["items"]) || converted["items"].length > 0) return converted
  const { items: _, ...rest } = converted as Fields
  return place.made(rest)
}

/** The rules of properties that mean the same on every class. */
export const shared: Rules = {
  "@context": embeddedContext,
  // Clauses "placeholderContainer" and "accompanyingContainer".
  placeholderCanvas: renamed("placeholderContainer", container),
  accompanyingCanvas: renamed("accompanyingContainer", container),
  annotations: list(page),
  items: each,
  thumbnail: each,
  rendering: each,
  homepage: each,
  seeAlso: each,
  logo: each,
  provider: each,
  language: listed, // clause "language"
  via: listed, // clause "via"
  rights: single("Presentation 4 has one rights statement: the others are left out") // clause "rights"
}

/** Clause "type": sounds have the type `Audio`; `Sound` is an old name that clients accept. */
const mediaType = (type: unknown): unknown => type === "Sound" ? "Audio" : type

const isDuration = ({ duration, height, width }: Fields): boolean =>
  duration !== undefined && width === undefined && height === undefined

/** The type that a resource has in Presentation 4. A canvas with only a duration is a Timeline (clause "Timeline"). */
export const typeOf = (fields: Fields): unknown =>
  fields["type"] === "Canvas" && isDuration(fields) ? "Timeline" : mediaType(fields["type"])

/** The type of a resource that is given by its address. What the document does not describe is taken for a canvas. */
const typeAt = (id: string, { world }: Place): string => world.types.get(withoutFragment(id)) ?? "Canvas"

/** Clauses "body", "target" and "source": a resource is an object with id and type. A fragment stays in the id. */
export const referenced = (id: string, place: Place): Fields => place.made({ id, type: typeAt(id, place) })

/** Clause "partOf": a list of objects. A canvas that is mentioned may name its manifest by its address alone. */
const partOf: Convert = (value, place) =>
  many(value).map((whole) =>
    typeof whole === "string" ? place.made({ id: whole, type: place.world.types.get(whole) ?? "Manifest" }) : whole
  )

/** A canvas, or a reference to one or to a part of it. */
export const canvas = object({ ...shared, partOf }, {
  also: (converted, place, given) => {
    const { id } = given
    const isTimeline = isDuration(given) || (typeof id === "string" && typeAt(id, place) === "Timeline")
    return { ...converted, type: isTimeline ? "Timeline" : "Canvas" }
  }
})

/** An image, audio, video, text, model or data. */
export const content = object({ ...shared, type: mediaType })

const containerKeys = new Set<string | number>(["target", "start", "items"])

/** Whether a part is of a container: it is a target, a start, or an item of a range. */
const isOfContainer = (place: Place): boolean => {
  const keys = place.keysToOwner.filter((key) => typeof key === "string")
  return keys.length > 0 && keys.every((key) => containerKeys.has(key))
}

const isImage = (selectors: unknown): boolean =>
  many(selectors).some((one) => isObject(one) && one["type"] === "ImageApiSelector")

/** Clause "source": an object where the type is known, and otherwise the address. */
const sourceOf = (source: string, selectors: unknown, place: Place): unknown => {
  if (place.world.types.has(withoutFragment(source)) || isOfContainer(place)) return referenced(source, place)
  return isImage(selectors) ? place.made({ id: source, type: "Image" }) : source
}

/** Clause "Specific Resource": it has an id; one without gets that of its annotation, range or manifest, extended. */
const specificResource = object({
  ...shared,
  source: (value, place) => typeof value === "string" ? value : one(value, place),
  selector,
  // Clause "styleClass".
  styleClass: single("Presentation 4 has one class of style: the others are left out")
}, {
  id: ({ id }, place) => id ?? place.derivedId,
  also: (converted, place, { source }) => ({
    ...(place.id === undefined ? {} : { id: place.id }),
    type: "SpecificResource",
    ...converted,
    ...(typeof source === "string" ? { source: sourceOf(source, converted["selector"], place) } : {})
  })
})

/** Clause "body": each item of a group is an object with a type. */
const member: Convert = (value, place) => {
  if (typeof value !== "string") return one(value, place)
  if (place.world.types.has(withoutFragment(value))) return referenced(value, place)
  return place.refuse("Presentation 4 needs the type of this resource: write an object with id and type")
}

const group = object({ ...shared, items: list(member) })

/** Parts of a canvas are no places on a map: GeoJSON stays as it is. */
const feature: Convert = (value) => value

export const classes = {
  Canvas: canvas,
  Agent: object(shared),
  TextualBody: object(shared),
  SpecificResource: specificResource,
  Choice: object(shared),
  Composite: group,
  List: group,
  Independents: group,
  Feature: feature
} satisfies { readonly [type: string]: Convert }
