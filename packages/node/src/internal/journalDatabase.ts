import { JournalError } from "@iiif-ingest/core/upload/Journal"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import { DatabaseSync } from "node:sqlite"
import { applicationId, type Migration, migrations } from "./journalSchema.ts"
import { journalError } from "./sqliteError.ts"

/** Milliseconds that a call waits for an SQLite tool that is writing. */
const busyTimeout = 5000

/** A whole number that a pragma answers with. */
const pragma = (database: DatabaseSync, name: string): number =>
  Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0])

const isEmpty = (database: DatabaseSync): boolean =>
  database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined

/** Why a file cannot be used though SQLite can read it. */
const refusal = (database: DatabaseSync, known: number): string | undefined => {
  if (!isEmpty(database) && pragma(database, "application_id") !== applicationId) {
    return "it is the SQLite file of another program: give another path"
  }
  const version = pragma(database, "user_version")
  if (version > known) {
    return `it has version ${version}, this release knows ${known}: update iiif-ingest, or give another path`
  }
  const found = database.prepare("PRAGMA quick_check(1)").get()?.["quick_check"]
  return found === "ok" ?
    undefined :
    "it is damaged: move it away and run again; what is in the bucket is found there " +
    `by its checksum, but look first whether the manifest of a request that was under way is served (${String(found)})`
}

/** Runs all of it, or nothing. */
export const transaction = (database: DatabaseSync, run: () => void): void => {
  database.exec("BEGIN IMMEDIATE")
  try {
    run()
    database.exec("COMMIT")
  } catch (error) {
    // SQLite has rolled back already after some errors
    if (database.isTransaction) database.exec("ROLLBACK")
    throw error
  }
}

/** Brings a journal to the newest version, in one transaction; begun in any case, since it tells what cannot be written. */
const migrate = (database: DatabaseSync, steps: ReadonlyArray<Migration>): void =>
  transaction(database, () => {
    const version = pragma(database, "user_version")
    if (version === steps.length) return
    for (const step of steps.slice(version)) step(database)
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${steps.length}`)
  })

/**
 * Opens a file, checks it and brings it up to date. It is in WAL mode from then on, so that an SQLite tool can look on;
 * on macOS a sync reaches the medium and not only the drive's cache (`fullfsync`, which means nothing elsewhere).
 */
const openSync = (path: string, steps: ReadonlyArray<Migration>): Result.Result<DatabaseSync, JournalError> => {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { timeout: busyTimeout })
    const refused = refusal(database, steps.length)
    if (refused !== undefined) {
      database.close()
      return Result.fail(new JournalError({ operation: "open", detail: `${path}: ${refused}` }))
    }
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA fullfsync = ON")
    migrate(database, steps)
    return Result.succeed(database)
  } catch (error) {
    if (database?.isOpen === true) database.close()
    return Result.fail(journalError("open", path, error))
  }
}

/** The database at a path, open as long as the scope. */
export const open = (
  path: string,
  steps: ReadonlyArray<Migration> = migrations
): Effect.Effect<DatabaseSync, JournalError, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.suspend(() => Effect.fromResult(openSync(path, steps))),
    // a file that cannot be closed in order is put in order when it is next opened
    (database) =>
      Effect.ignore(Effect.try({ try: () => database.close(), catch: (e) => journalError("write", path, e) }))
  )
