import { assert, describe, it } from "@effect/vitest"
import { AssetId, ManifestUri } from "@iiif-ingest/core/base/Ids"
import * as Reason from "@iiif-ingest/core/base/Reason"
import * as RetryPolicy from "@iiif-ingest/core/base/RetryPolicy"
import * as Delivery from "@iiif-ingest/core/mps/Delivery"
import type { AssetFate, ManifestFate } from "@iiif-ingest/core/mps/Fate"
import * as MpsProgress from "@iiif-ingest/core/mps/MpsProgress"
import * as Verify from "@iiif-ingest/core/mps/Verify"
import { Clock, Duration, Effect, Fiber, Latch, Layer, Schedule, type Schema } from "effect"
import { TestClock } from "effect/testing"
import { capturing } from "../support/logs.ts"

const one = AssetId.make("one")
const two = AssetId.make("two")
const uri = ManifestUri.make("https://nrs-qa.lib.harvard.edu/URN-3:AT:HAMLET:MANIFEST:3")
const url = (id: string) => `https://mps.example/AT:${id}`

const info = (id: AssetId, width = 640, height = 427): Delivery.Observation<Delivery.ImageInfo> =>
  Delivery.served(url(id), { id: url(id), width, height, raw: {} })

const expected = (...ids: ReadonlyArray<AssetId>) => ids.map((id) => ({ id, width: 640, height: 427 }))

const withheld = (retryAfterMillis?: number): Delivery.Observation<never> => ({
  _tag: "Withheld",
  url: url("one"),
  evidence: Reason.evidence(429, ""),
  ...(retryAfterMillis === undefined ? {} : { retryAfterMillis })
})

const policy: RetryPolicy.Policy = {
  ...RetryPolicy.standard,
  read: Schedule.max([Schedule.spaced("1 second"), Schedule.recurs(2)]),
  delivery: Schedule.spaced("10 seconds"),
  deliveryLimit: Duration.minutes(2)
}

type Seen = Delivery.Observation<Delivery.ImageInfo> | Delivery.DeliveryError

/** A delivery side that answers by id and number of requests for that id, and records the times of the requests. */
const scripted = (
  answer: (id: AssetId, nth: number) => Seen,
  calls: Array<readonly [id: string, time: number]> = []
) =>
  Layer.succeed(Delivery.Delivery, {
    manifest: (id) => Effect.succeed(Delivery.absent(id)),
    info: (url) => Effect.succeed(Delivery.absent(url)),
    imageInfo: (id) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        calls.push([id, now])
        const seen = answer(id, calls.filter(([asked]) => asked === id).length)
        return seen._tag === "DeliveryError" ? Effect.fail(seen) : Effect.succeed(seen)
      })
  })

const running = <A>(
  effect: Effect.Effect<A, never, Verify.Verify>,
  delivery: Layer.Layer<Delivery.Delivery>,
  adjust: Duration.Input = "1 hour"
) =>
  Effect.gen(function*() {
    const fiber = yield* effect.pipe(
      Effect.provide(Layer.provide(Verify.layer, delivery)),
      Effect.provideService(RetryPolicy.RetryPolicy, policy),
      Effect.flatMap((value) => Effect.map(Clock.currentTimeMillis, (ended) => ({ value, ended }))),
      Effect.forkChild
    )
    yield* TestClock.adjust(adjust)
    return yield* Fiber.join(fiber)
  })

const assets = (ids: ReadonlyArray<AssetId>, options?: Verify.Options) =>
  Verify.Verify.use((verify) => verify.assets(expected(...ids), options))

const tags = (fates: ReadonlyArray<AssetFate | ManifestFate>) => fates.map((fate) => fate._tag)

