import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import * as Reason from "@iiif-ingest/core/base/Reason"
import * as Verification from "@iiif-ingest/core/batch/Verification"
import * as IngestProgram from "@iiif-ingest/core/IngestProgram"
import * as Delivery from "@iiif-ingest/core/mps/Delivery"
import { Holdings } from "@iiif-ingest/core/mps/Holdings"
import * as IngestImage from "@iiif-ingest/core/mps/IngestImage"
import * as Pace from "@iiif-ingest/core/mps/Pace"
import * as TestMps from "@iiif-ingest/core/testing/TestMps"
import { Clock, Duration, Effect, Fiber, Layer, Schema } from "effect"
import { TestClock } from "effect/testing"
import { png } from "../support/imageCorpus.ts"
import { planOf } from "./support/plans.ts"

const provided = (options: TestMps.Options = {}, pace: Pace.Bounds = {}) =>
  Effect.provide(
    Layer.merge(Verification.layer, Pace.layer(pace)).pipe(
      Layer.provideMerge(TestMps.layer(options)),
      Layer.provideMerge(NodeFileSystem.layer)
    )
  )

/** Runs to the end, with as much time as it takes; tells how many seconds that was. */
const inTime = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const start = yield* Clock.currentTimeMillis
    const fiber = yield* Effect.forkChild(
      Effect.flatMap(effect, (value) => Effect.map(Clock.currentTimeMillis, (end) => ({ value, end })))
    )
    yield* TestClock.adjust("1 day")
    const { end, value } = yield* Fiber.join(fiber)
    return { value, seconds: (end - start) / 1000 }
  })

const ingest = (name: string, ...images: ReadonlyArray<string>) =>
  inTime(IngestProgram.ingestProgram({
    images: images.map((id) => IngestImage.bytes(png(40, 30), { name: `${id}.png` })),
    manifest: { name, label: name },
    verify: false
  }))

const plan = planOf(["ONE", ["a", "b"]], ["TWO", ["c", "d"]])

const ingestAll = Effect.andThen(ingest("ONE", "a", "b"), ingest("TWO", "c", "d"))

const verifyPlan = (options?: Verification.Options) =>
  inTime(Verification.Verification.use((service) => service.plan(plan, options)))

const verdicts = ({ manifests }: Verification.VerificationReport) =>
  Object.fromEntries(
    manifests.flatMap(({ id, images, verdict }) => [
      [id.split(":").at(-3), verdict],
      ...images.map(({ id, verdict }) => [id, verdict] as const)
    ])
  )

const at = (id: string) => `https://mps.example/assets/images/TEST:${id}`
const uri = "https://nrs-qa.lib.harvard.edu/URN-3:TEST:ONE:MANIFEST:3"

const challenge: Delivery.Observation<never> = {
  _tag: "Withheld",
  url: at("d"),
  evidence: { ...Reason.evidence(202, ""), header: "x-amzn-waf-action: challenge" }
}

const oddities: TestMps.Faults = {
  imageInfo: ({ id }) => {
    switch (id) {
      case "a":
        return TestMps.answer(Delivery.absent(at("a")))
      case "b":
        return TestMps.answer(Delivery.served(at("b"), { id: at("b"), width: 41, height: 30, raw: {} }))
      case "c":
        return TestMps.answer(Delivery.served(at("c"), { id: at("x"), width: 40, height: 30, raw: {} }))
      default:
        return TestMps.answer(challenge)
    }
  }
}

