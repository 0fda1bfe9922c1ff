/** Makes a table of rows of cells by their position: finds the header, and says what is wrong with header and rows. */
import type { Finding } from "@iiif-ingest/core/batch/Finding"
import type { Cell, Row, Table } from "@iiif-ingest/core/batch/Table"
import { cellName, columnName } from "./cellName.ts"
import { finding } from "./codes.ts"
import { limits, type Origin, quote, refuse } from "./model.ts"
import { textFindings } from "./textCells.ts"

/** A row: its number, and the text of its cells by position. `length` is how many cells it has, empty ones too. */
export interface GridRow {
  readonly row: number
  readonly cells: ReadonlyMap<number, string>
  readonly length: number
}

/** A column that has a name. */
export interface Column {
  readonly index: number
  readonly name: string
}

const imageName = /\.(?:tiff?|jpe?g|jp2|jpx|png|gif|webp)$/i

/** Text without space at its ends, in composed letters: names of columns are compared so. */
const nameOf = (text: string): string => text.replaceAll(/[\s\u200B\uFEFF]+/g, " ").trim().normalize("NFC")

const headerOf = (header: GridRow, { source }: Origin) => {
  const findings: Array<Finding> = []
  const columns: Array<Column> = []
  const seen = new Map<string, number>()
  for (const [index, text] of header.cells) {
    const name = nameOf(text)
    if (name === "") continue
    const place = { source, row: header.row, column: name, cell: cellName(index, header.row) }
    if (imageName.test(name)) {
      throw refuse(
        "header-missing",
        place,
        `the first row has a file (${quote(name)}) where the names of columns should be`
      )
    }
    const before = seen.get(name.toLowerCase())
    if (before === undefined) {
      seen.set(name.toLowerCase(), index)
      columns.push({ index, name })
    } else {
      const message = `the column ${quote(name)} is there twice, in ${columnName(before)} and ${columnName(index)}`
      findings.push(finding("column-duplicate", place, message))
    }
  }
  return { columns, findings }
}

const isBlank = ({ cells }: GridRow): boolean => [...cells.values()].every((text) => text.trim() === "")

/** Cells that have no column: of columns without a name, or beyond the header. */
const strayCells = (row: GridRow, header: GridRow, { source }: Origin): ReadonlyArray<Finding> => {
  const stray = [...row.cells].filter(([index, text]) =>
    text.trim() !== "" && nameOf(header.cells.get(index) ?? "") === ""
  )
  const [first] = stray
  if (first === undefined) return []
  const [index, text] = first
  const place = { source, row: row.row, cell: cellName(index, row.row) }
  const beyond = index >= header.length
  const what = `${quote(text)}${stray.length > 1 ? ` and ${stray.length - 1} more` : ""}`
  return [
    beyond
      ? finding("row-long", place, `the row has more cells than the header has columns: ${what}`)
      : finding("column-unnamed", place, `the column ${columnName(index)} has cells and no name: ${what}`)
  ]
}

const rowFrom = (grid: GridRow, columns: ReadonlyArray<Column>): Row => ({
  row: grid.row,
  cells: new Map(columns.flatMap(({ index, name }): ReadonlyArray<readonly [string, Cell]> => {
    const text = grid.cells.get(index) ?? ""
    return text.trim() === "" ? [] : [[name, { text, cell: cellName(index, grid.row) }]]
  }))
})

const tooFew = (row: GridRow, header: GridRow, { source }: Origin): ReadonlyArray<Finding> =>
  row.length >= header.length
    ? []
    : [finding("row-short", { source, row: row.row }, `the row has ${row.length} cells, the header ${header.length}`)]

/** A count of cells within the bounds. */
export const checkSize = (cells: number, columns: number, { source }: Origin): void => {
  if (cells > limits.cells) {
    throw refuse("sheet-too-large", { source }, `it has more than ${limits.cells.toLocaleString("en-US")} cells`)
  }
  if (columns > limits.columns) {
    throw refuse("sheet-too-large", { source }, `it has more than ${limits.columns.toLocaleString("en-US")} columns`)
  }
}

export interface GridOptions {
  /** Whether rows have all their cells, so that a shorter one is odd. */
  readonly complete: boolean
}

/** A table with the row of its header, and where its columns are. */
export interface Laid {
  readonly table: Table
  readonly header: number
  readonly columns: ReadonlyArray<Column>
}

/** The table of a grid. The first row that is not blank is the header; blank rows count, and are no rows of the table. */
export const layOut = (grid: ReadonlyArray<GridRow>, origin: Origin, { complete }: GridOptions): Laid => {
  const { folder, source } = origin
  const at = grid.findIndex((row) => !isBlank(row))
  const header = grid[at]
  if (header === undefined) throw refuse("sheet-empty", { source }, "it is empty")
  const { columns, findings } = headerOf(header, origin)
  const rows = grid.slice(at + 1).filter((row) => !isBlank(row))
  const table = rows.map((row) => rowFrom(row, columns))
  const odd = rows.flatMap((row, index) => [
    ...strayCells(row, header, origin),
    ...(complete ? tooFew(row, header, origin) : []),
    ...Array.from(
      table[index]?.cells ?? [],
      ([column, { cell = "", text }]) => textFindings(text, { source, row: row.row, column, cell })
    ).flat()
  ])
  const empty = rows.length > 0 ? [] : [finding("sheet-empty", { source }, "it has no row below the header")]
  const names = columns.map(({ name }) => name)
  const all = [...findings, ...odd, ...empty]
  return { table: { source, folder, columns: names, rows: table, findings: all }, header: header.row, columns }
}
