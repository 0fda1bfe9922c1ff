import { Finding, isError } from "../check/finding.ts"
import { maxListed } from "../model/walk.ts"

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

/** Collects findings, at most a fixed number of each code; the last of a code says how many more there were. */
export class Collector {
  readonly #listed: Array<Finding> = []
  readonly #counts = new Map<string, number>()
  #errors = false

  get hasErrors(): boolean {
    return this.#errors
  }

  get findings(): ReadonlyArray<Finding> {
    const left = new Map(Array.from(this.#counts, ([code, count]) => [code, Math.min(count, maxListed)]))
    return this.#listed.map((finding) => {
      const { code } = finding
      const after = (left.get(code) ?? 0) - 1
      left.set(code, after)
      const omitted = (this.#counts.get(code) ?? 0) - maxListed
      return after === 0 && omitted > 0 ? Finding.make({ ...finding, omitted }) : finding
    })
  }

  add(findings: ReadonlyArray<Finding>): void {
    for (const finding of findings) {
      const { code, omitted = 0 } = finding
      const before = this.#counts.get(code) ?? 0
      this.#counts.set(code, before + 1 + omitted)
      this.#errors ||= isError(finding)
      if (before < maxListed) this.#listed.push(finding)
    }
  }
}
