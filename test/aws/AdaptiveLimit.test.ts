/** How many requests are in flight when the store throttles them. */
import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import * as RetryPolicy from "@iiif-ingest/core/base/RetryPolicy"
import * as MpsConfig from "@iiif-ingest/core/config/MpsConfig"
import * as ImageSource from "@iiif-ingest/core/image/ImageSource"
import * as IngestProgram from "@iiif-ingest/core/IngestProgram"
import * as Journal from "@iiif-ingest/core/upload/Journal"
import * as Upload from "@iiif-ingest/core/upload/Upload"
import { Sandbox } from "@iiif-ingest/sandbox/Sandbox"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { shortPolicy } from "../support/policies.ts"
import { sandboxStore } from "./support/sandboxStore.ts"

const atATime = 8

const layer = IngestProgram.layerUpload({ concurrency: atATime }).pipe(
  Layer.provide([
    sandboxStore(),
    Journal.layerMemory,
    SecureRandom.layerWebCrypto,
    MpsConfig.layer({ environment: "sandbox", account: "at", space: "limit", namespace: "AT", agent: "at" }),
    NodeFileSystem.layer
  ]),
  Layer.provideMerge(Sandbox.layer()),
  Layer.orDie
)

const images = Array.from({ length: 100 }, (_, index) =>
  ImageSource.bytes(new Uint8Array(100).fill(index), {
    name: `image${index}.png`,
    width: 1,
    height: 1,
    mediaType: "image/png"
  }))

describe("concurrent requests", () => {
  it.live("are halved after 503 SlowDown, then increase again", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox
      yield* sandbox.faults.set([
        // the maximum number of requests arrives before the first is answered
        { match: { op: "PutObject" }, times: atATime, effect: { type: "delay", millis: 500 } },
        { match: { op: "PutObject" }, effect: { type: "delay", millis: 25 } },
        { match: { op: "PutObject" }, times: atATime, effect: { type: "throttle" } }
      ])
      const upload = yield* Upload.Upload
      const outcomes = yield* upload.all(images)
      assert.deepStrictEqual(outcomes.filter((outcome) => outcome._tag === "Failed"), [])

      const puts = (yield* sandbox.requests()).filter(({ op }) => op === "PutObject")
      assert.strictEqual(puts.length, images.length + atATime)
      assert.isTrue(puts.slice(0, atATime).every(({ status }) => status === 503))
      const seen = puts.map(({ inFlight }) => inFlight)
      assert.strictEqual(Math.max(...seen.slice(0, atATime)), atATime)
      // a burst halves the limit once; after four successes it may admit a fifth request
      assert.isAtMost(Math.max(...seen.slice(atATime, atATime + 4)), atATime / 2)
      const later = Math.max(...seen.slice(atATime + 40))
      assert.isTrue(later > atATime / 2 && later <= atATime, `${seen}`)
    }).pipe(
      Effect.provide(layer),
      Effect.provideService(RetryPolicy.RetryPolicy, shortPolicy)
    ))
})
