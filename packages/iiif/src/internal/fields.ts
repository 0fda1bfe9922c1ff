import type * as Schema from "effect/Schema"

export type Json = Schema.Json

/** A JSON object. */
export type Fields = { readonly [key: string]: Json }

/** The fields except those with these names. */
export const without = (fields: Fields, ...names: ReadonlyArray<string>): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))
