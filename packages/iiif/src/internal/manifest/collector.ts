import type { Finding } from "../check/finding.ts"

/** How many findings of a code are kept. */
const maxOfCode = 100

export const isError = ({ severity }: Finding): boolean => severity === "error"

/** Whether a path is that of a value, or of something in it. */
const isWithin = (path: string, outer: string): boolean =>
  path.startsWith(outer) && (path.length === outer.length || path[outer.length] === "." || path[outer.length] === "[")

/** Findings without those that have the same cause as an earlier one: the same path, or one within or around it. */
export const withoutConsequences = (
  findings: ReadonlyArray<Finding>,
  consequences: ReadonlyArray<Finding>
): ReadonlyArray<Finding> => {
  if (findings.length === 0) return consequences
  const paths = findings.map(({ path }) => path).filter((path) => path !== "")
  return [
    ...findings,
    ...consequences.filter(({ path }) =>
      path !== "" && !paths.some((earlier) => isWithin(path, earlier) || isWithin(earlier, path))
    )
  ]
}

/** Collects findings, at most a fixed number of each code. */
export class Collector {
  readonly findings: Array<Finding> = []
  readonly #counts = new Map<string, number>()
  #errors = false

  get hasErrors(): boolean {
    return this.#errors
  }

  add(findings: ReadonlyArray<Finding>): void {
    for (const finding of findings) {
      const count = (this.#counts.get(finding.code) ?? 0) + 1
      this.#counts.set(finding.code, count)
      this.#errors ||= isError(finding)
      if (count <= maxOfCode) this.findings.push(finding)
    }
  }
}
