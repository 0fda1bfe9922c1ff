import { JournalError } from "@iiif-ingest/core/upload/Journal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import process from "node:process"
import { DatabaseSync } from "node:sqlite"
import { isBusy, journalError } from "./sqliteError.ts"

/** What to do where another process has the journal: end with its pid, or wait for it. */
export type OnLocked = "refuse" | "wait"

/** Milliseconds between looks at a journal that another process has. */
const pause = 250

const holderOf = (database: DatabaseSync): string => {
  const row = database.prepare("SELECT pid, since FROM holder").get()
  return row === undefined ? "another process" : `process ${String(row["pid"])} since ${String(row["since"])}`
}

/** Whether the lock is ours now. */
const seize = (database: DatabaseSync, since: string): boolean => {
  try {
    // at once or not at all, so that waiting leaves the event loop alone
    database.exec("PRAGMA busy_timeout = 0; BEGIN IMMEDIATE; PRAGMA busy_timeout = 2000")
    database.exec("CREATE TABLE IF NOT EXISTS holder (pid INTEGER NOT NULL, since TEXT NOT NULL); DELETE FROM holder")
    database.prepare("INSERT INTO holder (pid, since) VALUES (?, ?)").run(process.pid, since)
    // others can read who it is only once it is committed; whoever comes in between has the lock, and we do not
    database.exec("COMMIT; PRAGMA busy_timeout = 0; BEGIN IMMEDIATE")
    return true
  } catch (error) {
    if (!isBusy(error)) throw error
    if (database.isTransaction) database.exec("ROLLBACK")
    return false
  } finally {
    database.exec("PRAGMA busy_timeout = 2000")
  }
}

/**
 * Keeps other processes away from a journal as long as the scope. The lock is SQLite's own on a file beside the journal,
 * that is one of the operating system's: it ends with its process however that ends, so none is ever stale, and a pid
 * that was given to another process means nothing. The file itself stays, and says who holds it.
 */
export const acquire = Effect.fnUntraced(function*(
  journal: string,
  onLocked: OnLocked
): Effect.fn.Return<void, JournalError, Scope.Scope> {
  const path = `${journal}.lock`
  const attempt = <A>(run: () => A) => Effect.try({ try: run, catch: (error) => journalError("open", path, error) })
  const database = yield* Effect.acquireRelease(
    attempt(() => new DatabaseSync(path)),
    (database) => Effect.sync(() => database.close())
  )
  const since = DateTime.formatIso(yield* DateTime.now)
  if (yield* attempt(() => seize(database, since))) return
  const holder = yield* attempt(() => holderOf(database))
  if (onLocked === "refuse") {
    return yield* new JournalError({
      operation: "open",
      detail: `${journal} is in use by ${holder}: wait until that has ended, or give this run a journal of its own`
    })
  }
  yield* Effect.logWarning(`waiting for ${journal}, which is in use by ${holder}`)
  yield* attempt(() => seize(database, since)).pipe(
    Effect.repeat({ schedule: Schedule.spaced(pause), until: (ours) => ours })
  )
})
