/** Puts pages together to manifests. */
import { ViewingDirection } from "@iiif-ingest/iiif/Presentation3"
import * as Schema from "effect/Schema"
import { ManifestName } from "../../../base/Ids.ts"
import { quoted } from "../../../base/internal/text.ts"
import type { MpsConfig } from "../../../config/MpsConfig.ts"
import * as MpsEnvironment from "../../../config/MpsEnvironment.ts"
import type { Description } from "../../../mps/Manifests.ts"
import { type Findings, otherPlace } from "./codes.ts"
import { checkLanguage } from "./columnsOf.ts"
import { type Context, describedOf, textOf } from "./described.ts"
import type { Drafts, FolderDraft } from "./draft.ts"
import { policyOf } from "./imageValues.ts"
import { nameRemedy } from "./manifestOf.ts"
import { sorted } from "./order.ts"
import type { Book, Page } from "./page.ts"
import { contentsOf } from "./ranges.ts"
import { Finder, withHosts } from "./references.ts"
import type { Entry } from "./row.ts"
import { cellsOf, chosen } from "./wide.ts"

type Config = MpsConfig["Service"]
type Cells = ReadonlyMap<string, Entry>

const isDirection = Schema.is(ViewingDirection)
const isName = Schema.is(ManifestName)

const directionOf = (cells: Cells, findings: Findings) => {
  const entry = cells.get("viewingDirection")
  const text = entry?.text.toLowerCase().replace(/\s+/g, "-")
  if (entry === undefined || isDirection(text)) return isDirection(text) ? { viewingDirection: text } : {}
  findings.add("direction-unknown", entry.place, `${quoted(entry.text)} is no viewing direction`)
  return {}
}

const languageOf = (cells: Cells, findings: Findings) => {
  const entry = cells.get("language")
  if (entry === undefined) return {}
  checkLanguage(entry.text, entry.place, findings)
  return { language: entry.text }
}

const thumbnailOf = (page: Page | undefined, { environment, namespace }: Config) => {
  if (page?.id === undefined || page.facts?.header === undefined) return {}
  const { height, width } = page.facts.header
  const { policyDefinition } = page.description
  const limits = policyDefinition === undefined || "policyGroupName" in policyDefinition
    ? {}
    : { maxSize: policyDefinition.policy.public, maxThumbnailSize: policyDefinition.thumbnail.public }
  return {
    thumbnail: [{ imageService: MpsEnvironment.assetUrl(environment, namespace, page.id), width, height, ...limits }]
  }
}

/** The pages of a manifest, with the policy of the manifest where they have none of their own. */
const withPolicy = (pages: ReadonlyArray<Page>, cells: Cells, findings: Findings): ReadonlyArray<Page> => {
  const policyDefinition = policyOf(cells.get("policy"), findings)
  return policyDefinition === undefined
    ? pages
    : pages.map((page) => ({ ...page, description: { policyDefinition, ...page.description } }))
}

const checkName = (name: string, place: Book["place"], findings: Findings): void => {
  if (!isName(name)) {
    findings.add("manifest-name", place, `${quoted(name)} cannot be the name of a manifest`, nameRemedy(name))
  } else if (!/^\w+$/.test(name)) {
    findings.add(
      "manifest-name-doubtful",
      place,
      `MPS is known to take letters, digits and _, unlike ${quoted(name)}`,
      nameRemedy(name)
    )
  }
}

/** The value that MPS's own viewer reads is the one without a language. */
const needsNone = (label: Description["label"]): boolean => typeof label === "object" && !("none" in label)

interface Group {
  readonly name: string
  readonly pages: Array<Page>
  readonly folders: Array<FolderDraft>
}

