/** What rows say of their manifest. */
import { quoted } from "../../../base/internal/text.ts"
import type { Place } from "../../Finding.ts"
import { type Findings, otherPlace } from "./codes.ts"
import type { FolderDraft } from "./draft.ts"
import type { Page } from "./page.ts"
import type { Entry, Row } from "./row.ts"

/** Columns of which a row for a folder says nothing about the manifest. */
const rowOnly = new Set(["file", "folder", "manifest"])

const add = (cells: Map<string, Entry>, name: string, entry: Entry, findings: Findings): void => {
  const known = cells.get(name)
  if (known === undefined) cells.set(name, entry)
  else if (known.text !== entry.text) {
    const other = otherPlace(known.place, entry.place)
    findings.add("manifest-conflict", entry.place, `it is ${quoted(entry.text)}, and ${quoted(known.text)} in ${other}`)
  }
}

/** The cells about a manifest, from its own row and from those of its images. */
export const cellsOf = (
  pages: ReadonlyArray<Page>,
  folders: ReadonlyArray<FolderDraft>,
  findings: Findings
): ReadonlyMap<string, Entry> => {
  const cells = new Map<string, Entry>()
  const seen = new Set<Row>()
  for (const { row } of folders) {
    for (const [name, entry] of row.own) {
      if (!rowOnly.has(name) && entry.meaning.column.of !== "image") add(cells, name, entry, findings)
    }
    for (const [name, entry] of row.wide) add(cells, name, entry, findings)
    seen.add(row)
  }
  for (const { draft: { row } } of pages) {
    if (seen.has(row)) continue
    for (const [name, entry] of row.wide) add(cells, name, entry, findings)
    seen.add(row)
  }
  return cells
}

const isYes = (text: string): boolean => /^(?:yes|y|x|true|1)$/i.test(text)
const isNo = (text: string): boolean => /^(?:no|n|false|0)$/i.test(text)

/** The image that a manifest starts at, or that is its thumbnail: the row that says yes, or the one that is named. */
export const chosen = (
  name: "start" | "thumbnail",
  pages: ReadonlyArray<Page>,
  cells: ReadonlyMap<string, Entry>,
  find: (entry: Entry) => Page | undefined,
  findings: Findings
): Page | undefined => {
  let first: { readonly page: Page | undefined; readonly place: Place } | undefined
  const choose = (page: Page | undefined, place: Place) => {
    if (first === undefined) first = { page, place }
    else if (page !== undefined && first.page !== undefined && page !== first.page) {
      findings.add("manifest-conflict", place, `${otherPlace(first.place, place)} has another ${name}`)
    }
  }
  const wide = cells.get(name)
  if (wide !== undefined && !isNo(wide.text)) choose(find(wide), wide.place)
  for (const page of pages) {
    const entry = page.draft.fromFolder ? undefined : page.draft.row.own.get(name)
    if (entry !== undefined && !isNo(entry.text)) choose(isYes(entry.text) ? page : find(entry), entry.place)
  }
  return first?.page
}
