/** What is known of a document after its check. */
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import * as Data from "effect/Data"
import type { Line } from "./json/lines.ts"
import type { Span } from "./json/scan.ts"

/** With `omitted`, so many more findings of this code are not listed. */
export type Finding = Manifest.Finding & { readonly omitted?: number }

export interface Place {
  readonly span: Span
  readonly line: Line
}

/** A finding, and where in the text it is. */
export interface Located {
  readonly finding: Finding
  readonly place: Place | undefined
}

/** Why a document could not be checked, and what to do. */
export class Problem extends Data.TaggedError("Problem")<{
  readonly code:
    | "not-found"
    | "unreadable"
    | "too-large"
    | "no-documents"
    | "not-served"
    | "unreachable"
    | "refused"
    | "failed"
  readonly detail: string
}> {
  override get message() {
    return this.detail
  }
}

/** A document that was checked. Its findings are sorted: errors first, then by their places. */
export interface Checked {
  readonly name: string
  readonly text: string
  readonly findings: ReadonlyArray<Located>
  readonly errors: number
  readonly warnings: number
}

/** A document that could not be checked. */
export interface Unchecked {
  readonly name: string
  readonly problem: Problem
}

const order = ({ finding, place }: Located): readonly [number, number] => [
  finding.severity === "error" ? 0 : 1,
  place?.span.start ?? 0
]

const compare = (one: Located, other: Located): number => {
  const [severity, start] = order(one)
  const [otherSeverity, otherStart] = order(other)
  return severity - otherSeverity || start - otherStart
}

/** How many findings these are, with those that the checker does not list. */
export const count = (findings: ReadonlyArray<Located>): number => {
  let sum = 0
  for (const { finding } of findings) sum += 1 + (finding.omitted ?? 0)
  return sum
}

const ofSeverity = (findings: ReadonlyArray<Located>, severity: Finding["severity"]): ReadonlyArray<Located> =>
  findings.filter(({ finding }) => finding.severity === severity)

export const checked = (name: string, text: string, findings: ReadonlyArray<Located>): Checked => ({
  name,
  text,
  findings: findings.toSorted(compare),
  errors: count(ofSeverity(findings, "error")),
  warnings: count(ofSeverity(findings, "warning"))
})

/** The finding that a document is not JSON. */
export const notJson = (message: string, more: Partial<Pick<Finding, "expected" | "remedy">> = {}): Finding =>
  Manifest.findingOf(Manifest.codes)("not-json", "", message, more)
