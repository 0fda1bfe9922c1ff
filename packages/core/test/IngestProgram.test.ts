import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import {
  Delivery,
  IngestImage,
  IngestProgram,
  IngestReport,
  Journal,
  LtsClient,
  MpsConfig,
  ObjectStore,
  Progress,
  RetryPolicy
} from "@iiif-ingest/core"
import * as Reason from "@iiif-ingest/core/base/Reason"
import * as TestMps from "@iiif-ingest/core/testing/TestMps"
import { Clock, Deferred, Duration, Effect, Fiber, Layer, Result, Schedule } from "effect"
import { TestClock } from "effect/testing"
import * as Path from "node:path"
import { png } from "./support/imageCorpus.ts"
import { capturing } from "./support/logs.ts"

const pictures = [
  ["hubble-deep-field.jpg", 1000, 872],
  ["falcon9-dscovr.jpg", 640, 427],
  ["falcon9-strips.tif", 640, 427],
  ["coffee.png", 600, 400],
  ["retina-pyramid.tif", 1411, 1411]
] as const

const pathOf = (name: string) => Path.resolve(import.meta.dirname, "../../../examples/images", name)

const images = pictures.map(([name]) => IngestImage.file(pathOf(name)))

const sizes = new Map(
  pictures.map(([name, width, height]) => [name.replace(/\.\w+$/, "").replace(/\W/g, ""), { width, height }])
)

const config = MpsConfig.layer({
  environment: "qa",
  account: "at",
  space: "atspace",
  namespace: "at",
  agent: "atagent"
})

const delivered = (broken: ReadonlyArray<string> = []) =>
  Delivery.layerScripted({
    manifest: (id) =>
      Delivery.served(id, { items: pictures.map(([, width, height]) => ({ type: "Canvas", width, height })) }),
    imageInfo: (id) => {
      const size = sizes.get(id)
      return size === undefined || broken.includes(id)
        ? Delivery.absent(id)
        : Delivery.served(id, { id, ...size, raw: {} })
    }
  })

const quick = Effect.provideService(RetryPolicy.RetryPolicy, {
  ...RetryPolicy.standard,
  poll: Schedule.recurs(20),
  delivery: Schedule.recurs(1),
  deliveryLimit: Duration.seconds(1)
})

const inMemory = (options: {
  readonly lts?: LtsClient.Script
  readonly broken?: ReadonlyArray<string>
} = {}) =>
  IngestProgram.layer().pipe(
    Layer.provideMerge(Layer.mergeAll(
      ObjectStore.layerMemory,
      LtsClient.layerScripted(options.lts),
      delivered(options.broken),
      Journal.layerMemory
    )),
    Layer.provideMerge(config),
    Layer.provideMerge(NodeFileSystem.layer)
  )

const fates = (report: IngestReport.IngestReport) => report.assets.map((asset) => asset.fate._tag)

describe("ingestProgram in memory", () => {
  it.effect("ingests five images in memory, without a network", () =>
    Effect.gen(function*() {
      const seen: Array<string> = []
      const report = yield* IngestProgram.ingestProgram({ images, manifest: { name: "FIVE", label: "Five pictures" } })
        .pipe(
          Effect.provide(Progress.layer((event) => Effect.sync(() => void seen.push(event._tag))))
        )
      assert.isTrue(IngestReport.isComplete(report))
      assert.deepStrictEqual(fates(report), Array.from(pictures, () => "Served"))
      assert.strictEqual(report.manifestId, "https://nrs-qa.lib.harvard.edu/URN-3:AT:FIVE:MANIFEST:3")
      assert.strictEqual(seen.filter((tag) => tag === "Uploaded").length, 5)
      assert.deepStrictEqual([...new Set(seen)], [
        "Probed",
        "UploadStarted",
        "Uploaded",
        "ManifestBuilt",
        "Submitted",
        "JobSeen",
        "Verified"
      ])
    }).pipe(quick, Effect.provide(inMemory())))
})

const lost = new Reason.ConnectionLost({ host: "mps", detail: "ECONNRESET" })
const unreachable = new Reason.Unreachable({ host: "delivery", detail: "ECONNREFUSED" })

const picture = (name: string, width = 40) => IngestImage.bytes(png(width, 30), { name: `${name}.png` })

const base: IngestProgram.Options = {
  images: [picture("a"), picture("b")],
  manifest: { name: "ONE", label: "One" }
}

