/** Finds the documents in a folder. */
import * as Fs from "node:fs"
import { Problem } from "../checked.ts"
import { failure } from "./failure.ts"
import { type FilePath, isDoubtful, nameOf, shownPath, within } from "./path.ts"

/** A file to check, or a part of the folder that cannot be looked at. */
export type Entry =
  | { readonly _tag: "File"; readonly path: FilePath }
  | { readonly _tag: "Unreadable"; readonly path: FilePath; readonly problem: Problem }

/** What comes of a step through folders; `undefined` for a step that led to no document, so that nobody waits for one. */
export type Step = Entry | undefined

const unreadable = (path: FilePath, problem: Problem): Entry => ({ _tag: "Unreadable", path, problem })

const attempt = <A>(path: FilePath, read: () => A): A | Entry => {
  try {
    return read()
  } catch (error) {
    return unreadable(path, failure(error))
  }
}

type Kind = Pick<Fs.Stats, "isDirectory" | "isFIFO" | "isFile" | "isSocket" | "isSymbolicLink">

/** An entry of a folder. `text` is its name as it is shown. */
interface Named {
  readonly name: FilePath
  readonly text: string
  readonly kind: Kind
}

/** The entries of a folder: as text, which is quick, or as bytes if there is a name that is no text. */
const namedIn = (folder: FilePath): ReadonlyArray<Named> => {
  const entries = Fs.readdirSync(folder, { withFileTypes: true })
  if (!entries.some(({ name }) => isDoubtful(name))) {
    return entries.map((kind) => ({ name: kind.name, text: kind.name, kind }))
  }
  return Fs.readdirSync(folder, { withFileTypes: true, encoding: "buffer" }).map((kind) => {
    const name = nameOf(kind.name)
    return { name, text: shownPath(name), kind }
  })
}

const byText = (one: Named, other: Named): number => one.text < other.text ? -1 : 1

/** What an entry is, through symbolic links. */
const kindOf = (path: FilePath, kind: Kind): Kind | Entry =>
  kind.isSymbolicLink() ? attempt(path, () => Fs.statSync(path)) : kind

const isEntry = (value: object): value is Entry => "_tag" in value

/** Folders are compared by what they are, since a link may lead back to one above it. */
const identity = (path: FilePath): string | Entry =>
  attempt(path, () => {
    const { dev, ino } = Fs.statSync(path, { bigint: true })
    return `${dev}:${ino}`
  })

/** What has the name of a document and is no file is not opened: that could wait for ever, or do something. */
const noFile = (kind: Kind): Problem => {
  const detail = kind.isFIFO()
    ? "it is a named pipe, which is read only if it is named on the command line"
    : `it is ${kind.isSocket() ? "a socket" : "a device"}, not a file`
  return new Problem({ code: "unreadable", detail })
}

interface Folder {
  readonly folder: FilePath
}

/** The entries of one folder, except hidden ones; files only if their names have one of the extensions. */
function* entriesOf(folder: FilePath, extensions: ReadonlyArray<string>): Generator<Step | Folder> {
  const all = attempt(folder, () => namedIn(folder))
  if (isEntry(all)) return yield all
  const isNamed = ({ text }: Named) => extensions.some((extension) => text.toLowerCase().endsWith(extension))
  const found = all.filter((one) => !one.text.startsWith(".") && (isNamed(one) || !one.kind.isFile()))
  for (const one of found.toSorted(byText)) {
    const path = within(folder, one.name)
    const kind = kindOf(path, one.kind)
    if (!isEntry(kind) && kind.isDirectory()) yield { folder: path }
    else if (!isNamed(one)) yield undefined
    else if (isEntry(kind)) yield kind
    else yield kind.isFile() ? { _tag: "File", path } : unreadable(path, noFile(kind))
  }
}

/** Every folder is visited once, whatever links lead to it. The stack holds the folders that are still to be read. */
function* walk(root: FilePath, extensions: ReadonlyArray<string>): Generator<Step> {
  const visited = new Set<string>()
  const open: Array<Iterator<Step | Folder>> = []
  const enter = (folder: FilePath): Step => {
    const id = identity(folder)
    if (typeof id !== "string") return id
    if (!visited.has(id)) open.push(entriesOf(folder, extensions))
    visited.add(id)
    return undefined
  }
  yield enter(root)
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const { done, value } = top.next()
    if (done === true) open.pop()
    else yield value !== undefined && "folder" in value ? enter(value.folder) : value
  }
}

/** The documents in a folder and those below it, in the order of their names. Extensions are in lower case. */
export function* documentsIn(folder: string, extensions: ReadonlyArray<string>): Generator<Step> {
  let isEmpty = true
  for (const step of walk(folder, extensions)) {
    isEmpty &&= step === undefined
    yield step
  }
  if (!isEmpty) return
  const names = extensions.map((extension) => `*${extension}`).join(", ")
  yield unreadable(folder, new Problem({ code: "no-documents", detail: `there is no ${names} in this folder` }))
}
