/** Rules across a manifest: ids are unique, and ranges and `start` refer to what is there. */
import { isObject } from "effect/Predicate"
import type { Check, Fields, Walk } from "../model/walk.ts"
import { reportSelected, sourceOf } from "../presentation3/dimensions.ts"
import { quoted } from "../quoted.ts"
import { cyclic } from "./cycles.ts"

const idOf = (value: unknown): string | undefined => {
  const id = isObject(value) ? value["id"] : undefined
  return typeof id === "string" ? id : undefined
}

/** The ids in a manifest, each of which may identify only one resource. */
export class Ids {
  readonly canvases = new Map<string, Fields>()
  readonly ranges = new Map<string, Fields>()
  readonly #known = new Set<string>()

  has(id: string): boolean {
    return this.#known.has(id)
  }

  /** Adds the id of the manifest, which comes before all others. */
  begin(manifest: Fields): void {
    const id = idOf(manifest)
    if (id !== undefined) this.#known.add(id)
  }

  /** Adds an id and returns whether it is new; reports one that is not. */
  add(value: unknown, walk: Walk): boolean {
    const id = idOf(value)
    if (id === undefined) return true
    const before = this.#known.size
    if (this.#known.add(id).size > before) return true
    walk.reportAt(
      "id",
      "id-duplicate",
      `another ${this.canvases.has(id) ? "canvas" : "resource"} has the id ${quoted(id)}`
    )
    return false
  }

  addCanvas(canvas: Fields, walk: Walk): boolean {
    if (!this.add(canvas, walk)) return false
    const id = idOf(canvas)
    if (id !== undefined) this.canvases.set(id, canvas)
    return true
  }
}

const items = (key: string, value: unknown, walk: Walk, each: Check): void => {
  if (Array.isArray(value)) walk.itemsAt(key, value, each)
}

const pageIds = (ids: Ids): Check => {
  const annotation: Check = (value, walk) => {
    if (isObject(value)) ids.add(value, walk)
  }
  return (page, walk) => {
    if (isObject(page) && Array.isArray(page["items"]) && ids.add(page, walk)) {
      walk.itemsAt("items", page["items"], annotation)
    }
  }
}

/** The ids of placeholder and accompanying canvases, which are no views of the manifest. */
const companionIds = (ids: Ids, page: Check): Check => {
  const each: Check = (canvas, walk) => {
    if (!isObject(canvas) || !ids.add(canvas, walk)) return
    items("items", canvas["items"], walk, page)
    items("annotations", canvas["annotations"], walk, page)
  }
  return (holder, walk) => {
    if (!isObject(holder)) return
    for (const key of ["placeholderCanvas", "accompanyingCanvas"]) {
      if (holder[key] !== undefined) walk.at(key, holder[key], each)
    }
  }
}

/** A duplicate canvas is one finding, not one for each resource on it. */
export const canvasIds = (ids: Ids): Check => {
  const page = pageIds(ids)
  const companions = companionIds(ids, page)
  return (canvas, walk) => {
    if (!isObject(canvas) || !ids.addCanvas(canvas, walk)) return
    items("items", canvas["items"], walk, page)
    items("annotations", canvas["annotations"], walk, page)
    companions(canvas, walk)
  }
}

const isEmbedded = (range: Fields): boolean => Array.isArray(range["items"])

const rangeIds = (ids: Ids): Check => {
  const page = pageIds(ids)
  const companions = companionIds(ids, page)
  const each: Check = (range, walk) => {
    if (!isObject(range) || range["type"] !== "Range" || !isEmbedded(range) || !ids.add(range, walk)) return
    const id = idOf(range)
    if (id !== undefined) ids.ranges.set(id, range)
    items("items", range["items"], walk, each)
    items("annotations", range["annotations"], walk, page)
    companions(range, walk)
  }
  return each
}

const canvasTarget = (item: Fields, ids: Ids, walk: Walk, code: "range-target" | "start-target"): void => {
  const id = sourceOf(item)
  if (id === undefined) return
  const canvas = ids.canvases.get(id)
  if (canvas !== undefined) return reportSelected(item, canvas, walk)
  walk.report(code, `there is no canvas ${quoted(id)} in this manifest`)
}

const rangeTarget = (range: string, item: Fields, ids: Ids, walk: Walk, cycles: ReadonlyMap<string, number>): void => {
  const id = idOf(item)
  if (id === undefined) return
  if (!ids.ranges.has(id)) {
    walk.report("range-outside", `there is no range ${quoted(id)} in this manifest`)
  } else if (id === range || (cycles.get(id) !== undefined && cycles.get(id) === cycles.get(range))) {
    walk.report("range-cycle", `the range ${quoted(id)} contains itself`)
  }
}

/** The ids of the ranges directly within each range, embedded or referenced. */
const within = (ids: Ids) => (range: string): ReadonlyArray<string> => {
  const inside = ids.ranges.get(range)?.["items"]
  return (Array.isArray(inside) ? inside : []).flatMap((item) => {
    const id = isObject(item) && item["type"] === "Range" ? idOf(item) : undefined
    return id === undefined || !ids.ranges.has(id) ? [] : [id]
  })
}

/** A sequence is directly within the structures. Clause 5.4. */
const nestedSequence = ({ behavior }: Fields, walk: Walk): void => {
  if (!Array.isArray(behavior) || !behavior.includes("sequence")) return
  walk.reportAt("behavior", "behavior-misplaced", "sequence is for ranges directly within structures")
}

const rangeTargets = (ids: Ids): Check => {
  const cycles = cyclic(ids.ranges.keys(), within(ids))
  const eachIn = (range: string): Check => (item, walk) => {
    if (!isObject(item)) return
    if (item["type"] !== "Range") canvasTarget(item, ids, walk, "range-target")
    else if (isEmbedded(item)) {
      nestedSequence(item, walk)
      each(item, walk)
    } else rangeTarget(range, item, ids, walk, cycles)
  }
  const each: Check = (range, walk) => {
    if (!isObject(range)) return
    const { start } = range as Fields
    if (isObject(start)) walk.at("start", start, () => canvasTarget(start, ids, walk, "start-target"))
    items("items", range["items"], walk, eachIn(idOf(range) ?? ""))
  }
  return each
}

/** What annotations of the manifest as a whole select of its canvases. */
const annotationTargets = (ids: Ids): Check => {
  const target: Check = (value, walk) => {
    const canvas = ids.canvases.get(sourceOf(value) ?? "")
    if (canvas !== undefined) reportSelected(value, canvas, walk)
  }
  const annotation: Check = (value, walk) => {
    const { target: given }: Fields = isObject(value) ? value : {}
    if (Array.isArray(given)) walk.itemsAt("target", given, target)
    else if (given !== undefined) walk.at("target", given, target)
  }
  return (page, walk) => {
    if (isObject(page)) items("items", page["items"], walk, annotation)
  }
}

const targets = (ids: Ids) => ({ annotations, start, structures }: Fields, walk: Walk): void => {
  items("annotations", annotations, walk, annotationTargets(ids))
  if (isObject(start)) walk.at("start", start, () => canvasTarget(start, ids, walk, "start-target"))
  if (structures !== undefined) items("structures", structures, walk, rangeTargets(ids))
}

/** Checks that ids are unique, and that ranges and `start` refer to canvases and ranges of the manifest. */
export const references = (manifest: Fields, walk: Walk, ids: Ids = new Ids()): void => {
  ids.begin(manifest)
  items("items", manifest["items"], walk, canvasIds(ids))
  items("structures", manifest["structures"], walk, rangeIds(ids))
  items("annotations", manifest["annotations"], walk, pageIds(ids))
  companionIds(ids, pageIds(ids))(manifest, walk)
  // All ids are known by then.
  walk.again(manifest, targets(ids))
}
