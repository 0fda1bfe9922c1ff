import type { Meaning, Name } from "../../Columns.ts"
import type { Place } from "../../Finding.ts"
import type { Origin } from "../plan/model.ts"

/** The text of a cell, without surrounding space, and its place. */
export interface Value {
  readonly text: string
  readonly place: Place
}

/** A cell with its meaning. */
export interface Entry extends Value {
  readonly meaning: Meaning
}

/**
 * A row as it was understood.
 *
 * - `own`: what it says of what the row is for, by the usual name of the column.
 * - `wide`: what it says of its manifest, by the usual name of the column without its prefix.
 */
export interface Row {
  readonly table: number
  readonly folder: string
  readonly place: Place
  readonly origin: Origin
  readonly own: ReadonlyMap<string, Entry>
  readonly wide: ReadonlyMap<string, Entry>
}

/** The first cell of a column, in any language. */
export const firstOf = (entries: ReadonlyMap<string, Entry>, name: Name): Entry | undefined => {
  const exact = entries.get(name)
  if (exact !== undefined) return exact
  for (const entry of entries.values()) if (entry.meaning.column.name === name) return entry
  return undefined
}