describe("the verification of a plan", () => {
  it.effect("is ok if all is served, in a request for each image and two for each manifest", () =>
    Effect.gen(function*() {
      yield* ingestAll
      const before = (yield* (yield* TestMps.TestMps).calls).length
      const { value } = yield* verifyPlan()
      assert.isTrue(Verification.isOk(value), Verification.describe(value))
      assert.deepStrictEqual(Verification.counts(value), { ok: 6, missing: 0, wrong: 0, unknown: 0 })
      assert.strictEqual(value.manifests[0]?.images[0]?.evidence.size, "40 x 30")
      assert.strictEqual((yield* (yield* TestMps.TestMps).calls).length - before, 8)
      assert.strictEqual((yield* (yield* Holdings).find(["TEST:d"])).get("TEST:d")?.verdict, "ok")
    }).pipe(provided()))

  it.effect("has a time in whole milliseconds, whatever the clock has", () =>
    Effect.gen(function*() {
      yield* ingestAll
      yield* TestClock.adjust(Duration.millis(1.75))
      const { value } = yield* verifyPlan()
      assert.deepStrictEqual(yield* Schema.decodeEffect(Verification.VerificationReport)(value), value)
    }).pipe(provided({}, { deliveryPerSecond: 3 })))

  it.effect("is not ok for a manifest that cannot be built, and so cannot be compared", () =>
    Effect.gen(function*() {
      yield* ingestAll
      const [one, two] = plan.manifests
      const broken = one === undefined ? [] : [{ ...one, description: { ...one.description, start: "none" } }]
      const { value } = yield* inTime(
        Verification.Verification.use((service) =>
          service.plan({ ...plan, manifests: [...broken, ...(two === undefined ? [] : [two])] }, { wait: false })
        )
      )
      assert.deepStrictEqual(verdicts(value), {
        ONE: "unknown",
        "TEST:a": "ok",
        "TEST:b": "ok",
        TWO: "ok",
        "TEST:c": "ok",
        "TEST:d": "ok"
      })
      assert.match(value.manifests[0]?.evidence.problem ?? "", /^served, and not compared: .*none.*$/)
    }).pipe(provided()))

  it.effect("has a verdict with its evidence for all", () =>
    Effect.gen(function*() {
      yield* ingestAll
      const { value } = yield* verifyPlan()
      assert.deepStrictEqual(verdicts(value), {
        ONE: "ok",
        "TEST:a": "missing",
        "TEST:b": "wrong",
        TWO: "ok",
        "TEST:c": "wrong",
        "TEST:d": "unknown"
      })
      assert.deepStrictEqual(value.manifests.flatMap(({ images }) => images.map(({ evidence }) => evidence)), [
        { status: 404, problem: "HTTP 404" },
        { size: "41 x 30", problem: "served as 41 x 30 instead of 40 x 30" },
        { size: "40 x 30", declares: at("x"), problem: `served as ${at("x")}` },
        { status: 202, header: "x-amzn-waf-action: challenge", problem: "withheld, HTTP 202" }
      ])
      assert.isFalse(Verification.isOk(value))
      assert.include(Verification.describe(value), "  TEST:a: missing (HTTP 404)")
      assert.include(Verification.describe(value), "2 wrong, 1 unknown")
      assert.deepStrictEqual(yield* Schema.decodeEffect(Verification.VerificationReport)(value), value)
    }).pipe(provided({ faults: oddities })))

  it.effect("waits for what is late until the limit, once for the whole plan, and not at all without wait", () =>
    Effect.gen(function*() {
      const patient = yield* verifyPlan()
      assert.deepStrictEqual(Verification.counts(patient.value), { ok: 0, missing: 6, wrong: 0, unknown: 0 })
      assert.isAtLeast(patient.seconds, 600)
      assert.isAtMost(patient.seconds, 605)
      const { seconds } = yield* verifyPlan({ wait: false, manifests: ["TWO"] })
      assert.strictEqual(seconds, 0)
    }).pipe(provided()))

  it.effect("finds each of nine images that a job lost, although it ended as success", () => {
    const ids = Array.from({ length: 11 }, (_, n) => `p${n}`)
    return Effect.gen(function*() {
      const { value: { job } } = yield* ingest("BOOK", ...ids)
      assert.isTrue(job?.result?.succeeded)
      const { value } = yield* inTime(Verification.Verification.use((service) => service.plan(planOf(["BOOK", ids]))))
      const missing = value.manifests[0]?.images.filter(({ verdict }) => verdict === "missing") ?? []
      assert.deepStrictEqual(missing.map(({ id }) => id), ids.slice(0, 9).map((id) => `TEST:${id}`))
    }).pipe(provided({ faults: { asset: (id) => Number(id.slice("TEST:p".length)) < 9 ? "dead" : undefined } }))
  })

  it.effect("keeps the pace", () =>
    Effect.gen(function*() {
      const { seconds } = yield* verifyPlan({ wait: false })
      assert.isAtLeast(seconds, 5)
      assert.isAtMost(seconds, 6)
    }).pipe(provided({}, { deliveryPerSecond: 1 })))

  it.effect("finds a page lost, in either version", () =>
    Effect.gen(function*() {
      yield* ingest("ONE", "a")
      yield* ingest("TWO", "c", "d")
      const { value } = yield* verifyPlan({ wait: false, manifests: [uri] })
      assert.strictEqual(value.manifests[0]?.verdict, "wrong")
      assert.match(value.manifests[0]?.evidence.problem ?? "", /1 canvases instead of 2/)
    }).pipe(provided()))
})

