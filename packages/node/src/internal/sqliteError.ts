import { JournalError } from "@iiif-ingest/core/upload/Journal"

/** What to do with a journal that SQLite finds damaged. */
export const damaged =
  "the journal is damaged: move it away and run again; objects already in the bucket are recognized by their " +
  "checksum, but first check whether the manifest of a request that was in progress is already served"

const anotherPath = "use another path (LTS_IIIF_JOURNAL, or journal: { path } in code)"

/** What to do, by the system's code for a path that cannot be looked at, or a folder that cannot be created. */
const pathRemedies: ReadonlyMap<string, string> = new Map([
  ["EACCES", `its folder cannot be created or entered, for lack of permission: change that, or ${anotherPath}`],
  ["EPERM", `its folder cannot be created here: ${anotherPath}`],
  ["ENOENT", `its folder cannot be created on this file system: ${anotherPath}`],
  ["EROFS", `its folder cannot be created, since the file system is read-only: ${anotherPath}`],
  ["ENOSPC", `its folder cannot be created, since the disk is full: free some space, or ${anotherPath}`],
  ["EDQUOT", `its folder cannot be created, since the quota is used up: free some space, or ${anotherPath}`],
  ["ENOTDIR", `a part of its path is not a folder: ${anotherPath}`],
  ["EEXIST", `a file or a broken link is where its folder should be: ${anotherPath}`],
  ["EINVAL", `a journal must be a regular file: ${anotherPath}`],
  ["ELOOP", `the links in its path form a loop: ${anotherPath}`],
  ["ENAMETOOLONG", `its path is too long: ${anotherPath}`]
])

/** What to do, by SQLite's primary result code. Source: https://www.sqlite.org/rescode.html. */
const remedies: ReadonlyMap<number, string> = new Map([
  [3, "no permission to open the journal: check who owns the file and its folder"],
  [5, "another program is writing to the journal (an SQLite tool with an open transaction?): close it, then run again"],
  [8, "the journal is read-only: check the permissions of the file and its folder"],
  [10, "the disk failed to read or write the journal: check the disk, then run again"],
  [11, damaged],
  [13, "the disk is full: free some space, then run again; nothing already in the journal is lost"],
  [14, `the journal cannot be opened: check that its folder exists and is writable, or ${anotherPath}`],
  [26, "the file is not an SQLite file: use another path, or move it away"]
])

/** The primary result code; the upper bits of an extended code add detail. */
const codeOf = (cause: unknown): number | undefined =>
  cause instanceof Error && "errcode" in cause && typeof cause.errcode === "number" ? cause.errcode & 0xff : undefined

/** The system's code of an error, such as `ENOENT`, or an empty string. */
export const systemCodeOf = (cause: unknown): string =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : ""

/** Whether SQLite reported `SQLITE_BUSY`: another connection holds the lock. */
export const isBusy = (cause: unknown): boolean => codeOf(cause) === 5

/** Turns what SQLite or the file system threw into a `JournalError` that says what to do. */
export const journalError = (operation: JournalError["operation"], path: string, cause: unknown): JournalError => {
  const message = cause instanceof Error ? cause.message : String(cause)
  const remedy = remedies.get(codeOf(cause) ?? -1) ?? pathRemedies.get(systemCodeOf(cause))
  return new JournalError({
    operation,
    detail: remedy === undefined ? `${path}: ${message}` : `${path}: ${remedy} (${message})`
  })
}