const bookOf = (group: Group, title: string, config: Config, context: Context): Book => {
  const { findings } = context
  const { folders, name } = group
  const origin = folders[0] ?? group.pages[0]?.draft
  const row = origin?.row
  const named = row?.own.get("manifest")?.place ?? origin?.place ?? {}
  checkName(name, named, findings)
  const cells = cellsOf(group.pages, folders, findings)
  const ordered = sorted(withPolicy(group.pages, cells, findings), findings)
  const finder = new Finder(ordered)
  const pages = withHosts(ordered, finder, findings)
  const byDraft = new Map(pages.map((page) => [page.draft, page]))
  const find = (code: "start-unknown" | "thumbnail-unknown") => (entry: Entry) => {
    const page = finder.find(entry, findings, code)
    return page === undefined ? undefined : byDraft.get(page.draft)
  }
  const start = chosen("start", pages, cells, find("start-unknown"), findings)
  const thumbnail = chosen("thumbnail", pages, cells, find("thumbnail-unknown"), findings)
  const given = textOf(cells, "label")
  if (given === undefined && row?.place.row !== undefined) {
    findings.add(
      "manifest-label",
      { ...row.place, column: folders.length > 0 ? "label" : "manifest.label" },
      `${quoted(title)} is shown as its label`
    )
  }
  const label = given ?? title
  const contents = contentsOf(pages, context)
  const description: Description = {
    name,
    label,
    ...(needsNone(label) ? { addNone: true } : {}),
    ...describedOf(cells, context),
    ...directionOf(cells, findings),
    ...languageOf(cells, findings),
    ...thumbnailOf(thumbnail, config),
    ...(start?.id === undefined ? {} : { start: start.id }),
    ...(contents.length === 0 ? {} : { contents })
  }
  return { name, place: named, origin: row?.origin ?? { source: "" }, cells, pages, description }
}

const reportMixed = ({ folders, pages }: Group, findings: Findings): void => {
  const [first, second] = folders
  if (first === undefined) return
  if (second !== undefined) {
    findings.add("manifest-repeated", second.place, `${otherPlace(first.place, second.place)} has the same manifest`)
  }
  const other = pages.find(({ draft }) => !draft.fromFolder)
  if (other !== undefined) {
    findings.add(
      "row-mixed",
      other.draft.place,
      `its manifest is that of the folder in ${otherPlace(first.place, other.draft.place)}`
    )
  }
}

/** Rows of a manifest that are not together, and manifests in several tables. */
const reportScattered = (pages: ReadonlyArray<Page>, findings: Findings): void => {
  const first = new Map<string, Page>()
  let before: Page | undefined
  for (const page of pages) {
    const { manifest, row } = page.draft
    const { manifest: lastManifest, row: lastRow } = before?.draft ?? {}
    before = page
    const began = first.get(manifest)
    if (began === undefined) {
      first.set(manifest, page)
      continue
    }
    if (row.place.row === undefined || lastManifest === manifest && lastRow?.table === row.table) continue
    findings.add(
      began.draft.row.table === row.table ? "manifest-scattered" : "manifest-in-tables",
      row.own.get("manifest")?.place ?? row.place,
      `${quoted(manifest)} began in ${otherPlace(began.draft.row.place, row.place)}`
    )
  }
}

const reportCase = (groups: Iterable<Group>, findings: Findings): void => {
  const names = new Map<string, Group>()
  for (const group of groups) {
    const earlier = names.get(group.name.toLowerCase())
    if (earlier === undefined) {
      names.set(group.name.toLowerCase(), group)
      continue
    }
    const { place, row } = group.folders[0] ?? group.pages[0]?.draft ?? {}
    findings.add(
      "manifest-case",
      row?.own.get("manifest")?.place ?? place ?? {},
      `${quoted(group.name)} and ${quoted(earlier.name)} differ only by case`
    )
  }
}

/** The manifests of all pages, in the order in which they begin. */
export const booksOf = (
  pages: ReadonlyArray<Page>,
  { folders, titles }: Drafts,
  config: Config,
  context: Context
): ReadonlyArray<Book> => {
  const { findings } = context
  const groups = new Map<string, Group>()
  const groupOf = (name: string): Group => {
    const known = groups.get(name) ?? { name, pages: [], folders: [] }
    groups.set(name, known)
    return known
  }
  for (const page of pages) groupOf(page.draft.manifest).pages.push(page)
  for (const folder of folders) groupOf(folder.manifest).folders.push(folder)
  reportScattered(pages, findings)
  reportCase(groups.values(), findings)
  return Array.from(groups.values(), (group) => {
    reportMixed(group, findings)
    return bookOf(group, titles.get(group.name) ?? group.name, config, context)
  })
}
