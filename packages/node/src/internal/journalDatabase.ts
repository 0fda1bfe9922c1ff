import { JournalError } from "@iiif-ingest/core/upload/Journal"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import { DatabaseSync } from "node:sqlite"
import { applicationId, type Migration, migrations } from "./journalSchema.ts"
import { damaged, journalError } from "./sqliteError.ts"

/** How long a call waits for an SQLite tool that is writing, in milliseconds. */
const busyTimeout = 5000

/** The value of a pragma that returns an integer. */
const pragma = (database: DatabaseSync, name: string): number =>
  Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0])

const isEmpty = (database: DatabaseSync): boolean =>
  database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined

/** Why a file that SQLite can read cannot be used as a journal. */
const refusal = (database: DatabaseSync, supported: number): string | undefined => {
  if (!isEmpty(database) && pragma(database, "application_id") !== applicationId) {
    return "this SQLite file belongs to another program: use another path"
  }
  const version = pragma(database, "user_version")
  if (version > supported) {
    return `the journal has version ${version}, but this release supports up to ${supported}: ` +
      "update iiif-ingest, or use another path"
  }
  const found = database.prepare("PRAGMA quick_check(1)").get()?.["quick_check"]
  return found === "ok" ? undefined : `${damaged} (${String(found)})`
}

/** Runs `run` in a transaction, which is rolled back if it throws. */
export const transaction = (database: DatabaseSync, run: () => void): void => {
  database.exec("BEGIN IMMEDIATE")
  try {
    run()
    database.exec("COMMIT")
  } catch (error) {
    // SQLite rolls back on its own after some errors
    if (database.isTransaction) database.exec("ROLLBACK")
    throw error
  }
}

/**
 * Migrates a journal to the latest version, in one transaction. The transaction begins even if there is nothing to do,
 * so that a file that cannot be written is reported at once.
 */
const migrate = (database: DatabaseSync, steps: ReadonlyArray<Migration>): void =>
  transaction(database, () => {
    const version = pragma(database, "user_version")
    if (version === steps.length) return
    for (const step of steps.slice(version)) step(database)
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${steps.length}`)
  })

/**
 * Opens, checks and migrates a journal file. WAL mode lets SQLite tools read it during a run. On macOS, `fullfsync`
 * makes a sync reach the medium and not just the drive's cache; it has no effect on other systems.
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

/** Opens the database at a path, and closes it with the scope. */
export const open = (
  path: string,
  steps: ReadonlyArray<Migration> = migrations
): Effect.Effect<DatabaseSync, JournalError, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.suspend(() => Effect.fromResult(openSync(path, steps))),
    // SQLite recovers a file that was not closed cleanly when it is next opened
    (database) =>
      Effect.ignore(Effect.try({ try: () => database.close(), catch: (e) => journalError("write", path, e) }))
  )
