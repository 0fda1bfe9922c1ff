import { assert, describe, it } from "@effect/vitest"
import * as ParentRule from "../../src/internal/jobs/parentRule.ts"
import type { JobState } from "../../src/Job.ts"

const states = (failed: number, success: number, running = 0): ReadonlyArray<JobState> => [
  ...Array.from({ length: failed }, (): JobState => "failed"),
  ...Array.from({ length: success }, (): JobState => "success"),
  ...Array.from({ length: running }, (): JobState => "running")
]
const outcome = (failed: number, success: number, running = 0) =>
  ParentRule.outcome({ spawned: true, states: states(failed, success, running) }, 10)

describe("outcome", () => {
  it("succeeds with nine failed children of fifty", () => assert.strictEqual(outcome(9, 41), "success"))
  it("fails at the limit, even while children are running", () => assert.strictEqual(outcome(10, 30, 10), "failed"))
  it("fails if all children failed", () => assert.strictEqual(outcome(3, 0), "failed"))
  it("waits for the last child", () => assert.strictEqual(outcome(9, 40, 1), undefined))
  it("fails if spawning failed", () =>
    assert.strictEqual(ParentRule.outcome({ spawned: false, states: [] }, 10), "failed"))
  it("succeeds without children", () => assert.strictEqual(outcome(0, 0), "success"))
})
