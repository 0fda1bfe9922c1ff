import { JournalError } from "@iiif-ingest/core/upload/Journal"

/** What to do, by SQLite's primary result code. Source: https://www.sqlite.org/rescode.html. */
const remedies: ReadonlyMap<number, string> = new Map([
  [3, "it may not be opened: check who owns the file and its folder"],
  [5, "another program is writing to it (an SQLite tool with an open transaction?): close that, then run again"],
  [8, "it may not be written: check the permissions of the file and of its folder"],
  [10, "the disk did not read or write it: check the disk, then run again"],
  [
    11,
    "it is damaged: move it away and run again; what is in the bucket is found there by its checksum, but look first " +
    "whether the manifest of a request that was under way is served"
  ],
  [13, "the disk is full: make room, then run again; what it holds is kept"],
  [14, "it cannot be opened: check that its folder exists and may be written"],
  [26, "it is not an SQLite file: give another path, or move it away"]
])

/** The primary code; extended ones carry more in their upper bits. */
const codeOf = (cause: unknown): number | undefined =>
  cause instanceof Error && "errcode" in cause && typeof cause.errcode === "number" ? cause.errcode & 0xff : undefined

/** SQLite's "busy": somebody else holds the lock. */
export const isBusy = (cause: unknown): boolean => codeOf(cause) === 5

/** What SQLite or the file system threw, with what to do about it. */
export const journalError = (operation: JournalError["operation"], path: string, cause: unknown): JournalError => {
  const said = cause instanceof Error ? cause.message : String(cause)
  const remedy = remedies.get(codeOf(cause) ?? -1)
  return new JournalError({
    operation,
    detail: remedy === undefined ? `${path}: ${said}` : `${path}: ${remedy} (${said})`
  })
}
