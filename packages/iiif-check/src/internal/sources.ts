/** From what is named on the command line to the documents that it stands for. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Fs from "node:fs"
import type { Readable } from "node:stream"
import { urlOf } from "./address.ts"
import { Problem } from "./checked.ts"
import type * as Fetch from "./http/fetch.ts"
import { readFile, readStream } from "./read/file.ts"
import { documentsIn, type Entry, type Step } from "./read/folder.ts"
import { shownPath } from "./read/path.ts"

/** A document, with the name it is shown by. */
export interface Source {
  readonly name: string
  readonly read: Effect.Effect<Uint8Array, Problem>
}

export interface SourceOptions extends Fetch.Options {
  readonly extensions: ReadonlyArray<string>
  readonly stdin: () => Readable
}

export const stdinName = "<stdin>"

const refusedUrl = (detail: string): Effect.Effect<never, Problem> =>
  Effect.fail(new Problem({ code: "unreachable", detail }))

/** What is needed for HTTP is loaded only for it: it takes longer than checking a document. */
const fetch = (url: URL, options: SourceOptions): Effect.Effect<Uint8Array, Problem> =>
  Effect.flatMap(
    Effect.promise(() => import("./http/fetch.ts")),
    ({ fetchDocument }) => fetchDocument(url, options)
  )

/** A URL is named without user, query and fragment, which may be secrets. */
const urlSource = (url: URL, options: SourceOptions): Source => {
  const name = `${url.protocol}//${url.host}${url.pathname}${url.search === "" ? "" : "?…"}`
  return url.protocol === "http:" || url.protocol === "https:"
    ? { name, read: fetch(url, options) }
    : { name, read: refusedUrl("only http and https URLs are read; for a file, give its path") }
}

const entrySource = (entry: Entry, { maxBytes }: SourceOptions): Source => ({
  name: shownPath(entry.path),
  read: entry._tag === "File" ? readFile(entry.path, maxBytes) : Effect.fail(entry.problem)
})

/** How many steps through folders are taken at a time. */
const stepsPerTurn = 16

/** After a step that led to no document, others have their turn: there may be many such steps one after the other. */
const found = (step: Step): Effect.Effect<Step> =>
  step === undefined ? Effect.as(Effect.yieldNow, step) : Effect.succeed(step)

const folderSources = (folder: string, options: SourceOptions): Stream.Stream<Source> =>
  Stream.fromIterable(documentsIn(folder, options.extensions), { chunkSize: stepsPerTurn }).pipe(
    Stream.mapEffect(found),
    Stream.filter((step) => step !== undefined),
    Stream.map((entry) => entrySource(entry, options))
  )

const isFolder = (path: string): boolean => Fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

const pathSources = (path: string, options: SourceOptions): Stream.Stream<Source> =>
  Stream.suspend(() => {
    let folder = false
    try {
      folder = isFolder(path)
    } catch {
      // reading the file says why
    }
    return folder
      ? folderSources(path, options)
      : Stream.succeed({ name: path, read: readFile(path, options.maxBytes) })
  })

const sourcesOf = (argument: string, options: SourceOptions): Stream.Stream<Source> => {
  if (argument === "-") {
    return Stream.succeed({ name: stdinName, read: readStream(options.stdin, options.maxBytes) })
  }
  const url = urlOf(argument)
  return url === undefined ? pathSources(argument, options) : Stream.succeed(urlSource(url, options))
}

/** The documents, in the order in which they are named. Folders are looked into as the documents are asked for. */
export const sources = (args: ReadonlyArray<string>, options: SourceOptions): Stream.Stream<Source> =>
  Stream.flatMap(Stream.fromIterable(args), (argument) => sourcesOf(argument, options))
