/** Reads a journal file directly, without the library, while it is not in use. */
import * as Fs from "node:fs"
import { DatabaseSync } from "node:sqlite"

export interface Remembered {
  /** Keys of finished objects. */
  readonly finished: ReadonlySet<string>
  /** Ids of unfinished multipart uploads, by key. */
  readonly sessions: ReadonlyMap<string, string>
  /** Parts that arrived, as `session/number`. */
  readonly parts: ReadonlySet<string>
  readonly submissions: ReadonlyArray<{ readonly id: string; readonly state: string; readonly jobId: string | null }>
}

const nothing: Remembered = { finished: new Set(), sessions: new Map(), parts: new Set(), submissions: [] }

export const read = (path: string): Remembered => {
  // killed before it created the journal
  if (!Fs.existsSync(path)) return nothing
  const database = new DatabaseSync(path)
  try {
    if (database.prepare("PRAGMA user_version").get()?.["user_version"] === 0) return nothing
    const column = (sql: string) => new Set(database.prepare(sql).all().map((row) => String(row["it"])))
    return {
      finished: column("SELECT key AS it FROM uploads WHERE crc32 IS NOT NULL"),
      sessions: new Map(
        database.prepare("SELECT key, session_token FROM uploads WHERE session_token IS NOT NULL").all().map((row) => [
          String(row["key"]),
          String(row["session_token"])
        ])
      ),
      parts: column(
        "SELECT session_token || '/' || part_number AS it FROM parts JOIN uploads ON uploads.id = parts.upload"
      ),
      submissions: database.prepare("SELECT id, state, job_id FROM submissions").all().map((row) => ({
        id: String(row["id"]),
        state: String(row["state"]),
        jobId: row["job_id"] === null ? null : String(row["job_id"])
      }))
    }
  } finally {
    database.close()
  }
}
