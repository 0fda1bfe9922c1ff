/** Where lists of checksums lie, and what they say of a file. */
import * as ByteSize from "effect/ByteSize"
import * as Cache from "effect/Cache"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import { explain } from "../../../base/internal/fileProblem.ts"
import { visible } from "../../../base/internal/text.ts"
import { imageEnding } from "../directory.ts"
import { baseName, withoutExtension } from "../fileName.ts"
import { type Algorithm, type Checksum, type Expected, FixityListInvalid, type Lists } from "./model.ts"
import { algorithmOf, normalized, parse } from "./parse.ts"

/** A list that was read; `stem` is its name without its ending: what a checksum without a name is of. */
export interface List {
  readonly path: string
  readonly stem: string
  readonly named: ReadonlyMap<string, ReadonlyArray<Checksum>>
  readonly nameless: ReadonlyArray<Checksum>
  readonly problems: ReadonlyArray<string>
}

/** What all lists of one folder say, by the names of files; by their names without an ending where no more is said. */
interface Folder {
  readonly lists: ReadonlyArray<List>
  readonly files: ReadonlyMap<string, ReadonlyArray<Expected>>
  readonly stems: ReadonlyMap<string, ReadonlyArray<Expected>>
  /** The first list that cannot be used. */
  readonly broken: List | undefined
  readonly warnings: ReadonlyArray<string>
}

const nothing: Folder = { lists: [], files: new Map(), stems: new Map(), broken: undefined, warnings: [] }

/** The largest list, in bytes: half a million files. */
const longest = 64n * 1024n * 1024n

/** A path below a folder. */
export const within = (folder: string, name: string): string =>
  folder === "." ? name : `${folder.replace(/\/$/, "")}/${name}`

/** PowerShell writes UTF-16. */
const textOf = (bytes: Uint8Array): string => {
  const [first, second] = bytes
  const encoding = first === 0xff && second === 0xfe
    ? "utf-16le"
    : first === 0xfe && second === 0xff
    ? "utf-16be"
    : "utf-8"
  return new TextDecoder(encoding).decode(bytes)
}

/** A list that is called like its one file may have that file's path on another machine in it. */
const toOwnName = (named: List["named"], stem: string): List["named"] => {
  const [only] = named.keys()
  const [checksums] = named.values()
  return named.size === 1 && only !== undefined && checksums !== undefined && baseName(only) === stem
    ? new Map([[stem, checksums]])
    : named
}

const readList = Effect.fnUntraced(function*(
  folder: string,
  name: string,
  algorithm: Algorithm,
  bagged: boolean
): Effect.fn.Return<List, never, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  const list = { path: within(folder, name), stem: normalized(withoutExtension(name)) }
  const unusable = (problem: string): List => ({ ...list, named: new Map(), nameless: [], problems: [problem] })
  return yield* Effect.gen(function*() {
    const { size, type } = yield* fs.stat(list.path)
    if (type !== "File") return unusable("it is no file")
    if (ByteSize.toBigInt(size) > longest) return unusable(`it has more than ${longest} bytes`)
    const parsed = parse(textOf(yield* fs.readFile(list.path)), algorithm, bagged)
    return { ...list, ...parsed, named: toOwnName(parsed.named, list.stem) }
  }).pipe(Effect.catch((error: PlatformError) => Effect.succeed(unusable(explain(error)))))
})

const expectedOf = (lists: ReadonlyArray<List>) => {
  const files = new Map<string, Array<Expected>>()
  const stems = new Map<string, Array<Expected>>()
  const add = (to: typeof files, name: string, checksums: ReadonlyArray<Checksum>, list: string) => {
    const there = to.get(name) ?? []
    for (const { algorithm, value } of checksums) there.push({ algorithm, value, list })
    to.set(name, there)
  }
  for (const { named, nameless, path, stem } of lists) {
    for (const [name, checksums] of named) add(files, name, checksums, path)
    if (nameless.length > 0) add(imageEnding.test(stem) ? files : stems, stem, nameless, path)
  }
  return { files, stems }
}

/** The lists of a folder. */
export const readFolder = Effect.fnUntraced(function*(
  folder: string
): Effect.fn.Return<Folder, never, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  const listed = yield* Effect.result(fs.readDirectory(folder))
  if (listed._tag === "Failure") {
    // the image itself will say what is wrong with a folder that is not there
    if (listed.failure.reason._tag === "NotFound") return nothing
    const why = `${visible(folder)} cannot be listed, so lists of checksums there are not known: ${
      explain(listed.failure)
    }`
    return { ...nothing, warnings: [why] }
  }
  const isBag = listed.success.includes("bagit.txt")
  const found = listed.success.flatMap((name) => {
    const algorithm = algorithmOf(name)
    return algorithm === undefined ? [] : [{ name, algorithm }]
  }).sort((a, b) => a.name < b.name ? -1 : 1)
  if (found.length === 0) return nothing
  const lists = yield* Effect.forEach(
    found,
    ({ algorithm, name }) => readList(folder, name, algorithm, isBag && name.startsWith("manifest-")),
    { concurrency: 8 }
  )
  const broken = lists.find(({ problems }) => problems.length > 0)
  return { lists, ...expectedOf(lists), broken, warnings: [] }
})

