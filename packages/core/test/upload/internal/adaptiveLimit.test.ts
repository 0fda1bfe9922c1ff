import { assert, describe, it } from "@effect/vitest"
import * as Reason from "@iiif-ingest/core/base/Reason"
import { ObjectStoreError, type ObjectStoreReason } from "@iiif-ingest/core/upload/ObjectStoreError"
import { Deferred, Duration, Effect, Fiber } from "effect"
import * as AdaptiveLimit from "../../../src/upload/internal/adaptiveLimit.ts"

const fails = (reason: ObjectStoreReason) => Effect.fail(new ObjectStoreError({ operation: "put", key: "k", reason }))

const throttled = fails(new Reason.Throttled({ evidence: Reason.evidence(503, "") }))
const timedOut = fails(new Reason.TimedOut({ host: "h", limit: Duration.seconds(1) }))
const unavailable = fails(new Reason.Unavailable({ evidence: Reason.evidence(500, "") }))

type End = Effect.Effect<void, ObjectStoreError>

/** Requests that stay in flight until the test ends them. */
const store = (max: number) =>
  Effect.gen(function*() {
    const limit = yield* AdaptiveLimit.make(max)
    const ends: Array<Deferred.Deferred<void, ObjectStoreError>> = []
    const request = limit(Effect.gen(function*() {
      const end = yield* Deferred.make<void, ObjectStoreError>()
      ends.push(end)
      yield* Deferred.await(end)
    }))
    const yieldToFibers = Effect.gen(function*() {
      for (let turn = 0; turn < 20; turn++) yield* Effect.yieldNow
    })
    return {
      /** Starts `count` more requests, and lets those run that the limit allows. */
      start: (count: number) =>
        Effect.andThen(Effect.replicateEffect(Effect.forkChild(Effect.exit(request)), count), yieldToFibers),
      /** Ends the oldest requests in flight. */
      end: (how: End, count = 1) =>
        Effect.andThen(
          Effect.forEach(ends.splice(0, count), (one) => Deferred.complete(one, how)),
          yieldToFibers
        ),
      inFlight: () => ends.length
    }
  })

describe("the limit of concurrent requests", () => {
  it.effect("starts at its maximum", () =>
    Effect.gen(function*() {
      const { inFlight, start } = yield* store(8)
      yield* start(20)
      assert.strictEqual(inFlight(), 8)
    }))

  it.effect("is set to half of the requests in flight by an overload error or a timeout", () =>
    Effect.gen(function*() {
      for (const how of [throttled, timedOut]) {
        const { end, inFlight, start } = yield* store(32)
        yield* start(8)
        yield* end(how)
        yield* start(100)
        // Seven of the old requests are still in flight; no new one starts until fewer than four are left.
        assert.strictEqual(inFlight(), 7)
        yield* end(unavailable, 4)
        assert.strictEqual(inFlight(), 4)
      }
    }))

  it.effect("is halved once by one burst of errors, and again by the next", () =>
    Effect.gen(function*() {
      const { end, inFlight, start } = yield* store(16)
      yield* start(100)
      yield* end(throttled, 16)
      assert.strictEqual(inFlight(), 8)
      yield* end(throttled, 8)
      assert.strictEqual(inFlight(), 4)
    }))

  it.effect("never falls below one", () =>
    Effect.gen(function*() {
      const { end, inFlight, start } = yield* store(2)
      yield* start(10)
      for (let time = 0; time < 4; time++) yield* end(throttled)
      assert.strictEqual(inFlight(), 1)
    }))

  it.effect("rises by one after as many successes as the limit, up to its maximum", () =>
    Effect.gen(function*() {
      const { end, inFlight, start } = yield* store(4)
      yield* start(100)
      yield* end(throttled, 4)
      assert.strictEqual(inFlight(), 2)
      yield* end(Effect.void)
      assert.strictEqual(inFlight(), 2)
      yield* end(Effect.void)
      assert.strictEqual(inFlight(), 3)
      yield* end(Effect.void, 3)
      assert.strictEqual(inFlight(), 4)
      yield* end(Effect.void, 12)
      assert.strictEqual(inFlight(), 4)
    }))

  it.effect("does not change on other server errors or on interruption", () =>
    Effect.gen(function*() {
      const limit = yield* AdaptiveLimit.make(2)
      yield* Effect.ignore(limit(unavailable))
      const fiber = yield* Effect.forkChild(limit(Effect.never))
      yield* Effect.yieldNow
      yield* Fiber.interrupt(fiber)
      const { end, inFlight, start } = yield* store(2)
      yield* start(10)
      yield* end(unavailable)
      assert.strictEqual(inFlight(), 2)
      yield* Effect.all([limit(Effect.void), limit(Effect.void)], { concurrency: 2 })
    }))
})
