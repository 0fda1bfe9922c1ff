/** What is printed of a document for programs: one JSON object on a line. */
import { type Checked, count, type Located, type Unchecked } from "../checked.ts"

export interface JsonOptions {
  /** How many findings of a document are listed. */
  readonly max: number
  readonly errorsOnly: boolean
}

/** What JSON does not escape, and a terminal may act on. */
const invisible = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu

const escaped = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`
  ).join("")

const lineOf = (value: object): string => `${JSON.stringify(value).replace(invisible, escaped)}\n`

const findingOf = ({ finding: { code, path, severity, ...rest }, place }: Located) => ({
  severity,
  code,
  path,
  ...(place === undefined
    ? {}
    : { line: place.line.number, column: place.span.start - place.line.start + 1 }),
  ...rest
})

export const problemLine = ({ name, problem: { code, detail } }: Unchecked): string =>
  lineOf({ name, status: "unchecked", problem: { code, detail }, findings: [] })

export const checkedLine = ({ errors, findings, name, warnings }: Checked, options: JsonOptions): string => {
  const wanted = findings.filter(({ finding }) => !options.errorsOnly || finding.severity === "error")
  const left = count(wanted.slice(options.max))
  return lineOf({
    name,
    status: errors > 0 ? "errors" : warnings > 0 ? "warnings" : "valid",
    errors,
    warnings,
    findings: wanted.slice(0, options.max).map(findingOf),
    ...(left > 0 ? { notListed: left } : {})
  })
}
