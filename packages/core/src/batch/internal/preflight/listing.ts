/** The entries of folders, each listed once. */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { explain } from "../../../base/internal/fileProblem.ts"

export interface Listing {
  readonly path: string
  readonly entries: ReadonlyMap<string, FileSystem.File.Type>
  /** The names that are the same but for their Unicode form, or but for case as well. */
  readonly byForm: (name: string) => ReadonlyArray<string>
  readonly byCase: (name: string) => ReadonlyArray<string>
  readonly problem: string | undefined
}

const indexed = (names: () => Iterable<string>, keyOf: (name: string) => string) => {
  let index: ReadonlyMap<string, ReadonlyArray<string>> | undefined
  return (name: string): ReadonlyArray<string> => {
    index ??= Map.groupBy(names(), keyOf)
    return index.get(keyOf(name)) ?? []
  }
}

const make = (
  path: string,
  entries: ReadonlyMap<string, FileSystem.File.Type>,
  problem: string | undefined
): Listing => ({
  path,
  entries,
  problem,
  byForm: indexed(() => entries.keys(), (name) => name.normalize("NFC")),
  byCase: indexed(() => entries.keys(), (name) => name.normalize("NFC").toLowerCase())
})

export type Lister = (path: string) => Effect.Effect<Listing>

/** Lists folders, and keeps what it has listed. */
export const makeLister: Effect.Effect<Lister, never, FileSystem.FileSystem> = Effect.map(
  FileSystem.FileSystem,
  (fs): Lister => {
    const known = new Map<string, Listing>()
    const list = (path: string) =>
      fs.readDirectoryEntries(path).pipe(
        Effect.map((entries) => make(path, new Map(entries.map(({ name, type }) => [name, type])), undefined)),
        Effect.catch((error) => Effect.succeed(make(path, new Map(), explain(error)))),
        Effect.tap((listing) => Effect.sync(() => void known.set(path, listing)))
      )
    return (path) => {
      const listing = known.get(path)
      return listing === undefined ? list(path) : Effect.succeed(listing)
    }
  }
)
