/** Which failure ends with which exit code. */
import { assert, describe, it } from "@effect/vitest"
import { exitCodeOf, exitCodeOfKinds } from "../../src/internal/command/exitCodes.ts"

describe("the exit code", () => {
  it("of a failure is that of its kind", () => {
    const codeOf = (operation: string, _tag: string, outcome: "none" | "unknown") =>
      exitCodeOf({ _tag: "LtsError", operation, reason: { _tag, outcome } })
    assert.strictEqual(codeOf("initialize", "ConnectionLost", "unknown"), 6)
    assert.strictEqual(codeOf("jobStatus", "ConnectionLost", "unknown"), 4)
    assert.strictEqual(codeOf("initialize", "Unreachable", "none"), 4)
    assert.strictEqual(codeOf("initialize", "Unauthorized", "none"), 3)
    assert.strictEqual(codeOf("initialize", "Rejected", "none"), 5)
    assert.strictEqual(exitCodeOf({ _tag: "SubmissionUnknown" }), 6)
    assert.strictEqual(exitCodeOf({ _tag: "JournalError" }), 7)
    assert.strictEqual(exitCodeOf({ _tag: "PlanRefused" }), 2)
  })

  it("of a batch is that of its one cause, if there is only one", () => {
    assert.strictEqual(exitCodeOfKinds(["unreachable", "unreachable"]), 4)
    assert.strictEqual(exitCodeOfKinds(["unreachable", "input"]), 1)
    assert.strictEqual(exitCodeOfKinds([undefined]), 1)
    assert.strictEqual(exitCodeOfKinds([]), 1)
  })
})
