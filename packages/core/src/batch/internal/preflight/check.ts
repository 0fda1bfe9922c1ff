/** The steps of a pre-flight. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import type { AssetId } from "../../../base/Ids.ts"
import { keyIn } from "../../../base/internal/keyPrefix.ts"
import type { MpsConfig } from "../../../config/MpsConfig.ts"
import * as Fixity from "../../../image/Fixity.ts"
import * as ImageProgress from "../../../image/ImageProgress.ts"
import { file } from "../../../image/ImageSource.ts"
import { Holdings } from "../../../mps/Holdings.ts"
import type { Manifests } from "../../../mps/Manifests.ts"
import type { Journal, JournalError } from "../../../upload/Journal.ts"
import { hasErrors } from "../../Finding.ts"
import { booksOf } from "./books.ts"
import { buildBook } from "./build.ts"
import { Findings } from "./codes.ts"
import { checkOptions, meaningsOf } from "./columnsOf.ts"
import { reportCredentials } from "./credentials.ts"
import type { Context as Describing } from "./described.ts"
import type { ImageDraft } from "./draft.ts"
import { draftsOf } from "./draftsOf.ts"
import { examine, type Facts } from "./examine.ts"
import { estimateOf, inOrder, planOf } from "./finish.ts"
import { type Ids, idsOf } from "./ids.ts"
import { checksumsOf, imageDescription } from "./imageValues.ts"
import { makeLocator } from "./locate.ts"
import type { Options, Result } from "./model.ts"
import type { Page } from "./page.ts"
import { makeRights } from "./rights.ts"
import type { Entry } from "./row.ts"
import { rowsOf } from "./rowsOf.ts"
import { reportCopies, reportRegions, reportSiblings } from "./siblings.ts"
import { usedOf } from "./used.ts"
import { reportUsedManifests } from "./usedManifests.ts"

/** What a pre-flight asks. */
export interface Ports {
  readonly config: MpsConfig["Service"]
  readonly journal: Journal["Service"]
  readonly manifests: Manifests["Service"]
}

/** How many files are read at a time. */
const concurrency = 8

const readRows = (options: Options, findings: Findings) => {
  checkOptions(options, findings)
  const columns = options.tables.map((table) => meaningsOf(table, options, findings))
  const rows = options.tables.flatMap((table, index) => {
    for (const finding of table.findings) findings.keep(finding)
    const meanings = columns[index]
    return meanings === undefined ? [] : rowsOf(table, index, meanings, options, findings)
  })
  const hasManifest = (table: number) =>
    [...columns[table]?.values() ?? []].some(({ column }) => column.name === "manifest")
  return { rows, hasManifest }
}

const nothingSaid: ReadonlyMap<string, Entry> = new Map()

/** Tells whoever shows the progress that an image was looked at. */
const report = (
  { keyPrefix }: Ports["config"],
  { id, name, path }: { readonly id: AssetId | undefined; readonly name: string; readonly path: string },
  found: Facts | undefined
) => {
  const header = found?.header
  if (found === undefined || header === undefined || id === undefined) {
    return ImageProgress.emit({ _tag: "Refused", source: path, problem: "see the findings" })
  }
  const { extension, height, mediaType, width } = header
  const key = keyIn(keyPrefix, `${id}.${extension}`)
  const { fingerprint } = found
  const asset = { id, key, source: file(path, { name }), fingerprint, width, height, mediaType, warnings: [] }
  return ImageProgress.emit({ _tag: "Probed", asset })
}

/** Reads each file once, even if several rows name it. */
const examineAll = Effect.fnUntraced(function*(
  drafts: ReadonlyArray<ImageDraft>,
  ids: Ids,
  checksums: boolean,
  config: Ports["config"],
  findings: Findings
) {
  const context = { findings, lists: yield* Fixity.lists, checksums, brokenLists: new Set<string>() }
  const existing = drafts.filter(({ exists }) => exists)
  const files = [...Map.groupBy(existing, ({ path }) => path).values()].flatMap(([draft]) => draft ?? [])
  const subjects = files.map((draft) => {
    const { fromFolder, name, path, place, row } = draft
    const given = checksumsOf(fromFolder ? nothingSaid : row.own, new Findings())
    return {
      path,
      name,
      place,
      id: ids.get(draft),
      given: given.map(({ algorithm, value }) => ({
        algorithm,
        value,
        list: "the row",
        place: row.own.get(algorithm)?.place ?? place
      }))
    }
  })
  const facts = yield* Effect.forEach(
    subjects,
    (subject) => Effect.tap(examine(context, subject), (found) => report(config, subject, found)),
    { concurrency }
  )
  return new Map<string, Facts | undefined>(subjects.map(({ path }, index) => [path, facts[index]]))
})

/** Looks at all of a batch. */
export const check = Effect.fnUntraced(function*(
  { config, journal, manifests }: Ports,
  options: Options
): Effect.fn.Return<Result, JournalError, FileSystem.FileSystem | Path.Path> {
  const { allowOutside = false, checksums = false, credentials = [], separator = "|", update = false } = options
  const findings = new Findings()
  const root = options.root ?? options.tables[0]?.folder ?? "."
  reportCredentials([credentials].flat(), yield* Clock.currentTimeMillis, findings)
  const { hasManifest, rows } = readRows(options, findings)
  const locator = yield* makeLocator(allowOutside)
  const drafts = yield* draftsOf({ root, allowOutside, locator, findings, hasManifest }, rows)
  const ids = idsOf(drafts.images, config.assetPrefix, findings)
  const facts = yield* examineAll(drafts.images, ids, checksums, config, findings)
  const describing: Describing = { findings, separator, rights: makeRights(findings) }
  const pages = drafts.images.map((draft): Page => ({
    draft,
    id: ids.get(draft),
    facts: facts.get(draft.path),
    fixity: checksumsOf(draft.fromFolder ? nothingSaid : draft.row.own, findings),
    description: draft.fromFolder ? {} : imageDescription(draft.row.own, describing)
  }))
  const books = booksOf(pages, drafts, config, describing)
  yield* reportCopies(pages, findings)
  reportRegions(pages, findings)
  yield* reportSiblings(drafts.images, locator.list, findings)
  for (const book of books) yield* buildBook(book, config, manifests, findings)
  const context = { config, journal, holdings: yield* Holdings, findings, update }
  yield* reportUsedManifests(context, books)
  const used = yield* usedOf(context, pages)
  const replaced = new Set(Array.from(used, ({ id }) => id ?? ""))
  return {
    findings: inOrder(findings.all, options),
    plan: hasErrors(findings.all) ? undefined : planOf(books, config, root, replaced),
    estimate: estimateOf(books, options)
  }
})
