/** A map stored as one small JSON file per entry. Writes are atomic: a crash leaves the old or the new value. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { StorageError } from "./errors.ts"

export interface DurableMap<A> {
  readonly get: (name: string) => A | undefined
  readonly values: () => IterableIterator<A>
  readonly set: (name: string, value: A) => Effect.Effect<void, StorageError>
  readonly remove: (name: string) => Effect.Effect<void, StorageError>
  readonly clear: Effect.Effect<void, StorageError>
  /** Reads the directory again, which something else has filled. */
  readonly load: Effect.Effect<void, StorageError>
}

const TEMPORARY = ".tmp"
/** Other files are not of the map: file managers leave theirs in every folder that a person has looked at. */
const EXTENSION = ".json"

/** Runs a file operation; the error names the operation and the path. */
export const attempt = <A>(action: string, path: string, run: () => Promise<A>): Effect.Effect<A, StorageError> =>
  Effect.tryPromise({ try: () => run(), catch: (cause) => new StorageError({ action, path, cause }) })

/** Opens the map in `directory`. Names must consist of letters, digits and `-`, and never come from a client. */
export const openDurableMap = Effect.fnUntraced(function*<A>(directory: string, schema: Schema.Codec<A, unknown>) {
  const json = Schema.fromJsonString(schema)
  const decode = Schema.decodeUnknownEffect(json)
  const encode = Schema.encodeEffect(json)
  const entries = new Map<string, A>()
  const fileOf = (name: string) => join(directory, `${name}${EXTENSION}`)

  const loadFile = Effect.fnUntraced(function*(file: string) {
    const path = join(directory, file)
    const text = yield* attempt("read", path, () => readFile(path, "utf8"))
    const value = yield* decode(text).pipe(
      Effect.mapError((cause) => new StorageError({ action: "parse", path, cause }))
    )
    return [file.slice(0, -EXTENSION.length), value] as const
  })

  yield* attempt("create", directory, () => mkdir(directory, { recursive: true }))
  const files = attempt("list", directory, () => readdir(directory))
  const load = Effect.gen(function*() {
    const documents = (yield* files).filter((file) => file.endsWith(EXTENSION))
    const loaded = yield* Effect.forEach(documents, loadFile, { concurrency: 16 })
    entries.clear()
    for (const [name, value] of loaded) entries.set(name, value)
  })
  // Left over from a crash between write and rename.
  for (const file of (yield* files).filter((name) => name.endsWith(TEMPORARY))) {
    yield* attempt("remove", join(directory, file), () => rm(join(directory, file), { force: true }))
  }
  yield* load

  const remove: DurableMap<A>["remove"] = Effect.fnUntraced(function*(name) {
    const file = fileOf(name)
    yield* attempt("remove", file, () => rm(file, { force: true }))
    entries.delete(name)
  }, Effect.uninterruptible)

  const map: DurableMap<A> = {
    get: (name) => entries.get(name),
    values: () => entries.values(),
    set: Effect.fnUntraced(function*(name, value) {
      const file = fileOf(name)
      const text = yield* encode(value).pipe(Effect.orDie)
      yield* attempt("write", file, () => writeFile(file + TEMPORARY, text))
      yield* attempt("write", file, () => rename(file + TEMPORARY, file))
      entries.set(name, value)
    }, Effect.uninterruptible),
    remove,
    clear: Effect.suspend(() => Effect.forEach([...entries.keys()], remove, { concurrency: 16, discard: true })),
    load
  }
  return map
})
