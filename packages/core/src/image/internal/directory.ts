import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import { explain } from "../../base/internal/fileProblem.ts"
import { baseName } from "./fileName.ts"
import { algorithmOf } from "./fixity/parse.ts"

/** A file by its path below the root, with forward slashes, and by the path it is opened with. */
export interface ListedFile {
  readonly name: string
  readonly path: string
}

export interface Listed {
  readonly files: ReadonlyArray<ListedFile>
  readonly leftOut: ReadonlyArray<{ readonly name: string; readonly why: string }>
}

/** What names of images end in; those MPS does not take are among them, to be refused by name and not left out. */
export const imageEnding =
  /\.(?:tiff?|jpe?g|jpe|jfif|jp2|jpx|jpf|j2k|j2c|jpc|png|gif|webp|heic|heif|avif|bmp|svg|psd)$/i

const order = new Intl.Collator("en", { numeric: true })

/** By path segments, so that a folder's files stay together; what is the same to the collator goes by code units. */
export const byName = (a: { readonly name: string }, b: { readonly name: string }): number => {
  const [left, right] = [a.name.split("/"), b.name.split("/")]
  for (const [index, segment] of left.entries()) {
    const other = right[index]
    if (other === undefined) return 1
    const compared = order.compare(segment, other) || (segment < other ? -1 : segment > other ? 1 : 0)
    if (compared !== 0) return compared
  }
  return left.length - right.length
}

interface Failure {
  readonly path: string
  readonly detail: string
}

const failure = (path: string) => (error: PlatformError): Failure => ({ path, detail: explain(error) })

/** Files of a folder and of those below it; `above` are the real paths of the folders it lies in. */
const walk = (
  fs: FileSystem.FileSystem,
  path: string,
  prefix: string,
  above: ReadonlySet<string>
): Effect.Effect<Listed, Failure> =>
  Effect.gen(function*() {
    const real = yield* fs.realPath(path).pipe(Effect.mapError(failure(path)))
    if (above.has(real)) return without({ name: prefix, path }, "it leads back to a folder that it is in")
    const entries = yield* fs.readDirectoryEntries(path).pipe(Effect.mapError(failure(path)))
    const within = new Set([...above, real])
    const listed = yield* Effect.forEach(entries, ({ name, type }) => {
      const file = { name: prefix === "" ? name : `${prefix}/${name}`, path: `${path}/${name}` }
      return name.startsWith(".")
        ? Effect.succeed(without(file, "it is hidden"))
        : visit(fs, file, type, within)
    })
    return { files: listed.flatMap(({ files }) => files), leftOut: listed.flatMap(({ leftOut }) => leftOut) }
  })

const without = ({ name }: ListedFile, why: string): Listed => ({ files: [], leftOut: [{ name, why }] })

/** A link that leads nowhere is no folder: if it is called like an image, probing it says what is wrong. */
const isFolder = (fs: FileSystem.FileSystem, path: string, type: FileSystem.File.Type): Effect.Effect<boolean> =>
  type === "SymbolicLink" || type === "Unknown"
    ? Effect.orElseSucceed(Effect.map(fs.stat(path), (info) => info.type === "Directory"), () => false)
    : Effect.succeed(type === "Directory")

const visit = Effect.fnUntraced(function*(
  fs: FileSystem.FileSystem,
  file: ListedFile,
  type: FileSystem.File.Type,
  above: ReadonlySet<string>
): Effect.fn.Return<Listed, Failure> {
  if (yield* isFolder(fs, file.path, type)) return yield* walk(fs, file.path, file.name, above)
  return imageEnding.test(file.name)
    ? { files: [file], leftOut: [] }
    : without(
      file,
      algorithmOf(baseName(file.name)) === undefined
        ? "its name does not end like an image's"
        : "it lists checksums, which images are checked against"
    )
})

/** Lists a folder and all below it, in natural order. */
export const list = (root: string): Effect.Effect<Listed, Failure, FileSystem.FileSystem> =>
  Effect.gen(function*() {
    const path = root.replace(/(?<=.)[/\\]+$/, "")
    const { files, leftOut } = yield* walk(yield* FileSystem.FileSystem, path, "", new Set())
    return { files: files.toSorted(byName), leftOut: leftOut.toSorted(byName) }
  })
