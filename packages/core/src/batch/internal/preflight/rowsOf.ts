/** Reads the rows of a table: what each cell means, and what is wrong with its characters. */
import { quoted } from "../../../base/internal/text.ts"
import * as Columns from "../../Columns.ts"
import { hasErrors, type Place } from "../../Finding.ts"
import type { Cell, Row as TableRow, Table } from "../../Table.ts"
import type { Findings } from "./codes.ts"
import type { Meanings } from "./columnsOf.ts"
import type { Options } from "./model.ts"
import type { Entry, Row } from "./row.ts"

/** Spaces that are no plain ones, and marks that are not shown. */
const invisible = /[\u00a0\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff\u00ad]/

const control = /[^\P{Cc}\t\n\r]/u

/** Columns whose values are names, in which an unusual space is never meant. */
const names: ReadonlySet<Columns.Name> = new Set([
  "file",
  "folder",
  "manifest",
  "id",
  "assetId",
  "order",
  "policy",
  "rights"
])

/** Zero-width joiners have a meaning in texts of some scripts. */
const isSuspicious = (text: string, column: Columns.Name): boolean =>
  invisible.test(names.has(column) ? text : text.replace(/\u200c|\u200d|\u3000/g, ""))

const withoutInvisible = (text: string): string =>
  text.replace(/[\u200b-\u200d\u2060\ufeff\u00ad]/g, "").replace(/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g, " ")

const checkText = (text: string, meaning: Columns.Meaning, place: Place, findings: Findings): void => {
  const trimmed = text.trim()
  if (control.test(trimmed)) findings.add("cell-control", place, `it has control characters: ${quoted(trimmed)}`)
  if (isSuspicious(text, meaning.column.name)) {
    findings.add("cell-invisible", place, `it has a character that cannot be seen: ${quoted(text)}`)
  } else if (trimmed !== text) {
    findings.add("cell-space", place, `it begins or ends with white space: ${quoted(text)}`)
  }
}

const textOf = ({ text }: Cell, { column }: Columns.Meaning): string =>
  (names.has(column.name) ? withoutInvisible(text) : text).trim()

/** The cells of whose characters the reader of the table has said something. */
const reportedCells = ({ findings }: Table): ReadonlySet<string> =>
  new Set(findings.flatMap(({ code, place: { column, row } }) => code.startsWith("cell-") ? [`${row} ${column}`] : []))

/** Columns that are about the manifest of a row even without the prefix. */
const alwaysWide: ReadonlySet<Columns.Name> = new Set(["viewingDirection", "language"])

const placeOf = (place: Place, column: string, { cell }: Cell): Place => ({
  ...place,
  column,
  ...(cell === undefined ? {} : { cell })
})

interface Default {
  readonly meaning: Columns.Meaning
  readonly text: string
}

const defaultsOf = ({ defaults = {} }: Options): ReadonlyArray<Default> =>
  Object.entries(defaults).flatMap(([name, text]) => {
    const meaning = Columns.parse(name)
    return meaning === undefined || text.trim() === "" ? [] : [{ meaning, text: text.trim() }]
  })

/** The cells of a row as they were, by column. */
const cellsOf = ({ cells }: TableRow) => Object.fromEntries(Array.from(cells, ([name, { text }]) => [name, text]))

/** Where a row is: of a folder, a bag or a METS file, whose rows have no numbers, by the file that it names. */
const placeOfRow = ({ source }: Table, { cells, row }: TableRow, meanings: Meanings): Place => {
  if (row !== undefined) return { source, row }
  const [, named] = [...cells].find(([name]) => meanings.get(name)?.column.name === "file") ?? []
  return named === undefined ? { source } : { source, file: named.text }
}

/** Reads the rows of a table. */
export const rowsOf = (
  table: Table,
  index: number,
  meanings: Meanings,
  options: Options,
  findings: Findings
): ReadonlyArray<Row> => {
  const defaults = defaultsOf(options)
  const reported = reportedCells(table)
  if (table.rows.length === 0 && !hasErrors(table.findings)) {
    findings.add("table-empty", { source: table.source }, "it has no rows")
  }
  return table.rows.flatMap((row): ReadonlyArray<Row> => {
    const number = row.row === undefined ? {} : { row: row.row }
    const place = placeOfRow(table, row, meanings)
    const [own, wide] = [new Map<string, Entry>(), new Map<string, Entry>()]
    const put = (meaning: Columns.Meaning, text: string, at: Place) => {
      const isWide = meaning.isManifest || alwaysWide.has(meaning.column.name)
      const to = isWide ? wide : own
      const name = Columns.format({ ...meaning, isManifest: false })
      if (!to.has(name)) to.set(name, { meaning, text, place: at })
    }
    let hasText = false
    for (const [name, cell] of row.cells) {
      hasText ||= cell.text.trim() !== ""
      const meaning = meanings.get(name)
      if (meaning === undefined) continue
      const at = placeOf(place, name, cell)
      const text = textOf(cell, meaning)
      if (text !== "" && !reported.has(`${row.row} ${name}`)) checkText(cell.text, meaning, at, findings)
      if (text !== "") put(meaning, text, at)
    }
    if (!hasText) {
      findings.add("row-empty", place, "the row is empty")
      return []
    }
    for (const { meaning, text } of defaults) put(meaning, text, { ...place, column: Columns.format(meaning) })
    const origin = { source: table.source, ...number, cells: cellsOf(row) }
    return [{ table: index, folder: table.folder, place, origin, own, wide }]
  })
}
