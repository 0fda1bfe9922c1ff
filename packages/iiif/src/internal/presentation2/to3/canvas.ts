import type { Fields, Json } from "../../fields.ts"
import { each } from "../place.ts"
import { painting } from "./annotations.ts"
import { duration, size } from "./content.ts"
import { described } from "./described.ts"
import { convert, handled, type Rules, types } from "./draft.ts"
import { lists, type Painted } from "./lists.ts"
import { type At, type Draft, idOf, isFields } from "./upgrade.ts"

const rules: Rules = new Map([
  ...described,
  ["@type", types("Canvas")],
  ["height", size("height")],
  ["width", size("width")],
  ["duration", duration],
  ["images", handled],
  ["otherContent", handled]
])

const images = (given: Fields, place: At, id: string): ReadonlyArray<Json> => {
  const found: Array<Json> = []
  each(given["images"] ?? [], place.at("images"), (one, at) => {
    const annotation = painting(one, at, { canvas: id }, { id, count: found.length })
    if (annotation !== undefined) found.push(annotation)
  })
  return found
}

/** The pages of what is painted. Presentation 2 has no such pages, so that they are named after the canvas. */
const pages = (given: Fields, place: At, draft: Draft): ReadonlyArray<Json> => {
  const { conversion } = place
  const items = images(given, place, draft.id)
  const painted: Painted = { pages: [], annotations: [] }
  if (given["otherContent"] !== undefined && given["otherContent"] !== null) {
    lists(given["otherContent"], place.at("otherContent"), draft, painted)
  }
  const all = [...items, ...painted.annotations]
  if (all.length === 0) return painted.pages
  const id = conversion.own(`${draft.id}/page`)
  return [conversion.from({ id, type: "AnnotationPage", items: all }, place.at("images")), ...painted.pages]
}

/** A canvas. It has a size, since without one it can show no image. Clause 5.3. */
export const canvas = (given: Fields, id: string, place: At): Json => {
  const fields: { [key: string]: Json } = { id, type: "Canvas" }
  const draft: Draft = { type: "Canvas", id, fields }
  convert(rules, given, place, draft)
  for (const key of ["width", "height"]) {
    if (fields[key] === undefined) place.at(key).refuse("a canvas has a width and a height, which are integers above 0")
  }
  fields["items"] = pages(given, place, draft)
  return place.conversion.from(fields, place)
}

const noId = "a canvas has an @id, by which annotations and ranges name it"

/** The canvases of a list with their new ids, which everything else refers to. */
export const identify = (value: Json, place: At): ReadonlyArray<readonly [Fields, string, At]> => {
  const found: Array<readonly [Fields, string, At]> = []
  each(value, place, (one, at) => {
    const given = isFields(one) ? idOf(one["@id"]) : undefined
    if (!isFields(one) || given === undefined) {
      return at.refuse(isFields(one) ? noId : "it is not a canvas: fetch it, and embed it here")
    }
    const { conversion } = at
    // A # would begin a part of the canvas. Presentation 3.0, 5.3.
    const address = conversion.identity(given, at.at("@id"), false).replaceAll("#", "%23")
    if (given.includes("#")) at.at("@id").lose("the id of a canvas has no fragment in Presentation 3: it has %23 for #")
    const id = conversion.own(address, at.at("@id"))
    if (!conversion.canvases.has(given)) conversion.canvases.set(given, id)
    found.push([one, id, at])
  })
  return found
}
