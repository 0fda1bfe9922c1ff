/** Selectors of Presentation 4 in Presentation 3. */
import { isObject } from "effect/Predicate"
import { type Convert, list, object, renamed, type Rules } from "../place.ts"

const nested: Rules = {
  refinedBy: (value, place) => selector(value, place),
  startSelector: (value, place) => selector(value, place),
  endSelector: (value, place) => selector(value, place)
}

/** Clauses "Point Selector" and "instant". Presentation 3 has no third dimension. */
const pointSelector = object({
  ...nested,
  instant: renamed("t", (value) => value),
  z: (_, place) => place.refuse("Presentation 3 has points in two dimensions only")
})

const otherSelector = object(nested)

/** The selectors that Presentation 3 and the Web Annotation model do not have. */
const unknown = new Set<unknown>(["WktSelector", "AnimationSelector"])

export const selector: Convert = (value, place) => {
  if (Array.isArray(value)) return list(selector)(value, place)
  if (!isObject(value)) return value
  const { type } = value
  if (unknown.has(type)) return place.refuse(`Presentation 3 has no ${String(type)}`)
  return (type === "PointSelector" ? pointSelector : otherSelector)(value, place)
}
