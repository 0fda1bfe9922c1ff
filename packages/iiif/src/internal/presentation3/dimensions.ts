import { isObject } from "effect/Predicate"
import type { Fields, Walk } from "../model/walk.ts"
import { quoted } from "../quoted.ts"

const withoutFragment = (uri: string): string => {
  const at = uri.indexOf("#")
  return at < 0 ? uri : uri.slice(0, at)
}

/** How deeply the source of a source is looked for, and how many targets of an annotation are looked at. */
const maxSources = 10

/** The id of what is targeted, without its fragment. */
export const sourceOf = (value: unknown): string | undefined => {
  let target = value
  for (let depth = 0; depth < maxSources && isObject(target); depth++) target = target["source"] ?? target["id"]
  return typeof target === "string" ? withoutFragment(target) : undefined
}

/** Whether all targets are this canvas or parts of it. */
export const isAbout = (target: unknown, canvas: string): boolean =>
  target === canvas || (Array.isArray(target) ? target : [target]).every((one) => sourceOf(one) === canvas)

const listOf = (value: unknown): ReadonlyArray<unknown> =>
  Array.isArray(value) ? value : value === undefined ? [] : [value]

/** The media fragments of a target: that of its address, or those of its selectors. */
const fragmentsOf = (target: unknown): ReadonlyArray<string> => {
  if (typeof target === "string") return target.includes("#") ? [target.slice(target.indexOf("#") + 1)] : []
  if (!isObject(target)) return []
  const source = isObject(target["source"]) ? target["source"]["id"] : target["source"] ?? target["id"]
  return [
    ...typeof source === "string" ? fragmentsOf(source) : [],
    ...listOf(target["selector"]).flatMap((one) => {
      const { type, value }: Fields = isObject(one) ? one : {}
      return type === "FragmentSelector" && typeof value === "string" ? [value] : []
    })
  ]
}

interface Selected {
  readonly space: boolean
  readonly time: boolean
}

/** Which dimensions a target selects a part in. */
export const selectedIn = (target: unknown): Selected => {
  const fragments = fragmentsOf(target).map((one) => one.slice(0, 1000))
  const points = (isObject(target) ? listOf(target["selector"]) : []).filter((one) =>
    isObject(one) && one["type"] === "PointSelector"
  ) as ReadonlyArray<Fields>
  return {
    space: fragments.some((one) => /(?:^|&)xywh=/.test(one)) ||
      points.some(({ x, y }) => x !== undefined || y !== undefined),
    time: fragments.some((one) => /(?:^|&)t=/.test(one)) || points.some(({ t }) => t !== undefined)
  }
}

/** Reports parts in dimensions that a canvas does not have. Clause 5.3. */
export const reportSelected = (target: unknown, { duration, id, width }: Fields, walk: Walk): void => {
  const { space, time } = selectedIn(target)
  if (time && duration === undefined) {
    walk.report("target-dimension", `it selects a time of ${quoted(String(id))}, which has no duration`)
  }
  if (space && width === undefined) {
    walk.report("target-dimension", `it selects a region of ${quoted(String(id))}, which has no width and height`)
  }
}

const bodyOf = (value: unknown): Fields => {
  let body = value
  for (let depth = 0; depth < maxSources && isObject(body) && isObject(body["source"]); depth++) body = body["source"]
  return isObject(body) ? body : {}
}

const reportBody = (value: unknown, canvas: Fields, walk: Walk): void => {
  const { type } = bodyOf(value)
  const isTimed = type === "Video" || type === "Sound"
  const isSpatial = type === "Video" || type === "Image"
  if (isTimed && canvas["duration"] === undefined) {
    walk.report("body-dimension", `its type is ${type} but the canvas has no duration`)
  }
  if (isSpatial && canvas["width"] === undefined) {
    walk.report("body-dimension", `its type is ${type} but the canvas has no width and height`)
  }
}

const each = (key: string, value: unknown, walk: Walk, report: (one: unknown) => void): void => {
  if (!Array.isArray(value)) return walk.at(key, value, report)
  walk.at(key, value, () => {
    for (let index = 0; index < value.length; index++) walk.at(index, value[index], report)
  })
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
