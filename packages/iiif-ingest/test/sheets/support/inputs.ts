/** Writes real files into a temporary folder, and reads them as inputs. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import type { Table } from "@iiif-ingest/core/batch/Table"
import { Effect, FileSystem, Path } from "effect"
import { type InputError, readInput, type ReadOptions } from "../../../src/internal/sheets/read.ts"

export type Files = { readonly [path: string]: string | Uint8Array }

/** A new folder with these files. */
export const folderOf = Effect.fnUntraced(function*(files: Files) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const root = yield* fs.makeTempDirectoryScoped()
  for (const [name, content] of Object.entries(files)) {
    const path = paths.join(root, name)
    yield* fs.makeDirectory(paths.dirname(path), { recursive: true })
    yield* typeof content === "string" ? fs.writeFileString(path, content) : fs.writeFile(path, content)
  }
  return root
})

/** Runs with a file system and a scope of its own. */
export const live = <A, E>(
  effect: Effect.Effect<A, E, NodeServices.NodeServices | import("effect/Scope").Scope>
): Effect.Effect<A, E> => Effect.scoped(effect).pipe(Effect.provide(NodeServices.layer))

/** The first table of an input. */
export const readFirst = Effect.fnUntraced(function*(path: string, options?: ReadOptions) {
  const [table] = yield* readInput(path, options)
  return table ?? (yield* Effect.die("there is no table"))
})

/** The one table of a file with this name and content. */
export const readOne = (
  name: string,
  content: string | Uint8Array,
  options?: ReadOptions
): Effect.Effect<Table, InputError | import("effect/PlatformError").PlatformError> =>
  live(Effect.gen(function*() {
    const root = yield* folderOf({ [name]: content })
    return yield* readFirst(`${root}/${name}`, options)
  }))

/** The rows as plain objects. */
export const rowsOf = ({ rows }: Table) =>
  rows.map(({ cells }) => Object.fromEntries(Array.from(cells, ([column, { text }]) => [column, text])))

/** Each finding as `code row cell`. */
export const foundIn = ({ findings }: Table): ReadonlyArray<string> =>
  findings.map(({ code, place: { cell, row } }) => [code, row, cell].filter((part) => part !== undefined).join(" "))
