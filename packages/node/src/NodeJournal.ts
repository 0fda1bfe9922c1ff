/**
 * A durable layer for core's `Journal` and `Holdings`: a single SQLite file, read and written with `node:sqlite`.
 *
 * Parts and objects in the journal survive a crash of the process. A submission is synced to disk before saving it
 * completes, so it also survives a power failure. Any SQLite tool can read the file, even during a run; its tables are
 * `uploads`, `parts` and `submissions`, and for `Holdings` there are `holdings`, `manifests` and `reports`. It contains
 * no secrets.
 *
 * Node 22 prints an ExperimentalWarning when it loads `node:sqlite`. A library cannot silence it without interfering
 * with every other warning of the process; run `node --disable-warning=ExperimentalWarning` instead.
 *
 * @since 0.1.0
 */
import { MpsConfig } from "@iiif-ingest/core/config/MpsConfig"
import { Holdings } from "@iiif-ingest/core/mps/Holdings"
import { Journal, type JournalError } from "@iiif-ingest/core/upload/Journal"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Path from "node:path"
import * as JournalDatabase from "./internal/journalDatabase.ts"
import * as JournalFolder from "./internal/journalFolder.ts"
import * as NetworkFileSystem from "./internal/networkFileSystem.ts"
import * as NodeHoldings from "./internal/nodeHoldings.ts"
import * as internal from "./internal/nodeJournal.ts"
import * as ProcessLock from "./internal/processLock.ts"
import { stateFolder } from "./internal/stateFolder.ts"

/**
 * Options of the journal.
 *
 * - `path`: the journal file. It and its folder are created if missing. SQLite keeps `-wal` and `-shm` files next to it
 *   while it is open; the `.lock` file next to it stays.
 * - `onLocked`: what to do if another process holds the journal: `refuse` (the default) fails and reports that
 *   process's pid, `wait` waits for it.
 * - `networkFileSystem`: whether to accept a folder on a network file system, where SQLite's WAL can be corrupted;
 *   `refuse` by default. Network file systems are detected on Linux (statfs) and, for UNC paths, on Windows.
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
): Effect.fn.Return<Context.Context<Journal>, JournalError, Scope.Scope> {
  const path = Path.resolve(options.path)
  yield* JournalFolder.prepare(path)
  if (options.networkFileSystem !== "allow") yield* NetworkFileSystem.refuse(Path.dirname(path))
  yield* ProcessLock.acquire(path, options.onLocked ?? "refuse")
  const database = yield* JournalDatabase.open(path)
  return Context.make(Journal, yield* internal.make(database, path)).pipe(
    Context.add(Holdings, yield* NodeHoldings.make(database, path))
  )
})

/**
 * A journal in the given file, and the holdings in it (the reference `Holdings`).
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
export const layer = (options: Options): Layer.Layer<Journal, JournalError> => Layer.effectContext(make(options))

/**
 * Where the journal is: the file named by `LTS_IIIF_JOURNAL`, or by default one in the user's state folder,
 * `iiif-ingest/{bucket}.sqlite` under `XDG_STATE_HOME` (`~/.local/state`), `~/Library/Application Support` or
 * `%LOCALAPPDATA%`.
 *
 * Each bucket (that is, each combination of account, space and environment) has its own file: two runs that could send
 * the same object exclude each other, while a run into `qa` does not wait for one into `prod`.
 *
 * @category getters
 * @since 0.1.0
 */
export const path: Effect.Effect<string, never, MpsConfig> = Effect.gen(function*() {
  const { bucket } = yield* MpsConfig
  const given = yield* Effect.orDie(Config.option(Config.String("LTS_IIIF_JOURNAL")))
  return Option.isSome(given) && given.value.trim() !== ""
    ? given.value.trim()
    : Path.join(yield* stateFolder, "iiif-ingest", `${bucket}.sqlite`)
})

/**
 * The journal at its usual {@link path}.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig: Layer.Layer<Journal, JournalError, MpsConfig> = Layer.unwrap(
  Effect.map(path, (path) => layer({ path }))
)
