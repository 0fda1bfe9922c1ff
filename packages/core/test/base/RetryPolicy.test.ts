import { assert, describe, it } from "@effect/vitest"
import * as RetryPolicy from "@iiif-ingest/core/base/RetryPolicy"
import { Clock, Data, Duration, Effect, Exit, Fiber, Schedule } from "effect"
import { TestClock } from "effect/testing"

class Down extends Data.TaggedError("Down")<{
  readonly reason: { readonly retryable: boolean; readonly retryAfter?: Duration.Duration }
}> {}

const down = (retryable: boolean, retryAfter?: Duration.Duration) =>
  new Down({ reason: { retryable, ...(retryAfter === undefined ? {} : { retryAfter }) } })

/** Runs to the end under the test clock; returns the exit and the times (in ms) of the attempts. */
const attempts = (errors: ReadonlyArray<Down>, schedule: Schedule.Schedule<unknown>, may?: (error: Down) => boolean) =>
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

const everySecond = Schedule.max([Schedule.spaced("1 second"), Schedule.recurs(3)])

describe("RetryPolicy.retrying", () => {
  it.effect("retries as often and with the delays that the schedule gives", () =>
    Effect.gen(function*() {
      const error = down(true)
      const { exit, times } = yield* attempts(Array.from({ length: 9 }, () => error), everySecond)
      assert.deepStrictEqual(times, [0, 1000, 2000, 3000])
      assert.deepStrictEqual(exit, Exit.fail(error))
    }))

  it.effect("stops at the first success", () =>
    Effect.gen(function*() {
      const { exit, times } = yield* attempts([down(true)], everySecond)
      assert.deepStrictEqual([times, exit], [[0, 1000], Exit.succeed("done")])
    }))

  it.effect("stops at once if the error is not retryable", () =>
    Effect.gen(function*() {
      assert.lengthOf((yield* attempts([down(false)], everySecond)).times, 1)
      assert.lengthOf((yield* attempts([down(true), down(false), down(true)], everySecond)).times, 2)
    }))

  it.effect("uses the caller's predicate if one is given", () =>
    Effect.gen(function*() {
      assert.lengthOf((yield* attempts([down(true)], everySecond, () => false)).times, 1)
      assert.lengthOf((yield* attempts([down(false)], everySecond, () => true)).times, 2)
    }))

  it.effect("waits longer if the server asks for it, never shorter", () =>
    Effect.gen(function*() {
      const { times } = yield* attempts([
        down(true, Duration.seconds(30)),
        down(true, Duration.millis(5)),
        down(true)
      ], everySecond)
      assert.deepStrictEqual(gaps(times), [30_000, 1000, 1000])
    }))
})

describe("RetryPolicy.backoff", () => {
  it.effect("doubles up to its cap, jittered by at most 20%, and ends", () =>
    Effect.gen(function*() {
      const schedule = RetryPolicy.backoff({ first: "100 millis", longest: "1 second", times: 7 })
      const { exit, times } = yield* attempts(Array.from({ length: 20 }, () => down(true)), schedule)
      assert.isTrue(Exit.isFailure(exit))
      const planned = [100, 200, 400, 800, 1000, 1000, 1000]
      const delays = gaps(times)
      assert.lengthOf(delays, planned.length)
      for (const [i, delay] of delays.entries()) {
        assert.isAtLeast(delay, Math.floor((planned[i] ?? 0) * 0.8))
        assert.isAtMost(delay, Math.ceil((planned[i] ?? 0) * 1.2))
      }
    }))
})

describe("RetryPolicy.standard", () => {
  it.effect("sends an upload, a read and a submission at most six times", () =>
    Effect.gen(function*() {
      for (const name of ["upload", "read", "submit"] as const) {
        const { times } = yield* attempts(Array.from({ length: 50 }, () => down(true)), RetryPolicy.standard[name])
        assert.lengthOf(times, 6, name)
      }
    }))

  it.effect("polls a job every 0.5 to 15 seconds, and what is not served yet every 2 to 30", () =>
    Effect.gen(function*() {
      for (const [name, first, longest] of [["poll", 500, 15_000], ["delivery", 2000, 30_000]] as const) {
        const { times } = yield* attempts(Array.from({ length: 150 }, () => down(true)), RetryPolicy.standard[name])
        const delays = gaps(times)
        assert.isAbove(delays.length, 100)
        assert.strictEqual(delays[0], first)
        assert.strictEqual(Math.max(...delays), longest)
        assert.deepStrictEqual(delays, delays.toSorted((a, b) => a - b))
      }
    }))
})
