import { JournalError } from "@iiif-ingest/core/upload/Journal"
import * as Effect from "effect/Effect"
import process from "node:process"
import { isNumbered, networkName, StatFs } from "./fileSystemType.ts"
import { journalError } from "./sqliteError.ts"

/** The kind of network file system that a folder is on; `undefined` if it is local or its kind is unknown. */
const kindOf = async (folder: string, stat: typeof StatFs.Service): Promise<string | undefined> => {
  if (process.platform === "win32") return /^\\\\(?![.?]\\)/.test(folder) ? "a network share" : undefined
  return isNumbered ? networkName((await stat(folder)).type) : undefined
}

/**
 * Fails if the folder is on a network file system. SQLite's WAL needs shared memory and reliable file locks, which
 * network file systems do not provide, so the journal could be corrupted.
 * Source: https://www.sqlite.org/wal.html, "Overview".
 */
export const refuse = Effect.fnUntraced(function*(folder: string): Effect.fn.Return<void, JournalError> {
  const stat = yield* StatFs
  const kind = yield* Effect.tryPromise({
    try: () => kindOf(folder, stat),
    catch: (error) => journalError("open", folder, error)
  })
  if (kind === undefined) return
  return yield* new JournalError({
    operation: "open",
    detail:
      `${folder} is on a network file system, ${kind}, where an SQLite journal can be corrupted: use a path on a ` +
      "local disk (set XDG_STATE_HOME or LTS_IIIF_JOURNAL), or allow it with networkFileSystem: \"allow\""
  })
})
