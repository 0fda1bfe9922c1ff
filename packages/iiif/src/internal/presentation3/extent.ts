import { isObject } from "effect/Predicate"
import type { Fields, Walk } from "../model/walk.ts"
import { sizeOf } from "./scalars.ts"

const extent = ({ duration, height, width }: Fields, walk: Walk): void => {
  if ((width === undefined) !== (height === undefined)) {
    walk.report("size-pair", `it has a ${width === undefined ? "height but no width" : "width but no height"}`)
  } else if (width === undefined && duration === undefined) {
    walk.report("size-pair", "it has neither a size nor a duration")
  }
}

const first = (value: unknown): unknown => Array.isArray(value) && value.length === 1 ? value[0] : undefined

/** The image that fills a canvas, if it is the only one. */
const onlyImage = (canvas: Fields): Fields | undefined => {
  const page = first(canvas["items"])
  const annotation = isObject(page) ? first(page["items"]) : undefined
  if (!isObject(annotation) || annotation["target"] !== canvas["id"]) return undefined
  const { body } = annotation
  return isObject(body) && body["type"] === "Image" ? body : undefined
}

/** Whether the proportions are the same, to within 2 % or the rounding of small sizes. */
const isAlike = (a: Fields, b: Fields): boolean => {
  const width = sizeOf(a["width"])
  const height = sizeOf(a["height"])
  const w = sizeOf(b["width"])
  const h = sizeOf(b["height"])
  if (width === 0 || height === 0 || w === 0 || h === 0) return true
  const error = Math.abs(width * h - height * w)
  return error <= 0.02 * width * h || error <= Math.max(width, height)
}

const ratio = (canvas: Fields, walk: Walk): void => {
  const image = onlyImage(canvas)
  if (image === undefined || isAlike(canvas, image)) return
  walk.report(
    "canvas-ratio",
    `it is ${String(canvas["width"])} x ${String(canvas["height"])} but its image is ` +
      `${String(image["width"])} x ${String(image["height"])}`
  )
}

/** What holds between the sizes and the duration of a canvas. Clause 5.3. */
export const extentRules = (canvas: Fields, walk: Walk): void => {
  extent(canvas, walk)
  ratio(canvas, walk)
}
