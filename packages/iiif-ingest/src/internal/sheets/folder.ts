/**
 * A folder as a table: images directly in a folder are a manifest that is named after the folder, and so are those of
 * each folder below, in natural order.
 */
import { visible } from "@iiif-ingest/core/base/Reason"
import type { Finding } from "@iiif-ingest/core/batch/Finding"
import type { Row, Table } from "@iiif-ingest/core/batch/Table"
import * as ImageSource from "@iiif-ingest/core/image/ImageSource"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as References from "effect/References"
import { manifestName } from "../manifestName.ts"
import { finding } from "./codes.ts"
import { explain } from "./fileProblem.ts"
import { type Origin, withoutRows } from "./model.ts"

export const folderColumns = ["file", "manifest", "manifest.label"]

/** The images of a folder, by the folder below it that has them (`""` for itself), and what was found on the way. */
export interface Listing {
  readonly folders: ReadonlyMap<string, ReadonlyArray<string>>
  readonly findings: ReadonlyArray<Finding>
}

/** What every folder may have and nobody takes for a page. */
const ordinary = /(?:^|\/)(?:\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini)$|^it is a list of checksums/i

/** Folders that cannot be listed, each by name: the listing of all stops at the first. */
const unreadable = (
  fs: FileSystem.FileSystem,
  { folder, source }: Origin,
  name: string,
  depth: number
): Effect.Effect<ReadonlyArray<Finding>> =>
  fs.readDirectoryEntries(name === "" ? folder : `${folder}/${name}`).pipe(
    Effect.flatMap((entries) =>
      Effect.forEach(
        entries.filter(({ name: entry, type }) => type === "Directory" && !entry.startsWith(".") && depth > 0),
        (entry) => unreadable(fs, { folder, source }, name === "" ? entry.name : `${name}/${entry.name}`, depth - 1)
      )
    ),
    Effect.map((found) => found.flat()),
    Effect.catch((error) => {
      const place = name === "" ? { source } : { source, file: name }
      return Effect.succeed([finding("folder-unreadable", place, `the folder cannot be listed: ${explain(error)}`)])
    })
  )

const maxDepth = 100

const leftOut = ({ source }: Origin, files: ImageSource.Directory["leftOut"]): ReadonlyArray<Finding> =>
  files.flatMap(({ name, why }) =>
    ordinary.test(name) || ordinary.test(why)
      ? []
      : [finding("file-left-out", { source, file: name }, `the file is left out: ${why}`)]
  )

/** Lists a folder and all below it. */
export const listImages = Effect.fnUntraced(function*(
  origin: Origin
): Effect.fn.Return<Listing, never, FileSystem.FileSystem> {
  // What it would warn of is a finding.
  const listed = yield* ImageSource.directory(origin.folder).pipe(
    Effect.provideService(References.MinimumLogLevel, "Error"),
    Effect.result
  )
  if (listed._tag === "Failure") {
    const found = yield* unreadable(yield* FileSystem.FileSystem, origin, "", maxDepth)
    const { detail, path } = listed.failure
    const first = finding(
      "folder-unreadable",
      { source: origin.source },
      `${visible(path)} cannot be listed: ${detail}`
    )
    return { folders: new Map(), findings: found.length > 0 ? found : [first] }
  }
  const folders = new Map<string, Array<string>>()
  for (const { name } of listed.success.images) {
    const folder = name.slice(0, Math.max(0, name.lastIndexOf("/")))
    const files = folders.get(folder)
    if (files === undefined) folders.set(folder, [name])
    else files.push(name)
  }
  return { folders, findings: leftOut(origin, listed.success.leftOut) }
})

const lastSegment = (path: string): string => path.split(/[/\\]/).findLast((segment) => segment !== "") ?? path

/** The name and label of the manifest of a folder: its path without the root, or the root's own name. */
export const manifestOf = (origin: Origin, folder: string): { readonly name: string; readonly label: string } => {
  const path = folder === "" ? lastSegment(origin.folder) : folder
  return { name: manifestName(path), label: lastSegment(path) }
}

/** Folders whose names give no name for a manifest. */
export const nameless = (origin: Origin, folders: Iterable<string>): ReadonlyArray<Finding> =>
  [...folders].flatMap((folder) => {
    if (manifestOf(origin, folder).name !== "") return []
    const place = { source: origin.source, ...(folder === "" ? {} : { file: folder }) }
    return [finding("folder-name", place, "the name of the folder gives no name for a manifest")]
  })

const rowsOf = (origin: Origin, { folders }: Listing): ReadonlyArray<Row> =>
  Array.from(folders, ([folder, files]) => {
    const { label, name } = manifestOf(origin, folder)
    const manifest = [["manifest", { text: name }], ["manifest.label", { text: label }]] as const
    const known = manifest.filter(([, { text }]) => text !== "")
    return files.map((file): Row => ({ cells: new Map([["file", { text: file }], ...known]) }))
  }).flat()

/** The table of a folder. */
export const readFolder = Effect.fnUntraced(function*(
  origin: Origin
): Effect.fn.Return<Table, never, FileSystem.FileSystem> {
  const listing = yield* listImages(origin)
  const { findings, folders } = listing
  if (folders.size > 0) {
    return {
      ...origin,
      columns: folderColumns,
      rows: rowsOf(origin, listing),
      findings: [...nameless(origin, folders.keys()), ...findings]
    }
  }
  const isUnread = findings.some(({ severity }) => severity === "error")
  const empty = isUnread ? [] : [finding("folder-empty", { source: origin.source }, "there is no image in the folder")]
  return withoutRows(origin, [...empty, ...findings])
})
