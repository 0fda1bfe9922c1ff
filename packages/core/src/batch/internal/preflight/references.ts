/** Cells that name another image of the same manifest. */
import { quoted } from "../../../base/internal/text.ts"
import type { Findings } from "./codes.ts"
import type { Page } from "./page.ts"
import type { Entry } from "./row.ts"

const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

const namesOf = ({ draft, id }: Page): ReadonlyArray<ReadonlyArray<string>> => [
  [draft.row.own.get("id")?.text, id].flatMap((text) =>
    text === undefined || draft.fromFolder && text !== id ? [] : [text]
  ),
  [draft.name, ...(draft.fromFolder ? [] : [(draft.row.own.get("file")?.text ?? "").replaceAll("\\", "/")])],
  [baseName(draft.name)]
]

type Tables = ReadonlyArray<ReadonlyMap<string, ReadonlySet<Page>>>

const tablesOf = (pages: ReadonlyArray<Page>): Tables => {
  const tables = [0, 1, 2].map(() => new Map<string, Set<Page>>())
  for (const page of pages) {
    for (const [index, names] of namesOf(page).entries()) {
      for (const name of names) {
        const found = tables[index]?.get(name)
        if (found === undefined) tables[index]?.set(name, new Set([page]))
        else found.add(page)
      }
    }
  }
  return tables
}

/** Finds an image by its id, its path or its file name, in this order. */
export class Finder {
  readonly #pages: ReadonlyArray<Page>
  #tables: Tables | undefined

  constructor(pages: ReadonlyArray<Page>) {
    this.#pages = pages
  }

  /** The image that a cell names; none is reported with the given code. */
  find(
    entry: Entry,
    findings: Findings,
    code: "page-unknown" | "start-unknown" | "thumbnail-unknown"
  ): Page | undefined {
    this.#tables ??= tablesOf(this.#pages)
    const name = entry.text.replaceAll("\\", "/")
    const found = this.#tables.map((table) => table.get(name)).find((pages) => pages !== undefined)
    const [page, other] = found ?? []
    if (page !== undefined && other === undefined) return page
    if (page === undefined) findings.add(code, entry.place, `the manifest has no image ${quoted(entry.text)}`)
    else {findings.add(
        "page-ambiguous",
        entry.place,
        `${quoted(entry.text)} can be ${quoted(page.draft.name)} and ${quoted(other?.draft.name ?? "")}`
      )}
    return undefined
  }
}

/** Puts images on the pages of others, as their rows say. */
export const withHosts = (pages: ReadonlyArray<Page>, finder: Finder, findings: Findings): ReadonlyArray<Page> => {
  const cellOf = ({ draft }: Page) =>
    draft.fromFolder ? undefined : draft.row.own.get("choiceOf") ?? draft.row.own.get("layerOf")
  return pages.map((page) => {
    const { own } = page.draft.row
    const entry = cellOf(page)
    if (entry === undefined) return page
    const both = own.get("choiceOf") === undefined ? undefined : own.get("layerOf")
    if (both !== undefined) {
      findings.add("page-both", both.place, "it is a choice of another image too")
      return page
    }
    const host = finder.find(entry, findings, "page-unknown")
    if (host === undefined) return page
    if (host === page) {
      findings.add("page-own", entry.place, `${quoted(entry.text)} is the image itself`)
      return page
    }
    if (cellOf(host) !== undefined) {
      findings.add("page-chain", entry.place, `${quoted(entry.text)} is on the page of another image`)
      return page
    }
    if (host.id === undefined) return page
    const as = own.has("choiceOf") ? "choice" as const : "layer" as const
    return { ...page, description: { ...page.description, page: { of: host.id, as } } }
  })
}
