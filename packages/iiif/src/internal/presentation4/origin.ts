import { isObject } from "effect/Predicate"
import { pathBelow } from "../jsonPath.ts"
import type { Place, World } from "./place.ts"

const steps = /\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g

const keyOf = (quoted: string): string => {
  try {
    return String(JSON.parse(quoted))
  } catch {
    return quoted
  }
}

/** The keys of a path such as `items[0].label`. */
export const keysOf = (path: string): ReadonlyArray<string | number> =>
  Array.from(path.matchAll(steps), ([, index, key, name]) => {
    if (index !== undefined) return Number(index)
    return key === undefined ? name ?? "" : keyOf(key)
  })

const below = (value: unknown, key: string | number): unknown => {
  if (Array.isArray(value)) return value[Number(key)]
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

/** Where in the given document something in the converted document comes from. */
export const originOf = (result: unknown, keys: ReadonlyArray<string | number>, world: World): string => {
  let value = result
  let nearest: Place | undefined
  let rest: ReadonlyArray<string | number> = keys
  for (const [index, key] of [...keys, ""].entries()) {
    const place = isObject(value) ? world.origins.get(value) : undefined
    if (place !== undefined) {
      nearest = place
      rest = keys.slice(index)
    }
    value = below(value, key)
  }
  return rest.reduce<string>(pathBelow, nearest?.path ?? "")
}
