/** Selectors of Presentation 3 in Presentation 4. */
import { isObject } from "effect/Predicate"
import { type Convert, list, object, renamed, type Rules } from "../place.ts"

const nested: Rules = {
  refinedBy: (value, place) => selector(value, place),
  startSelector: (value, place) => selector(value, place),
  endSelector: (value, place) => selector(value, place)
}

/** Clauses "Point Selector" and "instant": the time of a point is `instant`, not `t`. */
const pointSelector = object({ ...nested, t: renamed("instant", (value) => value) })

const otherSelector = object(nested)

/** Clause "Selectors": a selector is an object of one of their classes, so its address alone is not enough. */
export const selector: Convert = (value, place) => {
  if (typeof value === "string") {
    return place.refuse("a selector given by its address has no place in Presentation 4: write the selector out")
  }
  if (Array.isArray(value)) return list(selector)(value, place)
  return (isObject(value) && value["type"] === "PointSelector" ? pointSelector : otherSelector)(value, place)
}
