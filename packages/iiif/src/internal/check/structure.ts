import { isObject } from "effect/Predicate"
import { context as presentation3 } from "../presentation3/values.ts"
import { annotationCollection, context, paintingPages, reference } from "./annotations.ts"
import { specificResource } from "./content.ts"
import { describedFields } from "./described.ts"
import { services } from "./services.ts"
import { duration, id, size, sizeOf, viewingDirection } from "./values.ts"
import { type Check, type Fields, kindOf, lazy, list, object, type Walk } from "./walk.ts"

const extent = ({ duration, height, width }: Fields, walk: Walk): void => {
  if ((width === undefined) !== (height === undefined)) {
    walk.report("size-pair", "only one of width and height is given")
  } else if (width === undefined && duration === undefined) {
    walk.report("size-pair", "it has neither a size nor a duration")
  }
}

const canvasId: Check = (value, walk) => {
  if (typeof value === "string" && value.includes("#")) walk.report("id-fragment", `it is ${kindOf(value)}`)
  id(value, walk)
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
  const [width, height, w, h] = [sizeOf(a["width"]), sizeOf(a["height"]), sizeOf(b["width"]), sizeOf(b["height"])]
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

const extentFields = { height: size, width: size, duration }

const notNested = (fields: Fields, walk: Walk): void => {
  for (const key of ["placeholderCanvas", "accompanyingCanvas"]) {
    if (fields[key] !== undefined) {
      walk.reportAt(key, "placeholder-nested", "a placeholder or accompanying canvas cannot have one itself")
    }
  }
}

const withinCanvas = (check: Check): Check => (value, walk) => {
  const outer = walk.canvas
  const id = isObject(value) ? value["id"] : undefined
  walk.canvas = typeof id === "string" ? id : ""
  check(value, walk)
  walk.canvas = outer
}

const canvasWith = (also: ReadonlyArray<(fields: Fields, walk: Walk) => void>): Check =>
  withinCanvas(object({
    fields: {
      ...describedFields("Canvas", lazy(() => companionCanvas)),
      id: canvasId,
      ...extentFields,
      items: paintingPages
    },
    required: ["id", "type", "items"],
    also: (fields, walk) => {
      for (const rule of also) rule(fields, walk)
    }
  }))

/** A placeholder or accompanying canvas. */
export const companionCanvas: Check = canvasWith([extent, ratio, notNested])

export const canvas: Check = canvasWith([extent, ratio])

const hasItems = (value: Fields): boolean => value["items"] !== undefined

const rangeReference = reference("Range")

const canvasReference = reference("Canvas")

const rangeItem: Check = (value, walk) => {
  if (!isObject(value)) return specificResource(value, walk)
  if (value["type"] === "Range") return (hasItems(value) ? range : rangeReference)(value, walk)
  if (value["type"] === "Canvas") return (hasItems(value) ? canvas : canvasReference)(value, walk)
  specificResource(value, walk)
}

/** Where to start: a canvas, or a part of one. Clause 3.3.2. */
const start: Check = (value, walk) => {
  const isPart = isObject(value) && value["type"] === "SpecificResource"
  ;(isPart ? specificResource : canvasReference)(value, walk)
}

const range: Check = object({
  fields: {
    ...describedFields("Range", lazy(() => companionCanvas)),
    viewingDirection,
    start,
    supplementary: annotationCollection,
    items: list(rangeItem)
  },
  required: ["id", "type", "items"]
})

/** The context of a top-level document, in which that of Presentation 3 must be last. Clause 4.6. */
export const topContext: Check = (value, walk) => {
  context(value, walk)
  if (Array.isArray(value) && value.at(-1) !== presentation3) {
    walk.report("context", "the context of Presentation 3 is not last")
  }
}

const manifestFields = {
  ...describedFields("Manifest", lazy(() => companionCanvas)),
  "@context": topContext,
  viewingDirection,
  services,
  start,
  structures: list(range)
}

const required = ["@context", "id", "type", "label", "items"]

export const manifest: Check = object({
  fields: { ...manifestFields, items: list(canvas, "manifest-empty") },
  required,
  closed: true
})