describe("Verify.assets", () => {
  it.effect("reports images with the right size as Served, after one request each", () =>
    Effect.gen(function*() {
      const calls: Array<readonly [string, number]> = []
      const { ended, value } = yield* running(assets([one, two]), scripted((id) => info(id), calls))
      assert.deepStrictEqual(value, [
        { _tag: "Served", url: url("one"), width: 640, height: 427 },
        { _tag: "Served", url: url("two"), width: 640, height: 427 }
      ])
      assert.deepStrictEqual(calls, [["one", 0], ["two", 0]])
      assert.strictEqual(ended, 0)
    }))

  it.effect("reports a different size", () =>
    Effect.gen(function*() {
      const { value } = yield* running(assets([one], { wait: false }), scripted((id) => info(id, 427, 640)))
      assert.deepStrictEqual(value, [
        { _tag: "SizeDiffers", url: url("one"), expected: "640 x 427", served: "427 x 640" }
      ])
    }))

  it.effect("waits for images that are not served yet, and requests only those again", () =>
    Effect.gen(function*() {
      const calls: Array<readonly [string, number]> = []
      const answer = (id: AssetId, nth: number) =>
        id === two && nth < 4 ? (nth === 2 ? info(id, 1, 1) : Delivery.absent(url(id))) : info(id)
      const { ended, value } = yield* running(assets([one, two]), scripted(answer, calls))
      assert.deepStrictEqual(tags(value), ["Served", "Served"])
      assert.deepStrictEqual(calls, [["one", 0], ["two", 0], ["two", 10_000], ["two", 20_000], ["two", 30_000]])
      assert.strictEqual(ended, 30_000)
    }))

  it.effect("has one time limit for the whole batch", () =>
    Effect.gen(function*() {
      const ids = Array.from({ length: 30 }, (_, i) => AssetId.make(`page${i}`))
      const { ended, value } = yield* running(assets(ids), scripted((id) => Delivery.absent(url(id))))
      assert.strictEqual(ended, 120_000)
      assert.deepStrictEqual(value, ids.map((id) => ({ _tag: "NotServed", url: url(id), problem: "HTTP 404" })))
    }))

  it.effect("keeps the results of a round that the time limit interrupted", () =>
    Effect.gen(function*() {
      const delivery = Layer.succeed(Delivery.Delivery, {
        manifest: (id) => Effect.succeed(Delivery.absent(id)),
        info: (url) => Effect.succeed(Delivery.absent(url)),
        imageInfo: (id) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) => {
            if (now === 0) return Effect.succeed(Delivery.absent(url(id)))
            return id === one ? Effect.succeed(info(id)) : Effect.never
          })
      })
      const { ended, value } = yield* running(assets([one, two]), delivery)
      assert.deepStrictEqual(tags(value), ["Served", "NotServed"])
      assert.strictEqual(ended, 120_000)
    }))

  it.effect("does not wait with wait: false", () =>
    Effect.gen(function*() {
      const calls: Array<readonly [string, number]> = []
      const delivery = scripted((id) => Delivery.absent(url(id)), calls)
      const { ended, value } = yield* running(assets([one], { wait: false }), delivery)
      assert.deepStrictEqual([tags(value), calls.length, ended], [["NotServed"], 1, 0])
    }))

  it.effect("reports a withheld image as Unknown, and waits as long as the server asks", () =>
    Effect.gen(function*() {
      const calls: Array<readonly [string, number]> = []
      const { value } = yield* running(assets([one]), scripted(() => withheld(45_000), calls))
      assert.deepStrictEqual(value, [{ _tag: "Unknown", url: url("one"), problem: "withheld, HTTP 429" }])
      assert.deepStrictEqual(calls.map(([, time]) => time), [0, 45_000, 90_000])
    }))

  it.effect("reports an unreadable answer as Unknown", () =>
    Effect.gen(function*() {
      const unreadable: Seen = {
        _tag: "Unreadable",
        url: url("one"),
        evidence: Reason.evidence(200, "<html>"),
        problem: "an HTML page"
      }
      const { value } = yield* running(assets([one], { wait: false }), scripted(() => unreadable))
      assert.deepStrictEqual(value, [{ _tag: "Unknown", url: url("one"), problem: "HTTP 200: an HTML page" }])
    }))

  const broken = new Delivery.DeliveryError({
    url: url("one"),
    reason: new Reason.Unavailable({ evidence: Reason.evidence(503, "") })
  })

  it.effect("retries a failing server as the policy says, then reports Unknown", () =>
    Effect.gen(function*() {
      const calls: Array<readonly [string, number]> = []
      const failed = yield* running(assets([one], { wait: false }), scripted(() => broken, calls))
      assert.deepStrictEqual(calls.map(([, time]) => time), [0, 1000, 2000])
      assert.deepStrictEqual(failed.value, [{ _tag: "Unknown", url: url("one"), problem: broken.reason.message }])
    }))

  it.effect("reports Served if a failing server recovers", () =>
    Effect.gen(function*() {
      const { value } = yield* running(assets([one]), scripted((id, nth) => nth < 3 ? broken : info(id)))
      assert.deepStrictEqual(tags(value), ["Served"])
    }))

  it.effect.each([[undefined, 2], [1, 1], [5, 5]] as const)(
    "with concurrency %s sends at most %s requests at a time",
    ([concurrency, max]) =>
      Effect.gen(function*() {
        const gate = yield* Latch.make()
        let inFlight = 0
        let highest = 0
        const delivery = Layer.succeed(Delivery.Delivery, {
          manifest: (id) => Effect.succeed(Delivery.absent(id)),
          info: (url) => Effect.succeed(Delivery.absent(url)),
          imageInfo: (id) =>
            Effect.suspend(() => {
              highest = Math.max(highest, ++inFlight)
              return Effect.as(gate.await, info(id))
            }).pipe(Effect.ensuring(Effect.sync(() => void inFlight--)))
        })
        const ids = Array.from({ length: 20 }, (_, i) => AssetId.make(`page${i}`))
        const fiber = yield* assets(ids, concurrency === undefined ? {} : { concurrency }).pipe(
          Effect.provide(Layer.provide(Verify.layer, delivery)),
          Effect.forkChild
        )
        yield* TestClock.adjust(1)
        assert.strictEqual(inFlight, max)
        yield* gate.open
        yield* Fiber.join(fiber)
        assert.strictEqual(highest, max)
      })
  )

  it.effect("emits each fate once", () =>
    Effect.gen(function*() {
      const events: Array<string> = []
      yield* running(
        assets([one, two]).pipe(Effect.provideService(MpsProgress.MpsProgress, (event) =>
          Effect.sync(() => {
            if (event._tag === "Verified") events.push(`${event.id} ${event.fate._tag}`)
          }))),
        scripted((id, nth) => nth < 2 ? Delivery.absent(url(id)) : info(id))
      )
      assert.deepStrictEqual(events, ["one Served", "two Served"])
    }))
})

