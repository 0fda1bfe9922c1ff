/** What is wrong with the structure of an input, before its values are looked at. */
import { isObject } from "effect/Predicate"
import type { Finding } from "../check/finding.ts"
import { finding } from "../check/rules.ts"
import { kindOf } from "../model/walk.ts"
import { inspect } from "./inspect.ts"

type Findings = ReadonlyArray<Finding>

/** Problems after which nothing can be built of an input. */
const isOfKind = ({ code }: Finding): boolean => code === "value-kind" || code === "missing"

/** What is wrong with an input in itself: what no input may have, and what its schema does not have. */
export const structureOf = (
  value: unknown,
  path: ReadonlyArray<string | number>,
  name: string,
  problems: (value: unknown, prefix: ReadonlyArray<string | number>) => Findings
): Findings => {
  if (!isObject(value)) {
    return [finding("value-kind", name, `it is ${kindOf(value)}`, { expected: "an object" })]
  }
  const found = inspect(value, path)
  return found.length > 0 ? found : problems(value, path)
}

/** A finding at another path. */
export const at = (path: string, one: Finding): Finding => ({ ...one, path })

export const isBlocking = (one: Finding): boolean =>
  isOfKind(one) || one.code === "too-deep" || one.code === "too-large" || one.code === "range-cycle"
