import { assert, describe, it } from "@effect/vitest"
import * as RetryPolicy from "@iiif-ingest/core/base/RetryPolicy"
import { Clock, Data, Duration, Effect, Exit, Fiber, Schedule } from "effect"
import { TestClock } from "effect/testing"

class Down extends Data.TaggedError("Down")<{
  readonly reason: { readonly retryable: boolean; readonly retryAfter?: Duration.Duration }
}> {}

const down = (retryable: boolean, retryAfter?: Duration.Duration) =>
  new Down({ reason: { retryable, ...(retryAfter === undefined ? {} : { retryAfter }) } })

/** Runs to the end under the test clock; answers with the times (in ms) at which it was tried. */
const tries = (errors: ReadonlyArray<Down>, schedule: Schedule.Schedule<unknown>, may?: (error: Down) => boolean) =>
  Effect.gen(function*() {
    const times: Array<number> = []
    const effect = Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const error = errors[times.length]
      times.push(now)
      return error === undefined ? Effect.succeed("done") : Effect.fail(error)
    })
    const fiber = yield* Effect.forkChild(RetryPolicy.retrying(schedule, may)(effect))
    yield* TestClock.adjust("3 hours")
    return { times, exit: yield* Fiber.await(fiber) }
  })

const gaps = (times: ReadonlyArray<number>) => times.slice(1).map((time, i) => time - (times[i] ?? 0))

const second = Schedule.max([Schedule.spaced("1 second"), Schedule.recurs(3)])

describe("RetryPolicy.retrying", () => {
  it.effect("tries again as often and as far apart as the schedule says", () =>
    Effect.gen(function*() {
      const error = down(true)
      const { exit, times } = yield* tries(Array.from({ length: 9 }, () => error), second)
      assert.deepStrictEqual(times, [0, 1000, 2000, 3000])
      assert.deepStrictEqual(exit, Exit.fail(error))
    }))

  it.effect("ends with the first success", () =>
    Effect.gen(function*() {
      const { exit, times } = yield* tries([down(true)], second)
      assert.deepStrictEqual([times, exit], [[0, 1000], Exit.succeed("done")])
    }))

  it.effect("stops at once where the error says so", () =>
    Effect.gen(function*() {
      assert.lengthOf((yield* tries([down(false)], second)).times, 1)
      assert.lengthOf((yield* tries([down(true), down(false), down(true)], second)).times, 2)
    }))

  it.effect("asks the caller's own word where one is given", () =>
    Effect.gen(function*() {
      assert.lengthOf((yield* tries([down(true)], second, () => false)).times, 1)
      assert.lengthOf((yield* tries([down(false)], second, () => true)).times, 2)
    }))

  it.effect("waits longer where the server asks for it, never shorter", () =>
    Effect.gen(function*() {
      const { times } = yield* tries([
        down(true, Duration.seconds(30)),
        down(true, Duration.millis(5)),
        down(true)
      ], second)
      assert.deepStrictEqual(gaps(times), [30_000, 1000, 1000])
    }))
})

describe("RetryPolicy.backoff", () => {
  it.effect("doubles up to its cap, shaken by at most a fifth, and ends", () =>
    Effect.gen(function*() {
      const schedule = RetryPolicy.backoff({ first: "100 millis", longest: "1 second", times: 7 })
      const { exit, times } = yield* tries(Array.from({ length: 20 }, () => down(true)), schedule)
      assert.isTrue(Exit.isFailure(exit))
      const planned = [100, 200, 400, 800, 1000, 1000, 1000]
      const waited = gaps(times)
      assert.lengthOf(waited, planned.length)
      for (const [i, wait] of waited.entries()) {
        assert.isAtLeast(wait, Math.floor((planned[i] ?? 0) * 0.8))
        assert.isAtMost(wait, Math.ceil((planned[i] ?? 0) * 1.2))
      }
    }))
})

describe("RetryPolicy.standard", () => {
  it.effect("sends an upload, a read and a submission six times at most", () =>
    Effect.gen(function*() {
      for (const name of ["upload", "read", "submit"] as const) {
        const { times } = yield* tries(Array.from({ length: 50 }, () => down(true)), RetryPolicy.standard[name])
        assert.lengthOf(times, 6, name)
      }
    }))

  it.effect("looks at a job every half to 15 seconds, at what is not served every 2 to 30", () =>
    Effect.gen(function*() {
      for (const [name, first, longest] of [["poll", 500, 15_000], ["settle", 2000, 30_000]] as const) {
        const { times } = yield* tries(Array.from({ length: 150 }, () => down(true)), RetryPolicy.standard[name])
        const waited = gaps(times)
        assert.isAbove(waited.length, 100)
        assert.strictEqual(waited[0], first)
        assert.strictEqual(Math.max(...waited), longest)
        assert.deepStrictEqual(waited, waited.toSorted((a, b) => a - b))
      }
    }))
})
