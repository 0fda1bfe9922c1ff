/** Finds checksum lists and looks up the checksums of a file. */
import * as ByteSize from "effect/ByteSize"
import * as Cache from "effect/Cache"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import { explain } from "../../../base/internal/fileProblem.ts"
import { visible } from "../../../base/internal/text.ts"
import { imageExtension } from "../directory.ts"
import { baseName, withoutExtension } from "../fileName.ts"
import { type Algorithm, type Checksum, type Expected, FixityListInvalid, type Lists } from "./model.ts"
import { algorithmOf, normalized, parse } from "./parse.ts"

/** A list that was read; a checksum without a file name applies to `stem`, the list's name without its extension. */
export interface List {
  readonly path: string
  readonly stem: string
  readonly named: ReadonlyMap<string, ReadonlyArray<Checksum>>
  readonly nameless: ReadonlyArray<Checksum>
  readonly problems: ReadonlyArray<string>
}

/** The lists of one folder, with their checksums by file name, or by file name without extension (`stems`). */
interface Folder {
  readonly lists: ReadonlyArray<List>
  readonly files: ReadonlyMap<string, ReadonlyArray<Expected>>
  readonly stems: ReadonlyMap<string, ReadonlyArray<Expected>>
  /** The first list that cannot be used. */
  readonly broken: List | undefined
  readonly warnings: ReadonlyArray<string>
}

const withoutLists: Folder = { lists: [], files: new Map(), stems: new Map(), broken: undefined, warnings: [] }

/** The maximum size of a list in bytes, enough for half a million files. */
const maxListBytes = 64n * 1024n * 1024n

export const joinPath = (folder: string, name: string): string =>
  folder === "." ? name : `${folder.replace(/\/$/, "")}/${name}`

/** Detects UTF-16 by its byte order mark, because PowerShell writes it. */
const textOf = (bytes: Uint8Array): string => {
  const [first, second] = bytes
  const encoding = first === 0xff && second === 0xfe
    ? "utf-16le"
    : first === 0xfe && second === 0xff
    ? "utf-16be"
    : "utf-8"
  return new TextDecoder(encoding).decode(bytes)
}

/** A list named after its only file may contain that file's path on another machine: drops the folders then. */
const withoutForeignPath = (named: List["named"], stem: string): List["named"] => {
  const [name] = named.keys()
  const [checksums] = named.values()
  return named.size === 1 && name !== undefined && checksums !== undefined && baseName(name) === stem
    ? new Map([[stem, checksums]])
    : named
}

const readList = Effect.fnUntraced(function*(
  folder: string,
  name: string,
  algorithm: Algorithm,
  isBagManifest: boolean
): Effect.fn.Return<List, never, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  const list = { path: joinPath(folder, name), stem: normalized(withoutExtension(name)) }
  const unusable = (problem: string): List => ({ ...list, named: new Map(), nameless: [], problems: [problem] })
  return yield* Effect.gen(function*() {
    const { size, type } = yield* fs.stat(list.path)
    if (type !== "File") return unusable("it is not a regular file")
    if (ByteSize.toBigInt(size) > maxListBytes) return unusable(`it has more than ${maxListBytes} bytes`)
    const parsed = parse(textOf(yield* fs.readFile(list.path)), algorithm, isBagManifest)
    return { ...list, ...parsed, named: withoutForeignPath(parsed.named, list.stem) }
  }).pipe(Effect.catch((error: PlatformError) => Effect.succeed(unusable(explain(error)))))
})

const expectedOf = (lists: ReadonlyArray<List>) => {
  const files = new Map<string, Array<Expected>>()
  const stems = new Map<string, Array<Expected>>()
  const add = (to: typeof files, name: string, checksums: ReadonlyArray<Checksum>, list: string) => {
    const expected = to.get(name) ?? []
    for (const { algorithm, value } of checksums) expected.push({ algorithm, value, list })
    to.set(name, expected)
  }
  for (const { named, nameless, path, stem } of lists) {
    for (const [name, checksums] of named) add(files, name, checksums, path)
    if (nameless.length > 0) add(imageExtension.test(stem) ? files : stems, stem, nameless, path)
  }
  return { files, stems }
}

/** Reads all checksum lists of a folder. */
export const readFolder = Effect.fnUntraced(function*(
  folder: string
): Effect.fn.Return<Folder, never, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  const names = yield* Effect.result(fs.readDirectory(folder))
  if (names._tag === "Failure") {
    // the image in a folder that does not exist reports the problem
    if (names.failure.reason._tag === "NotFound") return withoutLists
    const warning = `${visible(folder)} cannot be listed, so its checksum lists are unknown: ${explain(names.failure)}`
    return { ...withoutLists, warnings: [warning] }
  }
  const isBag = names.success.includes("bagit.txt")
  const listFiles = names.success.flatMap((name) => {
    const algorithm = algorithmOf(name)
    return algorithm === undefined ? [] : [{ name, algorithm }]
  }).sort((a, b) => a.name < b.name ? -1 : 1)
  if (listFiles.length === 0) return withoutLists
  const lists = yield* Effect.forEach(
    listFiles,
    ({ algorithm, name }) => readList(folder, name, algorithm, isBag && name.startsWith("manifest-")),
    { concurrency: 8 }
  )
  const broken = lists.find(({ problems }) => problems.length > 0)
  return { lists, ...expectedOf(lists), broken, warnings: [] }
})

