import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import {
  Apply,
  BatchReport,
  Ingest,
  IngestProgram,
  type IngestReport,
  Journal,
  ManifestIngest,
  ObjectStore,
  Progress,
  TestMps,
  Upload
} from "@iiif-ingest/core"
import * as Reason from "@iiif-ingest/core/base/Reason"
import * as ImageSource from "@iiif-ingest/core/image/ImageSource"
import { AssetFate, ManifestFate } from "@iiif-ingest/core/mps/Fate"
import { Effect, Layer, Ref, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { TestClock } from "effect/testing"
import { layer as config } from "../support/config.ts"
import { drive, inMemory, plan } from "./support/books.ts"

/** What a `ManifestIngest` may do with a manifest, right or wrong. */
const Deed = Schema.Literals(["served", "unserved", "withheld", "unknown", "journal", "short", "long"])
type Deed = typeof Deed.Type

const fateOf = (deed: Deed, at: number): AssetFate => {
  if (deed === "withheld") return AssetFate.cases.NotSubmitted.make({ key: "k" })
  return deed === "unserved" && at === 0
    ? AssetFate.cases.NotServed.make({ url: "u", problem: "HTTP 404" })
    : AssetFate.cases.Served.make({ url: "u", width: 1, height: 1 })
}

const lengthen = <A>(deed: Deed, assets: ReadonlyArray<A>): ReadonlyArray<A> =>
  deed === "short" ? assets.slice(1) : deed === "long" ? [...assets, ...assets] : assets

/** A `ManifestIngest` that does as it is told, one manifest after the other. */
const told = (deeds: ReadonlyArray<Deed>) =>
  Layer.effect(
    ManifestIngest.ManifestIngest,
    Effect.map(Ref.make(0), (turn) =>
      ManifestIngest.ManifestIngest.of({
        ingest: Effect.fnUntraced(function*({ images }) {
          const deed = deeds[yield* Ref.getAndUpdate(turn, (n) => n + 1)] ?? "served"
          if (deed === "unknown") return yield* new Ingest.SubmissionUnknown({ id: "m", detail: "lost" })
          if (deed === "journal") return yield* new Journal.JournalError({ operation: "write", detail: "full" })
          const assets = images.map(({ source }, at) => ({
            source: ImageSource.location(source),
            warnings: [],
            fate: fateOf(deed, at)
          }))
          const report: IngestReport.IngestReport = {
            manifest: deed === "withheld"
              ? ManifestFate.cases.None.make({ problem: "withheld" })
              : ManifestFate.cases.Served.make({ url: "u" }),
            resubmitted: false,
            assets: lengthen(deed, assets)
          }
          return report
        })
      }))
  )

describe("the report of a batch", () => {
  it.live.prop(
    "has each manifest and image of the plan once, in its order, and is complete only if all are served",
    [
      Schema.Array(Deed).check(Schema.isMaxLength(6)),
      Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 3 })),
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4 }))
    ],
    ([deeds, jobsInFlight, maxFailures]) =>
      Effect.gen(function*() {
        const { plan: planned, root } = yield* plan([2, 1, 3, 2])
        const run = Effect.flatMap(Apply.Apply, (apply) => apply.run(planned, { root, jobsInFlight, maxFailures }))
        const report = yield* Effect.provide(run, Layer.fresh(Apply.layer).pipe(Layer.provide(told(deeds))))
        assert.deepStrictEqual(
          report.manifests.map(({ id, images }) => [id, images.map((image) => image.id)]),
          planned.manifests.map(({ id, images }) => [id, images.map((image) => image.id)])
        )
        const counts = BatchReport.counts(report)
        assert.strictEqual(Object.values(counts.fates).reduce((sum, n) => sum + n, 0), 8)
        assert.strictEqual(counts.complete + counts.failed + counts.stopped, 4)
        const isFine = deeds.slice(0, 4).every((deed) => deed === "served")
        assert.strictEqual(BatchReport.isComplete(report, planned), isFine, BatchReport.describe(report))
        assert.isAbove(BatchReport.describe(report).split("\n").length, isFine ? 0 : 1)
        if (deeds.slice(0, 4).includes("journal") && jobsInFlight === 1) {
          assert.isTrue(
            report.manifests.slice(deeds.indexOf("journal") + 1).every(({ problem }) => problem?.kind === "stopped")
          )
        }
      }).pipe(Effect.provide(inMemory()), Effect.scoped),
    { arbitrary: { runs: 40 } }
  )
})