/** A run, with the time it took, in seconds, and what it logged. */
const timed = (options: IngestProgram.Options) =>
  Effect.gen(function*() {
    const start = yield* Clock.currentTimeMillis
    const running = yield* capturing(
      Effect.result(IngestProgram.ingestProgram(options)).pipe(
        Effect.flatMap((result) =>
          Effect.map(Clock.currentTimeMillis, (now) => ({ result, seconds: (now - start) / 1000 }))
        )
      )
    ).pipe(Effect.forkChild)
    yield* TestClock.adjust("1 day")
    const [{ result, seconds }, lines] = yield* Fiber.join(running)
    return { result, seconds, lines }
  })

const run = (options: IngestProgram.Options) =>
  Effect.flatMap(
    timed(options),
    (done) => Effect.map(Effect.fromResult(done.result), (report) => ({ ...done, report }))
  )

const posts = Effect.map(
  Effect.flatMap(TestMps.TestMps, ({ calls }) => calls),
  (calls) => calls.filter(({ _tag }) => _tag === "Initialize").length
)

/** Interrupts a run once its job has ended, while it verifies. */
const killWhileVerifying = Effect.fnUntraced(function*(options: IngestProgram.Options) {
  const reached = yield* Deferred.make<void>()
  const running = yield* IngestProgram.ingestProgram(options).pipe(
    Effect.provide(
      Progress.layer((event) =>
        event._tag === "JobSeen" && event.job.state === "success" ? Deferred.succeed(reached, undefined) : Effect.void
      )
    ),
    Effect.forkChild
  )
  yield* TestClock.adjust("1 minute")
  yield* Deferred.await(reached)
  yield* Fiber.interrupt(running)
})

const onTestMps = (options?: TestMps.Options) =>
  Effect.provide(TestMps.layer(options).pipe(Layer.provideMerge(NodeFileSystem.layer)))

