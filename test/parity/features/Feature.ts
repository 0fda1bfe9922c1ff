import type { Effect } from "effect"

/**
 * One feature of the Python client.
 *
 * - `section`, `item`: its place in docs/mps.md; `item` is the start of its row or paragraph, without markup.
 * - `ours`: its counterpart here, which is the title of its test.
 */
export interface Feature {
  readonly section: "1.1" | "1.2" | "1.3" | "1.4" | "1.5" | "1.6" | "1.7"
  readonly item: string
  readonly ours: string
  readonly test: Effect.Effect<void, unknown>
}

/** Makes the features of one section. */
export const section =
  (section: Feature["section"]) => (item: string, ours: string, test: Feature["test"]): Feature => ({
    section,
    item,
    ours,
    test
  })
