import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { failingUnloaded, load, once } from "../../src/internal/load.ts"

/** A module that can be loaded only at the third attempt. */
const troubled = () => {
  const seen = { attempts: 0 }
  const module = () =>
    ++seen.attempts < 3 ? Promise.reject(new Error("EMFILE: too many open files")) : Promise.resolve("module")
  return { module, seen }
}

describe("load", () => {
  it.effect("fails with what is made of its message, and tries again at the next use, until it is loaded once", () =>
    Effect.gen(function*() {
      const { module, seen } = troubled()
      const loaded = yield* once(load(module))
      const use = Effect.result(failingUnloaded((message) => Effect.fail(message))(loaded))
      const outcomes = []
      for (let n = 0; n < 4; n++) outcomes.push(yield* use)
      assert.deepStrictEqual(
        outcomes.map((outcome) => outcome._tag === "Success" ? outcome.success : outcome.failure),
        [
          "the AWS SDK could not be loaded: EMFILE: too many open files",
          "the AWS SDK could not be loaded: EMFILE: too many open files",
          "module",
          "module"
        ]
      )
      assert.strictEqual(seen.attempts, 3)
    }))

  it.effect("leaves any other defect alone", () =>
    Effect.gen(function*() {
      const broken = failingUnloaded((message) => Effect.fail(message))(Effect.die(new Error("not this one")))
      const exit = yield* Effect.exit(broken)
      assert.isTrue(exit._tag === "Failure" && exit.cause.reasons.every(({ _tag }) => _tag === "Die"))
    }))
})
