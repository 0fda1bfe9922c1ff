/** Bodies, targets, thumbnails and linked resources of Presentation 4 in Presentation 3. */
import { isObject } from "effect/Predicate"
import {
  type Convert,
  each,
  type Fields,
  object,
  one,
  type Place,
  renamed,
  type Rules,
  withoutFragment
} from "../place.ts"
import { selector } from "./selectors.ts"

export const lost: Convert = (_, place) => place.lose(`Presentation 3 has no ${String(place.key)}: left out`)

/** The properties that are new in Presentation 4 and are left out, wherever they are. */
const added: Rules = Object.fromEntries(
  [
    "action",
    "backgroundColor",
    "exclude",
    "fileSize",
    "interactionMode",
    "position",
    "provides",
    "resets",
    "spatialScale",
    "temporalScale",
    "volume"
  ].map((name) => [name, lost])
)

/** A single value where Presentation 3 takes either, as most manifests have it. */
export const shortened: Convert = (value) => Array.isArray(value) && value.length === 1 ? value[0] : value

const linked = new Set<string | number>(["homepage", "rendering", "seeAlso"])

/** In Presentation 3, linked pages have a list of languages, and bodies have one: IIIF's own schema takes no list. */
const language: Convert = (value, place) => {
  if (!Array.isArray(value)) return value
  if (place.parent?.keysToOwner.some((key) => linked.has(key)) === true) return value
  for (let index = 1; index < value.length; index++) {
    place.at(index).lose("Presentation 3 has one language here: this one is left out")
  }
  return value[0]
}

/** Whether this is a reference with no other properties, to something whose type its address tells as well. */
const isPlain = (value: Fields, { world }: Place): boolean => {
  const { id, type } = value
  if (typeof id !== "string" || type === "Scene" || Object.keys(value).length !== 2) return false
  return (world.types.get(withoutFragment(id)) ?? "Canvas") === type
}

/** Presentation 3 gives the target of an annotation, and the source of a part, by its address. */
export const referenced: Convert = (value, place) =>
  isObject(value) && isPlain(value as Fields, place) ? value["id"] : one(value, place)

/** A canvas with its content, for which Presentation 3 requires `items`. */
export const container: Convert = (value, place) => {
  const converted = one(value, place)
  return isObject(converted) && converted["items"] === undefined ? place.made({ ...converted, items: [] }) : converted
}

/** A placeholder or accompanying canvas. In Presentation 3 it has none itself. */
const companion: Convert = (value, place) => {
  const isNested = place.parent?.key === "placeholderContainer" || place.parent?.key === "accompanyingContainer"
  return isNested
    ? place.lose("such a canvas has none of its own in Presentation 3: left out")
    : container(value, place)
}

/** The rules of properties that mean the same on every class. */
export const shared: Rules = {
  ...added,
  placeholderContainer: renamed("placeholderCanvas", companion),
  accompanyingContainer: renamed("accompanyingCanvas", companion),
  annotations: each,
  items: each,
  thumbnail: each,
  rendering: each,
  homepage: each,
  seeAlso: each,
  logo: each,
  provider: each,
  language,
  via: shortened,
  navPlace: (value, place) => {
    place.world.hasNavPlace = true
    return value
  }
}

/** The properties that only what the Web Annotation model defines has in Presentation 3. */
export const structural: Rules = { ...shared, canonical: lost, via: lost }

export const canvas = object({ ...structural, type: () => "Canvas" })

/** An image, audio, video, text, model or data. */
export const content = object({ ...shared, type: (type) => type === "Audio" ? "Sound" : type })

/** A part of a resource. An id that the other direction made is left out again. */
const specificResource = object({
  ...shared,
  transform: (_, place) => place.refuse("Presentation 3 has no transforms"),
  source: referenced,
  selector
}, {
  also: (converted, place) => {
    const { id, ...rest } = converted
    return id !== undefined && id === place.derivedId ? rest : converted
  }
})

/** In a list, IIIF's own schema of Presentation 3 takes a Choice with an id for two different things. */
const choice = object(shared, {
  also: (converted, place) => {
    const { id, ...rest } = converted
    const isInList = typeof place.key === "number" && place.keysToOwner.includes("body")
    if (id === undefined || !isInList) return converted
    place.at("id").lose("a Choice in a list has no id in Presentation 3")
    return rest
  }
})

const refused: Convert = (value, place) =>
  place.refuse(`Presentation 3 has no ${isObject(value) ? String(value["type"]) : "such resource"}`)

/** What Presentation 3 has no place for, since it has two dimensions and time only. */
const spatial = [
  "Scene",
  "OrthographicCamera",
  "PerspectiveCamera",
  "AmbientLight",
  "DirectionalLight",
  "ImageBasedLight",
  "PointLight",
  "SpotLight",
  "AmbientAudio",
  "PointAudio",
  "SpotAudio",
  "CollectionPage"
]

export const classes = {
  Canvas: canvas,
  Timeline: canvas,
  Agent: object(shared),
  TextualBody: object(shared),
  SpecificResource: specificResource,
  Choice: choice,
  Feature: (value: unknown) => value,
  ...Object.fromEntries(spatial.map((type) => [type, refused]))
}
