/**
 * What the pre-flight of a batch finds: a problem, where it is, and what to do about it.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { visible } from "../base/internal/text.ts"

/**
 * Where a finding is: the sheet (`pages.csv`, `book.xlsx: Pages`), folder or bag as it was given; the row as a person
 * counts it (the header is row 1); the column by its name; the cell as a spreadsheet calls it (`C12`); and the image
 * file, relative to the folder of the batch. What does not apply is missing.
 *
 * @category models
 * @since 0.1.0
 */
export const Place = Schema.Struct({
  source: Schema.optionalKey(Schema.String),
  row: Schema.optionalKey(Schema.Int),
  column: Schema.optionalKey(Schema.String),
  cell: Schema.optionalKey(Schema.String),
  file: Schema.optionalKey(Schema.String)
})

/**
 * @category models
 * @since 0.1.0
 */
export type Place = typeof Place.Type

/**
 * One finding. With an `error` there is no plan; a `warning` should be read, and does not stop anything. All codes are in
 * docs/preflight.md.
 *
 * @category models
 * @since 0.1.0
 */
export const Finding = Schema.Struct({
  code: Schema.String,
  severity: Schema.Literals(["error", "warning"]),
  place: Place,
  message: Schema.String,
  remedy: Schema.String
})

/**
 * @category models
 * @since 0.1.0
 */
export type Finding = typeof Finding.Type

/**
 * A place in a few words, such as `pages.csv, row 7, file (B7)`.
 *
 * @category formatting
 * @since 0.1.0
 */
export const describePlace = ({ cell, column, file, row, source }: Place): string => {
  // the file of a row without a number says it all
  const isFile = column === "file" && file !== undefined && row === undefined && cell === undefined
  const parts = [
    ...(source === undefined ? [] : [visible(source)]),
    ...(row === undefined ? [] : [`row ${row}`]),
    ...(column === undefined || isFile ? [] : [`${visible(column)}${cell === undefined ? "" : ` (${cell})`}`]),
    ...(column === undefined && cell !== undefined ? [cell] : []),
    ...(file === undefined ? [] : [visible(file)])
  ]
  return parts.length === 0 ? "the batch" : parts.join(", ")
}

/**
 * Like findings: the same code, severity and remedy.
 *
 * @category models
 * @since 0.1.0
 */
export interface Group {
  readonly code: string
  readonly severity: Finding["severity"]
  readonly remedy: string
  readonly findings: ReadonlyArray<Finding>
}

/**
 * Groups like findings, errors first, and otherwise in the order in which they were found.
 *
 * @category combinators
 * @since 0.1.0
 */
export const group = (findings: ReadonlyArray<Finding>): ReadonlyArray<Group> => {
  const groups = [...Map.groupBy(findings, ({ code, remedy, severity }) => `${severity}\n${code}\n${remedy}`).values()]
    .flatMap((same): ReadonlyArray<Group> => {
      const [first] = same
      return first === undefined
        ? []
        : [{ code: first.code, severity: first.severity, remedy: first.remedy, findings: same }]
    })
  return [
    ...groups.filter(({ severity }) => severity === "error"),
    ...groups.filter(({ severity }) => severity === "warning")
  ]
}

/**
 * Whether any of the findings is an error.
 *
 * @category guards
 * @since 0.1.0
 */
export const hasErrors = (findings: ReadonlyArray<Finding>): boolean =>
  findings.some(({ severity }) => severity === "error")
