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

/** The content of a body: of a part the whole, of a choice the first. */
const contentOf = (body: Json | undefined): Fields => {
  const fields = isFields(body) ? body : {}
  if (isFields(fields["source"])) return contentOf(fields["source"])
  const [first] = Array.isArray(fields["items"]) ? fields["items"] : []
  return first === undefined ? fields : contentOf(first)
}

const isTimed = ({ type }: Fields): boolean => type === "Sound" || type === "Video"

const unknownDuration =
  "sound and video are painted on a canvas that has a duration in Presentation 3, and none is known here"

/** Whether content can be painted, which for sound and video depends on how long it is. */
const isPlayable = (annotation: Json, fields: { [key: string]: Json }, place: At): boolean => {
  const content = contentOf(isFields(annotation) ? annotation["body"] : undefined)
  const { duration } = content
  if (!isTimed(content)) return true
  if (typeof duration !== "number") {
    place.lose(unknownDuration)
    return false
  }
  fields["duration"] = Math.max(duration, Number(fields["duration"] ?? 0))
  return true
}

/**
 * Canvases of Presentation 2 have no duration, those of 3 on which sound or video is painted do (5.3): it is that of the
 * longest. What has none cannot be painted.
 */
const timed = (fields: { [key: string]: Json }, pages: ReadonlyArray<Json>, place: At): ReadonlyArray<Json> => {
  if (fields["duration"] !== undefined) return pages
  return pages.flatMap((page) => {
    if (!isFields(page) || !Array.isArray(page["items"])) return [page]
    const items: ReadonlyArray<Json> = page["items"]
    const playable = items.filter((one) => isPlayable(one, fields, place))
    if (playable.length === items.length) return [page]
    return playable.length === 0 ? [] : [place.conversion.from({ ...page, items: playable }, place)]
  })
}

/** A canvas. It has a size, since without one it can show no image. Clause 5.3. */
export const canvas = (given: Fields, id: string, place: At): Json => {
  const fields: { [key: string]: Json } = { id, type: "Canvas" }
  const draft: Draft = { type: "Canvas", id, fields }
  convert(rules, given, place, draft)
  for (const key of ["width", "height"]) {
    if (fields[key] === undefined) place.at(key).refuse("a canvas has a width and a height, which are integers above 0")
  }
  fields["items"] = timed(fields, pages(given, place, draft), place.at("otherContent"))
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
