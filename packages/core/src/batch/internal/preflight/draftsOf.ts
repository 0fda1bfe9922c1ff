/** Finds the images of all rows. */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as References from "effect/References"
import { quoted, visible } from "../../../base/internal/text.ts"
import { type Directory, directory } from "../../../image/ImageSource.ts"
import * as Columns from "../../Columns.ts"
import type { Place } from "../../Finding.ts"
import type { Findings } from "./codes.ts"
import type { Drafts, FolderDraft, Found, ImageDraft } from "./draft.ts"
import type { Located, Locator } from "./locate.ts"
import { folderOf, manifestOf } from "./manifestOf.ts"
import type { Entry, Row } from "./row.ts"

interface Context {
  readonly root: string
  readonly allowOutside: boolean
  readonly locator: Locator
  readonly findings: Findings
  /** Whether a table has a column for the manifest. */
  readonly hasManifest: (table: number) => boolean
}

/** The cell that names the row's file or folder, unless there is none or two. */
const target = ({ own, place }: Row, findings: Findings): Entry | undefined => {
  const [file, folder] = [own.get("file"), own.get("folder")]
  if (file !== undefined && folder !== undefined) {
    findings.add("row-file-and-folder", folder.place, `it names the file ${quoted(file.text)} and a folder`)
    return undefined
  }
  if (file === undefined && folder === undefined) {
    findings.add("row-without-file", { ...place, column: "file" }, "the row names no file")
  }
  return file ?? folder
}

/** What a cell leads to, if it is of the kind that the cell is for. */
const found = (cell: Entry, located: Located, findings: Findings): Found | undefined => {
  const isFolder = cell.meaning.column.name === "folder"
  if (located._tag === "Nowhere") {
    const code = isFolder && located.code === "file-missing" ? "folder-missing" : located.code
    findings.add(code, cell.place, located.message, code === located.code ? located.remedy : undefined)
    return undefined
  }
  if (located._tag === "Folder" || !isFolder) return located
  findings.add(
    "folder-missing",
    cell.place,
    `${quoted(cell.text)} is a file`,
    "name a folder, or use the column `file`"
  )
  return undefined
}

const checkFolderCells = ({ own }: Row, findings: Findings): void => {
  for (const { meaning, place } of own.values()) {
    if (meaning.column.of !== "image") continue
    findings.add("row-folder-cell", place, `the row is for a folder, which has no ${Columns.format(meaning)}`)
  }
}

const listFolder = (path: string) =>
  Effect.result(Effect.provideService(directory(path), References.MinimumLogLevel, "None"))

/** What is left out of a folder on purpose, and is not worth a word. */
const isExpected = (why: string): boolean => why === "it is hidden" || why.startsWith("it is a list of checksums")

const reportLeftOut = ({ leftOut }: Directory, place: Place, findings: Findings): void => {
  for (const { name, why } of leftOut) {
    if (isExpected(why)) continue
    const code = why.startsWith("it does not exist") ? "checksum-orphan" : "folder-left-out"
    findings.add(code, { ...place, file: name }, `${quoted(name)}: ${visible(why)}`)
  }
}

const nameBelow = (paths: Path.Path, root: string, path: string): string | undefined => {
  const relative = paths.relative(root, path)
  const isBelow = relative !== "" && relative !== ".." && !relative.startsWith(`..${paths.sep}`) &&
    !paths.isAbsolute(relative)
  return isBelow ? relative.replaceAll(paths.sep, "/") : undefined
}

const imagesOfFolder = Effect.fnUntraced(function*(context: Context, draft: FolderDraft) {
  const { allowOutside, findings, locator, root } = context
  const { manifest, path, place, row } = draft
  const paths = yield* Path.Path
  const listed = yield* listFolder(path)
  if (listed._tag === "Failure") {
    findings.add("folder-unreadable", place, listed.failure.message)
    return []
  }
  reportLeftOut(listed.success, place, findings)
  if (listed.success.images.length === 0) findings.add("folder-empty", place, `${quoted(path)} has no images`)
  return yield* Effect.forEach(
    listed.success.images,
    ({ name }) =>
      Effect.map(locator.locate(path, name), (located): ReadonlyArray<ImageDraft> => {
        const at: Place = { ...place, file: name }
        if (located._tag === "Nowhere") {
          findings.add(located.code, at, located.message, located.remedy)
          return []
        }
        const below = nameBelow(paths, root, located.path) ?? (allowOutside ? located.path : undefined)
        if (below !== undefined) {
          return [{ row, place: at, path: located.path, name: below, manifest, exists: true, fromFolder: true }]
        }
        findings.add("file-beyond-root", at, `${quoted(located.path)} is not below ${quoted(root)}`)
        return []
      })
  ).pipe(Effect.map((images) => images.flat()))
})

/** A row whose file or folder is not there, of which the rest is to be checked. */
const lostOf = (row: Row, cell: Entry | undefined, manifest: string): ImageDraft | FolderDraft => {
  const place = cell?.place ?? row.place
  const path = `${row.table} ${row.place.row} is nowhere`
  return cell?.meaning.column.name === "folder"
    ? { row, place, path, manifest, title: cell.text }
    : { row, place, path, name: cell?.text ?? "", manifest, exists: false, fromFolder: false }
}

/** Finds what each row is for. All rows are accounted for: one that is in no draft has a finding that is an error. */
export const draftsOf = Effect.fnUntraced(function*(
  context: Context,
  rows: ReadonlyArray<Row>
): Effect.fn.Return<Drafts, never, FileSystem.FileSystem | Path.Path> {
  const { allowOutside, findings, hasManifest, locator, root } = context
  const paths = yield* Path.Path
  const images: Array<ImageDraft> = []
  const folders: Array<FolderDraft> = []
  const titles = new Map<string, string>()
  for (const row of rows) {
    const cell = target(row, findings)
    const located = cell === undefined
      ? undefined
      : found(cell, yield* locator.locate(row.folder, cell.text), findings)
    if (located === undefined) {
      const named = manifestOf(row, undefined, hasManifest(row.table), findings)
      if (named === undefined) continue
      const lost = lostOf(row, cell, named.name)
      if ("title" in lost) folders.push(lost)
      else images.push(lost)
      continue
    }
    const { path } = located
    const place = cell?.place ?? row.place
    const isFolder = located._tag === "Folder"
    const title = isFolder ? paths.basename(path) : folderOf(row, path)
    const named = manifestOf(row, title, hasManifest(row.table), findings)
    if (named === undefined) continue
    if (!titles.has(named.name)) titles.set(named.name, named.title)
    if (isFolder) {
      checkFolderCells(row, findings)
      const draft = { row, place, path, manifest: named.name, title: named.title }
      folders.push(draft)
      images.push(...yield* imagesOfFolder(context, draft))
      continue
    }
    const name = nameBelow(paths, root, path) ?? (allowOutside ? path : undefined)
    if (name === undefined) {
      findings.add("file-beyond-root", place, `${quoted(path)} is not below ${quoted(root)}`)
    }
    const exists = name !== undefined
    images.push({ row, place, path, name: name ?? path, manifest: named.name, exists, fromFolder: false })
  }
  return { images, folders, titles }
})