/** A folder, and the path of a file relative to it. */
interface Place {
  readonly folder: string
  readonly name: string
}

/** A backslash is a separator only if the path has no slash: on POSIX it can be part of a name. */
const segmentsOf = (path: string): ReadonlyArray<string> => path.split(path.includes("/") ? "/" : "\\")

/** The folder of a file and its parents, up to the batch's folder. */
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

/** The bag that contains a folder, and the folder's path in it: payload is below `data` (RFC 8493, 2.1.2). */
export const bagOf = Effect.fnUntraced(function*(
  folder: string
): Effect.fn.Return<Place | undefined, never, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  const realPath = yield* Effect.orElseSucceed(fs.realPath(folder), () => folder)
  const segments = segmentsOf(realPath)
  for (const [at, segment] of segments.entries()) {
    if (segment !== "data") continue
    const root = segments.slice(0, at).join("/") || "/"
    const isBag = yield* Effect.orElseSucceed(fs.exists(joinPath(root, "bagit.txt")), () => false)
    if (isBag) return { folder: root, name: segments.slice(at).join("/") }
  }
  return undefined
})

/** How many folders are cached: a batch processes one folder after the other. */
const cacheCapacity = 1024

const noChecksums = { expected: [], warnings: [] }

/** How many lists a warning names. */
const maxNamedLists = 3

/** Must not take time proportional to the number of lists: a folder can have one per image, and each image asks. */
const notListedWarning = (folders: ReadonlyArray<Folder>): string => {
  const count = folders.reduce((sum, { lists }) => sum + lists.length, 0)
  const more = count > maxNamedLists ? ` and ${count - maxNamedLists} more` : ""
  const named = folders.flatMap(({ lists }) => lists.slice(0, maxNamedLists)).slice(0, maxNamedLists)
  const names = named.map(({ path }) => visible(path)).join(", ")
  return `there is no checksum for it in ${names}${more}: its bytes were not verified`
}

export const make: Effect.Effect<Lists> = Effect.gen(function*() {
  const folderCache = yield* Cache.make({ capacity: cacheCapacity, lookup: readFolder, requireServicesAt: "lookup" })
  const bagCache = yield* Cache.make({ capacity: cacheCapacity, lookup: bagOf, requireServicesAt: "lookup" })

  const lookUp = Effect.fnUntraced(function*(candidates: ReadonlyArray<readonly [Folder, name: string]>) {
    const folders = candidates.map(([folder]) => folder)
    for (const { broken } of folders) {
      if (broken !== undefined) return yield* new FixityListInvalid({ list: broken.path, problems: broken.problems })
    }
    const expected = candidates.flatMap(([{ files, stems }, name]) => [
      ...files.get(normalized(name)) ?? [],
      ...stems.get(normalized(withoutExtension(name))) ?? []
    ])
    const isNotListed = expected.length === 0 && folders.some(({ lists }) => lists.length > 0)
    const notListed = isNotListed ? [notListedWarning(folders)] : []
    return { expected, warnings: [...folders.flatMap(({ warnings }) => warnings), ...notListed] }
  })

  /** The last folder without lists (and its depth), since a batch looks up its images folder by folder. */
  let lastWithoutLists = ""

  const of = Effect.fnUntraced(function*(places: ReadonlyArray<Place>, own: Place) {
    const bag = yield* Cache.get(bagCache, own.folder)
    const all = bag === undefined ? places : [...places, { folder: bag.folder, name: joinPath(bag.name, own.name) }]
    const candidates = yield* Effect.forEach(
      all.filter(({ folder }, at) => all.findIndex((place) => place.folder === folder) === at),
      ({ folder, name }) => Effect.map(Cache.get(folderCache, folder), (folder) => [folder, name] as const)
    )
    if (candidates.every(([folder]) => folder === withoutLists)) {
      lastWithoutLists = `${places.length} ${own.folder}`
      return noChecksums
    }
    return yield* lookUp(candidates)
  })

  return {
    of: (file) => {
      const places = placesOf(file)
      const [own] = places
      return own === undefined || lastWithoutLists === `${places.length} ${own.folder}`
        ? Effect.succeed(noChecksums)
        : of(places, own)
    }
  }
})
