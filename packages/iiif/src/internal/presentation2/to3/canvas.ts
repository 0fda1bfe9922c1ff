import type { Fields, Json } from "../../fields.ts"
import { playingTime } from "../fragment.ts"
import { each, many, placed } from "../place.ts"
import { motivationOf, painting } from "./annotations.ts"
import { duration, kindOf, size } from "./content.ts"
import { described } from "./described.ts"
import { convert, handled, type Rules, shortName, types, typesOf } from "./draft.ts"
import { lists, type Painted } from "./lists.ts"
import { type At, canvasPart, type Draft, idOf, isFields, type Upgrade } from "./upgrade.ts"
import { httpUri } from "./uri.ts"

const rules: Rules = new Map([
  ...described,
  ["@type", types("Canvas")],
  ["height", size("height")],
  ["width", size("width")],
  ["duration", duration],
  ["images", handled],
  ["otherContent", handled]
])

function* images(given: Fields, place: At, id: string): Generator<void, ReadonlyArray<Json>> {
  const found: Array<Json> = []
  for (const [one, at] of placed<Json, Upgrade>(given["images"] ?? [], place.at("images"))) {
    const annotation = painting(one, at, { canvas: id }, { id, count: found.length })
    if (annotation !== undefined) found.push(annotation)
    yield
  }
  return found
}

/** The pages of what is painted. Presentation 2 has no such pages, so that they are named after the canvas. */
function* pages(given: Fields, place: At, draft: Draft): Generator<void, ReadonlyArray<Json>> {
  const { conversion } = place
  const items = yield* images(given, place, draft.id)
  const painted: Painted = { pages: [], annotations: [] }
  if (given["otherContent"] !== undefined && given["otherContent"] !== null) {
    yield* lists(given["otherContent"], place.at("otherContent"), draft, painted)
  }
  const all = [...items, ...painted.annotations]
  if (all.length === 0) return painted.pages
  const id = conversion.own(`${draft.id}/page`)
  return [conversion.from({ id, type: "AnnotationPage", items: all }, place.at("images")), ...painted.pages]
}

const unknownDuration =
  "sound and video are painted on a canvas that has a duration in Presentation 3, and none is known here"

/** Whether content can be painted, which for sound and video depends on how long it is. */
const isPlayable = (annotation: Json, fields: { [key: string]: Json }, place: At): boolean => {
  const time = playingTime(isFields(annotation) ? annotation["body"] : undefined)
  if (time === undefined) place.lose(unknownDuration)
  else if (time > 0) fields["duration"] = Math.max(time, Number(fields["duration"] ?? 0))
  return time !== undefined
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

const hasAddress = (given: Fields, { rename }: Upgrade): boolean => {
  const id = idOf(given)
  return id !== undefined && httpUri(rename(id)) !== undefined
}

/** Whether a body will be sound or video that says how long it is. */
const plays = (given: Json | undefined, fallback: string, conversion: Upgrade): boolean => {
  if (!isFields(given) || !["duration", "full", "default", "item"].some((key) => given[key] !== undefined)) return false
  const names = new Set(typesOf(given).map(shortName))
  const [inner] = names.has("Choice") ? many<Json>(given["default"] ?? given["item"] ?? []) : [given["full"]]
  if (inner !== undefined && inner !== null) return plays(inner, fallback, conversion)
  return typeof given["duration"] === "number" && given["duration"] > 0 && given["chars"] === undefined &&
    !names.has("SemanticTag") && ["Sound", "Video"].includes(kindOf(given, fallback)) &&
    hasAddress(given, conversion)
}

/** Whether a body will certainly be no sound or video. */
const isSilent = (given: Json, fallback: string): boolean =>
  !isFields(given) ||
  (["full", "default", "item"].every((key) => given[key] === undefined) &&
    (given["chars"] !== undefined || !["Sound", "Video"].includes(kindOf(given, fallback))))

/** Whether one body, or one of several, will be such sound or video, and none that does not say how long it is. */
const play = (given: Json | undefined, fallback: string, conversion: Upgrade): boolean => {
  if (!Array.isArray(given)) return plays(given, fallback, conversion)
  const bodies: ReadonlyArray<Json> = given
  return bodies.some((one) => plays(one, fallback, conversion)) &&
    bodies.every((one) => plays(one, fallback, conversion) || isSilent(one, fallback))
}

const paintsOn = ({ motivation, on }: Fields, canvas: string, conversion: Upgrade): boolean =>
  many<Json>(motivation ?? []).some((one) => typeof one === "string" && motivationOf(one) === "painting") &&
  many<Json>(on ?? []).every((one) => {
    const id = idOf(isFields(one) ? one["full"] ?? one["source"] ?? one : one)
    return id !== undefined && canvasPart(conversion, id)?.id === canvas
  })

/** Whether a canvas will have a duration, which must be known before anything that refers to its times is converted. */
export const hasDuration = (given: Fields, id: string, conversion: Upgrade): boolean =>
  (typeof given["duration"] === "number" && given["duration"] > 0) ||
  many<Json>(given["images"] ?? []).some((one) => isFields(one) && play(one["resource"], "Image", conversion)) ||
  many<Json>(given["otherContent"] ?? []).some((list) =>
    isFields(list) &&
    many<Json>(list["resources"] ?? []).some((one) =>
      isFields(one) && play(one["resource"], "Text", conversion) && paintsOn(one, id, conversion)
    )
  )

/**
 * A canvas, with a pause after every annotation. It has a size, since without one it can show no image. Clause 5.3.
 */
export function* canvas(given: Fields, id: string, place: At): Generator<void, Json> {
  const fields: { [key: string]: Json } = { id, type: "Canvas" }
  const draft: Draft = { type: "Canvas", id, fields }
  convert(rules, given, place, draft)
  for (const key of ["width", "height"]) {
    if (fields[key] === undefined) place.at(key).refuse("a canvas has a width and a height, which are integers above 0")
  }
  fields["items"] = timed(fields, yield* pages(given, place, draft), place.at("otherContent"))
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