/** A folder, and the name that a file has from there. */
interface Place {
  readonly folder: string
  readonly name: string
}

/** A path is opened as it was written; only where it has no other separator is a backslash one. */
const segmentsOf = (path: string): ReadonlyArray<string> => path.split(path.includes("/") ? "/" : "\\")

/** From the folder of a file up to that of its batch. */
const placesOf = ({ name, path }: { readonly name: string; readonly path: string }): ReadonlyArray<Place> => {
  const segments = segmentsOf(path)
  const depth = normalized(name).split("/").length
  return Array.from({ length: Math.min(depth, segments.length) }, (_, up) => {
    const at = segments.length - 1 - up
    return {
      folder: segments.slice(0, at).join("/") || (path.startsWith("/") ? "/" : "."),
      name: segments.slice(at).join("/")
    }
  })
}

/** The bag that a folder lies in, and the folder's name from there: payload lies below `data` (RFC 8493, 2.1.2). */
export const bagOf = Effect.fnUntraced(function*(
  folder: string
): Effect.fn.Return<Place | undefined, never, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  const real = yield* Effect.orElseSucceed(fs.realPath(folder), () => folder)
  const segments = segmentsOf(real)
  for (const [at, segment] of segments.entries()) {
    if (segment !== "data") continue
    const root = segments.slice(0, at).join("/") || "/"
    const isBag = yield* Effect.orElseSucceed(fs.exists(within(root, "bagit.txt")), () => false)
    if (isBag) return { folder: root, name: segments.slice(at).join("/") }
  }
  return undefined
})

/** How many folders are remembered: a batch stays in one before it goes on to the next. */
const capacity = 1024

/** Where there is no list there is nothing to say. */
const silence = { expected: [], warnings: [] }

/** How many lists a warning names. */
const told = 3

/** Nothing here may take time by the number of lists: a folder may have one for each of its images, and asks for each. */
const unnamedBy = (folders: ReadonlyArray<Folder>): string => {
  const count = folders.reduce((sum, { lists }) => sum + lists.length, 0)
  const more = count > told ? ` and ${count - told} more` : ""
  const first = folders.flatMap(({ lists }) => lists.slice(0, told)).slice(0, told)
  const names = first.map(({ path }) => visible(path)).join(", ")
  return `${names}${more} does not name it: its bytes were checked against nothing`
}

export const make: Effect.Effect<Lists> = Effect.gen(function*() {
  const cache = yield* Cache.make({ capacity, lookup: readFolder, requireServicesAt: "lookup" })
  const bags = yield* Cache.make({ capacity, lookup: bagOf, requireServicesAt: "lookup" })

  const lookUp = Effect.fnUntraced(function*(found: ReadonlyArray<readonly [Folder, name: string]>) {
    const folders = found.map(([folder]) => folder)
    for (const { broken } of folders) {
      if (broken !== undefined) return yield* new FixityListInvalid({ list: broken.path, problems: broken.problems })
    }
    const expected = found.flatMap(([{ files, stems }, name]) => [
      ...files.get(normalized(name)) ?? [],
      ...stems.get(normalized(withoutExtension(name))) ?? []
    ])
    const isUnnamed = expected.length === 0 && folders.some(({ lists }) => lists.length > 0)
    const unnamed = isUnnamed ? [unnamedBy(folders)] : []
    return { expected, warnings: [...folders.flatMap(({ warnings }) => warnings), ...unnamed] }
  })

  /** The last folder where there was nothing: a batch asks the same for one image after the other. */
  let silent = ""

  const of = Effect.fnUntraced(function*(places: ReadonlyArray<Place>, own: Place) {
    const bag = yield* Cache.get(bags, own.folder)
    const all = bag === undefined ? places : [...places, { folder: bag.folder, name: within(bag.name, own.name) }]
    const found = yield* Effect.forEach(
      all.filter(({ folder }, at) => all.findIndex((place) => place.folder === folder) === at),
      ({ folder, name }) => Effect.map(Cache.get(cache, folder), (folder) => [folder, name] as const)
    )
    if (found.every(([folder]) => folder === nothing)) {
      silent = `${places.length} ${own.folder}`
      return silence
    }
    return yield* lookUp(found)
  })

  return {
    of: (file) => {
      const places = placesOf(file)
      const [own] = places
      return own === undefined || silent === `${places.length} ${own.folder}`
        ? Effect.succeed(silence)
        : of(places, own)
    }
  }
})
