/** Per-asset settings, end to end: the sandbox's own schema accepts them, and its jobs apply them. */
import { assert, describe, it } from "@effect/vitest"
import { IngestImage, IngestProgram, IngestReport, LtsClient, MpsConfig, ObjectStore } from "@iiif-ingest/core"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Layer } from "effect"
import { sandboxSettings } from "../../examples/support/sandboxLayers.ts"
import { pathOf } from "../support/pictures.ts"
import { short } from "../support/policies.ts"
import { layersWith, sandboxKeys } from "../support/sandboxLayers.ts"

const sandboxWith = (options: Sandbox.SandboxOptions = {}, settings: Partial<MpsConfig.Options> = {}) =>
  Layer.unwrap(Effect.map(Sandbox.Sandbox, (sandbox) => MpsConfig.layer({ ...sandboxSettings(sandbox), ...settings })))
    .pipe(
      (config) => layersWith(config, sandboxKeys),
      Layer.provideMerge(Sandbox.Sandbox.layer(options))
    )

const manifest = { name: "ONE", label: "One" }
const limits = { authenticated: { height: 2400, width: 2400 }, public: { height: 1200, width: 1200 } }

describe("one asset", () => {
  it.live("in a space other than the configured one is read from that space's bucket", () =>
    Effect.gen(function*() {
      const { space } = yield* Sandbox.Sandbox
      const ingest = (images: ReadonlyArray<IngestImage.IngestImage>) =>
        IngestProgram.ingestProgram({ images, manifest })
      const inOwnSpace = yield* ingest([IngestImage.file(pathOf("coffee.png"), { space })])
      assert.isTrue(IngestReport.isComplete(inOwnSpace))
      const inConfiguredSpace = yield* ingest([IngestImage.file(pathOf("falcon9-strips.tif"))])
      assert.match(inConfiguredSpace.job?.result?.errors.join() ?? "", /no object s3:\/\/.*-elsewhere-sandbox/)
    }).pipe(short, Effect.provide(sandboxWith({}, { space: "elsewhere" }))))

  it.live("with thumbSizes, agent, status, both forms of policy, metadata, dates and its own key", () =>
    Effect.gen(function*() {
      const date = "2022-03-08 17:14:36"
      const report = yield* IngestProgram.ingestProgram({
        images: [
          IngestImage.file(pathOf("coffee.png"), {
            key: "cups/white.png",
            agent: "someone",
            status: "ACTIVE",
            thumbSizes: [150, 300],
            policyDefinition: { policy: limits, thumbnail: limits },
            assetMetadata: [{ fieldName: "admin", jsonValue: { shelf: "1A" } }],
            createDate: date,
            lastModifiedDate: date,
            iiifApiVersion: "2"
          }),
          IngestImage.file(pathOf("falcon9-strips.tif"), { policyDefinition: { policyGroupName: "restricted" } })
        ],
        manifest,
        randomIds: true
      })
      assert.isTrue(IngestReport.isComplete(report))
      assert.match(report.assets[0]?.id ?? "", /^coffee[A-Za-z0-9]{22}$/)
    }).pipe(short, Effect.provide(sandboxWith())))
})

describe("audio, video and text (experimental)", () => {
  const song = {
    identifier: "SANDBOX:song",
    storageSrcPath: "images/",
    storageSrcKey: "song.mp3",
    anything: ["at", "all"]
  }
  const ingest = IngestProgram.ingestProgram({
    images: [IngestImage.file(pathOf("coffee.png"))],
    manifest,
    audio: [song]
  })

  it.live("are rejected by the sandbox, by name", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(ingest)
      assert.instanceOf(error, LtsClient.LtsError)
      assert.match(error.message, /assets\.audio: expected an empty list/)
    }).pipe(short, Effect.provide(sandboxWith())))

  it.live("are accepted with avItems: \"accept\", and the images are ingested", () =>
    Effect.gen(function*() {
      const store = yield* ObjectStore.ObjectStore
      const info = { contentType: "audio/mpeg", metadata: {} }
      yield* store.put("images/song.mp3", ObjectStore.bytes(new Uint8Array([1])), info)
      assert.isTrue(IngestReport.isComplete(yield* ingest))
    }).pipe(short, Effect.provide(sandboxWith({ avItems: "accept" }))))

  it.live("need at least a qualified identifier", () =>
    Effect.gen(function*() {
      const client = yield* LtsClient.LtsClient
      const request = JSON.parse(JSON.stringify({
        globalSettings: { actionDefault: "upsert", spaceDefault: "sandbox" },
        metadata: {},
        assets: { audio: [{ identifier: "song" }], video: [], text: [], image: [] },
        manifest: {}
      }))
      const error = yield* Effect.flip(client.initialize(request))
      assert.match(error.message, /assets\.audio\[0\]\.identifier/)
    }).pipe(Effect.provide(sandboxWith({ avItems: "accept" }))))
})