const version3 = (...sizes: ReadonlyArray<readonly [number, number]>): Schema.Json => ({
  id: uri,
  type: "Manifest",
  items: sizes.map(([width, height]) => ({ type: "Canvas", width, height }))
})

const version2 = (...sizes: ReadonlyArray<readonly [number, number]>): Schema.Json => ({
  "@id": uri,
  "@type": "sc:Manifest",
  sequences: [{ canvases: sizes.map(([width, height]) => ({ "@type": "sc:Canvas", width, height })) }]
})

describe("Verify.manifest", () => {
  const manifest = (
    sent: Schema.Json,
    seen: Delivery.Observation<Schema.Json>,
    options: { readonly version?: "2" | "3"; readonly wait?: boolean } = {}
  ) => {
    const asked: Array<string> = []
    const delivery = Delivery.layerScripted({
      manifest: (id, version) => {
        asked.push(`${version} ${id}`)
        return seen
      }
    })
    const { wait = false, version = "3" } = options
    const look = Verify.Verify.use((verify) => verify.manifest(uri, { version, json: sent }, { wait }))
    return Effect.map(running(look, delivery), ({ ended, value }) => ({ asked, ended, value }))
  }

  it.effect("is Served if its canvases match, in either version", () =>
    Effect.gen(function*() {
      for (const [version, form] of [["3", version3], ["2", version2]] as const) {
        const sent = form([640, 427], [1000, 872])
        const { asked, value } = yield* manifest(sent, Delivery.served("https://mps.example/m", sent), { version })
        assert.deepStrictEqual(value, { _tag: "Served", url: "https://mps.example/m" })
        assert.deepStrictEqual(asked, [`${version} ${uri}`])
      }
    }))

  it.effect("may be served in the other version", () =>
    Effect.gen(function*() {
      const { value } = yield* manifest(version3([1, 2]), Delivery.served(uri, version2([1, 2])))
      assert.strictEqual(value._tag, "Served")
    }))

  it.effect.each(
    [
      [version3([640, 427]), /the manifest is served with 1 canvases instead of 2/],
      [version3([640, 427], [1000, 872], [1, 1]), /3 canvases/],
      [version3([640, 427], [872, 1000]), /canvas 2 is served as 872 x 1000 instead of 1000 x 872/],
      [version3([1000, 872], [640, 427]), /canvas 1/],
      [{}, /0 canvases/],
      ["text", /0 canvases/],
      [null, /0 canvases/],
      [{ items: {}, sequences: 7 }, /0 canvases/]
    ] as const
  )("is NotServed if %j is served instead", ([found, problem]) =>
    Effect.gen(function*() {
      const { value } = yield* manifest(version3([640, 427], [1000, 872]), Delivery.served(uri, found))
      assert(value._tag === "NotServed")
      assert.match(value.problem, problem)
    }))

  it.effect("is NotServed if absent, and Unknown if withheld or unreadable", () =>
    Effect.gen(function*() {
      const sent = version3([1, 1])
      const unreadable = {
        _tag: "Unreadable",
        url: uri,
        evidence: Reason.evidence(200, ""),
        problem: "cut off"
      } as const
      assert.deepStrictEqual(
        tags([
          (yield* manifest(sent, Delivery.absent(uri))).value,
          (yield* manifest(sent, withheld())).value,
          (yield* manifest(sent, unreadable)).value
        ]),
        ["NotServed", "Unknown", "Unknown"]
      )
    }))

  it.effect("is waited for as long as the policy says", () =>
    Effect.gen(function*() {
      const { asked, ended } = yield* manifest(version3([1, 1]), Delivery.absent(uri), { wait: true })
      assert.strictEqual(ended, 120_000)
      assert.lengthOf(asked, 12)
    }))
})

