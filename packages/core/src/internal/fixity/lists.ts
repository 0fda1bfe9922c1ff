/** Where lists of checksums lie, and what they say of a file. */
import * as ByteSize from "effect/ByteSize"
import * as Cache from "effect/Cache"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import type { Algorithm, Expected, FixityListInvalid, Lists } from "../../Fixity.ts"
import { explain } from "../fileProblem.ts"
import { visible } from "../shown.ts"
import { algorithmOf, normalized, parse, type Parsed } from "./parse.ts"

/** What one folder has: lists read, and those of single files, which are read when those are asked for. */
interface Folder {
  readonly lists: ReadonlyArray<List>
  readonly alone: ReadonlyMap<string, ReadonlyArray<string>>
  readonly warnings: ReadonlyArray<string>
}

/** A list that was read. */
export interface List extends Parsed {
  readonly path: string
}

const nothing: Folder = { lists: [], alone: new Map(), warnings: [] }

/** The largest list, in bytes: a million files and more. */
const longest = 256n * 1024n * 1024n

/** A path below a folder. */
export const within = (folder: string, name: string): string =>
  folder === "." ? name : `${folder.replace(/\/$/, "")}/${name}`

const readList = Effect.fnUntraced(function*(
  path: string,
  algorithm: Algorithm,
  options: { readonly alone?: string; readonly bagged?: boolean } = {}
): Effect.fn.Return<List, never, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  const unusable = (problem: string): List => ({ path, checksums: new Map(), problems: [problem] })
  return yield* Effect.gen(function*() {
    const { size, type } = yield* fs.stat(path)
    if (type !== "File") return unusable("it is no file")
    if (ByteSize.toBigInt(size) > longest) return unusable(`it has more than ${longest} bytes`)
    const text = yield* fs.readFileString(path)
    return { path, ...parse(text, algorithm, { alone: options.alone, bagged: options.bagged ?? false }) }
  }).pipe(Effect.catch((error: PlatformError) => Effect.succeed(unusable(explain(error)))))
})

/** A list is of one file where it is called like it. */
const fileOf = (list: string, names: ReadonlySet<string>): string | undefined => {
  const name = list.replace(/\.[^.]+$/, "")
  return name !== list && names.has(name) ? name : undefined
}

/** The lists of a folder. */
export const readFolder = Effect.fnUntraced(
  function*(folder: string): Effect.fn.Return<Folder, never, FileSystem.FileSystem> {
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
    const names = new Set(listed.success)
    const found = [...names].toSorted().flatMap((name) => {
      const algorithm = algorithmOf(name)
      return algorithm === undefined ? [] : [{ name, algorithm, file: fileOf(name, names) }]
    })
    return {
      lists: yield* Effect.forEach(
        found.filter(({ file }) => file === undefined),
        ({ algorithm, name }) => readList(within(folder, name), algorithm, { bagged: names.has("bagit.txt") })
      ),
      alone: new Map(
        [...Map.groupBy(found, ({ file }) => file)].flatMap(([file, lists]) =>
          file === undefined ? [] : [[normalized(file), lists.map(({ name }) => name)] as const]
        )
      ),
      warnings: []
    }
  }
)

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

type Invalid = (list: string, problems: ReadonlyArray<string>) => FixityListInvalid

export const make = (invalid: Invalid): Effect.Effect<Lists> =>
  Effect.gen(function*() {
    const cache = yield* Cache.make({ capacity, lookup: readFolder, requireServicesAt: "lookup" })
    const bags = yield* Cache.make({ capacity, lookup: bagOf, requireServicesAt: "lookup" })

    const inPlace = Effect.fnUntraced(function*(place: Place) {
      const { alone, lists, warnings } = yield* Cache.get(cache, place.folder)
      const own = yield* Effect.forEach(alone.get(normalized(place.name)) ?? [], (name) => {
        const algorithm = algorithmOf(name)
        return algorithm === undefined
          ? Effect.die(new Error(`${name} is no list`))
          : readList(within(place.folder, name), algorithm, { alone: place.name })
      })
      return { name: place.name, lists: [...lists, ...own], warnings }
    })

    const lookUp = Effect.fnUntraced(function*(places: ReadonlyArray<Place>) {
      const found = yield* Effect.forEach(places, inPlace)
      const lists = found.flatMap(({ lists, name }) => lists.map((list) => ({ ...list, name })))
      for (const { path, problems } of lists) if (problems.length > 0) return yield* invalid(path, problems)
      const expected = lists.flatMap(({ checksums, name, path }): ReadonlyArray<Expected> => {
        const checksum = checksums.get(normalized(name))
        return checksum === undefined ? [] : [{ ...checksum, list: path }]
      })
      const unnamed = expected.length === 0 && lists.length > 0
        ? [
          `${
            lists.map(({ path }) => visible(path)).join(", ")
          } does not name it: its bytes were checked against nothing`
        ]
        : []
      return { expected, warnings: [...found.flatMap(({ warnings }) => warnings), ...unnamed] }
    })

    /** Folders, each with how far up was looked, where there is nothing: a batch asks the same for every image. */
    const silent = new Set<string>()

    const of = Effect.fnUntraced(function*(places: ReadonlyArray<Place>, own: Place) {
      const folders = yield* Effect.forEach(places, ({ folder }) => Cache.get(cache, folder))
      const bag = yield* Cache.get(bags, own.folder)
      if (bag === undefined && folders.every((folder) => folder === nothing)) {
        silent.add(`${places.length} ${own.folder}`)
        return silence
      }
      const inBag = bag === undefined ? [] : [{ folder: bag.folder, name: within(bag.name, own.name) }]
      const isAbove = places.some(({ name }) => name === inBag[0]?.name)
      return yield* lookUp(isAbove ? places : [...places, ...inBag])
    })

    return {
      of: (file) => {
        const places = placesOf(file)
        const [own] = places
        return own === undefined || silent.has(`${places.length} ${own.folder}`)
          ? Effect.succeed(silence)
          : of(places, own)
      }
    }
  })