describe("a run after success is not a new job", () => {
  it.effect("verifies what was ingested and has not changed, and reports the earlier job", () =>
    Effect.gen(function*() {
      const first = yield* run(base)
      const { lines, report } = yield* run(base)
      assert.strictEqual(yield* posts, 1)
      assert.isTrue(IngestReport.isComplete(report))
      assert.isFalse(report.resubmitted)
      assert.deepStrictEqual<unknown>(report.job, { ...first.report.job, earlier: true })
      assert.match(lines.join(), /an earlier run ingested the same, as job \d+: nothing is posted, only verified/)
      assert.match(IngestReport.describe(report), /job \d+ of an earlier run, which ingested the same: success/)
      yield* TestClock.adjust("40 days")
      assert.isTrue(IngestReport.isComplete((yield* run(base)).report))
      assert.strictEqual(yield* posts, 1)
    }).pipe(onTestMps()))

  it.effect("but what was ingested into another bucket, by the same journal, is posted to this one", () =>
    Effect.gen(function*() {
      const journal = Layer.succeed(
        Journal.Journal,
        yield* Journal.Journal.pipe(Effect.provide(Journal.layerMemory))
      )
      const into = (account: string) =>
        Effect.gen(function*() {
          const { report } = yield* run(base)
          assert.isTrue(IngestReport.isComplete(report))
          return yield* posts
        }).pipe(Effect.provide(
          IngestProgram.layer().pipe(
            Layer.provideMerge(journal),
            Layer.provideMerge(TestMps.layerPorts({
              config: { environment: "qa", account, space: "space", namespace: "TEST", agent: "agent" }
            })),
            Layer.provideMerge(NodeFileSystem.layer)
          )
        ))
      assert.deepStrictEqual([yield* into("one"), yield* into("two")], [1, 1])
    }))

  it.effect("when it was killed while verifying, too", () =>
    Effect.gen(function*() {
      yield* killWhileVerifying(base)
      const { report } = yield* run(base)
      assert.isTrue(IngestReport.isComplete(report))
      assert.deepStrictEqual([report.resubmitted, report.job?.earlier, yield* posts], [false, true, 1])
    }).pipe(onTestMps({ serveAfter: "5 minutes" })))

  it.effect("reports the job by its id, if the service no longer tells of it", () => {
    let isForgotten = false
    return Effect.gen(function*() {
      yield* run(base)
      isForgotten = true
      const { report } = yield* run(base)
      assert.isTrue(IngestReport.isComplete(report))
      assert.isUndefined(report.job?.result)
      assert.match(report.job?.problem ?? "", /ended as success, jobStatus: there is nothing at/)
    }).pipe(onTestMps({
      faults: {
        jobStatus: () =>
          isForgotten
            ? TestMps.refuse(new LtsClient.NotFound({ url: "the job", evidence: Reason.evidence(404, "") }))
            : undefined
      }
    }))
  })

  const changes: ReadonlyArray<readonly [string, IngestProgram.Options]> = [
    ["a label", { ...base, manifest: { name: "ONE", label: "Another" } }],
    ["the order of pages", { ...base, images: [picture("b"), picture("a")] }],
    ["a policy", { ...base, policyDefinition: { policyGroupName: "closed" } }],
    ["a byte", { ...base, images: [picture("a", 41), picture("b")], action: "upsert" }],
    ["onUnchanged", { ...base, onUnchanged: "submit" }]
  ]
  for (const [what, changed] of changes) {
    it.effect(`posts again after a change: ${what}`, () =>
      Effect.gen(function*() {
        yield* run(base)
        const { report } = yield* run(changed)
        assert.strictEqual(yield* posts, 2)
        assert.isTrue(IngestReport.isComplete(report), IngestReport.describe(report))
        assert.isFalse(report.resubmitted)
        assert.isUndefined(report.job?.earlier)
      }).pipe(onTestMps()))
  }

  it.effect("posts again what failed, wholly or for an asset", () =>
    Effect.gen(function*() {
      const first = yield* run(base)
      assert.isFalse(IngestReport.isComplete(first.report))
      const { report } = yield* run(base)
      assert.isUndefined(report.job?.earlier)
      assert.strictEqual(yield* posts, 2)
    }).pipe(onTestMps({ faults: { asset: (id) => id === "TEST:b" ? "dead" : undefined } })))

  it.effect("posts again, as upsert, what does not exist after the limit", () =>
    Effect.gen(function*() {
      const first = yield* run(base)
      assert.strictEqual(first.report.assets[0]?.fate._tag, "NotServed")
      const { report } = yield* run(base)
      assert.isTrue(IngestReport.isComplete(report), IngestReport.describe(report))
      assert.isTrue(report.resubmitted)
      assert.strictEqual(yield* posts, 2)
      const [, again] = yield* (yield* TestMps.TestMps).requests
      assert.deepStrictEqual(again?.assets.image.map(({ action }) => action), ["upsert", "upsert"])
    }).pipe(onTestMps({ faults: { imageInfo: absentUntil(50) } })))

  it.effect("only reports what does not exist with onUnknownSubmit: \"stop\"", () =>
    Effect.gen(function*() {
      yield* run(base)
      const { report } = yield* run({ ...base, onUnknownSubmit: "stop" })
      assert.strictEqual(report.assets[0]?.fate._tag, "NotServed")
      assert.strictEqual(yield* posts, 1)
    }).pipe(onTestMps({ faults: { imageInfo: absentUntil(Infinity) } })))

  it.effect("posts nothing because delivery cannot be reached", () =>
    Effect.gen(function*() {
      yield* run(base)
      const { report } = yield* run(base)
      assert.strictEqual(report.assets[0]?.fate._tag, "Unknown")
      assert.strictEqual(yield* posts, 1)
    }).pipe(onTestMps({ faults: { imageInfo: () => TestMps.refuse(unreachable) } })))

  it.effect("with verify: false, posts and verifies nothing", () =>
    Effect.gen(function*() {
      yield* run(base)
      const { report } = yield* run({ ...base, verify: false })
      assert.deepStrictEqual(fates(report), ["NotVerified", "NotVerified"])
      assert.strictEqual(yield* posts, 1)
    }).pipe(onTestMps()))
})

/** Image a is absent for the first looks. */
const absentUntil = (count: number): NonNullable<TestMps.Faults["imageInfo"]> => (call) =>
  call.id === "a" && call.count < count ? TestMps.answer(Delivery.absent("https://mps.example/a")) : undefined