describe("a host that does not answer", () => {
  it.effect("gets requests for the first assets only, and all fates are Unknown", () =>
    Effect.gen(function*() {
      const calls: Array<readonly [id: string, time: number]> = []
      const down = new Delivery.DeliveryError({
        url: url("one"),
        reason: new Reason.Unreachable({ host: "mps.example", detail: "ECONNREFUSED" })
      })
      const ids = Array.from({ length: 100 }, (_, i) => AssetId.make(`page${i}`))
      const { value } = yield* running(
        Verify.Verify.use((verify) => verify.assets(expected(...ids), { wait: false })),
        scripted(() => down, calls)
      )
      assert.isTrue(value.every((fate) => fate._tag === "Unknown"))
      assert.lengthOf(value, 100)
      assert.isAtMost(new Set(calls.map(([id]) => id)).size, 2)
    }))
})

const unreachable = new Delivery.DeliveryError({
  url: url("one"),
  reason: new Reason.Unreachable({ host: "mps.example", detail: "ECONNREFUSED" })
})

describe("what is waited for", () => {
  const telling = <A>(effect: Effect.Effect<A, never, Verify.Verify>, delivery: Layer.Layer<Delivery.Delivery>) =>
    Effect.gen(function*() {
      const events: Array<readonly [at: number, event: MpsProgress.Event]> = []
      const [{ ended, value }, lines] = yield* capturing(running(
        effect.pipe(
          Effect.provideService(
            MpsProgress.MpsProgress,
            (event) => Effect.map(Clock.currentTimeMillis, (now) => void events.push([now, event]))
          )
        ),
        delivery
      ))
      const waits = events.flatMap(([at, event]) => event._tag === "AwaitingDelivery" ? [{ at, ...event }] : [])
      return { ended, value, lines, waits }
    })

  it.effect("is told after seconds if delivery cannot be reached, with the reason and until when", () =>
    Effect.gen(function*() {
      const { ended, lines, value, waits } = yield* telling(assets([one, two]), scripted(() => unreachable))
      assert.deepStrictEqual(tags(value), ["Unknown", "Unknown"])
      assert.deepStrictEqual(waits.map(({ at, first, missing, standing }) => [at, standing, first, missing]), [
        [5000, "NoAnswer", "one", 2]
      ])
      assert.strictEqual(waits[0]?.problem, unreachable.reason.message)
      assert.lengthOf(lines, 1)
      assert.include(
        lines[0],
        `no answer from delivery (${unreachable.reason.message}): asking for one and 1 more until 1970-01-01 00:02:00 UTC`
      )
      assert.strictEqual(ended, 120_000)
    }))

  it.effect("is told after seconds if a request is never answered", () =>
    Effect.gen(function*() {
      const silent = Layer.succeed(Delivery.Delivery, {
        manifest: () => Effect.never,
        imageInfo: () => Effect.never,
        info: () => Effect.never
      })
      const events: Array<MpsProgress.Event> = []
      const fiber = yield* assets([one]).pipe(
        Effect.provide(Layer.provide(Verify.layer, silent)),
        Effect.provideService(MpsProgress.MpsProgress, (event) => Effect.sync(() => void events.push(event))),
        Effect.forkChild
      )
      yield* TestClock.adjust("6 seconds")
      const [event] = events
      assert(event?._tag === "AwaitingDelivery")
      assert.deepStrictEqual([event.standing, event.problem], ["NoAnswer", "no answer yet"])
      yield* Fiber.interrupt(fiber)
    }))

  it.effect("is another thing if it is not there yet, and is told again when it becomes one", () =>
    Effect.gen(function*() {
      const { lines, waits } = yield* telling(
        assets([one]),
        scripted((id, nth) =>
          nth < 4 ? Delivery.absent(url(id)) : nth < 12 ? unreachable : nth < 14 ? withheld() : info(id)
        )
      )
      assert.deepStrictEqual(waits.map(({ standing }) => standing), ["NotServedYet", "NoAnswer", "NoVerdict"])
      assert.match(lines[0] ?? "", /not served yet: one \(HTTP 404\): waiting until/)
      assert.match(lines[1] ?? "", /no answer from delivery/)
      assert.match(lines[2] ?? "", /delivery does not tell whether it serves one \(withheld, HTTP 429\)/)
    }))

  it.effect("is not told if everything is served within seconds", () =>
    Effect.gen(function*() {
      const quick = yield* telling(assets([one, two]), scripted((id) => info(id)))
      assert.deepStrictEqual([quick.lines, quick.waits], [[], []])
    }))
})

