import type { Agent, Canvas, CanvasReference, Manifest, Range } from "../../Presentation3.ts"
import type { Reference } from "../../Presentation3.ts"
import type { Fields, Json } from "../fields.ts"
import { images, otherContent, sourceOf } from "./annotations.ts"
import { links, thumbnails } from "./content.ts"
import { as, convert, id, lost, many, mapAt, nothing, type Place, type Rules, single, type } from "./place.ts"
import { services } from "./services.ts"
import { behavior, metadata, requiredStatement, text } from "./text.ts"

const provider = ([first, ...rest]: ReadonlyArray<Agent>, place: Place): Fields => {
  if (first === undefined) return {}
  for (const [index] of rest.entries()) place.at(index + 1).lose("Presentation 2 has only one logo, and no provider")
  place.at(0).lose("Presentation 2 has the logo of a provider, but not its name or pages")
  const { thumbnail: logo } = thumbnails(first.logo ?? [], place.at(0).at("logo"))
  return logo === undefined ? {} : { logo }
}

const partOf = (list: ReadonlyArray<Reference>): Fields =>
  list.length === 0 ? {} : { within: single(list.map((one) => one.id)) }

const described = {
  id,
  metadata,
  summary: text("description"),
  requiredStatement,
  rights: as("license"),
  provider,
  navDate: as("navDate"),
  navPlace: lost("Presentation 2 has no navPlace"),
  behavior,
  thumbnail: thumbnails,
  placeholderCanvas: lost("Presentation 2 has no placeholder canvas"),
  accompanyingCanvas: lost("Presentation 2 has no accompanying canvas"),
  homepage: links("related"),
  seeAlso: links("seeAlso"),
  rendering: links("rendering"),
  service: services,
  partOf
} as const

const canvasRules: Rules<Canvas> = {
  ...described,
  "@context": nothing,
  type: type("sc:Canvas"),
  label: text("label"),
  height: as("height"),
  width: as("width"),
  duration: lost("Presentation 2 has no duration"),
  items: (pages, place) => ({
    images: images(
      pages.flatMap((page, index) => page.items.map((item, i) => [item, place.at(index).at("items").at(i)] as const))
    )
  }),
  annotations: otherContent
}

const canvas = (given: Canvas, place: Place, position: number): Fields => {
  if (given.width === undefined) place.refuse("Presentation 2 cannot show a canvas without width and height")
  const fields = convert(canvasRules, given, place)
  return given.label === undefined ? { ...fields, label: `${position}` } : fields
}

/** The address of a canvas, with a fragment for a part of it. */
const canvasId = (given: Canvas | CanvasReference, place: Place): string => {
  if (given.type === "Canvas") return place.rename(given.id)
  const { selector, source } = given
  const full = place.rename(sourceOf(source))
  const [first] = selector === undefined ? [] : many(selector)
  if (first === undefined) return full
  if (typeof first === "object" && first.type === "FragmentSelector") return `${full}#${first.value}`
  place.lose("Presentation 2 can refer only to rectangles of canvases")
  return full
}

const rangeItems = (items: Range["items"], place: Place): Fields => {
  const ranges = items.filter((item) => item.type === "Range").map((item) => place.rename(item.id))
  const canvases = items.flatMap((item, index) => item.type === "Range" ? [] : [canvasId(item, place.at(index))])
  return {
    ...(ranges.length === 0 ? {} : { ranges }),
    ...(canvases.length === 0 ? {} : { canvases })
  }
}

const rangeRules: Rules<Range> = {
  ...described,
  type: type("sc:Range"),
  label: text("label"),
  viewingDirection: as("viewingDirection"),
  start: (given, place) => ({ startCanvas: canvasId(given, place) }),
  supplementary: ({ id: layer, label }, place) => ({
    contentLayer: {
      "@id": place.rename(layer),
      "@type": "sc:Layer",
      ...(label === undefined ? {} : text("label")(label))
    }
  }),
  items: rangeItems,
  annotations: lost("Presentation 2 can annotate only canvases")
}

/** Flattens ranges: Presentation 2 lists them all side by side, and a range refers to the ones within it by id. */
const rangesOf = (given: Range, place: Place): ReadonlyArray<Fields> => {
  const items = place.at("items")
  const ranges = given.items.filter((item) => item.type === "Range").length
  if (ranges > 0 && ranges < given.items.length) {
    items.lose("Presentation 2 lists ranges and canvases separately, so their relative order is lost")
  }
  return [
    convert(rangeRules, given, place),
    ...given.items.flatMap((item, index) =>
      item.type === "Range" && "items" in item ? rangesOf(item, items.at(index)) : []
    )
  ]
}

const sequence = (manifest: Manifest, place: Place): Json => ({
  "@id": `${place.rename(manifest.id)}/sequence/normal`,
  "@type": "sc:Sequence",
  ...(manifest.viewingDirection === undefined ? {} : { viewingDirection: manifest.viewingDirection }),
  ...(manifest.start === undefined ? {} : { startCanvas: canvasId(manifest.start, place.at("start")) }),
  canvases: mapAt(manifest.items, place.at("items"), (item, at) => [item, at] as const)
    .map(([item, at], index) => canvas(item, at, index + 1))
})

const manifestRules: Rules<Manifest> = {
  ...described,
  "@context": nothing,
  type: type("sc:Manifest"),
  label: text("label"),
  viewingDirection: as("viewingDirection"),
  start: nothing,
  service: nothing,
  services: nothing,
  items: nothing,
  structures: nothing,
  annotations: lost("Presentation 2 can annotate only canvases")
}

export const context = "http://iiif.io/api/presentation/2/context.json"

export const manifest = (given: Manifest, place: Place): Fields => {
  const structures = mapAt(given.structures ?? [], place.at("structures"), rangesOf).flat()
  return {
    "@context": context,
    ...convert(manifestRules, given, place),
    ...services([...given.service ?? [], ...given.services ?? []]),
    sequences: [sequence(given, place)],
    ...(structures.length === 0 ? {} : { structures })
  }
}
