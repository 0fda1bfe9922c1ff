/**
 * How to test code that ingests: no network, no account, no waiting. `TestMps` is MPS in memory, and
 * `it.effect` runs the clock.
 *
 *     vitest run --root examples
 */
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import { IngestImage, ingestProgram, IngestReport, Reason, TestMps } from "iiif-ingest"
import { readFileSync } from "node:fs"
import { join } from "node:path"

const picture = (name: string) => IngestImage.bytes(readFileSync(join(import.meta.dirname, "images", name)), { name })

/** The code under test: yours. */
const publish = (names: ReadonlyArray<string>, title: string) =>
  ingestProgram({ images: names.map(picture), manifest: { name: title.toUpperCase(), label: title } })

/** Runs an effect to its end, with as much time as it needs. */
const inTime = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const running = yield* Effect.forkChild(effect)
    yield* TestClock.adjust("1 day")
    return yield* Fiber.join(running)
  })

const mps = (options?: TestMps.Options) => TestMps.layer(options).pipe(Layer.provideMerge(NodeServices.layer))

describe("publish", () => {
  it.effect("reports a picture that is served", () =>
    Effect.gen(function*() {
      const report = yield* inTime(publish(["coffee.png"], "coffee"))
      assert.isTrue(IngestReport.isComplete(report))
      assert.strictEqual(report.manifestId, "https://nrs-qa.lib.harvard.edu/URN-3:TEST:COFFEE:MANIFEST:3")
    }).pipe(Effect.provide(mps())))

  it.effect("waits for a slow job, here for an hour that takes no time", () =>
    Effect.gen(function*() {
      const report = yield* inTime(publish(["coffee.png"], "coffee"))
      assert.isTrue(IngestReport.isComplete(report))
    }).pipe(Effect.provide(mps({ jobDuration: "1 hour" }))))

  it.effect("does not believe a job that says success", () =>
    Effect.gen(function*() {
      const report = yield* inTime(publish(["coffee.png", "falcon9-strips.tif"], "two"))
      assert.strictEqual(report.job?.result?.succeeded, true)
      assert.deepStrictEqual(report.assets.map(({ fate }) => fate._tag), ["NotServed", "Served"])
    }).pipe(Effect.provide(mps({
      faults: { asset: (identifier) => identifier.endsWith(":coffee") ? "conversion failed" : undefined }
    }))))

  it.effect("posts a request once, though its reply is lost", () =>
    Effect.gen(function*() {
      const report = yield* inTime(publish(["coffee.png"], "coffee"))
      assert.isTrue(IngestReport.isComplete(report))
      assert.lengthOf(yield* (yield* TestMps.TestMps).requests, 1)
    }).pipe(Effect.provide(mps({
      faults: { initialize: () => TestMps.lose(new Reason.ConnectionLost({ host: "mps", detail: "ECONNRESET" })) }
    }))))
})
