import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { AssetId } from "@iiif-ingest/core/base/Ids"
import * as Reason from "@iiif-ingest/core/base/Reason"
import * as Delivery from "@iiif-ingest/core/mps/Delivery"
import * as Ingest from "@iiif-ingest/core/mps/Ingest"
import * as Pace from "@iiif-ingest/core/mps/Pace"
import * as Verify from "@iiif-ingest/core/mps/Verify"
import * as TestMps from "@iiif-ingest/core/testing/TestMps"
import { Journal } from "@iiif-ingest/core/upload/Journal"
import { Clock, Effect, Fiber, Layer, Option } from "effect"
import { TestClock } from "effect/testing"

/** Waits for a turn, and notes when it came. */
const noting = (name: string, seen: Array<readonly [string, number]>) =>
  Effect.gen(function*() {
    yield* (yield* Pace.Pace).delivery
    seen.push([name, yield* Clock.currentTimeMillis])
  })

const gaps = (seen: ReadonlyArray<readonly [string, number]>) =>
  seen.slice(1).map(([, time], i) => time - (seen[i]?.[1] ?? 0))

describe("a bound", () => {
  it.effect("keeps requests apart, by a little more than it has to, and in the order in which they came", () =>
    Effect.gen(function*() {
      const seen: Array<readonly [string, number]> = []
      const names = Array.from({ length: 50 }, (_, n) => `${n}`)
      const fiber = yield* Effect.forkChild(
        Effect.forEach(names, (name) => noting(name, seen), { concurrency: "unbounded" })
      )
      yield* TestClock.adjust("1 hour")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(seen.map(([name]) => name), names)
      assert.strictEqual(seen[0]?.[1], 0)
      for (const gap of gaps(seen)) {
        assert.isAtLeast(gap, 250)
        assert.isAtMost(gap, 302)
      }
      assert.isAbove(new Set(gaps(seen)).size, 5)
    }).pipe(Effect.provide(Pace.layer({ deliveryPerSecond: 4 }))))

  it.effect("does not count who is interrupted while waiting", () =>
    Effect.gen(function*() {
      const seen: Array<readonly [string, number]> = []
      yield* noting("first", seen)
      const gone = yield* Effect.forkChild(
        Effect.forEach([1, 2, 3, 4], (n) => noting(`gone ${n}`, seen), { concurrency: "unbounded" })
      )
      const last = yield* Effect.forkChild(noting("last", seen))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(gone)
      yield* TestClock.adjust("5 seconds")
      yield* Fiber.join(last)
      assert.deepStrictEqual(seen.map(([name]) => name), ["first", "last"])
      assert.isAtMost(seen[1]?.[1] ?? Infinity, 2 * 2000 * 1.2)
    }).pipe(Effect.provide(Pace.layer({ deliveryPerSecond: 0.5 }))))

  it.effect("does not grow with a clock that is set back", () =>
    Effect.gen(function*() {
      const seen: Array<readonly [string, number]> = []
      yield* TestClock.setTime(1_000_000)
      yield* noting("before", seen)
      yield* TestClock.setTime(0)
      const fiber = yield* Effect.forkChild(noting("after", seen))
      yield* TestClock.adjust("2 seconds")
      assert.isDefined(fiber.pollUnsafe())
    }).pipe(Effect.provide(Pace.layer({ deliveryPerSecond: 1 }))))

  for (const perSecond of [undefined, 0, -1, Number.NaN]) {
    it.effect(`of ${perSecond} is none`, () =>
      Effect.gen(function*() {
        const seen: Array<readonly [string, number]> = []
        yield* Effect.forEach(["a", "b", "c"], (name) => noting(name, seen))
        assert.deepStrictEqual(gaps(seen), [0, 0])
      }).pipe(Effect.provide(Pace.layer({ deliveryPerSecond: perSecond }))))
  }
})

const mps = (options?: TestMps.Options) =>
  Effect.provide(TestMps.layer(options).pipe(Layer.provideMerge(NodeFileSystem.layer)))

describe("who keeps the bounds", () => {
  it.effect("is verification", () =>
    Effect.gen(function*() {
      const ids = Array.from({ length: 10 }, (_, n) => ({ id: AssetId.make(`a${n}`), width: 1, height: 1 }))
      const fiber = yield* Effect.forkChild(
        Verify.Verify.use((verify) => verify.assets(ids, { wait: false, concurrency: 8 }))
      )
      yield* TestClock.adjust("8500 millis")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("2500 millis")
      assert.strictEqual((yield* Fiber.join(fiber)).length, 10)
    }).pipe(mps(), Effect.provide(Pace.layer({ deliveryPerSecond: 1 }))))

  it.effect("is the ingest request, which is not in the journal while it waits, and each retry of it", () =>
    Effect.gen(function*() {
      const ingest = yield* Ingest.Ingest
      const request = yield* ingest.request({ assets: [], manifest: {} })
      yield* ingest.submit("one", request)
      const fiber = yield* Effect.forkChild(ingest.submit("two", request))
      yield* TestClock.adjust("99 seconds")
      assert.isTrue(Option.isNone(yield* (yield* Journal).submission("two")))
      yield* TestClock.adjust("22 seconds")
      assert.isTrue(Option.isSome(yield* (yield* Journal).submission("two")))
      const calls = Effect.map(
        Effect.flatMap(TestMps.TestMps, ({ calls }) => calls),
        (all) => all.filter(({ _tag }) => _tag === "Initialize").length
      )
      yield* TestClock.adjust("90 seconds")
      assert.strictEqual(yield* calls, 2)
      yield* TestClock.adjust("60 seconds")
      assert.strictEqual(yield* calls, 3)
      yield* Fiber.join(fiber)
    }).pipe(
      mps({
        faults: {
          initialize: ({ count }) =>
            count === 2
              ? TestMps.refuse(new Reason.Throttled({ evidence: Reason.evidence(429, "") }))
              : undefined
        }
      }),
      Effect.provide(Pace.layer({ postsPerSecond: 0.01 }))
    ))

  it.effect("is every method of a delivery side", () =>
    Effect.gen(function*() {
      const delivery = Pace.delivery(yield* Delivery.Delivery)
      const fiber = yield* Effect.forkChild(Effect.andThen(
        delivery.info("https://x/a"),
        Effect.andThen(delivery.imageInfo(AssetId.make("a")), delivery.info("https://x/b"))
      ))
      yield* TestClock.adjust("1900 millis")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("1 second")
      assert.isDefined(fiber.pollUnsafe())
    }).pipe(Effect.provide(Delivery.layerScripted()), Effect.provide(Pace.layer({ deliveryPerSecond: 1 }))))
})
