import { assert } from "@effect/vitest"
import {
  ImageSource,
  Ingest,
  IngestImage,
  IngestRequest,
  LtsClient,
  MpsConfig,
  Upload,
  UploadedAsset
} from "@iiif-ingest/core"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Layer, Result, Schema } from "effect"
import { TestClock } from "effect/testing"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { onSandbox } from "../../../examples/support/sandboxLayers.ts"
import { pathOf } from "../../support/pictures.ts"
import { short } from "../../support/policies.ts"
import { account, inMemory, requestOf, run } from "../support/memory.ts"
import { type Trap, trap } from "./Trap.ts"

const coffee = pathOf("coffee.png")
const manifest = { name: "ONE", label: "One" }

const fidelity = Fs.readFileSync(Path.resolve(import.meta.dirname, "../../../packages/sandbox/FIDELITY.md"), "utf8")

const uploaded: Effect.Effect<ReadonlyArray<UploadedAsset.UploadedAsset>, never, Upload.Upload> = Effect.map(
  Upload.Upload.use((upload) => upload.all([ImageSource.file(coffee)])),
  (outcomes) => outcomes.flatMap((outcome) => outcome._tag === "Uploaded" ? [outcome.uploaded] : [])
)

const problemOf = (images: ReadonlyArray<IngestImage.IngestImage>) =>
  Effect.map(run({ images, manifest }), ({ posted, report }) => {
    assert.deepStrictEqual(posted, [])
    return report.assets.flatMap(({ fate }) => fate._tag === "Refused" ? [fate.problem] : [])
  })

const song = {
  identifier: "SANDBOX:song",
  storageSrcPath: "images/",
  storageSrcKey: "song.mp3",
  mediaType: "audio/mpeg"
}

/** The sandbox's reply to a request with an audio asset. */
const submitAudio = (avItems: "refuse" | "accept") =>
  Effect.gen(function*() {
    const ingest = yield* Ingest.Ingest
    const request = yield* ingest.request({ assets: yield* uploaded, audio: [song] })
    assert.deepStrictEqual(request.assets.audio, [song])
    return yield* Effect.result(LtsClient.LtsClient.use((client) => client.initialize(request)))
  }).pipe(short, Effect.provide(Layer.provideMerge(onSandbox, Sandbox.Sandbox.layer({ avItems }))))

export const requests: ReadonlyArray<Trap> = [
  trap(
    14,
    "closed",
    "dates are those of the request, not of the process",
    Effect.gen(function*() {
      const ingest = yield* Ingest.Ingest
      const assets = yield* uploaded
      const dateOf = Effect.map(ingest.request({ assets }), (request) => request.assets.image[0]?.createDate)
      yield* TestClock.setTime(Date.UTC(2026, 6, 1, 4, 0, 0))
      assert.strictEqual(yield* dateOf, "2026-07-01 00:00:00")
      yield* TestClock.adjust("7 days")
      assert.strictEqual(yield* dateOf, "2026-07-08 00:00:00")
    }).pipe(Effect.provide([inMemory(), TestClock.layer()]))
  ),

  trap(
    15,
    "open at LTS",
    "create, update or upsert per asset or run; no delete request is known, so withdraw fails with AskLts",
    Effect.gen(function*() {
      const ingest = yield* Ingest.Ingest
      const assets = yield* uploaded
      const actionOf = (input: Partial<Ingest.Input>) =>
        Effect.map(ingest.request({ assets, ...input }), (request) => request.assets.image[0]?.action)
      assert.deepStrictEqual(
        yield* Effect.all([actionOf({}), actionOf({ action: "update" }), actionOf({ action: "upsert" })]),
        ["create", "update", "upsert"]
      )
      assert.isFalse(Schema.is(IngestRequest.Action)("delete"))
      const asked = yield* Effect.flip(Ingest.withdraw(assets.map(({ asset }) => asset.id)))
      assert.deepStrictEqual([asked._tag, asked.identifiers], ["AskLts", ["AT:coffee"]])
      assert.match(fidelity, /`create` of an existing id fails its asset.*\| guessed/)
      assert.match(fidelity, /an asset or a manifest cannot be withdrawn \| guessed/)
    }).pipe(Effect.provide(inMemory()))
  ),

  trap(
    16,
    "cannot occur",
    "every asset has a key, under keyPrefix, which is never empty: the bucket's root has to be asked for by name, /",
    Effect.gen(function*() {
      for (const keyPrefix of ["", "//", "images/"]) {
        const config = MpsConfig.make({ ...account, keyPrefix })
        assert.isTrue(Result.isFailure(config), JSON.stringify(keyPrefix))
        const [problem] = yield* problemOf([IngestImage.file(coffee, { keyPrefix })])
        assert.match(problem ?? "", /cannot be a key prefix/)
      }
      const folderOf = (options: IngestImage.Options) =>
        Effect.map(
          requestOf({ images: [IngestImage.file(coffee, options)], manifest }),
          ({ assets }) => assets.image[0]?.storageSrcPath
        )
      assert.strictEqual(yield* folderOf({}), "images/")
      assert.strictEqual(yield* folderOf({ keyPrefix: "/" }), "/")
    })
  ),

  trap(
    17,
    "open at LTS",
    "thumbSizes, metadata and status can be set per image; audio, video and text are passed through (experimental)",
    Effect.gen(function*() {
      const { assets } = yield* requestOf({
        images: [IngestImage.file(coffee, {
          thumbSizes: [150],
          status: "ACTIVE",
          assetMetadata: [{ fieldName: "admin", jsonValue: { shelf: "1A" } }]
        })],
        manifest
      })
      assert.deepInclude(assets.image[0], { thumbSizes: [150], status: "ACTIVE" })
      assert.strictEqual(assets.image[0]?.assetMetadata[1]?.fieldName, "admin")

      const refused = yield* submitAudio("refuse")
      assert.isTrue(Result.isFailure(refused))
      if (Result.isFailure(refused)) assert.match(refused.failure.message, /assets\.audio/)
      assert.isTrue(Result.isSuccess(yield* submitAudio("accept")))
      assert.match(fidelity, /`avItems: "accept"`.*\| guessed, switchable/)
    })
  ),

  trap(
    18,
    "closed",
    "the id defaults to the name; if that is empty or not unique, the image is refused and reported",
    Effect.gen(function*() {
      const named = yield* requestOf({ images: [IngestImage.file(coffee)], manifest })
      assert.strictEqual(named.assets.image[0]?.identifier, "AT:coffee")
      const bytes = Fs.readFileSync(coffee)
      const [nameless] = yield* problemOf([IngestImage.bytes(bytes, { name: "封面.png" })])
      assert.match(nameless ?? "", /its name has no ASCII letters or digits: give it an id/)
      const [empty] = yield* problemOf([IngestImage.bytes(bytes, { name: "a.png", id: "" })])
      assert.match(empty ?? "", /it is empty/)
      assert.lengthOf(yield* problemOf(["a.png", "A.png"].map((name) => IngestImage.bytes(bytes, { name }))), 2)
    })
  ),

  trap(
    19,
    "closed",
    "ASCII letters and digits only; a wrong assetPrefix is reported before any image is probed",
    Effect.gen(function*() {
      for (const id of ["Größe", "ⅷ", "٣", "名"]) {
        const [problem] = yield* problemOf([IngestImage.file(coffee, { id })])
        assert.match(problem ?? "", /use only ASCII letters and digits/)
      }
      const config = MpsConfig.make({ ...account, assetPrefix: "my-app" })
      assert.isTrue(Result.isFailure(config))
    })
  )
]
