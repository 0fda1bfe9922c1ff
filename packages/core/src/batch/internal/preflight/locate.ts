/** Finds the files and folders that cells name. */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { explain } from "../../../base/internal/fileProblem.ts"
import { quoted, visible } from "../../../base/internal/text.ts"
import type { Code } from "./codes.ts"
import { type Lister, type Listing, makeLister } from "./listing.ts"
import { parsePath } from "./outside.ts"
import { closest } from "./suggest.ts"

/** Where a cell leads: an existing file or folder, by its path as the file system has it, or nowhere. */
export type Located =
  | { readonly _tag: "File" | "Folder"; readonly path: string }
  | { readonly _tag: "Nowhere"; readonly code: Code; readonly message: string; readonly remedy?: string }

const nowhere = (code: Code, message: string, remedy?: string): Located => ({
  _tag: "Nowhere",
  code,
  message,
  ...(remedy === undefined ? {} : { remedy })
})

/** How many names all suggestions of a batch may be compared with: ten thousand names may be missing. */
const maxComparisons = 400_000

/** A name with another extension, or one that is nearly the same. */
const similar = (name: string, { entries }: Listing, budget: { left: number }): string | undefined => {
  budget.left -= entries.size
  if (budget.left < 0) return undefined
  const stem = name.replace(/\.[^.]*$/, "").toLowerCase()
  for (const other of entries.keys()) if (other.replace(/\.[^.]*$/, "").toLowerCase() === stem) return other
  return closest(name, entries.keys())
}

/** The entry with a name, whatever its Unicode form; or why there is none. */
const entryOf = (name: string, listing: Listing, budget: { left: number }): string | Located => {
  if (listing.entries.has(name)) return name
  const [same, other] = listing.byForm(name)
  if (other !== undefined) {
    return nowhere("file-form", `several files look like ${quoted(name)} in ${quoted(listing.path)}`)
  }
  if (same !== undefined) return same
  const [cased] = listing.byCase(name)
  if (cased !== undefined) {
    return nowhere("file-case", `there is no ${quoted(name)}, but there is ${quoted(cased)}`, `write ${visible(cased)}`)
  }
  const suggestion = similar(name, listing, budget)
  return suggestion === undefined
    ? nowhere("file-missing", `there is no ${quoted(name)} in ${quoted(listing.path)}`)
    : nowhere(
      "file-missing",
      `there is no ${quoted(name)} in ${quoted(listing.path)}; did you mean ${quoted(suggestion)}?`
    )
}

/** Finds what cells name, below a folder. */
export interface Locator {
  readonly locate: (folder: string, text: string) => Effect.Effect<Located>
  readonly list: Lister
}

export const makeLocator = Effect.fnUntraced(function*(
  allowOutside: boolean
): Effect.fn.Return<Locator, never, FileSystem.FileSystem | Path.Path> {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const list = yield* makeLister
  const budget = { left: maxComparisons }
  const realPaths = new Map<string, string>()

  const realPathOf = Effect.fnUntraced(function*(folder: string) {
    const known = realPaths.get(folder)
    if (known !== undefined) return known
    const real = yield* Effect.orElseSucceed(fs.realPath(folder), () => folder)
    realPaths.set(folder, real)
    return real
  })

  const typed = (path: string, type: FileSystem.File.Type): Located => {
    if (type === "File") return { _tag: "File", path }
    if (type === "Directory") return { _tag: "Folder", path }
    return nowhere("file-special", `${quoted(path)} is a device, a pipe or a socket`)
  }

  const inspect = (path: string) =>
    fs.stat(path).pipe(
      Effect.map(({ type }) => typed(path, type)),
      Effect.catch((error) =>
        Effect.succeed(
          error.reason._tag === "NotFound"
            ? nowhere("file-missing", `there is no ${quoted(path)}`)
            : nowhere("file-unreadable", `${quoted(path)} cannot be inspected: ${visible(explain(error))}`)
        )
      )
    )

  /** A link is followed only if what it leads to is in the folder as well. */
  const follow = Effect.fnUntraced(function*(root: string, path: string) {
    const real = yield* Effect.result(fs.realPath(path))
    if (real._tag === "Failure") {
      return nowhere("file-link", `${quoted(path)} is a link that leads nowhere: ${visible(explain(real.failure))}`)
    }
    const folder = yield* realPathOf(root)
    const isInside = real.success === folder || real.success.startsWith(`${folder.replace(/[\\/]$/, "")}${paths.sep}`)
    if (!isInside && !allowOutside) {
      return nowhere("file-outside", `${quoted(path)} is a link to a place outside the folder`)
    }
    return yield* inspect(path)
  })

  const step = Effect.fnUntraced(function*(root: string, folder: string, segment: string) {
    const listing = yield* list(folder)
    if (listing.problem !== undefined) {
      return nowhere("folder-unreadable", `${quoted(folder)} cannot be listed: ${visible(listing.problem)}`)
    }
    const entry = entryOf(segment, listing, budget)
    if (typeof entry !== "string") return entry
    const path = paths.join(folder, entry)
    const type = listing.entries.get(entry)
    if (type === "SymbolicLink") return yield* follow(root, path)
    return type === undefined || type === "Unknown" ? yield* inspect(path) : typed(path, type)
  })

  const folders = new Map<string, Located>()

  const below = (root: string, segments: ReadonlyArray<string>): Effect.Effect<Located> => {
    const last = segments.at(-1)
    if (last === undefined) return Effect.succeed({ _tag: "Folder", path: root })
    if (segments.length === 1) return step(root, root, last)
    const above = segments.slice(0, -1)
    const key = `${root}\n${above.join("/")}`
    const known = folders.get(key)
    const found = known === undefined
      ? Effect.tap(below(root, above), (located) => Effect.sync(() => void folders.set(key, located)))
      : Effect.succeed(known)
    return Effect.flatMap(found, (located) => {
      if (located._tag === "Folder") return step(root, located.path, last)
      return Effect.succeed(
        located._tag === "File" ? nowhere("file-missing", `${quoted(located.path)} is no folder`) : located
      )
    })
  }

  return {
    list,
    locate: (folder, text) => {
      const parsed = parsePath(text, allowOutside)
      switch (parsed._tag) {
        case "Below":
          return below(folder, parsed.segments)
        case "Elsewhere":
          return inspect(paths.resolve(folder, parsed.path))
        case "Refused":
          return Effect.succeed(nowhere(parsed.code, parsed.message))
      }
    }
  }
})