describe("Verify.all", () => {
  const manifest = { id: uri, version: "3", json: version3([640, 427]) } as const
  const all = (ids: ReadonlyArray<AssetId>, options?: Verify.Options) =>
    Verify.Verify.use((verify) => verify.all({ assets: expected(...ids), manifest }, options))

  it.effect("applies the limit once to assets and manifest", () =>
    Effect.gen(function*() {
      const { ended, value } = yield* running(all([one, two]), scripted((id) => Delivery.absent(url(id))))
      assert.strictEqual(ended, 120_000)
      assert.deepStrictEqual(tags([...value.assets.values()]), ["NotServed", "NotServed"])
      assert.strictEqual(value.manifest?._tag, "NotServed")
      assert.isTrue(value.absent)
    }))

  it.effect("ends with the limit if nothing can be reached", () =>
    Effect.gen(function*() {
      const dead = Layer.succeed(Delivery.Delivery, {
        manifest: () => Effect.fail(unreachable),
        imageInfo: () => Effect.fail(unreachable),
        info: () => Effect.fail(unreachable)
      })
      const { ended, value } = yield* running(all([one, two]), dead)
      assert.strictEqual(ended, 120_000)
      assert.deepStrictEqual(tags([...value.assets.values()]), ["Unknown", "Unknown"])
      assert.isFalse(value.absent)
    }))

  it.effect("looks once, if the limit is over already", () =>
    Effect.gen(function*() {
      const calls: Array<readonly [string, number]> = []
      yield* TestClock.adjust("1 hour")
      const { ended } = yield* running(all([one], { since: 0 }), scripted((id) => Delivery.absent(url(id)), calls))
      assert.deepStrictEqual(calls, [["one", 3_600_000]])
      assert.strictEqual(ended, 3_600_000)
    }))
})

