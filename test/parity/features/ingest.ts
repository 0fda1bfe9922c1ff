import { assert } from "@effect/vitest"
import { Ids, IngestImage, LtsClient, RetryPolicy, Status } from "@iiif-ingest/core"
import { Duration, Effect, Layer, Schedule } from "effect"
import { TestClock } from "effect/testing"
import { pathOf } from "../../support/pictures.ts"
import { requestOf } from "../support/memory.ts"
import { type Feature, section } from "./Feature.ts"

const row = section("1.5")

const coffee = pathOf("coffee.png")
const manifest = { name: "ONE", label: "One" }
const jobId = Ids.JobId.make("6255a8a966b08c163ac5c880")

const assetOf = (
  options: Parameters<typeof IngestImage.file>[1],
  more: Partial<Parameters<typeof requestOf>[0]> = {}
) =>
  Effect.map(requestOf({ images: [IngestImage.file(coffee, options)], manifest, ...more }), ({ assets }) => {
    const [asset] = assets.image
    if (asset === undefined) throw new Error("no asset")
    return asset
  })

const scripted = (states: ReadonlyArray<string>) =>
  Status.layer.pipe(Layer.provide(LtsClient.layerScripted({ jobStatus: states.map((state) => ({ state })) })))

export const ingest: ReadonlyArray<Feature> = [
  row(
    "createImageAsset",
    "the same defaults; dates are the current time in New York, without a zone",
    Effect.gen(function*() {
      yield* TestClock.setTime(Date.UTC(2026, 10, 22, 11, 46, 33))
      assert.deepStrictEqual<unknown>(yield* assetOf({}), {
        action: "create",
        storageSrcPath: "images/",
        storageSrcKey: "coffee.png",
        identifier: "AT:coffee",
        space: "atspace",
        createdByAgent: "atagent",
        createDate: "2026-11-22 06:46:33",
        lastModifiedByAgent: "atagent",
        lastModifiedDate: "2026-11-22 06:46:33",
        status: "ACTIVE",
        iiifApiVersion: "3",
        policyDefinition: { policyGroupName: "default" },
        assetMetadata: [{ fieldName: "imageSize", jsonValue: { width: 600, height: 400 } }]
      })
    }).pipe(Effect.provide(TestClock.layer()))
  ),

  row(
    "createImageAsset",
    "space, agent, action, status, dates, iiifApiVersion, thumbSizes, assetMetadata per image",
    Effect.gen(function*() {
      const date = "2020-02-29 23:59:59"
      const asset = yield* assetOf({
        space: "other",
        agent: "someone",
        action: "upsert",
        status: "INACTIVE",
        iiifApiVersion: "2",
        thumbSizes: [150, 300],
        assetMetadata: [{ fieldName: "admin", jsonValue: { shelf: "1A" } }],
        createDate: date,
        lastModifiedDate: date
      })
      assert.deepInclude(asset, {
        space: "other",
        createdByAgent: "someone",
        lastModifiedByAgent: "someone",
        action: "upsert",
        status: "INACTIVE",
        iiifApiVersion: "2",
        thumbSizes: [150, 300],
        createDate: date,
        lastModifiedDate: date
      })
      assert.deepStrictEqual<unknown>(asset.assetMetadata, [
        { fieldName: "imageSize", jsonValue: { width: 600, height: 400 } },
        { fieldName: "admin", jsonValue: { shelf: "1A" } }
      ])
    })
  ),

  row(
    "wrapIngestRequest",
    "actionDefault is upsert or as given; metadata of the request; the space is the default",
    Effect.gen(function*() {
      const byDefault = yield* requestOf({ images: [IngestImage.file(coffee)], manifest })
      assert.deepStrictEqual(byDefault.globalSettings, { actionDefault: "upsert", spaceDefault: "atspace" })
      assert.deepStrictEqual(byDefault.metadata, {})
      const custom = yield* requestOf({
        images: [IngestImage.file(coffee)],
        manifest,
        actionDefault: "update",
        metadata: { batch: 7 }
      })
      assert.deepStrictEqual([custom.globalSettings.actionDefault, custom.metadata], ["update", { batch: 7 }])
    })
  ),

  row(
    "wrapIngestRequest",
    "audio, video and text assets are sent as given (experimental)",
    Effect.gen(function*() {
      const item = { identifier: "AT:song", storageSrcPath: "images/", storageSrcKey: "song.mp3", duration: 12.5 }
      const request = yield* requestOf({ images: [IngestImage.file(coffee)], manifest, audio: [item] })
      assert.deepStrictEqual(request.assets.audio, [item])
      assert.deepStrictEqual([request.assets.video, request.assets.text], [[], []])
    })
  ),

  row(
    "pingJob",
    "Status.await with interval and limit; the result has the state, the raw reply and the reasons",
    Effect.gen(function*() {
      const status = yield* Status.Status
      const error = yield* Effect.flip(status.await(jobId, { limit: Duration.millis(50) }))
      assert.strictEqual(error._tag, "JobNotEnded")
      assert.match(error.message, /6255a8a966b08c163ac5c880 is still "running" after 50/)
    }).pipe(
      Effect.provide(scripted(["running"])),
      Effect.provideService(RetryPolicy.RetryPolicy, { ...RetryPolicy.standard, poll: Schedule.spaced("5 millis") })
    )
  )
]
