import type { JournalError } from "@iiif-ingest/core/upload/Journal"
import * as Effect from "effect/Effect"
import type { Stats } from "node:fs"
import { mkdir, stat } from "node:fs/promises"
import * as Path from "node:path"
import { journalError, systemCodeOf } from "./sqliteError.ts"

/** The `stat` of a path, or `undefined` if nothing is there. */
const statOf = async (path: string): Promise<Stats | undefined> => {
  try {
    return await stat(path)
  } catch (error) {
    if (systemCodeOf(error) === "ENOENT") return undefined
    throw error
  }
}

/** A problem that has no error of the system. */
const problem = (message: string, code: string) => Object.assign(new Error(message), { code })

/** Another process may create the folder at the same time. */
const makeOne = async (folder: string): Promise<void> => {
  try {
    await mkdir(folder, { mode: 0o700 })
  } catch (error) {
    if (systemCodeOf(error) !== "EEXIST") throw error
    if ((await statOf(folder))?.isDirectory() !== true) throw error
  }
}

/**
 * Creates a folder and those above it that are missing. Node's recursive `mkdir` tries the same folder for ever where
 * the file system answers ENOENT although the parent exists, as `/proc` does.
 */
const makeFolder = async (folder: string): Promise<void> => {
  const found = await statOf(folder)
  if (found?.isDirectory() === true) return
  if (found !== undefined) throw problem(`${folder} is not a folder`, "ENOTDIR")
  const parent = Path.dirname(folder)
  if (parent !== folder) await makeFolder(parent)
  await makeOne(folder)
}

/** SQLite can open a pipe, a socket or a device, but it cannot keep a journal there. */
const requireFile = async (path: string): Promise<void> => {
  const found = await statOf(path)
  if (found?.isFile() !== false) return
  throw problem(found.isDirectory() ? `${path} is a folder` : `${path} is not a regular file`, "EINVAL")
}

/** Creates the folder of a journal if it is missing, and fails if the journal or its lock file cannot be in it. */
export const prepare = (path: string): Effect.Effect<void, JournalError> =>
  Effect.tryPromise({
    try: async () => {
      await makeFolder(Path.dirname(path))
      await requireFile(path)
      await requireFile(`${path}.lock`)
    },
    catch: (error) => journalError("open", path, error)
  })