describe("the verification of an address", () => {
  const page = (service: string, width: number, height: number) => ({
    type: "Canvas",
    width,
    height,
    items: [{
      type: "AnnotationPage",
      items: [{
        motivation: "painting",
        body: { type: "Image", width, height, service: [{ id: service, type: "ImageService3" }] }
      }]
    }]
  })

  const look = (url: string, options?: Verification.Options) =>
    inTime(Verification.Verification.use((service) => service.manifest(url, options)))

  it.effect("looks at both versions and at each image service, of whatever host", () =>
    Effect.gen(function*() {
      yield* ingest("ONE", "a", "b")
      const { value } = yield* look(uri)
      assert.isTrue(Verification.isOk(value), Verification.describe(value))
      assert.deepStrictEqual(Verification.counts(value), { ok: 3, missing: 0, wrong: 0, unknown: 0 })
      const calls = (yield* (yield* TestMps.TestMps).calls).filter(({ _tag }) => ["Manifest", "Info"].includes(_tag))
      assert.strictEqual(calls.length, 4)
    }).pipe(provided()))

  it.effect("takes the size of a smaller copy, but not another shape, and names what is no address", () =>
    Effect.gen(function*() {
      const { value } = yield* look("https://elsewhere.example/manifest.json")
      assert.deepStrictEqual(
        value.manifests[0]?.images.map(({ evidence, id, verdict }) => [id, verdict, evidence.problem]),
        [
          ["https://iiif.example/large", "ok", undefined],
          ["https://iiif.example/other", "wrong", "served as 4000 x 3000 instead of 400 x 400"],
          ["urn:x", "unknown", "not an http(s) address"]
        ]
      )
    }).pipe(provided({
      faults: {
        manifest: ({ id }) =>
          TestMps.answer(Delivery.served(id, {
            id,
            items: [
              page("https://iiif.example/large", 400, 300),
              page("https://iiif.example/other", 400, 400),
              page("urn:x", 1, 1)
            ]
          })),
        info: ({ url }) => TestMps.answer(Delivery.served(url, { id: url, width: 4000, height: 3000, raw: {} }))
      }
    })))

  it.effect("is wrong for a document without canvases, missing for none, unknown for no address", () =>
    Effect.gen(function*() {
      const seen = yield* Effect.forEach(
        ["https://x/none", "https://x/empty", "file:///etc/passwd"],
        (url) => Effect.map(look(url, { wait: false }), ({ value }) => value.manifests[0]?.verdict)
      )
      assert.deepStrictEqual(seen, ["missing", "wrong", "unknown"])
    }).pipe(provided({
      faults: {
        manifest: ({ id }) => id.endsWith("empty") ? TestMps.answer(Delivery.served(id, {})) : undefined
      }
    })))
})
