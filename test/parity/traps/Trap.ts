import type { Effect } from "effect"

/**
 * One trap of the Python client, by its number in docs/mps.md, 1.8.
 *
 * - `closed`: this client avoids it, and the test shows how.
 * - `cannot occur`: nothing here could cause it.
 * - `open at LTS`: only LTS knows what is right; here it is typed, experimental, optional, and listed in FIDELITY.md.
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
