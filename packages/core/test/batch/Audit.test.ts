import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import * as Reason from "@iiif-ingest/core/base/Reason"
import * as Audit from "@iiif-ingest/core/batch/Audit"
import * as Subset from "@iiif-ingest/core/batch/Subset"
import * as Delivery from "@iiif-ingest/core/mps/Delivery"
import { type Holding, Holdings } from "@iiif-ingest/core/mps/Holdings"
import * as Pace from "@iiif-ingest/core/mps/Pace"
import * as TestMps from "@iiif-ingest/core/testing/TestMps"
import { Clock, Duration, Effect, Fiber, Layer, Schema } from "effect"
import { TestClock } from "effect/testing"

const provided = (options: TestMps.Options = {}, pace: Pace.Bounds = {}) =>
  Effect.provide(
    Layer.merge(Audit.layer, Pace.layer(pace)).pipe(
      Layer.provideMerge(TestMps.layerPorts(options)),
      Layer.provideMerge(NodeFileSystem.layer)
    )
  )

const image = (id: string, more: Partial<Holding> = {}): Holding => ({
  kind: "image",
  id: `TEST:${id}`,
  width: 4,
  height: 3,
  ingestedAt: 0,
  ...more
})

const at = (id: string) => `https://mps.example/TEST:${id}`

const served = (id: string, width = 4) => Delivery.served(at(id), { id: at(id), width, height: 3, raw: {} })

const record = (...held: ReadonlyArray<Holding>) => Effect.flatMap(Holdings, ({ record }) => record(undefined, held))

const part = (text: string) => Effect.fromResult(Subset.parse(text))

const audit = (subset: string) => Effect.flatMap(part(subset), (subset) => Audit.Audit.use(({ run }) => run(subset)))

/** Runs to the end, with as much time as it takes. */
const inTime = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.forkChild(effect)
    yield* TestClock.adjust("1 day")
    return yield* Fiber.join(fiber)
  })

const answers = (answer: (id: string) => Delivery.Observation<Delivery.ImageInfo>) => ({
  faults: { imageInfo: ({ id }: { readonly id: string }) => TestMps.answer(answer(id)) }
})

const throttled: Delivery.Observation<never> = { _tag: "Withheld", url: at("x"), evidence: Reason.evidence(429, "") }

