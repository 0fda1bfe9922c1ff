/**
 * How to test code that ingests: no network, no account, no waiting. The ports get layers that answer from memory or
 * from a script, and `it.effect` runs the clock.
 *
 *     vitest run --root examples
 */
import { NodeServices } from "@effect/platform-node"
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
  RetryPolicy
} from "@iiif-ingest/core"
import { Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"

/** The code under test: yours. */
const publish = (bytes: Uint8Array, title: string) =>
  IngestProgram.ingestProgram({
    images: [IngestImage.bytes(bytes, { name: title, width: 600, height: 400, mediaType: "image/png" })],
    manifest: { name: title.toUpperCase(), label: title }
  })

/** An MPS that serves what it was given, unless `script` says otherwise. */
const mps = (script: { readonly lts?: LtsClient.Script; readonly delivery?: Delivery.Script } = {}) =>
  IngestProgram.layer().pipe(
    Layer.provide([
      ObjectStore.layerMemory,
      Journal.layerMemory,
      LtsClient.layerScripted(script.lts),
      Delivery.layerScripted(
        script.delivery ?? {
          imageInfo: (id) => Delivery.served(id, { id, width: 600, height: 400, raw: {} }),
          manifest: (uri) => Delivery.served(uri, { items: [{ type: "Canvas", width: 600, height: 400 }] })
        }
      )
    ]),
    Layer.provideMerge(MpsConfig.layer({
      environment: "qa",
      account: "at",
      space: "atdarth",
      namespace: "at",
      agent: "atagent"
    })),
    Layer.provideMerge(NodeServices.layer)
  )

const picture = new Uint8Array([1, 2, 3])

describe("publish", () => {
  it.effect("reports a picture that is served", () =>
    Effect.gen(function*() {
      const report = yield* publish(picture, "coffee")
      assert.isTrue(IngestReport.isComplete(report))
      assert.strictEqual(report.manifestId, "https://nrs-qa.lib.harvard.edu/URN-3:AT:COFFEE:MANIFEST:3")
    }).pipe(Effect.provide(mps())))

  it.effect("waits for a slow job, here for an hour that takes no time", () =>
    Effect.gen(function*() {
      const running = yield* Effect.forkChild(publish(picture, "coffee"))
      yield* TestClock.adjust("1 hour")
      assert.strictEqual((yield* Fiber.join(running)).job?.result?.succeeded, true)
    }).pipe(Effect.provide(mps({
      lts: { jobStatus: [...Array.from({ length: 100 }, () => ({ state: "running" })), { state: "success" }] }
    }))))

  it.effect("does not take a job's word for it", () =>
    Effect.gen(function*() {
      const running = yield* Effect.forkChild(publish(picture, "coffee"))
      yield* TestClock.adjust(RetryPolicy.standard.settleLimit)
      const report = yield* Fiber.join(running)
      assert.strictEqual(report.job?.result?.succeeded, true)
      assert.strictEqual(report.assets[0]?.fate._tag, "NotServed")
    }).pipe(Effect.provide(mps({
      delivery: {
        imageInfo: (id) => Delivery.absent(id),
        manifest: (uri) => Delivery.served(uri, { items: [{ type: "Canvas", width: 600, height: 400 }] })
      }
    }))))
})
