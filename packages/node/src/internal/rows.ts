import { JournalError } from "@iiif-ingest/core/upload/Journal"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import { journalError } from "./sqliteError.ts"

/** Drops the entries whose column is NULL. */
export const present = (entries: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== null))

/** Reads rows of the journal at a path. */
export const reading = (path: string) => <A>(run: () => A): Effect.Effect<A, JournalError> =>
  Effect.try({ try: run, catch: (error) => journalError("read", path, error) })

/** Says which row of the journal at a path cannot be read. */
export const undecodableIn = (path: string) => (what: string) => (error: Schema.SchemaError): JournalError =>
  new JournalError({
    operation: "read",
    detail: `${path}: the row for ${what} was edited by hand or is damaged: delete that row, or move the file away, ` +
      `then run again (${error.message})`
  })
