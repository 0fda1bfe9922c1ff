import type * as Schema from "effect/Schema"

export type Json = Schema.Json

/** An object of JSON. */
export type Fields = { readonly [key: string]: Json }

/** Without the fields of these names. */
export const without = (fields: Fields, ...names: ReadonlyArray<string>): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))
