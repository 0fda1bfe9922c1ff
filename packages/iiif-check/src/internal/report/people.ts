/** What is printed of a document for people. */
import { type Checked, count, type Located, type Unchecked } from "../checked.ts"
import { excerpt } from "./excerpt.ts"
import { printable, shortened } from "./printable.ts"
import type { Style } from "./style.ts"

export interface PeopleOptions {
  readonly style: Style
  /** How many findings of a document are shown. */
  readonly max: number
  /** Whether only errors are shown. */
  readonly errorsOnly: boolean
}

const positionOf = ({ place }: Located): string =>
  place === undefined ? "" : `:${place.line.number}:${place.span.start - place.line.start + 1}`

/** The first line has the form that editors and CI systems recognize in the output of compilers. */
const heading = (name: string, located: Located, style: Style): string => {
  const { code, message, path, severity } = located.finding
  const where = path === "" ? "" : `${shortened(path, 200)}: `
  return `${style.name(`${printable(name)}${positionOf(located)}`)}: ${style[severity](severity)}: ${where}${
    printable(message)
  } ${style.faint(`[${printable(code)}]`)}`
}

const findingText = ({ name, text }: Checked, located: Located, style: Style): string => {
  const { clause, expected, omitted = 0, remedy } = located.finding
  const lines = located.place === undefined || text === ""
    ? []
    : excerpt(text, located.place.span, located.place.line, style)
  return [
    heading(name, located, style),
    ...lines,
    `  ${style.faint("expected:")} ${printable(expected)}`,
    `  ${style.faint("remedy:")} ${printable(remedy)}`,
    `  ${style.faint("see:")} ${printable(clause)}`,
    ...(omitted > 0 ? [`  and ${omitted} more like this`] : [])
  ].join("\n")
}

export const problemText = ({ name, problem }: Unchecked, style: Style): string =>
  `${style.name(printable(name))}: ${style.error("cannot be checked")}: ${printable(problem.detail)}\n`

/** The findings of a document, each with its lines; "" if there is nothing to show. */
export const checkedText = (checked: Checked, { errorsOnly, max, style }: PeopleOptions): string => {
  const findings = checked.findings.filter(({ finding }) => !errorsOnly || finding.severity === "error")
  const left = count(findings.slice(max))
  const shown = findings.slice(0, max).map((located) => `${findingText(checked, located, style)}\n\n`)
  const more = left === 1 ? "1 more finding is" : `${left} more findings are`
  const rest = left > 0 ? `${printable(checked.name)}: ${more} not shown (--max)\n\n` : ""
  return shown.join("") + rest
}
