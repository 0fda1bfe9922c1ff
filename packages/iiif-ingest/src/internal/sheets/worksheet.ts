/** Reads the cells of a worksheet, with all that its XML says of them. */
import { parseCellName } from "./cellName.ts"
import { checkSize } from "./grid.ts"
import { limits, type Origin, refuse } from "./model.ts"
import { dateOf, numberText } from "./numberFormat.ts"
import { unescape, type Workbook } from "./workbook.ts"
import { type Attributes, parseXml } from "./xml.ts"

/** A cell: its text, and what it is. `number` is the number that the text was made of. */
export interface SheetCell {
  readonly text: string
  readonly kind: "text" | "number" | "date"
  readonly isFormula: boolean
  readonly number?: number
}

export interface Sheet {
  readonly rows: ReadonlyMap<number, ReadonlyMap<number, SheetCell>>
  readonly hiddenRows: ReadonlySet<number>
  /** Columns that are hidden, from and to, from 0. */
  readonly hiddenColumns: ReadonlyArray<readonly [from: number, to: number]>
  readonly merged: ReadonlyArray<string>
}

interface Raw {
  readonly column: number
  readonly type: string
  readonly style: number
  value: string
  inline: string
  isFormula: boolean
}

const textOf = (
  { inline, style, type, value }: Raw,
  { formats, is1904, strings }: Workbook
): Omit<SheetCell, "isFormula"> => {
  if (type === "s") return { text: strings[Number(value)] ?? "", kind: "text" }
  if (type === "inlineStr") return { text: unescape(inline), kind: "text" }
  if (type === "b") return { text: value === "" ? "" : value === "1" ? "TRUE" : "FALSE", kind: "text" }
  if (type === "d") return { text: value, kind: "date" }
  const number = Number(value)
  if ((type !== "n" && type !== "") || value.trim() === "" || !Number.isFinite(number)) {
    return { text: unescape(value), kind: "text" }
  }
  const format = formats[style]
  const date = format?.isDate === true ? dateOf(number, is1904) : undefined
  return date === undefined
    ? { text: numberText(number, format?.digits ?? 0), kind: "number", number }
    : { text: date, kind: "date" }
}

const isTrue = (text: string | undefined): boolean => text === "1" || text === "true"

const maxMerged = 10_000

class Reader {
  readonly rows = new Map<number, Map<number, SheetCell>>()
  readonly hiddenRows = new Set<number>()
  readonly hiddenColumns: Array<readonly [number, number]> = []
  readonly merged: Array<string> = []
  readonly workbook: Workbook
  readonly origin: Origin
  row = 0
  column = -1
  cells = 0
  cell: Raw | undefined
  /** Where text goes. */
  target: "value" | "inline" | undefined
  phonetic = 0

  constructor(workbook: Workbook, origin: Origin) {
    this.workbook = workbook
    this.origin = origin
  }

  open(name: string, attributes: Attributes): void {
    if (name === "row") this.openRow(attributes)
    else if (name === "c") this.openCell(attributes)
    else if (name === "f" && this.cell !== undefined) this.cell.isFormula = true
    else if (name === "v") this.target = "value"
    else if (name === "t" && this.phonetic === 0) this.target = "inline"
    else if (name === "rPh") this.phonetic++
    else if (name === "col" && isTrue(attributes.get("hidden"))) {
      this.hiddenColumns.push([Number(attributes.get("min")) - 1, Number(attributes.get("max")) - 1])
    } else if (name === "mergeCell" && this.merged.length < maxMerged) this.merged.push(attributes.get("ref") ?? "")
  }

  openRow(attributes: Attributes): void {
    const given = Number(attributes.get("r") ?? this.row + 1)
    this.row = Number.isSafeInteger(given) && given > 0 ? given : this.row + 1
    this.column = -1
    if (isTrue(attributes.get("hidden"))) this.hiddenRows.add(this.row)
  }

  openCell(attributes: Attributes): void {
    this.column = parseCellName(attributes.get("r") ?? "")?.column ?? this.column + 1
    const [type, style] = [attributes.get("t") ?? "", Number(attributes.get("s") ?? 0)]
    this.cell = { column: this.column, type, style, value: "", inline: "", isFormula: false }
  }

  text(text: string): void {
    if (this.cell === undefined || this.target === undefined) return
    this.cell[this.target] += text
    if (this.cell[this.target].length > limits.cellCharacters) {
      const place = { source: this.origin.source, row: this.row }
      throw refuse("sheet-too-large", place, "a cell has too many characters")
    }
  }

  close(name: string): void {
    if (name === "v" || name === "t") this.target = undefined
    if (name === "rPh") this.phonetic--
    if (name === "c" && this.cell !== undefined) this.closeCell(this.cell)
  }

  closeCell(raw: Raw): void {
    this.cell = undefined
    const { isFormula } = raw
    const cell = { ...textOf(raw, this.workbook), isFormula }
    if (cell.text === "" && !isFormula) return
    this.cells++
    checkSize(this.cells, raw.column + 1, this.origin)
    const row = this.rows.get(this.row) ?? new Map<number, SheetCell>()
    row.set(raw.column, cell)
    this.rows.set(this.row, row)
  }
}

export const readWorksheet = (text: string, workbook: Workbook, origin: Origin, part: string): Sheet => {
  const reader = new Reader(workbook, origin)
  parseXml(text, origin, {
    open: (name, attributes) => reader.open(name, attributes),
    close: (name) => reader.close(name),
    text: (text) => reader.text(text)
  }, part)
  return reader
}
