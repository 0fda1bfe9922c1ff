/**
 * Snapshots: the files of a sandbox's state under a second name each. No file of the state is ever changed in place, so
 * that a link keeps it, costs no space, and takes no time to copy.
 *
 * Taking one is synchronous, and so at one moment: a program here removes a file only after it has stored what takes
 * its place, and neither of the two happens meanwhile.
 */
import * as Effect from "effect/Effect"
import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync
} from "node:fs"
import { join } from "node:path"
import { BadSnapshotName, StorageFailed, UnknownSnapshot, Unreadable } from "../../SandboxError.ts"

export interface Snapshots {
  readonly names: () => ReadonlyArray<string>
  /** Replaces one of the same name. */
  readonly take: (name: string) => Effect.Effect<void, BadSnapshotName | StorageFailed>
  /** Adds the files of a folder to the state, and returns their names. */
  readonly add: (name: string, folder: string) => Effect.Effect<ReadonlyArray<string>, StorageFailed>
  /** Makes a folder of the state the same as the snapshot's, file by file: none is ever missing that both have. */
  readonly replace: (name: string, folder: string) => Effect.Effect<void, StorageFailed>
  /** Fails if there is none of this name. */
  readonly ensure: (name: string) => Effect.Effect<void, UnknownSnapshot>
  /** Fails if one of the documents in these folders is not JSON, before anything is replaced by it. */
  readonly check: (name: string, folders: ReadonlyArray<string>) => Effect.Effect<void, Unreadable>
  readonly remove: (name: string) => Effect.Effect<void, UnknownSnapshot | StorageFailed>
  /** The paths of all snapshots. */
  readonly all: () => ReadonlyArray<string>
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const NEW = ".new"
const UNFINISHED = /\.(?:partial|tmp|new)$/

const attempt = <A>(run: () => A): Effect.Effect<A, StorageFailed> =>
  Effect.try({
    try: run,
    catch: (cause) => new StorageFailed({ detail: cause instanceof Error ? cause.message : String(cause) })
  })

/** A link, or a copy where the file system has no links. */
const link = (from: string, to: string): void => {
  try {
    linkSync(from, to)
  } catch (error) {
    if (existsSync(to)) return
    if (!existsSync(from)) throw error
    copyFileSync(from, to, constants.COPYFILE_FICLONE)
  }
}

const filesOf = (folder: string): ReadonlyArray<string> =>
  existsSync(folder) ? readdirSync(folder).filter((name) => !UNFINISHED.test(name)) : []

/** Adds the files that are not there yet. */
const linkAll = (from: string, to: string): ReadonlyArray<string> => {
  mkdirSync(to, { recursive: true })
  const names = filesOf(from)
  for (const name of names) link(join(from, name), join(to, name))
  return names
}

const isJson = (path: string): boolean => {
  try {
    return typeof JSON.parse(readFileSync(path, "utf8")) === "object"
  } catch {
    return false
  }
}

const replaceAll = (from: string, to: string): void => {
  const names = filesOf(from)
  for (const name of names) {
    const next = join(to, `${name}${NEW}`)
    rmSync(next, { force: true })
    link(join(from, name), next)
    renameSync(next, join(to, name))
    // A rename between two names of one file does nothing.
    rmSync(next, { force: true })
  }
  const kept = new Set(names)
  for (const name of filesOf(to).filter((one) => !kept.has(one))) rmSync(join(to, name), { force: true })
}

/** `folders`, below `state`, in an order in which what names a file comes before the file. */
export const make = (options: {
  readonly directory: string
  readonly state: string
  readonly folders: ReadonlyArray<string>
}): Snapshots => {
  const { directory, folders, state } = options
  const pathOf = (name: string) => join(directory, name)
  const names = () =>
    existsSync(directory)
      ? readdirSync(directory).filter((name) => NAME.test(name) && !UNFINISHED.test(name)).sort()
      : []

  const take: Snapshots["take"] = Effect.fnUntraced(function*(name) {
    if (!NAME.test(name) || UNFINISHED.test(name)) return yield* new BadSnapshotName({})
    yield* attempt(() => {
      const unfinished = `${pathOf(name)}${NEW}`
      rmSync(unfinished, { recursive: true, force: true })
      for (const folder of folders) linkAll(join(state, folder), join(unfinished, folder))
      rmSync(pathOf(name), { recursive: true, force: true })
      renameSync(unfinished, pathOf(name))
    })
  })

  const ensure: Snapshots["ensure"] = (name) =>
    Effect.suspend(() => names().includes(name) ? Effect.void : Effect.fail(new UnknownSnapshot({ known: names() })))

  return {
    names,
    take,
    ensure,
    check: (name, folders) =>
      Effect.suspend(() => {
        const paths = folders.map((folder) => join(pathOf(name), folder))
        const bad = paths.flatMap((path) => filesOf(path).map((file) => join(path, file))).find((path) => !isJson(path))
        return bad === undefined ? Effect.void : Effect.fail(new Unreadable({ what: `The file ${bad}` }))
      }),
    add: (name, folder) => attempt(() => linkAll(join(pathOf(name), folder), join(state, folder))),
    replace: (name, folder) => attempt(() => replaceAll(join(pathOf(name), folder), join(state, folder))),
    remove: (name) =>
      Effect.andThen(ensure(name), attempt(() => rmSync(pathOf(name), { recursive: true, force: true }))),
    all: () => names().map(pathOf)
  }
}
