/**
 * Reads CSV and TSV (RFC 4180). A row is a record, as a spreadsheet counts it: a line break in quotation marks begins no
 * row, and a blank line is one. Where quotation marks are wrong, reading goes on in the next line, so that all such rows
 * are found at once.
 */
import type { Finding } from "@iiif-ingest/core/batch/Finding"
import type { Table } from "@iiif-ingest/core/batch/Table"
import { CsvError, parse } from "csv-parse/sync"
import { Buffer } from "node:buffer"
import { cellName } from "./cellName.ts"
import { type Code, finding } from "./codes.ts"
import { delimiterOf } from "./delimiter.ts"
import { checkSize, type GridRow, layOut } from "./grid.ts"
import { limits, type Origin, type ReadOptions, refuse } from "./model.ts"
import { decode } from "./textEncoding.ts"

const recordLimit = 1_000_000

/** Each mark that is not closed is looked for to the end of the file. */
const maxUnclosed = 20

const newline = 10
const carriageReturn = 13

/** Where the line after the one at an offset begins. */
const nextLine = (bytes: Buffer, from: number): number => {
  for (let at = from; at < bytes.length; at++) {
    if (bytes[at] === newline) return at + 1
    if (bytes[at] === carriageReturn) return bytes[at + 1] === newline ? at + 2 : at + 1
  }
  return bytes.length
}

interface Parsed {
  readonly rows: Array<GridRow>
  readonly findings: Array<Finding>
}

const messages: Partial<Record<Code, string>> = {
  "quote-unclosed": "a quotation mark in this row is not closed; the row was not read",
  "quote-invalid": "text follows the quotation mark that ends a cell; the row was not read"
}

class Reader {
  readonly parsed: Parsed = { rows: [], findings: [] }
  readonly bytes: Buffer
  readonly delimiter: string
  readonly origin: Origin
  row: number
  /** Where the last row ends. */
  end = 0
  cells = 0
  unclosed = 0

  constructor(text: string, delimiter: string, origin: Origin, row: number) {
    this.bytes = Buffer.from(text, "utf8")
    this.delimiter = delimiter
    this.origin = origin
    this.row = row
  }

  add(record: ReadonlyArray<string>): void {
    this.row++
    this.cells += record.length
    checkSize(this.cells, record.length, this.origin)
    const cells = record.flatMap((text, index): ReadonlyArray<readonly [number, string]> =>
      text === "" ? [] : [[index, text]]
    )
    this.parsed.rows.push({ row: this.row, cells: new Map(cells), length: record.length })
  }

  /** Parses from an offset to the end or to the first mistake, and returns the mistake. */
  parse(from: number, to: number, isRelaxed: boolean): CsvError | undefined {
    try {
      parse(this.bytes.subarray(from, to), {
        delimiter: this.delimiter,
        record_delimiter: ["\r\n", "\n", "\r"],
        relax_column_count: true,
        relax_quotes: isRelaxed,
        skip_empty_lines: false,
        max_record_size: recordLimit,
        on_record: (record: ReadonlyArray<string>, { bytes }) => {
          this.add(record)
          this.end = from + bytes
          return null
        }
      })
      return undefined
    } catch (error) {
      if (error instanceof CsvError) return error
      throw error
    }
  }

  /** Whether a line ends in quotation marks, as where the next mark that is found is one of another row. */
  isOpen(from: number, end: number): boolean {
    const options = { delimiter: this.delimiter, relax_column_count: true, relax_quotes: true }
    try {
      parse(this.bytes.subarray(from, end), options)
      return false
    } catch (error) {
      return error instanceof CsvError && error.code === "CSV_QUOTE_NOT_CLOSED"
    }
  }

  /** Says what is wrong in the line at an offset, and goes on after it. */
  recover(from: number, error: CsvError): void {
    const end = nextLine(this.bytes, from)
    const column = Number(error["index"] ?? 0)
    const row = this.row + 1
    const place = { source: this.origin.source, row, cell: cellName(column, row) }
    if (String(error.code) === "INVALID_OPENING_QUOTE") {
      if (this.parse(from, end, true) === undefined) {
        const message = "a quotation mark is in a cell that is not in quotation marks; it is taken as it is"
        this.parsed.findings.push(finding("quote-stray", place, message))
        this.end = end
        return
      }
    }
    const isLarge = error.code === "CSV_MAX_RECORD_SIZE"
    if (isLarge && !this.bytes.subarray(from, end).includes("\"")) {
      throw refuse("sheet-too-large", place, `a row has more than ${recordLimit.toLocaleString("en-US")} characters`)
    }
    const isOpen = isLarge || this.isOpen(from, end)
    const code: Code = isOpen ? "quote-unclosed" : "quote-invalid"
    this.parsed.findings.push(finding(code, place, messages[code] ?? ""))
    this.row++
    if (code === "quote-unclosed") this.unclosed++
    this.end = this.unclosed < maxUnclosed ? end : this.bytes.length
  }

  read(): Parsed {
    while (this.end < this.bytes.length) {
      const error = this.parse(this.end, this.bytes.length, false)
      if (error === undefined) break
      this.recover(this.end, error)
    }
    return this.parsed
  }
}

/** The table of a CSV or TSV file. */
export const readDelimited = (bytes: Uint8Array, origin: Origin, options: ReadOptions): Table => {
  const text = decode(bytes, origin, options.encoding)
  if (text.length > limits.fileBytes) throw refuse("sheet-too-large", { source: origin.source }, "it is too large")
  const { delimiter, skipped } = delimiterOf(text, origin, options.delimiter)
  const { findings, rows } = new Reader(
    text.slice(skipped.length),
    delimiter,
    origin,
    skipped === "" ? 0 : 1
  ).read()
  const { table } = layOut(rows, origin, { complete: true })
  return { ...table, findings: [...findings, ...table.findings] }
}
