import { Finding } from "./finding.ts"

/** How many findings of a code are listed; the rest are only counted. */
export const maxListed = 100

type Parts = ReadonlyArray<string | number>

/** A finding, and the keys that lead to its place. */
export interface Located {
  readonly finding: Finding
  readonly parts: Parts
}

/** Findings in their order: at most {@link maxListed} of each code, the last of which says how many more there were. */
export class Listing {
  readonly #listed: Array<Located> = []
  readonly #counts = new Map<string, number>()

  /** Counts a finding, and has it made and listed unless enough of its code are. */
  add(code: string, make: () => Located): void {
    const before = this.#counts.get(code) ?? 0
    this.#counts.set(code, before + 1)
    if (before < maxListed) this.#listed.push(make())
  }

  /** Counts findings that somebody else has left out. */
  omit(code: string, number: number): void {
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + number)
  }

  get located(): ReadonlyArray<Located> {
    const left = new Map<string, number>()
    for (const { finding: { code } } of this.#listed) left.set(code, (left.get(code) ?? 0) + 1)
    return this.#listed.map((one) => {
      const { finding, parts } = one
      const after = (left.get(finding.code) ?? 0) - 1
      left.set(finding.code, after)
      const omitted = (this.#counts.get(finding.code) ?? 0) - maxListed
      return after === 0 && omitted > 0 ? { finding: Finding.make({ ...finding, omitted }), parts } : one
    })
  }

  get findings(): ReadonlyArray<Finding> {
    return this.located.map(({ finding }) => finding)
  }
}
