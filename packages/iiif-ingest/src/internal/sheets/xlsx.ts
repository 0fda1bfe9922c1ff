/**
 * Reads a worksheet of an XLSX file as a table, and says what a spreadsheet did to its values. Formulas count with the
 * value that the file has for them; hidden rows and columns are read as any others; hidden worksheets are not.
 */
import type { Finding } from "@iiif-ingest/core/batch/Finding"
import type { Table } from "@iiif-ingest/core/batch/Table"
import { cellName, columnName, parseCellName } from "./cellName.ts"
import { finding } from "./codes.ts"
import { type GridRow, type Laid, layOut } from "./grid.ts"
import { type Origin, quote, type ReadOptions, refuse } from "./model.ts"
import { namesThings } from "./textCells.ts"
import { readWorkbook, type Workbook, type Worksheet } from "./workbook.ts"
import { readWorksheet, type Sheet, type SheetCell } from "./worksheet.ts"
import { xmlText } from "./xml.ts"
import { Archive } from "./zip.ts"

const gridOf = ({ rows }: Sheet): ReadonlyArray<GridRow> =>
  [...rows].toSorted(([a], [b]) => a - b).map(([row, cells]) => ({
    row,
    cells: new Map(Array.from(cells, ([index, { text }]) => [index, text] as const).toSorted(([a], [b]) => a - b)),
    length: Math.max(...cells.keys()) + 1
  }))

/** Integers beyond this have more digits than a spreadsheet keeps. */
const exact = 1e15

const cellFindings = (
  { isFormula, kind, number = 0, text }: SheetCell,
  place: { readonly source: string; readonly row: number; readonly column: string; readonly cell: string }
): ReadonlyArray<Finding> => {
  const isId = namesThings(place.column)
  if (isFormula && text === "") return [finding("cell-formula-empty", place, "the formula has no value in the file")]
  return [
    ...(isFormula
      ? [finding("cell-formula", place, `the cell is a formula; its last value is used: ${quote(text)}`)]
      : []),
    ...(kind === "date"
      ? [
        isId
          ? finding("id-date", place, `the cell is a date, which is read as ${text}`)
          : finding("cell-date", place, `the cell is a date, which is read as ${text}`)
      ]
      : []),
    ...(kind !== "number"
      ? []
      : Math.abs(number) >= exact
      ? [finding("cell-number-inexact", place, `the cell is a number of more digits than are kept: ${quote(text)}`)]
      : isId
      ? [finding("id-number", place, `the cell is a number, not text: ${quote(text)}`)]
      : [])
  ]
}

const valueFindings = ({ rows }: Sheet, { columns, header }: Laid, { source }: Origin): ReadonlyArray<Finding> =>
  [...rows].filter(([row]) => row > header).flatMap(([row, cells]) =>
    columns.flatMap(({ index, name }) => {
      const cell = cells.get(index)
      return cell === undefined ? [] : cellFindings(cell, { source, row, column: name, cell: cellName(index, row) })
    })
  )

const hiddenFindings = (sheet: Sheet, { columns, header, table }: Laid, { source }: Origin): ReadonlyArray<Finding> => [
  ...columns.filter(({ index }) => sheet.hiddenColumns.some(([from, to]) => index >= from && index <= to)).map(
    ({ index, name }) =>
      finding(
        "column-hidden",
        { source, row: header, column: name, cell: cellName(index, header) },
        `column ${columnName(index)} is hidden`
      )
  ),
  ...table.rows.flatMap(({ row }) =>
    row !== undefined && sheet.hiddenRows.has(row)
      ? [finding("row-hidden", { source, row }, "the row is hidden")]
      : []
  )
]

const mergedFindings = ({ merged }: Sheet, { columns, header }: Laid, { source }: Origin): ReadonlyArray<Finding> =>
  merged.flatMap((range) => {
    const [from, to] = range.split(":").map(parseCellName)
    if (from === undefined || to === undefined || to.row < header) return []
    const column = columns.find(({ index }) => index >= from.column && index <= to.column)
    if (column === undefined) return []
    const place = { source, row: from.row, column: column.name, cell: cellName(from.column, from.row) }
    return [finding("cell-merged", place, `the cells ${range} are merged: only the first has the value`)]
  })

const hasCells = /<(?:\w+:)?[vt][\s>]/

interface Chosen {
  readonly worksheet: Worksheet
  readonly text: string
  readonly findings: ReadonlyArray<Finding>
}

const named = (name: string): string => `the worksheet ${quote(name)}`

/** The worksheet to read: the one of the given name, or the first visible one that has a cell. */
const choose = (archive: Archive, workbook: Workbook, origin: Origin, given: string | undefined): Chosen => {
  const { source } = origin
  const read = ({ part }: Worksheet): string => {
    const bytes = archive.read(part)
    return bytes === undefined ? "" : xmlText(bytes, origin)
  }
  const { worksheets } = workbook
  if (given !== undefined) {
    const worksheet = worksheets.find(({ name }) => name === given) ??
      worksheets.find(({ name }) => name.trim().toLowerCase() === given.trim().toLowerCase())
    if (worksheet !== undefined) return { worksheet, text: read(worksheet), findings: [] }
    const there = worksheets.map(({ name }) => quote(name)).slice(0, 20).join(", ")
    throw refuse("worksheet-missing", { source }, `there is no worksheet ${quote(given)}; there are ${there}`)
  }
  const filled = worksheets.map((worksheet) => ({ worksheet, text: read(worksheet) })).filter(({ text }) =>
    hasCells.test(text)
  )
  const chosen = filled.find(({ worksheet }) => !worksheet.isHidden)
  if (chosen === undefined) throw refuse("sheet-empty", { source }, "no visible worksheet has a cell")
  const others = filled.filter((other) => other !== chosen).map(({ worksheet: { isHidden, name } }) =>
    isHidden
      ? finding("worksheet-hidden", { source }, `${named(name)} is hidden, and not read`)
      : finding("worksheet-ignored", { source }, `${named(name)} is not read, only ${quote(chosen.worksheet.name)}`)
  )
  return { ...chosen, findings: others }
}

const isCompound = (bytes: Uint8Array): boolean =>
  [0xd0, 0xcf, 0x11, 0xe0].every((byte, index) => bytes[index] === byte)

/** The table of an XLSX or XLSM file. */
export const readXlsx = (bytes: Uint8Array, origin: Origin, options: ReadOptions): Table => {
  if (isCompound(bytes)) {
    const message = "it is protected with a password, or an old .xls file"
    throw refuse("sheet-damaged", { source: origin.source }, message)
  }
  const archive = new Archive(bytes, origin)
  const workbook = readWorkbook(archive, origin)
  const { findings, text, worksheet } = choose(archive, workbook, origin, options.worksheet)
  const several = workbook.worksheets.length > 1
  const here = several ? { ...origin, source: `${origin.source}: ${worksheet.name}` } : origin
  const sheet = readWorksheet(text, workbook, here, worksheet.part)
  const laid = layOut(gridOf(sheet), here, { complete: false })
  const macros = /\.xlsm$/i.test(origin.source)
    ? [finding("sheet-macros", { source: origin.source }, "it can have macros")]
    : []
  return {
    ...laid.table,
    findings: [
      ...macros,
      ...findings,
      ...hiddenFindings(sheet, laid, here),
      ...mergedFindings(sheet, laid, here),
      ...valueFindings(sheet, laid, here),
      ...laid.table.findings
    ]
  }
}