/** Delivery withholds the second look at each image, the first of a later run. */
const throttledSecond: TestMps.Faults["imageInfo"] = ({ count, id }) =>
  count === 2
    ? TestMps.answer({ _tag: "Withheld", url: id, evidence: Reason.evidence(429, ""), retryAfterMillis: 0 })
    : undefined

describe("a batch", () => {
  it.effect("has no more manifests in flight than it may, and uploads one while another is awaited", () =>
    Effect.gen(function*() {
      const { plan: planned, root } = yield* plan([1, 1, 1, 1, 1])
      const flight = { now: 0, peak: 0, uploadedWhileAwaiting: 0, awaiting: 0 }
      const run = Effect.flatMap(Apply.Apply, (apply) => apply.run(planned, { root, jobsInFlight: 2 })).pipe(
        Effect.provide(Progress.layer((event) =>
          Effect.sync(() => {
            if (event._tag === "ManifestStarted") flight.peak = Math.max(flight.peak, flight.now += 1)
            if (event._tag === "ManifestEnded") {
              flight.now -= 1
              flight.awaiting -= 1
            }
            if (event._tag === "Submitted") flight.awaiting += 1
            if (event._tag === "Uploaded" && flight.awaiting > 0) flight.uploadedWhileAwaiting += 1
          })
        ))
      )
      assert.isTrue(BatchReport.isComplete(yield* drive(run), planned))
      assert.strictEqual(flight.peak, 2)
      assert.isAtLeast(flight.uploadedWhileAwaiting, 1)
    }).pipe(Effect.provide(inMemory({ jobDuration: "10 minutes" })), Effect.scoped))

  it.effect("is verified again days later though delivery throttles the first looks", () =>
    Effect.gen(function*() {
      const { plan: planned, root } = yield* plan([3, 3])
      const run = Effect.flatMap(Apply.Apply, (apply) => apply.run(planned, { root }))
      assert.isTrue(BatchReport.isComplete(yield* drive(run), planned))
      yield* TestClock.adjust("2 days")
      const again = yield* drive(run)
      assert.isTrue(BatchReport.isComplete(again, planned), BatchReport.describe(again))
      const looks = (yield* Effect.flatMap(TestMps.TestMps, ({ calls }) => calls)).filter(({ _tag }) =>
        _tag === "ImageInfo"
      )
      assert.isAtLeast(looks.length, 6 + 6 + 6)
    }).pipe(Effect.provide(inMemory({ faults: { imageInfo: throttledSecond } })), Effect.scoped))

  it.live("sends no more images at a time than the upload's layer allows, whatever the number of manifests", () =>
    Effect.gen(function*() {
      const flight = { now: 0, peak: 0 }
      const counting = Layer.effect(
        ObjectStore.ObjectStore,
        Effect.map(ObjectStore.ObjectStore, (store) => ({
          ...store,
          put: (...args: Parameters<typeof store.put>) =>
            Effect.acquireUseRelease(
              Effect.sync(() => void (flight.peak = Math.max(flight.peak, flight.now += 1))),
              () => Effect.andThen(Effect.sleep("2 millis"), store.put(...args)),
              () => Effect.sync(() => void (flight.now -= 1))
            )
        }))
      ).pipe(Layer.provide(ObjectStore.layerMemory))
      const upload = IngestProgram.layerUpload({ concurrency: 3 }).pipe(
        Layer.provide([counting, Journal.layerMemory, config, SecureRandom.layerWebCrypto])
      )
      const images = (book: number) =>
        Array.from({ length: 6 }, (_, page) =>
          ImageSource.bytes(new Uint8Array(50).fill(page), {
            name: `b${book}p${page}.tif`,
            width: 1,
            height: 1,
            mediaType: "image/tiff"
          }))
      const outcomes = yield* Effect.flatMap(
        Upload.Upload,
        ({ all }) => Effect.forEach([1, 2, 3, 4], (book) => all(images(book)), { concurrency: 4 })
      ).pipe(Effect.provide(upload))
      assert.isTrue(outcomes.flat().every(({ _tag }) => _tag === "Uploaded"))
      assert.strictEqual(flight.peak, 3)
    }).pipe(Effect.provide(NodeServices.layer)))
})
