/**
 * Snapshots: the files of a sandbox's state under a second name each. No file of the state is ever changed in place, so
 * that a link keeps it, costs no space, and takes no time to copy.
 *
 * Taking one is synchronous, and so at one moment: a program here removes a file only after it has stored what takes
 * its place, and neither of the two happens meanwhile.
 */
import * as Effect from "effect/Effect"
import { constants, copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs"
import { join } from "node:path"
import { BadSnapshotName, StorageFailed, UnknownSnapshot } from "../SandboxError.ts"

export interface Snapshots {
  readonly names: () => ReadonlyArray<string>
  /** Replaces one of the same name. */
  readonly take: (name: string) => Effect.Effect<void, BadSnapshotName | StorageFailed>
  /** Adds the files of a folder to the state: those of these names, or all. */
  readonly copy: (name: string, folder: string, only?: ReadonlySet<string>) => Effect.Effect<void, StorageFailed>
  /** Fails if there is none of this name. */
  readonly ensure: (name: string) => Effect.Effect<void, UnknownSnapshot>
  readonly remove: (name: string) => Effect.Effect<void, UnknownSnapshot | StorageFailed>
  /** The paths of all snapshots. */
  readonly all: () => ReadonlyArray<string>
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
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

const linkAll = (from: string, to: string, only?: ReadonlySet<string>): void => {
  mkdirSync(to, { recursive: true })
  if (!existsSync(from)) return
  const names = readdirSync(from).filter((name) => !UNFINISHED.test(name))
  for (const name of only === undefined ? names : names.filter((one) => only.has(one))) {
    link(join(from, name), join(to, name))
  }
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
    existsSync(directory) ? readdirSync(directory).filter((name) => !UNFINISHED.test(name)).sort() : []

  const take: Snapshots["take"] = Effect.fnUntraced(function*(name) {
    if (!NAME.test(name) || UNFINISHED.test(name)) return yield* new BadSnapshotName({})
    yield* attempt(() => {
      const unfinished = `${pathOf(name)}.new`
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
    copy: (name, folder, only) => attempt(() => linkAll(join(pathOf(name), folder), join(state, folder), only)),
    remove: (name) =>
      Effect.andThen(ensure(name), attempt(() => rmSync(pathOf(name), { recursive: true, force: true }))),
    all: () => names().map(pathOf)
  }
}
