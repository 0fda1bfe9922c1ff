import { JournalError } from "@iiif-ingest/core/upload/Journal"

/** What to do with a journal that SQLite finds damaged. */
export const damaged =
  "the journal is damaged: move it away and run again; objects already in the bucket are recognized by their " +
  "checksum, but first check whether the manifest of a request that was in progress is already served"

/** What to do, by SQLite's primary result code. Source: https://www.sqlite.org/rescode.html. */
const remedies: ReadonlyMap<number, string> = new Map([
  [3, "no permission to open the journal: check who owns the file and its folder"],
  [5, "another program is writing to the journal (an SQLite tool with an open transaction?): close it, then run again"],
  [8, "the journal is read-only: check the permissions of the file and its folder"],
  [10, "the disk failed to read or write the journal: check the disk, then run again"],
  [11, damaged],
  [13, "the disk is full: free some space, then run again; nothing already in the journal is lost"],
  [14, "the journal cannot be opened: check that its folder exists and is writable"],
  [26, "the file is not an SQLite file: use another path, or move it away"]
])

/** The primary result code; the upper bits of an extended code add detail. */
const codeOf = (cause: unknown): number | undefined =>
  cause instanceof Error && "errcode" in cause && typeof cause.errcode === "number" ? cause.errcode & 0xff : undefined

/** Whether SQLite reported `SQLITE_BUSY`: another connection holds the lock. */
export const isBusy = (cause: unknown): boolean => codeOf(cause) === 5

/** Turns what SQLite or the file system threw into a `JournalError` that says what to do. */
export const journalError = (operation: JournalError["operation"], path: string, cause: unknown): JournalError => {
  const message = cause instanceof Error ? cause.message : String(cause)
  const remedy = remedies.get(codeOf(cause) ?? -1)
  return new JournalError({
    operation,
    detail: remedy === undefined ? `${path}: ${message}` : `${path}: ${remedy} (${message})`
  })
}
