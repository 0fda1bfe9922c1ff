import type { JournalError } from "@iiif-ingest/core/upload/Journal"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { DatabaseSync } from "node:sqlite"
import { transaction } from "./journalDatabase.ts"
import { journalError } from "./sqliteError.ts"

interface Waiting {
  readonly run: () => void
  readonly synced: boolean
  readonly resume: (effect: Effect.Effect<void, JournalError>) => void
}

/** Writes that share transactions. `synced`: it is on the disk when the effect ends. */
export type Write = (run: () => void, options?: { readonly synced?: boolean }) => Effect.Effect<void, JournalError>

/**
 * Group commit: what all fibers write during one turn of Node's event loop goes into one transaction, at the end of
 * that turn. A write has ended when its transaction has; it is not taken back when its fiber is interrupted.
 *
 * What reaches the disk when follows from SQLite's source: with `synchronous = NORMAL` `sqlite3PagerSetFlags` puts no
 * commit bits into `walSyncFlags`, so that a commit only appends to the WAL (safe against the death of the process; a
 * loss of power may take the last commits, never half of one). With `FULL` it does, and `sqlite3WalFrames` then calls
 * `sqlite3OsSync` on the WAL before it reports the commit, which syncs all that was appended before as well (and, for a
 * new WAL, its folder: `unixSync`). The level cannot change inside a transaction, so it is set around it.
 */
export const make = (database: DatabaseSync, path: string): Effect.Effect<Write, never, Scope.Scope> => {
  let waiting: Array<Waiting> = []

  const commit = (group: ReadonlyArray<Waiting>): void => {
    const synced = group.some((write) => write.synced)
    if (synced) database.exec("PRAGMA synchronous = FULL")
    try {
      transaction(database, () => group.forEach(({ run }) => run()))
    } finally {
      if (synced) database.exec("PRAGMA synchronous = NORMAL")
    }
  }

  const flush = (): void => {
    const group = waiting
    waiting = []
    if (group.length === 0) return
    try {
      commit(group)
    } catch (error) {
      const failed = Effect.fail(journalError("write", path, error))
      return group.forEach(({ resume }) => resume(failed))
    }
    group.forEach(({ resume }) => resume(Effect.void))
  }

  const write: Write = (run, options) =>
    Effect.callback((resume) => {
      if (waiting.length === 0) setImmediate(flush)
      waiting.push({ run, synced: options?.synced === true, resume })
    })

  return Effect.acquireRelease(Effect.succeed(write), () => Effect.sync(flush))
}
