import { JournalError } from "@iiif-ingest/core/upload/Journal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import process from "node:process"
import { DatabaseSync } from "node:sqlite"
import { isBusy, journalError } from "./sqliteError.ts"

/** What to do if another process holds the journal: fail and report its pid, or wait for it. */
export type OnLocked = "refuse" | "wait"

/** Milliseconds between attempts to lock a journal that another process holds. */
const pause = 250

const holderOf = (database: DatabaseSync): string => {
  const row = database.prepare("SELECT pid, since FROM holder").get()
  if (row === undefined) return "another process"
  const holder = row["pid"] === process.pid ? "another run in this process" : `process ${String(row["pid"])}`
  return `${holder} since ${String(row["since"])}`
}

/** Tries once to take the lock; returns whether it did. */
const tryLock = (database: DatabaseSync, since: string): boolean => {
  try {
    // no busy timeout here: SQLite would block the event loop while it waits
    database.exec("PRAGMA busy_timeout = 0; BEGIN IMMEDIATE; PRAGMA busy_timeout = 2000")
    database.exec("CREATE TABLE IF NOT EXISTS holder (pid INTEGER NOT NULL, since TEXT NOT NULL); DELETE FROM holder")
    database.prepare("INSERT INTO holder (pid, since) VALUES (?, ?)").run(process.pid, since)
    // other processes can read the holder only after a commit, which releases the lock: one may take it in between
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
 * Locks a journal against other processes until the scope closes. The lock is SQLite's lock on a file next to the
 * journal, so it belongs to the operating system: it is released however its process ends, is never stale, and does not
 * depend on pids, which may be reused. The lock file itself stays and records who holds the lock.
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
  if (yield* attempt(() => tryLock(database, since))) return
  const holder = yield* attempt(() => holderOf(database))
  if (onLocked === "refuse") {
    return yield* new JournalError({
      operation: "open",
      detail: `${journal} is in use by ${holder}: wait until it ends, or give this run its own journal`
    })
  }
  yield* Effect.logWarning(`waiting for ${journal}, which is in use by ${holder}`)
  yield* attempt(() => tryLock(database, since)).pipe(
    Effect.repeat({ schedule: Schedule.spaced(pause), until: (locked) => locked })
  )
})