describe("Verify.settle", () => {
  const three = AssetId.make("three")
  const settle = (since?: number) =>
    Verify.Verify.use((verify) =>
      verify.settle({ assets: expected(one, two, three) }, since === undefined ? {} : { since })
    )
  const absentIf = (missing: AssetId) => (id: AssetId) => id === missing ? Delivery.absent(url(id)) : info(id)

  it.effect("is settled by the first image that is not served, and does not poll the others", () =>
    Effect.gen(function*() {
      const calls: Array<readonly [string, number]> = []
      const { ended, value } = yield* running(settle(), scripted(absentIf(two), calls))
      assert.deepStrictEqual(value, { _tag: "NotServed", problem: "two: HTTP 404" })
      assert.strictEqual(ended, 120_000)
      assert.deepStrictEqual([...new Set(calls.map(([id]) => id))], ["one", "two"])
    }))

  it.effect("takes one look long after the request was posted", () =>
    Effect.gen(function*() {
      const calls: Array<readonly [string, number]> = []
      yield* TestClock.adjust("1 hour")
      const { ended, value } = yield* running(settle(0), scripted(absentIf(one), calls))
      assert.strictEqual(value._tag, "NotServed")
      assert.deepStrictEqual(calls, [["one", 3_600_000]])
      assert.strictEqual(ended, 3_600_000)
    }))

  it.effect("finds everything served", () =>
    Effect.gen(function*() {
      const { value } = yield* running(settle(), scripted((id, nth) => nth < 3 ? Delivery.absent(url(id)) : info(id)))
      assert.deepStrictEqual(value, { _tag: "Served" })
    }))

  it.effect("settles nothing if delivery is unreachable to the end, or withholds", () =>
    Effect.gen(function*() {
      const calls: Array<readonly [string, number]> = []
      const down = yield* running(settle(), scripted(() => unreachable, calls))
      assert.deepStrictEqual(down.value, { _tag: "Unclear", problem: `one: ${unreachable.reason.message}` })
      assert.deepStrictEqual([...new Set(calls.map(([id]) => id))], ["one"])
      const later = yield* running(settle(), scripted((id, nth) => nth < 3 ? Delivery.absent(url(id)) : unreachable))
      assert.strictEqual(later.value._tag, "Unclear")
      const withholding = yield* running(settle(), scripted((id) => id === one ? withheld() : info(id)))
      assert.deepStrictEqual(withholding.value, { _tag: "Unclear", problem: "one: withheld, HTTP 429" })
    }))

  it.effect("is settled by another image that is known not to be served", () =>
    Effect.gen(function*() {
      const answer = (id: AssetId) => id === one ? withheld() : id === two ? info(id, 1, 1) : info(id)
      const { value } = yield* running(settle(), scripted(answer))
      assert.deepStrictEqual(value, { _tag: "NotServed", problem: "two: served as 1 x 1 instead of 640 x 427" })
    }))
})

describe("Verify.canvasSizes", () => {
  it("returns the sizes of the canvases in order, in either version", () => {
    assert.deepStrictEqual(Verify.canvasSizes(version3([1, 2], [3, 4])), ["1 x 2", "3 x 4"])
    assert.deepStrictEqual(Verify.canvasSizes(version2([1, 2], [3, 4])), ["1 x 2", "3 x 4"])
    assert.deepStrictEqual(Verify.canvasSizes([]), [])
  })
})
