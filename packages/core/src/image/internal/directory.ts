import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import { explain } from "../../base/internal/fileProblem.ts"
import { baseName } from "./fileName.ts"
import { algorithmOf } from "./fixity/parse.ts"

/** A file: `name` is its path below the root with forward slashes, `path` the path to open it with. */
export interface ListedFile {
  readonly name: string
  readonly path: string
}

export interface Listed {
  readonly files: ReadonlyArray<ListedFile>
  readonly leftOut: ReadonlyArray<{ readonly name: string; readonly why: string }>
}

/** Includes formats that MPS does not accept, so that such files are rejected by name instead of left out. */
export const imageExtension =
  /\.(?:tiff?|jpe?g|jpe|jfif|jp2|jpx|jpf|jph|j2k|j2c|jpc|png|gif|webp|heic|heif|avif|bmp|svg|psd)$/i

interface Named {
  readonly name: string
}

/** Compares path segments, so that a folder's files stay together; names equal to the collator sort by code unit. */
const compare = (order: Intl.Collator, a: Named, b: Named): number => {
  const [left, right] = [a.name.split("/"), b.name.split("/")]
  for (const [index, segment] of left.entries()) {
    const other = right[index]
    if (other === undefined) return 1
    const compared = order.compare(segment, other) || (segment < other ? -1 : segment > other ? 1 : 0)
    if (compared !== 0) return compared
  }
  return left.length - right.length
}

/** Sorts in natural order. The collator is made here: at start-up it would take as long as loading a dozen modules. */
export const sortedByName = <A extends Named>(items: ReadonlyArray<A>): ReadonlyArray<A> => {
  const order = new Intl.Collator("en", { numeric: true })
  return items.toSorted((a, b) => compare(order, a, b))
}

interface Failure {
  readonly path: string
  readonly detail: string
}

const failure = (path: string) => (error: PlatformError): Failure => ({ path, detail: explain(error) })

/** Folders that are links in folders that are links: of those that lead to each other, there is no end of paths. */
const maxNestedLinks = 1000

/**
 * Where a walk is: `ancestors` are the real paths of the folders that contain the one it is at, and `links` how many of
 * them are links. `nested` counts folders with two or more in the whole walk.
 */
interface Position {
  readonly ancestors: ReadonlySet<string>
  readonly links: number
  readonly nested: { count: number }
}

/** Lists a folder and all folders below it. */
const walk = (
  fs: FileSystem.FileSystem,
  path: string,
  prefix: string,
  position: Position
): Effect.Effect<Listed, Failure> =>
  Effect.gen(function*() {
    const { ancestors } = position
    const realPath = yield* fs.realPath(path).pipe(Effect.mapError(failure(path)))
    if (ancestors.has(realPath)) return leaveOut({ name: prefix, path }, "it links back to a folder that contains it")
    const entries = yield* fs.readDirectoryEntries(path).pipe(Effect.mapError(failure(path)))
    const below = { ...position, ancestors: new Set([...ancestors, realPath]) }
    const listed = yield* Effect.forEach(entries, ({ name, type }) => {
      const file = { name: prefix === "" ? name : `${prefix}/${name}`, path: `${path}/${name}` }
      return name.startsWith(".")
        ? Effect.succeed(leaveOut(file, "it is hidden"))
        : visit(fs, file, type, below)
    })
    return { files: listed.flatMap(({ files }) => files), leftOut: listed.flatMap(({ leftOut }) => leftOut) }
  })

const leaveOut = ({ name }: ListedFile, why: string): Listed => ({ files: [], leftOut: [{ name, why }] })

/** A broken link does not count as a folder: if it is named like an image, probing it reports the problem. */
const isFolder = (fs: FileSystem.FileSystem, path: string, type: FileSystem.File.Type): Effect.Effect<boolean> =>
  type === "SymbolicLink" || type === "Unknown"
    ? Effect.orElseSucceed(Effect.map(fs.stat(path), (info) => info.type === "Directory"), () => false)
    : Effect.succeed(type === "Directory")

const visit = Effect.fnUntraced(function*(
  fs: FileSystem.FileSystem,
  file: ListedFile,
  type: FileSystem.File.Type,
  { ancestors, links, nested }: Position
): Effect.fn.Return<Listed, Failure> {
  if (yield* isFolder(fs, file.path, type)) {
    const through = type === "SymbolicLink" ? links + 1 : links
    if (through > 1 && ++nested.count > maxNestedLinks) {
      const detail = `its links lead to each other, in more than ${maxNestedLinks} ways; remove them`
      return yield* Effect.fail({ path: file.path, detail })
    }
    return yield* walk(fs, file.path, file.name, { ancestors, links: through, nested })
  }
  return imageExtension.test(file.name)
    ? { files: [file], leftOut: [] }
    : leaveOut(
      file,
      algorithmOf(baseName(file.name)) === undefined
        ? "its name does not have the extension of an image"
        : "it is a list of checksums, which images are verified against"
    )
})

/** Lists a folder and all folders below it, in natural order. */
export const list = (root: string): Effect.Effect<Listed, Failure, FileSystem.FileSystem> =>
  Effect.gen(function*() {
    const path = root.replace(/(?<=.)[/\\]+$/, "")
    const start: Position = { ancestors: new Set(), links: 0, nested: { count: 0 } }
    const { files, leftOut } = yield* walk(yield* FileSystem.FileSystem, path, "", start)
    return { files: sortedByName(files), leftOut: sortedByName(leftOut) }
  })
