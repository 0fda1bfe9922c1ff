import type { Effect } from "effect"

/**
 * One feature of the Python client.
 *
 * - `section`, `item`: where it stands in docs/mps.md; `item` is how its row or paragraph there begins, without marks.
 * - `ours`: what stands for it here, and the title of its test.
 */
export interface Feature {
  readonly section: "1.1" | "1.2" | "1.3" | "1.4" | "1.5" | "1.6" | "1.7"
  readonly item: string
  readonly ours: string
  readonly test: Effect.Effect<void, unknown>
}

/** The rows of one section, by what they stand for there. */
export const section =
  (section: Feature["section"]) => (item: string, ours: string, test: Feature["test"]): Feature => ({
    section,
    item,
    ours,
    test
  })
