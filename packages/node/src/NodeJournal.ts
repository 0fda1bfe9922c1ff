/**
 * The layer of core's `Journal` that outlives its process: one SQLite file, on Node's own `node:sqlite`.
 *
 * A part or an object that is journalled survives the death of the process; a submission has reached the disk when it
 * is saved, and survives a loss of power too. Any SQLite tool can look in, also while a run goes on: tables `uploads`,
 * `parts`, `submissions`. Nothing secret is in it.
 *
 * Node 22 prints an ExperimentalWarning when it loads `node:sqlite`; there is no way to silence it from within a
 * library but to interfere with all warnings of the process (`node --disable-warning=ExperimentalWarning` does).
 *
 * @since 0.1.0
 */
import { MpsConfig } from "@iiif-ingest/core/config/MpsConfig"
import { Journal, type JournalError } from "@iiif-ingest/core/upload/Journal"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { mkdir } from "node:fs/promises"
import * as Path from "node:path"
import * as JournalDatabase from "./internal/journalDatabase.ts"
import * as NetworkFileSystem from "./internal/networkFileSystem.ts"
import * as internal from "./internal/nodeJournal.ts"
import * as ProcessLock from "./internal/processLock.ts"
import { journalError } from "./internal/sqliteError.ts"
import { stateFolder } from "./internal/stateFolder.ts"

/**
 * - `path`: the journal's file; it and its folder are made where they are missing. Beside it lie `-wal` and `-shm` while
 *   it is open, which belong to it, and `.lock`.
 * - `onLocked`: what to do where another process has it: `refuse` (fail with that process's pid; the default) or `wait`.
 * - `networkFileSystem`: whether a folder on a network file system is taken, where SQLite's WAL gets damaged; `refuse`
 *   when not given. It is recognised on Linux (statfs) and, for UNC paths, on Windows.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly path: string
  readonly onLocked?: "refuse" | "wait"
  readonly networkFileSystem?: "refuse" | "allow"
}

const make = Effect.fnUntraced(function*(
  options: Options
): Effect.fn.Return<Journal["Service"], JournalError, Scope.Scope> {
  const path = Path.resolve(options.path)
  const folder = Path.dirname(path)
  yield* Effect.tryPromise({
    try: () => mkdir(folder, { recursive: true, mode: 0o700 }),
    catch: (error) => journalError("open", path, error)
  })
  if (options.networkFileSystem !== "allow") yield* NetworkFileSystem.refuse(folder)
  yield* ProcessLock.acquire(path, options.onLocked ?? "refuse")
  return yield* internal.make(yield* JournalDatabase.open(path), path)
})

/**
 * A journal in a file of the caller's choice.
 *
 * @example
 * ```ts
 * import { NodeJournal } from "@iiif-ingest/node"
 *
 * const journal = NodeJournal.layer({ path: "/var/lib/scans/journal.sqlite", onLocked: "wait" })
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<Journal, JournalError> => Layer.effect(Journal, make(options))

const defaultPath = Effect.gen(function*() {
  const { bucket } = yield* MpsConfig
  return Path.join(yield* stateFolder, "iiif-ingest", `${bucket}.sqlite`)
})

/**
 * The journal named by `LTS_IIIF_JOURNAL`, or else a file in the user's state folder: `iiif-ingest/{bucket}.sqlite`
 * below `XDG_STATE_HOME` (`~/.local/state`), `~/Library/Application Support` or `%LOCALAPPDATA%`.
 *
 * There is one file for each bucket (that is for account, space and environment): two runs that could send the same
 * object keep out of each other's way, and one into `qa` does not wait for one into `prod`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig: Layer.Layer<Journal, JournalError, MpsConfig> = Layer.effect(
  Journal,
  Effect.gen(function*() {
    const given = Option.filter(
      yield* Effect.orDie(Config.option(Config.String("LTS_IIIF_JOURNAL"))),
      (path) => path.trim() !== ""
    )
    return yield* make({ path: Option.isSome(given) ? given.value : yield* defaultPath })
  })
)
