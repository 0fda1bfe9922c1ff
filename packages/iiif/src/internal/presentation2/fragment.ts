import { type Fields, isFields, type Json } from "../fields.ts"
import { quoted } from "../quoted.ts"
import { type Conversion, many, type Place } from "./place.ts"

/** The content of a body of Presentation 3: of a part the whole, of a choice the first. */
const contentOf = (body: Json | undefined): Fields => {
  const fields = isFields(body) ? body : {}
  if (isFields(fields["source"])) return contentOf(fields["source"])
  const [first] = Array.isArray(fields["items"]) ? fields["items"] : []
  return first === undefined ? fields : contentOf(first)
}

/**
 * How long the bodies of Presentation 3 play, of which there may be one or several; `undefined` if one does not say it, and
 * 0 if there is no sound or video.
 */
export const playingTime = (bodies: Json | undefined): number | undefined => {
  let time = 0
  for (const body of many<Json>(bodies ?? [])) {
    const { duration, type } = contentOf(body)
    if (type !== "Sound" && type !== "Video") continue
    if (typeof duration !== "number") return undefined
    time = Math.max(time, duration)
  }
  return time
}

/** A region of anything but four numbers, such as those that programs write which did not find any. */
const isNoRegion = (part: string): boolean =>
  part.startsWith("xywh=") && !/^xywh=(?:[a-z]+:)?-?[\d.]+(?:,-?[\d.]+){3}$/.test(part)

/**
 * What a fragment selects of a canvas: no region that cannot be read, and no time if the canvas has no duration. Canvases
 * of Presentation 2 have none, and in Presentation 3 get that of the sound or video that is painted on them.
 */
export const usableFragment = <C extends Conversion>(
  fragment: string | undefined,
  canvas: string,
  place: Place<C>
): string | undefined => {
  if (fragment === undefined) return undefined
  const isTimeless = place.conversion.timeless.has(canvas)
  const kept = fragment.split("&").filter((part) => {
    const isTime = isTimeless && part.startsWith("t=")
    if (isTime) place.lose(`${quoted(fragment)}: the canvas has no duration in Presentation 2`)
    else if (isNoRegion(part)) place.lose(`${quoted(fragment)} is no region that can be read`)
    else return true
    return false
  })
  return kept.length === 0 ? undefined : kept.join("&")
}

/** The address of a canvas or of a part of it that {@link usableFragment} selects. */
export const usableAddress = <C extends Conversion>(given: string, place: Place<C>): string => {
  const hash = given.indexOf("#")
  if (hash === -1) return given
  const canvas = given.slice(0, hash)
  const fragment = usableFragment(given.slice(hash + 1), canvas, place)
  return fragment === undefined ? canvas : `${canvas}#${fragment}`
}