describe("an audit", () => {
  it.effect("has times in whole milliseconds, whatever the clock has", () =>
    Effect.gen(function*() {
      yield* record(image("a"))
      yield* TestClock.adjust(Duration.millis(1.75))
      const report = yield* audit("100%")
      assert.deepStrictEqual(yield* Schema.decodeEffect(Audit.AuditReport)(report), report)
    }).pipe(provided(answers(() => served("a")))))

  it.effect("names what was served and is not any more, with since when, and what is not known", () => {
    const seen = new Map<string, (id: string) => Delivery.Observation<Delivery.ImageInfo>>()
    return Effect.gen(function*() {
      yield* record(...["a", "b", "c", "d"].map((id) => image(id)))
      assert.isTrue(Audit.isOk(yield* audit("4")))
      yield* TestClock.adjust("1 day")
      seen.set("a", () => Delivery.absent(at("a")))
      seen.set("b", () => served("b", 5))
      seen.set("c", () => throttled)
      yield* audit("100%")
      yield* TestClock.adjust("1 day")
      const report = yield* audit("1/1")
      assert.deepStrictEqual(Audit.counts(report), { ok: 1, missing: 1, wrong: 1, unknown: 1 })
      assert.isFalse(Audit.isOk(report))
      assert.deepStrictEqual(Audit.lost(report).map(({ holding }) => holding.id), ["TEST:a", "TEST:b"])
      assert.deepStrictEqual(Audit.describe(report).split("\n"), [
        "TEST:a: missing (HTTP 404); last served 1970-01-01T00:00:00.000Z, first seen not to be 1970-01-02T00:00:00.000Z",
        "TEST:b: wrong (served as 5 x 3 instead of 4 x 3); last served 1970-01-01T00:00:00.000Z, " +
        "first seen not to be 1970-01-02T00:00:00.000Z",
        "TEST:c: unknown (withheld, HTTP 429)",
        "looked at 4 of 4: 1 ok, 1 missing, 1 wrong, 1 unknown"
      ])
      const held = yield* (yield* Holdings).find(["TEST:c"])
      assert.isUndefined(held.get("TEST:c")?.lostAt)
      assert.strictEqual(held.get("TEST:c")?.okAt, 0)
      assert.deepStrictEqual(yield* Schema.decodeEffect(Audit.AuditReport)(report), report)
    }).pipe(provided(answers((id) => seen.get(id)?.(id) ?? served(id))))
  })

  it.effect("looks at manifests as they were sent, and at assets of another namespace", () =>
    Effect.gen(function*() {
      const uri = "https://nrs-qa.lib.harvard.edu/URN-3:TEST:ONE:MANIFEST:3"
      const json = { id: uri, items: [{ type: "Canvas", width: 4, height: 3 }] }
      const { record } = yield* Holdings
      yield* record({ id: uri, at: 0, json, images: [] }, [
        { kind: "manifest", id: uri, ingestedAt: 0 },
        image("x", { id: "OTHER:x" })
      ])
      const { audited } = yield* audit("1/1")
      assert.deepStrictEqual(audited.map(({ sight }) => [sight.verdict, sight.evidence.problem]), [
        ["wrong", "the manifest is served with 0 canvases instead of 1"],
        ["missing", "HTTP 404"]
      ])
      const calls = yield* (yield* TestMps.TestMps).calls
      assert.deepStrictEqual(calls.flatMap((call) => call._tag === "Info" ? [call.url] : []), [
        "https://mps-qa.lib.harvard.edu/assets/images/OTHER:x"
      ])
    }).pipe(provided({ faults: { manifest: ({ id }) => TestMps.answer(Delivery.served(id, { id, items: [] })) } })))

  it.effect("keeps what it saw if it is interrupted, and goes on from there", () =>
    Effect.gen(function*() {
      yield* record(...Array.from({ length: 100 }, (_, n) => image(`${n}`)))
      const fiber = yield* Effect.forkChild(audit("1/1"))
      yield* TestClock.adjust("65 seconds")
      yield* Fiber.interrupt(fiber)
      const next = yield* (yield* Holdings).due(100)
      const looked = next.filter(({ lookedAt }) => lookedAt !== undefined)
      assert.include([40, 60], looked.length)
      assert.strictEqual(next[0]?.id, `TEST:${looked.length}`)
    }).pipe(provided(answers((id) => served(id)), { deliveryPerSecond: 1 })))

  it.effect("stops where nothing can be seen of many in a row, and has lost nothing", () =>
    Effect.gen(function*() {
      yield* record(...Array.from({ length: 100 }, (_, n) => image(`${n}`, { okAt: 1 })))
      const report = yield* inTime(audit("1/1"))
      assert.strictEqual(report.audited.length, 20)
      assert.strictEqual(report.stopped, "nothing could be seen of 20 in a row: withheld, HTTP 429")
      assert.isTrue(Audit.isOk(report))
      assert.deepStrictEqual(Audit.lost(report), [])
    }).pipe(provided(answers(() => throttled))))

  it.effect("of nothing is empty", () =>
    Effect.gen(function*() {
      const report = yield* audit("500")
      assert.strictEqual(Audit.describe(report), "looked at 0 of 0: 0 ok, 0 missing, 0 wrong, 0 unknown")
    }).pipe(provided()))
})

const Additions = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 40 }))).check(
  Schema.isMinLength(30),
  Schema.isMaxLength(30)
)

describe("a rotation", () => {
  it.effect.prop(
    "has looked at all that was there at first after 30 runs of 1/30, whatever is added or ingested again",
    [Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 200 })), Additions, Schema.Int],
    ([count, additions, seed]) =>
      Effect.gen(function*() {
        const first = Array.from({ length: count }, (_, n) => image(`first${n}`))
        yield* record(...first)
        for (const [run, added] of additions.entries()) {
          const now = yield* Clock.currentTimeMillis
          yield* record(
            ...Array.from({ length: added }, (_, n) => image(`later${run}x${n}`, { ingestedAt: now })),
            image(`first${Math.abs(seed + run) % count}`, { ingestedAt: now })
          )
          yield* audit("1/30")
          // runs within one millisecond, too
          if ((seed + run) % 3 === 0) yield* TestClock.adjust("1 day")
        }
        const held = yield* (yield* Holdings).find(first.map(({ id }) => id))
        assert.isTrue([...held.values()].every(({ lookedAt }) => lookedAt !== undefined))
        assert.strictEqual(held.size, count)
      }).pipe(provided(answers((id) => served(id))))
  )
})
