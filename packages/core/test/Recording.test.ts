import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { ManifestUri } from "@iiif-ingest/core/base/Ids"
import * as Reason from "@iiif-ingest/core/base/Reason"
import * as IngestProgram from "@iiif-ingest/core/IngestProgram"
import * as Delivery from "@iiif-ingest/core/mps/Delivery"
import { type Holding, Holdings } from "@iiif-ingest/core/mps/Holdings"
import * as IngestImage from "@iiif-ingest/core/mps/IngestImage"
import * as IngestReport from "@iiif-ingest/core/mps/IngestReport"
import * as TestMps from "@iiif-ingest/core/testing/TestMps"
import { Journal } from "@iiif-ingest/core/upload/Journal"
import { Duration, Effect, Fiber, Layer, Option } from "effect"
import { TestClock } from "effect/testing"
import { png } from "./support/imageCorpus.ts"

const provided = (options?: TestMps.Options) =>
  Effect.provide(TestMps.layer(options).pipe(Layer.provideMerge(NodeFileSystem.layer)))

const uri = ManifestUri.make("https://nrs-qa.lib.harvard.edu/URN-3:TEST:ONE:MANIFEST:3")

const options = (label: string, ...names: ReadonlyArray<string>): IngestProgram.Options => ({
  images: names.map((name) => IngestImage.bytes(png(40, 30), { name: `${name}.png` })),
  manifest: { name: "ONE", label }
})

/** Runs to the end, with as much time as it takes. */
const run = (options: IngestProgram.Options) =>
  Effect.gen(function*() {
    const running = yield* Effect.forkChild(Effect.result(IngestProgram.ingestProgram(options)))
    yield* TestClock.adjust("1 day")
    return yield* Effect.fromResult(yield* Fiber.join(running))
  })

const held = Effect.flatMap(Holdings, ({ due }) => Effect.map(due(100), (all) => new Map(all.map((h) => [h.id, h]))))

const verdicts = (holdings: ReadonlyMap<string, Holding>) =>
  Object.fromEntries(Array.from(holdings, ([id, { verdict }]) => [id === uri ? "manifest" : id, verdict]))

const day = 86_400_000

