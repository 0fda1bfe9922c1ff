import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import { TestClock } from "effect/testing"
import { retryAfter } from "../../src/internal/retryAfter.ts"

const wait = (value: string) =>
  Effect.map(retryAfter(Headers.fromInput({ "Retry-After": value })), (found) => found.retryAfter)

describe("retryAfter", () => {
  it.effect("counts a date from the clock's now", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(Date.UTC(2026, 10, 22, 11, 59, 30))
      assert.deepStrictEqual(yield* wait("Sun, 22 Nov 2026 12:00:00 GMT"), Duration.seconds(30))
      assert.deepStrictEqual(yield* wait("Sunday, 22-Nov-26 12:00:00 GMT"), Duration.seconds(30))
      assert.deepStrictEqual(yield* wait("Sun, 22 Nov 2026 11:00:00 GMT"), Duration.zero)
    }))

  it.effect("takes whole seconds", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* wait(" 3600 "), Duration.hours(1))
      assert.deepStrictEqual(yield* wait("0"), Duration.zero)
    }))

  it.effect("makes nothing of anything else", () =>
    Effect.gen(function*() {
      for (const odd of ["", "soon", "-5", "1.5", "2026-11-22", "99999999999", "Sun, 99 Nov 2026 99:00:00 GMT"]) {
        assert.isUndefined(yield* wait(odd), odd)
      }
      assert.deepStrictEqual(yield* retryAfter(Headers.empty), {})
    }))
})
