/** Atomic writes: a file is written under a temporary name, then renamed. */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import { randomUUID } from "node:crypto"
import { join } from "node:path"
import { Unreadable } from "../../SandboxError.ts"

const PARTIAL = ".partial"

export const writeAtomic = (
  fs: FileSystem.FileSystem,
  path: string,
  text: string,
  mode = 0o644
): Effect.Effect<void, PlatformError> => {
  const partial = `${path}.${randomUUID()}${PARTIAL}`
  return fs.writeFileString(partial, text, { flag: "wx", mode }).pipe(
    Effect.andThen(fs.rename(partial, path)),
    Effect.onError(() => Effect.ignore(fs.remove(partial, { force: true }))),
    Effect.uninterruptible
  )
}

/** A folder with one JSON file per document; names must be safe as file names. */
export interface Folder {
  readonly pathOf: (name: string) => string
  readonly put: (name: string, text: string) => Effect.Effect<void, PlatformError>
  readonly get: (name: string) => Effect.Effect<string, PlatformError>
  readonly names: Effect.Effect<ReadonlyArray<string>, PlatformError>
  readonly clear: Effect.Effect<void, PlatformError>
}

const EXTENSION = ".json"

export const folder = (fs: FileSystem.FileSystem, directory: string): Effect.Effect<Folder, PlatformError> => {
  const pathOf = (name: string) => join(directory, `${name}${EXTENSION}`)
  const files = fs.readDirectory(directory)
  const removeAll = (names: ReadonlyArray<string>) =>
    Effect.forEach(names, (name) => fs.remove(join(directory, name), { force: true }), {
      concurrency: 16,
      discard: true
    })
  const documents: Folder = {
    pathOf,
    put: (name, text) => writeAtomic(fs, pathOf(name), text),
    get: (name) => fs.readFileString(pathOf(name)),
    names: Effect.map(
      files,
      (all) => all.filter((name) => name.endsWith(EXTENSION)).map((name) => name.slice(0, -EXTENSION.length)).sort()
    ),
    clear: Effect.flatMap(files, removeAll)
  }
  return fs.makeDirectory(directory, { recursive: true }).pipe(
    // Partial files are left by a process that was killed while writing.
    Effect.andThen(Effect.flatMap(files, (all) => removeAll(all.filter((name) => name.endsWith(PARTIAL))))),
    Effect.as(documents)
  )
}

/** Decodes every document; the error names the file that has invalid content. */
export const decodeAll = <A, E>(
  { get, names, pathOf }: Folder,
  decode: (text: string) => Effect.Effect<A, E>
): Effect.Effect<ReadonlyArray<A>, PlatformError | Unreadable> => {
  const decodeOne = (name: string) =>
    Effect.flatMap(
      get(name),
      (text) => Effect.mapError(decode(text), () => new Unreadable({ what: `The file ${pathOf(name)}` }))
    )
  return Effect.flatMap(names, (all) => Effect.forEach(all, decodeOne, { concurrency: 16 }))
}