describe("what a run records", () => {
  it.effect("is the manifest's version, its images with sizes and checksums, and how they were seen", () =>
    Effect.gen(function*() {
      const report = yield* run(options("One", "a", "b"))
      const holdings = yield* held
      assert.deepStrictEqual(verdicts(holdings), { manifest: "ok", "TEST:a": "ok", "TEST:b": "ok" })
      const a = holdings.get("TEST:a")
      assert.deepInclude(a, { kind: "image", manifest: uri, key: "images/a.png", width: 40, height: 30, ingestedAt: 0 })
      assert.strictEqual(a?.evidence, "served, 40 x 30")
      assert.strictEqual(a?.okAt, a?.lookedAt)
      const service = yield* Holdings
      const versions = yield* service.versions(uri)
      assert.strictEqual(versions.length, 1)
      assert.deepStrictEqual(versions[0]?.json["label"], { none: ["One"] })
      const { crc32 } = a ?? {}
      assert.isDefined(crc32)
      const policyDefinition = { policyGroupName: "default" }
      assert.deepStrictEqual(versions[0]?.images, [
        { id: "TEST:a", key: "images/a.png", crc32, policyDefinition },
        { id: "TEST:b", key: "images/b.png", crc32, policyDefinition }
      ])
      assert.deepStrictEqual(yield* service.report(uri), report)
    }).pipe(provided()))

  it.effect("has whole milliseconds, whatever the clock has", () =>
    Effect.gen(function*() {
      yield* TestClock.adjust(Duration.millis(1.75))
      yield* run(options("One", "a"))
      const submission = Option.getOrThrow(yield* (yield* Journal).submission(uri))
      const versions = yield* (yield* Holdings).versions(uri)
      const times = Array.from((yield* held).values(), ({ ingestedAt, lookedAt, okAt }) => [ingestedAt, lookedAt, okAt])
      const all = [submission.at, ...versions.map(({ at }) => at), ...times.flat()]
      assert.strictEqual(all.length, 1 + 1 + 2 * 3)
      assert.isTrue(all.every(Number.isInteger), all.join(" "))
    }).pipe(provided()))

  it.effect("has a version more only if the manifest or an image changed", () =>
    Effect.gen(function*() {
      yield* run(options("One", "a"))
      yield* run(options("One", "a"))
      assert.strictEqual((yield* (yield* Holdings).versions(uri)).length, 1)
      yield* run(options("Two", "a"))
      const versions = yield* (yield* Holdings).versions(uri)
      assert.deepStrictEqual(versions.map(({ json }) => json["label"]), [{ none: ["Two"] }, { none: ["One"] }])
    }).pipe(provided()))

  it.effect("names what is not served, and when it is not any more", () =>
    Effect.gen(function*() {
      const asset = "TEST:b"
      assert.isFalse(IngestReport.isComplete(yield* run(options("One", "a", "b", "c"))))
      const first = yield* held
      assert.deepStrictEqual(verdicts(first), { manifest: "ok", "TEST:a": "ok", [asset]: "missing", "TEST:c": "ok" })
      assert.strictEqual(first.get(asset)?.evidence, "not served: HTTP 404")
      assert.isUndefined(first.get(asset)?.lostAt)
    }).pipe(provided({ faults: { asset: (id) => id === "TEST:b" ? "dead" : undefined } })))

  it.effect("tells since when it is lost, and that what cannot be seen is not", () => {
    let seen: "served" | "absent" | "withheld" = "served"
    const url = "https://mps.example/a"
    const imageInfo = () =>
      seen === "served"
        ? undefined
        : TestMps.answer(
          seen === "absent"
            ? Delivery.absent(url)
            : { _tag: "Withheld" as const, url, evidence: Reason.evidence(429, "") }
        )
    const again = { ...options("One", "a"), onUnknownSubmit: "stop", verify: { wait: false } } as const
    return Effect.gen(function*() {
      yield* run(again)
      seen = "withheld"
      yield* run(again)
      const unknown = (yield* held).get("TEST:a")
      assert.strictEqual(unknown?.verdict, "unknown")
      assert.isUndefined(unknown?.lostAt)
      assert.isBelow(unknown?.okAt ?? Infinity, day)
      seen = "absent"
      yield* run(again)
      yield* run(again)
      const lost = (yield* held).get("TEST:a")
      assert.strictEqual(lost?.verdict, "missing")
      assert.isAtLeast(lost?.lostAt ?? 0, 2 * day)
      assert.isBelow(lost?.lostAt ?? Infinity, 3 * day)
      seen = "served"
      yield* run(again)
      assert.isUndefined((yield* held).get("TEST:a")?.lostAt)
    }).pipe(provided({ faults: { imageInfo } }))
  })

  it.effect("is nothing if the request was refused", () =>
    Effect.gen(function*() {
      yield* Effect.flip(run(options("One", "a")))
      const service = yield* Holdings
      assert.strictEqual(yield* service.count, 0)
      assert.deepStrictEqual(yield* service.versions(uri), [])
      assert.isUndefined(yield* service.report(uri))
    }).pipe(provided({
      faults: {
        initialize: () => TestMps.refuse(new Reason.Rejected({ evidence: Reason.evidence(400, "no") }))
      }
    })))

  it.effect("without verification, is what was ingested and the report, without a verdict", () =>
    Effect.gen(function*() {
      yield* run({ ...options("One", "a"), verify: false })
      assert.deepStrictEqual(verdicts(yield* held), { manifest: undefined, "TEST:a": undefined })
      assert.strictEqual((yield* (yield* Holdings).report(uri))?.assets[0]?.fate._tag, "NotVerified")
    }).pipe(provided()))

  it.effect("without a manifest, is the images", () =>
    Effect.gen(function*() {
      yield* run({ ...options("One", "a"), manifest: false })
      const holdings = yield* held
      assert.deepStrictEqual([...holdings.keys()], ["TEST:a"])
      assert.isUndefined(holdings.get("TEST:a")?.manifest)
    }).pipe(provided()))

  it.effect("is kept by the next run if one was interrupted after its request was accepted", () =>
    Effect.gen(function*() {
      const running = yield* Effect.forkChild(IngestProgram.ingestProgram(options("One", "a")))
      yield* TestClock.adjust("100 millis")
      yield* Fiber.interrupt(running)
      assert.deepStrictEqual(verdicts(yield* held), { manifest: undefined, "TEST:a": undefined })
      yield* run(options("One", "a"))
      assert.deepStrictEqual(verdicts(yield* held), { manifest: "ok", "TEST:a": "ok" })
      assert.strictEqual((yield* (yield* TestMps.TestMps).requests).length, 1)
    }).pipe(provided()))
})
