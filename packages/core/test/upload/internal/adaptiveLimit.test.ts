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

/** Requests that go on until they are told how to end. */
const store = (most: number) =>
  Effect.gen(function*() {
    const limit = yield* AdaptiveLimit.make(most)
    const underWay: Array<Deferred.Deferred<void, ObjectStoreError>> = []
    const request = limit(Effect.gen(function*() {
      const end = yield* Deferred.make<void, ObjectStoreError>()
      underWay.push(end)
      yield* Deferred.await(end)
    }))
    const settle = Effect.gen(function*() {
      for (let turn = 0; turn < 20; turn++) yield* Effect.yieldNow
    })
    return {
      /** Asks for so many more, and lets those begin that may. */
      ask: (count: number) =>
        Effect.andThen(Effect.replicateEffect(Effect.forkChild(Effect.exit(request)), count), settle),
      /** Ends the oldest ones that are under way. */
      end: (how: End, count = 1) =>
        Effect.andThen(
          Effect.forEach(underWay.splice(0, count), (one) => Deferred.complete(one, how)),
          settle
        ),
      underWay: () => underWay.length
    }
  })

describe("the limit of requests at a time", () => {
  it.effect("begins at the most there may be", () =>
    Effect.gen(function*() {
      const { ask, underWay } = yield* store(8)
      yield* ask(20)
      assert.strictEqual(underWay(), 8)
    }))

  it.effect("is halved by a refusal or a timeout, from what was under way", () =>
    Effect.gen(function*() {
      for (const how of [throttled, timedOut]) {
        const { ask, end, underWay } = yield* store(32)
        yield* ask(8)
        yield* end(how)
        yield* ask(100)
        // seven of the old are still there; no new one begins until fewer than four are left
        assert.strictEqual(underWay(), 7)
        yield* end(unavailable, 4)
        assert.strictEqual(underWay(), 4)
      }
    }))

  it.effect("is halved once by one burst, and again by the next", () =>
    Effect.gen(function*() {
      const { ask, end, underWay } = yield* store(16)
      yield* ask(100)
      yield* end(throttled, 16)
      assert.strictEqual(underWay(), 8)
      yield* end(throttled, 8)
      assert.strictEqual(underWay(), 4)
    }))

  it.effect("never falls below one", () =>
    Effect.gen(function*() {
      const { ask, end, underWay } = yield* store(2)
      yield* ask(10)
      for (let time = 0; time < 4; time++) yield* end(throttled)
      assert.strictEqual(underWay(), 1)
    }))

  it.effect("rises by one after as many as it allows have ended well, up to the most", () =>
    Effect.gen(function*() {
      const { ask, end, underWay } = yield* store(4)
      yield* ask(100)
      yield* end(throttled, 4)
      assert.strictEqual(underWay(), 2)
      yield* end(Effect.void)
      assert.strictEqual(underWay(), 2)
      yield* end(Effect.void)
      assert.strictEqual(underWay(), 3)
      yield* end(Effect.void, 3)
      assert.strictEqual(underWay(), 4)
      yield* end(Effect.void, 12)
      assert.strictEqual(underWay(), 4)
    }))

  it.effect("does not move where the server fails otherwise, or nobody waits any longer", () =>
    Effect.gen(function*() {
      const limit = yield* AdaptiveLimit.make(2)
      yield* Effect.ignore(limit(unavailable))
      const fiber = yield* Effect.forkChild(limit(Effect.never))
      yield* Effect.yieldNow
      yield* Fiber.interrupt(fiber)
      const { ask, end, underWay } = yield* store(2)
      yield* ask(10)
      yield* end(unavailable)
      assert.strictEqual(underWay(), 2)
      yield* Effect.all([limit(Effect.void), limit(Effect.void)], { concurrency: 2 })
    }))
})
