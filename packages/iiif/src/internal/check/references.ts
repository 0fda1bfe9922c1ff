import { isObject } from "effect/Predicate"
import { targetsOf } from "./annotations.ts"
import { type Fields, type Walk } from "./walk.ts"

const listOf = (value: unknown): ReadonlyArray<unknown> => Array.isArray(value) ? value : []

const idOf = (value: unknown): string | undefined => {
  const id = isObject(value) ? value["id"] : undefined
  return typeof id === "string" ? id : undefined
}

/** Adds an id and returns whether it is new; reports one that is not. */
const addId = (known: Set<string>, id: string | undefined, kind: "canvas" | "resource", walk: Walk): boolean => {
  if (id === undefined) return true
  const before = known.size
  if (known.add(id).size > before) return true
  walk.reportAt("id", "id-duplicate", `another ${kind} already has this id`)
  return false
}

/** The ids in a manifest, each of which may identify only one resource. */
class Ids {
  readonly #known = new Set<string>()
  readonly #canvases = new Set<string>()

  add(id: string | undefined, walk: Walk): boolean {
    return addId(this.#known, id, "resource", walk)
  }

  addCanvas(id: string | undefined, walk: Walk): boolean {
    return addId(this.#canvases, id, "canvas", walk)
  }
}

const inList = (key: string, values: unknown, walk: Walk, each: (value: unknown) => void): void => {
  walk.path.push(key)
  const items = listOf(values)
  for (let index = 0; index < items.length; index++) walk.at(index, items[index], each)
  walk.path.pop()
}

/** Adds the ids of the `items` of a resource, and calls `inside` for each item with a new id. */
const idsIn = (holder: Fields, ids: Ids, walk: Walk, inside?: typeof pageIds): void => {
  const items = listOf(holder["items"])
  walk.path.push("items")
  for (let index = 0; index < items.length; index++) {
    const item = items[index]
    if (!isObject(item)) continue
    walk.path.push(index)
    if (ids.add(idOf(item), walk)) inside?.(item, ids, walk)
    walk.path.pop()
  }
  walk.path.pop()
}

const pageIds = (page: Fields, ids: Ids, walk: Walk): void => idsIn(page, ids, walk)

/** A duplicate canvas is one finding, not one for each resource on it. */
const canvasIds = (canvas: unknown, ids: Ids, walk: Walk): void => {
  if (isObject(canvas) && ids.addCanvas(idOf(canvas), walk)) idsIn(canvas, ids, walk, pageIds)
}

interface Known {
  readonly canvases: ReadonlySet<string>
  readonly ranges: ReadonlyMap<string, Fields>
}

const isEmbedded = (range: Fields): boolean => Array.isArray(range["items"])

/** All ranges by id, at any depth. */
const rangesOf = (structures: unknown, ids: Ids, walk: Walk): ReadonlyMap<string, Fields> => {
  const found = new Map<string, Fields>()
  const visit = (range: unknown): void => {
    if (!isObject(range) || range["type"] !== "Range" || !isEmbedded(range)) return
    walk.into(range, () => {
      const id = idOf(range)
      if (!ids.add(id, walk) || id === undefined) return
      found.set(id, range)
      inList("items", range["items"], walk, visit)
    })
  }
  inList("structures", structures, walk, visit)
  return found
}

const targetRule = (item: unknown, known: Known, walk: Walk): void => {
  if (!isObject(item)) return
  const { type } = item
  if (type === "Range") {
    const id = idOf(item)
    if (id !== undefined && !known.ranges.has(id)) {
      walk.report("range-target", "there is no such range in this manifest")
    }
    return
  }
  for (const target of targetsOf(item["source"] ?? item["id"])) {
    if (!known.canvases.has(target)) walk.report("range-target", "there is no such canvas in this manifest")
  }
}

/** The ids of the ranges directly within a range, embedded or referenced. */
const childIds = (range: Fields): ReadonlyArray<string> =>
  listOf(range["items"]).flatMap((item) => {
    const id = isObject(item) && item["type"] === "Range" ? idOf(item) : undefined
    return id === undefined ? [] : [id]
  })

/** Whether a range contains itself. */
const isCyclic = (start: string, ranges: ReadonlyMap<string, Fields>): boolean => {
  const seen = new Set<string>()
  const pending = [start]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const id of childIds(ranges.get(next) ?? {})) {
      if (id === start) return true
      if (!seen.has(id)) pending.push(id)
      seen.add(id)
    }
  }
  return false
}

const checkRange = (range: unknown, known: Known, walk: Walk): void => {
  if (!isObject(range)) return
  walk.into(range, () =>
    inList("items", range["items"], walk, (item) => {
      if (!isObject(item)) return
      if (item["type"] !== "Range" || !isEmbedded(item)) targetRule(item, known, walk)
      const referenced = item["type"] === "Range" && !isEmbedded(item) ? idOf(item) : undefined
      if (referenced !== undefined && isCyclic(referenced, known.ranges)) {
        walk.report("range-cycle", "the range contains itself")
      }
      if (item["type"] === "Range" && isEmbedded(item)) checkRange(item, known, walk)
    }))
}

const canvasesOf = (items: unknown): ReadonlySet<string> =>
  new Set(listOf(items).flatMap((canvas) => idOf(canvas) ?? []))

/** Checks that ids are unique, and that ranges and `start` refer to canvases of the manifest. */
export const references = (manifest: unknown, walk: Walk): void => {
  if (!isObject(manifest)) return
  const { items, start, structures } = manifest
  const ids = new Ids()
  ids.add(idOf(manifest), walk)
  inList("items", items, walk, (canvas) => canvasIds(canvas, ids, walk))
  if (structures === undefined && start === undefined) return
  const known = { canvases: canvasesOf(items), ranges: rangesOf(structures, ids, walk) }
  inList("structures", structures, walk, (range) => checkRange(range, known, walk))
  if (!isObject(start)) return
  for (const target of targetsOf(start["source"] ?? start["id"])) {
    if (!known.canvases.has(target)) walk.reportAt("start", "start-target", "there is no such canvas in this manifest")
  }
}
