import type { Effect } from "effect"

/**
 * One trap of the Python client, by its number in docs/mps.md, 1.8.
 *
 * - `closed`: this client does it right, and the test shows it.
 * - `cannot occur`: there is nothing here that it could occur in.
 * - `open at LTS`: what is right only LTS can say; here it is typed, experimental, behind a switch, a row in FIDELITY.md.
 */
export interface Trap {
  readonly number: number
  readonly verdict: "closed" | "cannot occur" | "open at LTS"
  readonly why: string
  readonly test: Effect.Effect<void, unknown>
}

export const trap = (number: number, verdict: Trap["verdict"], why: string, test: Trap["test"]): Trap => ({
  number,
  verdict,
  why,
  test
})
