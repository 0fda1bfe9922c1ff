/** What a check is, and what it is given. */
import type { Answer } from "./client.ts"
import type { Names } from "./sample.ts"
import type { Settings } from "./settings.ts"

/** What `--write` has ingested. */
export interface Written {
  readonly names: Names
  /** The manifest as it was sent. */
  readonly manifestText: string
  readonly submitted: Answer
  /** Every status that was reported, in order, with the last reply. */
  readonly states: ReadonlyArray<string>
  readonly last: Answer
}

/** A sentence for each thing that the service does differently. */
type Differences = ReadonlyArray<string>

interface Named {
  readonly name: string
  /** The beginnings of the rows of FIDELITY.md that it holds. */
  readonly rows: ReadonlyArray<string>
  /** Why only the sandbox can be asked. */
  readonly elsewhere?: string
}

/**
 * - `asks`: a request that reads, or that any service must refuse.
 * - `risks`: one that the sandbox refuses, and of which the service may make a job: only with `--write`.
 * - `reads`: needs what was written.
 */
export type Check =
  & Named
  & (
    | { readonly kind: "asks" | "risks"; readonly run: (settings: Settings, names: Names) => Promise<Differences> }
    | { readonly kind: "reads"; readonly run: (settings: Settings, written: Written) => Promise<Differences> }
  )

/** A difference, unless the condition holds. */
export const unless = (condition: boolean, difference: string): Differences => condition ? [] : [difference]

/** A difference, unless the value is as expected. */
export const expect = (what: string, actual: unknown, ...expected: ReadonlyArray<unknown>): Differences =>
  unless(expected.includes(actual), `${what} is ${JSON.stringify(actual) ?? "missing"}`)
