/** Checks what was converted to Presentation 3. */
import { isObject } from "effect/Predicate"
import * as Manifest from "../../../Manifest.ts"
import { keysOf, originOf } from "../origin.ts"
import type { Fields, World } from "../place.ts"

const at = (result: unknown, keys: ReadonlyArray<string | number>): unknown =>
  keys.reduce<unknown>(
    (value, key) => typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined,
    result
  )

/** By class, the properties that Presentation 3 refuses there: some of its classes allow no others than their own. */
type Foreign = ReadonlyMap<unknown, ReadonlySet<string>>

const foreignOf = (result: Fields, paths: ReadonlyArray<string>): Foreign => {
  const foreign = new Map<unknown, Set<string>>()
  for (const keys of paths.map(keysOf)) {
    const property = keys.at(-1)
    const owner = at(result, keys.slice(0, -1))
    if (typeof property !== "string" || !isObject(owner)) continue
    const { type } = owner
    foreign.set(type, (foreign.get(type) ?? new Set()).add(property))
  }
  return foreign
}

/** Removes these properties from every resource of their class. */
const remove = (value: unknown, foreign: Foreign, world: World): void => {
  if (Array.isArray(value)) return value.forEach((item) => remove(item, foreign, world))
  if (!isObject(value)) return
  const place = world.origins.get(value)
  for (const key of Object.keys(value)) {
    if (place === undefined || foreign.get(value["type"])?.has(key) !== true) remove(value[key], foreign, world)
    else {
      place.at(key).lose(`IIIF's own schema of Presentation 3 allows no such property on this class: left out`)
      Reflect.deleteProperty(value, key)
    }
  }
}

/** How often properties are removed; each time, the checker lists at least 100 more, if there are so many. */
const rounds = 20

/** Removes the properties that Presentation 3 refuses, and reports the errors that are left. */
export const checked3 = (result: Fields, world: World): void => {
  const errors = () => Manifest.check(result).filter(({ severity }) => severity === "error")
  let found = errors()
  for (let round = 0; round < rounds; round++) {
    const foreign = foreignOf(result, found.filter(({ code }) => code === "property-unknown").map(({ path }) => path))
    if (foreign.size === 0) break
    remove(result, foreign, world)
    found = errors()
  }
  for (const { expected, message, path } of found) {
    world.refused.add(originOf(result, keysOf(path), world), `${message}; Presentation 3 expects ${expected}`)
  }
}
