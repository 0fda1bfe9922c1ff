import { isObject } from "effect/Predicate"
import type * as Schema from "effect/Schema"

export type Json = Schema.Json

/** A JSON object. */
export type Fields = { readonly [key: string]: Json }

/** Whether a value is a JSON object. */
export const isFields = (value: Json | undefined): value is Fields => isObject(value)

/** Whether an object has no other keys than these. */
export const hasOnly = (value: object, keys: ReadonlySet<string>): boolean => {
  for (const key in value) if (!keys.has(key)) return false
  return true
}

/** The fields except those with these names. */
export const without = (fields: Fields, ...names: ReadonlyArray<string>): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))