describe("no silence, no hang", () => {
  it.effect("the deliveryLimit is the limit of assets and manifest together", () =>
    Effect.gen(function*() {
      const { report, seconds } = yield* run(base)
      assert.deepStrictEqual(fates(report), ["NotServed", "NotServed"])
      assert.strictEqual(report.manifest._tag, "NotServed")
      assert.isAtMost(seconds, 600 + 5)
    }).pipe(onTestMps({ serveAfter: "1 hour" })))

  it.effect("a lost reply while delivery is down fails, and a later run settles it with one look", () => {
    let isDown = true
    return Effect.gen(function*() {
      const first = yield* timed(base)
      assert(Result.isFailure(first.result) && first.result.failure._tag === "SubmissionUnknown")
      assert.include(first.result.failure.message, unreachable.message)
      assert.match(first.lines.join(), /may or may not have arrived: .* is served, until 1970-01-01 00:10:00 UTC/)
      assert.match(first.lines.join(), /no answer from delivery/)
      assert.strictEqual(first.seconds, 600)
      isDown = false
      const second = yield* run(base)
      assert.isTrue(IngestReport.isComplete(second.report))
      assert.strictEqual(second.seconds, 0)
      assert.isTrue(IngestReport.isComplete((yield* run(base)).report))
      assert.strictEqual(yield* posts, 1)
    }).pipe(onTestMps({
      faults: {
        initialize: () => TestMps.lose(lost),
        imageInfo: () => isDown ? TestMps.refuse(unreachable) : undefined
      }
    }))
  })

  it.effect("a lost request is settled by the first image that is not served", () =>
    Effect.gen(function*() {
      const { report, seconds } = yield* run({ ...base, images: ["a", "b", "c", "d"].map((name) => picture(name)) })
      assert.isTrue(IngestReport.isComplete(report))
      assert.isTrue(report.resubmitted)
      assert.isAtMost(seconds, 600 + 5)
      const calls = yield* (yield* TestMps.TestMps).calls
      const before = calls.slice(0, calls.findLastIndex(({ _tag }) => _tag === "Initialize"))
      assert.deepStrictEqual([...new Set(before.flatMap((call) => call._tag === "ImageInfo" ? [call.id] : []))], ["a"])
    }).pipe(onTestMps({
      faults: { initialize: ({ count }) => count === 1 ? TestMps.refuse(lost) : undefined }
    })))
})

describe("images without a manifest", () => {
  const without: IngestProgram.Options = { ...base, manifest: false }

  it.effect("are ingested and verified, and the report says that none was asked for", () =>
    Effect.gen(function*() {
      const { report } = yield* run(without)
      assert.isTrue(IngestReport.isComplete(report))
      assert.isUndefined(report.manifestId)
      assert.match(IngestReport.describe(report), /^manifest: not submitted: none was asked for/)
      const [request] = yield* (yield* TestMps.TestMps).requests
      assert.deepStrictEqual(request?.manifest, {})
      yield* run(without)
      assert.strictEqual(yield* posts, 1)
      yield* run({ ...without, images: [picture("a")] })
      assert.strictEqual(yield* posts, 2)
    }).pipe(onTestMps()))

  it.effect("are not complete if there are none, or if they were not submitted", () =>
    Effect.gen(function*() {
      assert.isFalse(IngestReport.isComplete((yield* run({ ...without, images: [] })).report))
      const broken = IngestImage.bytes(new Uint8Array(3), { name: "c.png" })
      assert.isFalse(IngestReport.isComplete((yield* run({ ...without, images: [broken, picture("a")] })).report))
    }).pipe(onTestMps()))

  it.effect.each([undefined, null, "ONE", { asIs: undefined }])(
    "%j as a manifest is a typed error",
    (manifest) =>
      Effect.gen(function*() {
        // @ts-expect-error as a caller without type checking may
        const { result } = yield* timed({ ...base, manifest })
        assert(Result.isFailure(result) && result.failure._tag === "InputInvalid")
        assert.match(result.failure.problems[0]?.field ?? "", /^manifest/)
      }).pipe(onTestMps())
  )
})

/** A store that puts the first image, and is then stuck. */
const stuckAfterFirst = IngestProgram.layer().pipe(
  Layer.provide(Layer.effect(
    ObjectStore.ObjectStore,
    Effect.map(ObjectStore.ObjectStore, (store) => ({
      ...store,
      put: (...args: Parameters<typeof store.put>) => args[0].endsWith("a.png") ? store.put(...args) : Effect.never
    }))
  )),
  Layer.provide(TestMps.layerPorts()),
  Layer.provide(NodeFileSystem.layer)
)

describe("a run that is interrupted", () => {
  it.effect("names the uploads that were begun and left", () =>
    Effect.gen(function*() {
      const names = ["a", "b", "c", "d", "e", "f", "g"]
      const running = yield* Effect.forkChild(capturing(Effect.exit(
        IngestProgram.ingestProgram({ ...base, images: names.map((name) => picture(name)) }).pipe(
          Effect.timeoutOrElse({ duration: "1 minute", orElse: () => Effect.void })
        )
      )))
      yield* TestClock.adjust("1 hour")
      const [, lines] = yield* Fiber.join(running)
      assert.match(
        lines.join(),
        /1 image is in the bucket .*run the same ingest again to continue; begun and left: b, c, d, e, f and 1 more, which/
      )
    }).pipe(Effect.provide(stuckAfterFirst)))
})
