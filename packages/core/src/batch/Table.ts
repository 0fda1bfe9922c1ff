/**
 * Rows of text with their places: what every input of a batch (a CSV or XLSX sheet, a folder, a BagIt bag, a METS file)
 * is read into before it is understood.
 *
 * A reader keeps the text of each cell as it is and says where it was. What a column means is the business of
 * `Preflight`.
 *
 * @since 0.1.0
 */
import type { Finding } from "./Finding.ts"

/**
 * One cell that is not empty. `cell` is its name in a spreadsheet (`C12`), where there is one.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cell {
  readonly text: string
  readonly cell?: string
}

/**
 * One row: its number as a person counts it (the header of a sheet is row 1; a row of something that has no rows, such
 * as a folder, has none), and its cells by the name of their column as the table has it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Row {
  readonly row?: number
  readonly cells: ReadonlyMap<string, Cell>
}

/**
 * A table.
 *
 * - `source`: what messages call it: the file as it was given, with the worksheet if there are several.
 * - `folder`: the absolute path of the folder that `file` cells are relative to and may not leave.
 * - `columns`: the names in the header, in order, each once, without surrounding space.
 * - `findings`: what reading it found: cells that a spreadsheet changed, formulas, hidden rows, broken quotes.
 *
 * @category models
 * @since 0.1.0
 */
export interface Table {
  readonly source: string
  readonly folder: string
  readonly columns: ReadonlyArray<string>
  readonly rows: ReadonlyArray<Row>
  readonly findings: ReadonlyArray<Finding>
}
