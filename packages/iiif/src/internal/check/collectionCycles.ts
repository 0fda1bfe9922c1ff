import { isObject } from "effect/Predicate"
import type { Check, Fields, Walk } from "../model/walk.ts"
import { quoted } from "../quoted.ts"

/** Reports each collection that contains itself, by its id. */
export const collectionCycles = (collection: Fields, walk: Walk): void => {
  const inside = (value: Fields, above: ReadonlyArray<unknown>): void => {
    const { id, items } = value
    if (!Array.isArray(items)) return
    walk.at("items", items, () => walk.enterList(items, each([...above, id])))
  }
  const each = (above: ReadonlyArray<unknown>): Check => (item) => {
    if (!isObject(item)) return
    const { id } = item as Fields
    if (typeof id === "string" && above.includes(id)) {
      walk.report("collection-cycle", `the collection ${quoted(id)} contains itself`)
    } else walk.enter(item, (fields) => inside(fields, above))
  }
  inside(collection, [])
}
