/** Ranges without what refers to a canvas. */
import { isObject } from "effect/Predicate"
import type { Range } from "../../Presentation3.ts"

const withoutFragment = (id: unknown): unknown => typeof id === "string" ? id.replace(/#.*$/s, "") : id

/** The id of the canvas that a reference or a target is, or is part of. */
export const canvasOf = (place: unknown): unknown => {
  if (!isObject(place)) return withoutFragment(place)
  if (place["type"] !== "SpecificResource") return withoutFragment(place["id"])
  const source: unknown = place["source"]
  return withoutFragment(isObject(source) ? source["id"] : source)
}

type Item = Range["items"][number]

const isRange = (item: Item): item is Range => item.type === "Range" && "items" in item

/** Finds the ranges that are empty without a canvas, and then those that are empty without these. */
class Emptied {
  readonly gone = new Set<string>()
  readonly #canvas: string
  readonly #left = new Map<Range, number>()
  readonly #parents = new Map<string, Array<Range>>()
  readonly #empty: Array<Range> = []

  constructor(canvas: string) {
    this.#canvas = canvas
  }

  #addParent(id: string | undefined, parent: Range): void {
    if (id === undefined) return
    const parents = this.#parents.get(id)
    if (parents === undefined) this.#parents.set(id, [parent])
    else parents.push(parent)
  }

  count(range: Range): void {
    let left = 0
    for (const item of range.items) {
      if (item.type === "Range") this.#addParent(item.id, range)
      if (isRange(item)) this.count(item)
      if (item.type === "Range" || canvasOf(item) !== this.#canvas) left++
    }
    this.#left.set(range, left)
    if (left === 0 && range.items.length > 0) this.#empty.push(range)
  }

  settle(): void {
    for (let range = this.#empty.pop(); range !== undefined; range = this.#empty.pop()) {
      if (this.gone.has(range.id)) continue
      this.gone.add(range.id)
      for (const parent of this.#parents.get(range.id) ?? []) {
        const left = (this.#left.get(parent) ?? 0) - 1
        this.#left.set(parent, left)
        if (left === 0) this.#empty.push(parent)
      }
    }
  }
}

const pruned = (range: Range, canvas: string, gone: ReadonlySet<string>): Range => {
  const { start, ...others } = range
  const items = range.items.flatMap((item): ReadonlyArray<Item> => {
    if (item.type === "Range" && item.id !== undefined && gone.has(item.id)) return []
    if (isRange(item)) return [pruned(item, canvas, gone)]
    return item.type !== "Range" && canvasOf(item) === canvas ? [] : [item]
  })
  return { ...(start === undefined || canvasOf(start) === canvas ? others : range), items }
}

/** Ranges without what refers to a canvas, and the ids of those that are gone with it. */
export interface Pruned {
  readonly ranges: ReadonlyArray<Range>
  readonly gone: ReadonlySet<string>
}

/** Removes what refers to a canvas, ranges that are then empty, and references to these. */
export const withoutCanvas = (ranges: ReadonlyArray<Range>, canvas: string): Pruned => {
  const emptied = new Emptied(canvas)
  for (const range of ranges) emptied.count(range)
  emptied.settle()
  const { gone } = emptied
  return { ranges: ranges.flatMap((range) => gone.has(range.id) ? [] : [pruned(range, canvas, gone)]), gone }
}
