/** Finds the documents in a folder. */
import * as Fs from "node:fs"
import * as Path from "node:path"
import { Problem } from "../checked.ts"
import { failure } from "./failure.ts"

/** A file to check, or a part of the folder that cannot be looked at. */
export type Entry =
  | { readonly _tag: "File"; readonly path: string }
  | { readonly _tag: "Unreadable"; readonly path: string; readonly problem: Problem }

const unreadable = (path: string, problem: Problem): Entry => ({ _tag: "Unreadable", path, problem })

const attempt = <A>(path: string, read: () => A): A | Entry => {
  try {
    return read()
  } catch (error) {
    return unreadable(path, failure(error))
  }
}

/** Whether a name is that of a document, and what it is, through symbolic links. */
const kindOf = (path: string, entry: Fs.Dirent): Fs.Dirent | Fs.Stats | Entry =>
  entry.isSymbolicLink() ? attempt(path, () => Fs.statSync(path)) : entry

const isEntry = (value: object): value is Entry => "_tag" in value

/** Folders are compared by what they are, since a link may lead back to one above it. */
const identity = (path: string): string | Entry =>
  attempt(path, () => {
    const { dev, ino } = Fs.statSync(path, { bigint: true })
    return `${dev}:${ino}`
  })

const byName = (one: Fs.Dirent, other: Fs.Dirent): number => one.name < other.name ? -1 : 1

/** The entries of one folder, except hidden ones; files only if their names have one of the extensions. */
function* entriesOf(folder: string, extensions: ReadonlyArray<string>): Generator<Entry | string> {
  const names = attempt(folder, () => Fs.readdirSync(folder, { withFileTypes: true }))
  if (!Array.isArray(names)) return yield names
  for (const entry of names.toSorted(byName)) {
    if (entry.name.startsWith(".")) continue
    const path = Path.join(folder, entry.name)
    const isNamed = extensions.some((extension) => entry.name.toLowerCase().endsWith(extension))
    if (!isNamed && entry.isFile()) continue
    const kind = kindOf(path, entry)
    if (isEntry(kind)) {
      if (isNamed) yield kind
    } else if (kind.isDirectory()) yield path
    else if (isNamed && kind.isFile()) yield { _tag: "File", path }
  }
}

/** Every folder is visited once, whatever links lead to it. The stack holds the folders that are still to be read. */
function* walk(root: string, extensions: ReadonlyArray<string>): Generator<Entry> {
  const visited = new Set<string>()
  const open: Array<Iterator<Entry | string>> = []
  const enter = (folder: string): Entry | undefined => {
    const id = identity(folder)
    if (typeof id !== "string") return id
    if (!visited.has(id)) open.push(entriesOf(folder, extensions))
    visited.add(id)
    return undefined
  }
  let problem = enter(root)
  if (problem !== undefined) yield problem
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const next = top.next()
    if (next.done === true) open.pop()
    else if (typeof next.value !== "string") yield next.value
    else if ((problem = enter(next.value)) !== undefined) yield problem
  }
}

/** The documents in a folder and those below it, in the order of their names. Extensions are in lower case. */
export function* documentsIn(folder: string, extensions: ReadonlyArray<string>): Generator<Entry> {
  let isEmpty = true
  for (const entry of walk(folder, extensions)) {
    isEmpty = false
    yield entry
  }
  if (!isEmpty) return
  const names = extensions.map((extension) => `*${extension}`).join(", ")
  yield unreadable(folder, new Problem({ code: "no-documents", detail: `there is no ${names} in this folder` }))
}
