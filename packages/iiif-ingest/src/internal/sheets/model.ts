/** What the readers of all formats share. */
import { visible } from "@iiif-ingest/core/base/Reason"
import type { Finding, Place } from "@iiif-ingest/core/batch/Finding"
import type { Cell, Row, Table } from "@iiif-ingest/core/batch/Table"
import * as Schema from "effect/Schema"
import { type Code, finding } from "./codes.ts"

/**
 * - `images`: the folder that `file` cells are relative to; by default that of the sheet.
 * - `worksheet`: the name of the worksheet to read; by default the first visible one with a header.
 * - `encoding`: the encoding of a CSV or TSV file, by a name that `TextDecoder` knows; by default it is found out.
 * - `delimiter`: what separates the cells of a CSV or TSV file; by default it is found out from the header.
 * - `group`: the `USE` of the file group of a METS file whose files are sent.
 */
export interface ReadOptions {
  readonly images?: string
  readonly worksheet?: string
  readonly encoding?: string
  readonly delimiter?: string
  readonly group?: string
}

/** An input that cannot be read at all: it is not there, may not be read, or is of a kind that is not read. */
export class InputError extends Schema.TaggedError<InputError>()("InputError", {
  path: Schema.String,
  problem: Schema.String,
  remedy: Schema.String
}) {
  override get message() {
    return `${visible(this.path)} cannot be read as the input of a batch: ${this.problem}; ${this.remedy}`
  }
}

/** Stops the reading of one input: what is wrong with it leaves no rows. Thrown by parsers, and caught in `read.ts`. */
export class Refused extends Error {
  readonly finding: Finding
  constructor(finding: Finding) {
    super(finding.message)
    this.finding = finding
  }
}

export const refuse = (code: Code, place: Place, message: string): Refused => new Refused(finding(code, place, message))

/** The bounds on what is read, in bytes and counts. */
export const limits = {
  fileBytes: 64 * 1024 * 1024,
  cells: 1_000_000,
  columns: 1_000,
  cellCharacters: 100_000,
  zipEntries: 10_000,
  partBytes: 192 * 1024 * 1024,
  inflatedBytes: 384 * 1024 * 1024,
  xmlDepth: 100,
  xmlElements: 5_000_000
} as const

/** What messages call an input, and the folder that its files are relative to. */
export interface Origin {
  readonly source: string
  readonly folder: string
}

/** An input without rows, for what was found in it. */
export const withoutRows = ({ folder, source }: Origin, findings: ReadonlyArray<Finding>): Table => ({
  source,
  folder,
  columns: [],
  rows: [],
  findings
})

/** A row of something that is no spreadsheet, of columns that have a text. */
export const rowOf = (cells: Iterable<readonly [column: string, text: string | undefined]>): Row => ({
  cells: new Map(
    [...cells].flatMap(([column, text]): ReadonlyArray<readonly [string, Cell]> =>
      text === undefined || text === "" ? [] : [[column, { text }]]
    )
  )
})

/** The columns of such rows, in the order in which they first occur. */
export const columnsOf = (rows: ReadonlyArray<Row>): ReadonlyArray<string> => [
  ...new Set(rows.flatMap(({ cells }) => [...cells.keys()]))
]

/** A number of bytes in words. */
export const mebibytes = (bytes: number): string => `${Math.ceil(bytes / (1024 * 1024)).toLocaleString("en-US")} MiB`

const shown = 60

/** The beginning of a text from outside, in quotation marks. */
export const quote = (text: string): string => `"${visible(text.slice(0, shown))}${text.length > shown ? "…" : ""}"`
