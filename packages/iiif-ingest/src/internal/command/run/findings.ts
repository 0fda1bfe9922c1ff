/** Findings of a pre-flight for people: like ones together, errors first. */
import { visible } from "@iiif-ingest/core/base/Reason"
import { describePlace, type Finding, type Group, group } from "@iiif-ingest/core/batch/Finding"
import type { Style } from "../../terminal/style.ts"
import { counted } from "../../terminal/units.ts"

/** How many places of like findings are shown. */
const maxShown = 3

const groupLines = (style: Style, { code, findings, remedy, severity }: Group): ReadonlyArray<string> => {
  const more = findings.length - maxShown
  return [
    `${style[severity](severity)} ${style.faint(`[${visible(code)}]`)}${
      findings.length === 1 ? "" : ` ${findings.length.toLocaleString("en")} times`
    }`,
    ...findings.slice(0, maxShown).map(({ message, place }) =>
      `  ${style.name(describePlace(place))}: ${visible(message)}`
    ),
    ...(more > 0 ? [`  and ${more.toLocaleString("en")} more (all with --json)`] : []),
    `  ${style.faint("what to do:")} ${visible(remedy)}`
  ]
}

export const countOf = (findings: ReadonlyArray<Finding>, severity: Finding["severity"]): number =>
  findings.filter((finding) => finding.severity === severity).length

/** All groups, and how many findings there are; with `errorsOnly` without warnings. */
export const findingsText = (findings: ReadonlyArray<Finding>, style: Style, errorsOnly: boolean): string => {
  const groups = group(findings).filter(({ severity }) => severity === "error" || !errorsOnly)
  return [
    ...groups.flatMap((one) => groupLines(style, one)),
    `${counted(countOf(findings, "error"), "error")}, ${counted(countOf(findings, "warning"), "warning")}`
  ].join("\n")
}
