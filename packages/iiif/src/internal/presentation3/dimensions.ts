/** What annotations, ranges and `start` select of a canvas, and whether the canvas has it. Clause 5.3. */
import { isObject } from "effect/Predicate"
import type { Check, Fields, Walk } from "../model/walk.ts"
import { quoted } from "../quoted.ts"
import { type Fragment, fragmentOf } from "./mediaFragment.ts"

const withoutFragment = (uri: string): string => {
  const at = uri.indexOf("#")
  return at < 0 ? uri : uri.slice(0, at)
}

/** How deeply the source of a source is looked for. */
const maxSources = 10

/** How many selectors of a target are looked at. */
const maxSelectors = 100

/** The id of what is targeted, without its fragment. */
export const sourceOf = (value: unknown): string | undefined => {
  let target = value
  for (let depth = 0; depth < maxSources && isObject(target); depth++) target = target["source"] ?? target["id"]
  return typeof target === "string" ? withoutFragment(target) : undefined
}

const listOf = (value: unknown): ReadonlyArray<unknown> =>
  Array.isArray(value) ? value : value === undefined ? [] : [value]

/** Whether all targets are this canvas or parts of it. */
export const isAbout = (target: unknown, canvas: string): boolean =>
  target === canvas || listOf(target).every((one) => sourceOf(one) === canvas)

/** Whether one of the targets is this canvas or a part of it. */
export const concerns = (target: unknown, canvas: string): boolean =>
  target === canvas || listOf(target).some((one) => sourceOf(one) === canvas)

/** The media fragments of a target: that of its address, and those of its selectors. */
const fragmentsOf = (target: unknown): ReadonlyArray<string> => {
  if (typeof target === "string") return target.includes("#") ? [target.slice(target.indexOf("#") + 1)] : []
  if (!isObject(target)) return []
  const source = isObject(target["source"]) ? target["source"]["id"] : target["source"] ?? target["id"]
  return [
    ...typeof source === "string" ? fragmentsOf(source) : [],
    ...listOf(target["selector"]).slice(0, maxSelectors).flatMap((one) => {
      const { type, value }: Fields = isObject(one) ? one : {}
      return type === "FragmentSelector" && typeof value === "string" ? [value] : []
    })
  ]
}

const pointsOf = (target: unknown): ReadonlyArray<Fields> =>
  (isObject(target) ? listOf(target["selector"]) : []).slice(0, maxSelectors).filter((one): one is Fields =>
    isObject(one) && one["type"] === "PointSelector"
  )

const isBeyond = (value: unknown, limit: unknown): boolean =>
  typeof value === "number" && typeof limit === "number" && value > limit

const reportDimension = (isMissing: boolean, what: string, without: string, canvas: Fields, walk: Walk): boolean => {
  if (!isMissing) return false
  walk.report("target-dimension", `it selects a ${what} of ${quoted(String(canvas["id"]))}, which has no ${without}`)
  return true
}

const reportSpace = ({ region }: Fragment, canvas: Fields, walk: Walk): void => {
  if (region === undefined) return
  const { height, width } = canvas
  if (reportDimension(width === undefined, "region", "width and height", canvas, walk) || region.isPercent) return
  const [x, y, w, h] = region.values
  if (!isBeyond(x + w, width) && !isBeyond(y + h, height)) return
  walk.report("target-outside", `it selects ${region.values.join(",")} of ${String(width)} x ${String(height)}`)
}

const reportTime = ({ time }: Fragment, canvas: Fields, walk: Walk): void => {
  if (time === undefined) return
  const { duration } = canvas
  if (reportDimension(duration === undefined, "time", "duration", canvas, walk)) return
  const [start, end] = time
  if (isBeyond(start, duration) || isBeyond(end, duration)) {
    walk.report("target-outside", `it selects ${start} to ${end ?? "the end"} of ${String(duration)} seconds`)
  }
}

const reportPoint = ({ t, x, y }: Fields, canvas: Fields, walk: Walk): void => {
  const { duration, height, width } = canvas
  const isSpatial = x !== undefined || y !== undefined
  reportDimension(isSpatial && width === undefined, "point", "width and height", canvas, walk)
  reportDimension(t !== undefined && duration === undefined, "time", "duration", canvas, walk)
  if (isBeyond(x, width) || isBeyond(y, height) || isBeyond(t, duration)) {
    walk.report("target-outside", "its point is outside of the canvas")
  }
}

/** Reports what a target selects that the canvas does not have. */
export const reportSelected = (target: unknown, canvas: Fields, walk: Walk): void => {
  for (const text of fragmentsOf(target)) {
    const fragment = fragmentOf(text)
    if (fragment === undefined) walk.report("fragment", `it selects ${quoted(text)}`)
    else {
      reportSpace(fragment, canvas, walk)
      reportTime(fragment, canvas, walk)
    }
  }
  for (const point of pointsOf(target)) reportPoint(point, canvas, walk)
}

/** The content of a body: of a part the whole, of a choice the first. */
const contentOf = (value: unknown): Fields => {
  let body = value
  for (let depth = 0; depth < maxSources && isObject(body); depth++) {
    const inner: unknown = body["source"] ?? (Array.isArray(body["items"]) ? body["items"][0] : undefined)
    if (!isObject(inner)) break
    body = inner
  }
  return isObject(body) ? body : {}
}

const reportBody = (value: unknown, canvas: Fields, walk: Walk): void => {
  const { id, type } = contentOf(value)
  const what = `the ${String(type)} ${typeof id === "string" ? quoted(id) : ""}`.trim()
  const isTimed = type === "Video" || type === "Sound" || type === "Audio"
  if (isTimed && canvas["duration"] === undefined) {
    walk.report("body-dimension", `${what} is on a canvas without duration`)
  }
  if ((type === "Video" || type === "Image") && canvas["width"] === undefined) {
    walk.report("body-dimension", `${what} is on a canvas without width and height`)
  }
}

const each = (key: string, value: unknown, walk: Walk, report: Check): void => {
  if (Array.isArray(value)) walk.itemsAt(key, value, report)
  else walk.at(key, value, report)
}

/** Reports what an annotation does to its canvas in dimensions that the canvas does not have. Clause 5.3. */
export const dimensions = ({ body, motivation, target }: Fields, walk: Walk): void => {
  const { canvas } = walk
  if (canvas === undefined) return
  const { id } = canvas
  if (target !== id) {
    each("target", target, walk, (one) => {
      if (sourceOf(one) === id) reportSelected(one, canvas, walk)
    })
  }
  // As almost all annotations are: a single image on a canvas that has a size.
  if (isObject(body) && body["type"] === "Image" && canvas["width"] !== undefined) return
  const isPainting = motivation === "painting" || (Array.isArray(motivation) && motivation.includes("painting"))
  if (isPainting) each("body", body, walk, (one) => reportBody(one, canvas, walk))
}
