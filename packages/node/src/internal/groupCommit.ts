import type { JournalError } from "@iiif-ingest/core/upload/Journal"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { DatabaseSync } from "node:sqlite"
import { transaction } from "./journalDatabase.ts"
import { journalError } from "./sqliteError.ts"

interface PendingWrite {
  readonly run: () => void
  readonly synced: boolean
  readonly resume: (effect: Effect.Effect<void, JournalError>) => void
}

/** Runs a write in a transaction shared with others. With `synced`, it is on disk when the effect completes. */
export type Write = (run: () => void, options?: { readonly synced?: boolean }) => Effect.Effect<void, JournalError>

/**
 * Group commit: all writes that fibers make during one turn of Node's event loop are committed in one transaction at
 * the end of that turn. A write completes when its transaction commits. Interrupting its fiber does not undo it.
 *
 * When data reaches the disk follows from SQLite's source. With `synchronous = NORMAL`, `sqlite3PagerSetFlags` sets no
 * commit bits in `walSyncFlags`, so a commit only appends to the WAL: it survives a crash of the process, while a power
 * failure may lose the latest commits, but never half of one. With `FULL` those bits are set, and `sqlite3WalFrames`
 * calls `sqlite3OsSync` on the WAL before it reports the commit, which also syncs everything appended earlier (and, for
 * a new WAL, its folder: `unixSync`). The level cannot change inside a transaction, so it is set around it.
 */
export const make = (database: DatabaseSync, path: string): Effect.Effect<Write, never, Scope.Scope> => {
  let pending: Array<PendingWrite> = []

  const commit = (group: ReadonlyArray<PendingWrite>): void => {
    const synced = group.some((write) => write.synced)
    if (synced) database.exec("PRAGMA synchronous = FULL")
    try {
      transaction(database, () => group.forEach(({ run }) => run()))
    } finally {
      if (synced) database.exec("PRAGMA synchronous = NORMAL")
    }
  }

  const flush = (): void => {
    const group = pending
    pending = []
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
      if (pending.length === 0) setImmediate(flush)
      pending.push({ run, synced: options?.synced === true, resume })
    })

  return Effect.acquireRelease(Effect.succeed(write), () => Effect.sync(flush))
}
