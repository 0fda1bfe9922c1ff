import { type Finding, isError } from "../check/finding.ts"
import { Listing } from "../check/listing.ts"

/** Whether a path is that of a value, or of something in it. */
const isWithin = (path: string, outer: string): boolean =>
  path.startsWith(outer) && (path.length === outer.length || path[outer.length] === "." || path[outer.length] === "[")

/**
 * Findings without those that have the same cause as an earlier one: the same path, or one within or around it. An error
 * is no consequence of a warning.
 */
export const withoutConsequences = (
  findings: ReadonlyArray<Finding>,
  consequences: ReadonlyArray<Finding>
): ReadonlyArray<Finding> => {
  if (findings.length === 0) return consequences
  const errors = findings.filter(isError)
  return [
    ...findings,
    ...consequences.filter((one) => {
      const { path } = one
      const causes = isError(one) ? errors : findings
      if (path === "") return causes.length === 0
      return !causes.some(({ path: earlier }) => earlier !== "" && (isWithin(path, earlier) || isWithin(earlier, path)))
    })
  ]
}

/** Collects the findings of several checks, and whether there are errors among them. */
export class Collector {
  readonly #listing = new Listing()
  #errors = false

  get hasErrors(): boolean {
    return this.#errors
  }

  get findings(): ReadonlyArray<Finding> {
    return this.#listing.findings
  }

  add(findings: ReadonlyArray<Finding>): void {
    for (const finding of findings) {
      const { code, omitted } = finding
      this.#errors ||= isError(finding)
      this.#listing.add(code, () => ({ finding, parts: [] }))
      if (omitted !== undefined) this.#listing.omit(code, omitted)
    }
  }
}
