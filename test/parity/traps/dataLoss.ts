import { NodeFileSystem } from "@effect/platform-node"
import { assert } from "@effect/vitest"
import { Ids, ImageSource, IngestImage, IngestProgram, Job, LtsClient, Status, Upload } from "@iiif-ingest/core"
import { Effect, FileSystem, Layer, Schema } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { pathOf } from "../../support/pictures.ts"
import { account, inMemory, requestOf, run } from "../support/memory.ts"
import { picture } from "../support/samples.ts"
import { type Trap, trap } from "./Trap.ts"

const coffee = pathOf("coffee.png")
const manifest = { name: "ONE", label: "One" }

const folderWith = (names: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const root = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
    for (const [index, name] of names.entries()) {
      Fs.mkdirSync(Path.dirname(Path.join(root, name)), { recursive: true })
      Fs.writeFileSync(Path.join(root, name), yield* Effect.promise(() => picture(10 + index, 10)))
    }
    return root
  })

export const dataLoss: ReadonlyArray<Trap> = [
  trap(
    1,
    "closed",
    "summary and thumbnail reach the manifest",
    Effect.gen(function*() {
      const thumbnail = [{ id: "https://library.example/t.jpg", type: "Image" as const }]
      const request = yield* requestOf({
        images: [IngestImage.file(coffee)],
        manifest: { ...manifest, summary: "What it is", thumbnail }
      })
      assert.deepStrictEqual(request.manifest["summary"], { none: ["What it is"] })
      assert.deepStrictEqual<unknown>(request.manifest["thumbnail"], thumbnail)
    })
  ),

  trap(
    2,
    "closed",
    "everything given for an image arrives: metadata, size, format, space, policy",
    Effect.gen(function*() {
      const request = yield* requestOf({
        images: [IngestImage.bytes(new Uint8Array(10), {
          name: "raw.jp2",
          width: 30,
          height: 20,
          mediaType: "image/jp2",
          space: "other",
          policyDefinition: { policyGroupName: "restricted" },
          metadata: [{ label: "Maker", value: "me" }]
        })],
        manifest
      })
      const [asset] = request.assets.image
      assert.deepInclude(asset, {
        space: "other",
        storageSrcKey: "raw.jp2",
        policyDefinition: { policyGroupName: "restricted" }
      })
      const [canvas] = JSON.parse(JSON.stringify(request.manifest)).items
      assert.deepStrictEqual([canvas.width, canvas.height], [30, 20])
      assert.deepStrictEqual(canvas.metadata, [{ label: { none: ["Maker"] }, value: { none: ["me"] } }])
    })
  ),

  trap(
    3,
    "closed",
    "two files with the same name are refused and reported, or keep their folders in id and key",
    Effect.gen(function*() {
      const root = yield* folderWith(["a/001.tif", "b/001.tif"])
      const files = ["a/001.tif", "b/001.tif"].map((name) => IngestImage.file(Path.join(root, name)))
      const refused = yield* run({ images: files, manifest })
      assert.deepStrictEqual(refused.posted, [])
      assert.deepStrictEqual(refused.report.assets.map(({ fate }) => fate._tag), ["Refused", "Refused"])

      const sameKey = yield* run({
        images: ["a/001.tif", "b/001.tif"].map((name) =>
          IngestImage.file(Path.join(root, name), { name, key: "001.tif" })
        ),
        manifest
      })
      assert.deepStrictEqual(sameKey.posted, [])
      const [first] = sameKey.report.assets
      assert.match(
        first?.fate._tag === "Refused" ? first.fate.problem : "",
        /the key images\/001\.tif is also used by/
      )

      const { images } = yield* IngestImage.directory(root)
      const request = yield* requestOf({ images, manifest })
      assert.deepStrictEqual(request.assets.image.map(({ storageSrcKey }) => storageSrcKey), ["a001.tif", "b001.tif"])
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))
  ),

  trap(
    4,
    "closed",
    "keys are derived from ids, never from labels",
    Effect.gen(function*() {
      const bytes = Fs.readFileSync(coffee)
      const request = yield* requestOf({
        images: ["one", "two"].map((id) => IngestImage.bytes(bytes, { name: "upload", id, label: "A / B" })),
        manifest
      })
      assert.deepStrictEqual(request.assets.image.map(({ storageSrcKey }) => storageSrcKey), ["one.png", "two.png"])
    })
  ),

  trap(
    5,
    "cannot occur",
    "an image is a file, bytes or a stream, so it always has a source",
    Effect.gen(function*() {
      const isImage = Schema.is(IngestImage.IngestImage)
      const image = IngestImage.file(coffee, { label: "a" })
      assert.isTrue(isImage(image))
      assert.isFalse(isImage({ ...image, source: { _tag: "FileSource", name: "a" } }))
      assert.isFalse(isImage({ description: image.description }))
      const { report } = yield* run({
        images: [IngestImage.file(coffee), IngestImage.file("/nowhere/second.tif")],
        manifest
      })
      assert.deepStrictEqual(report.assets.map(({ fate }) => fate._tag), ["NotSent", "Refused"])
    })
  ),

  trap(
    6,
    "closed",
    "a trailing slash changes nothing, hidden files are left out, large files go in parts, no key has a backslash",
    Effect.gen(function*() {
      const root = yield* folderWith(["a.tif", "b.tif", ".DS_Store.tif"])
      const { images, leftOut } = yield* IngestImage.directory(`${root}/`)
      assert.deepStrictEqual(images.map(({ source }) => source.name), ["a.tif", "b.tif"])
      assert.deepStrictEqual(leftOut.map(({ name }) => name), [".DS_Store.tif"])
      assert.strictEqual(IngestImage.file("scans\\a\\001.tif").source.name, "001.tif")

      const large = ImageSource.bytes(new Uint8Array(12 * 1024 * 1024), {
        name: "sub\\large.jp2",
        width: 1,
        height: 1,
        mediaType: "image/jp2"
      })
      const upload = yield* Upload.Upload
      const [outcome] = yield* upload.all([large])
      assert.strictEqual(outcome?._tag, "Uploaded")
      if (outcome?._tag === "Uploaded") assert.strictEqual(outcome.uploaded.asset.key, "images/sublarge.jp2")
    }).pipe(
      Effect.scoped,
      Effect.provide(Layer.provideMerge(IngestProgram.layerUpload({ partSize: 5 * 1024 * 1024 }), inMemory()))
    )
  ),

  trap(
    7,
    "closed",
    "the agent is recorded as both creator and last modifier of an asset",
    Effect.gen(function*() {
      const request = yield* requestOf(
        {
          images: [IngestImage.file(coffee), IngestImage.file(pathOf("falcon9-strips.tif"), { agent: "other" })],
          manifest
        },
        { ...account, agent: "someone" }
      )
      assert.deepStrictEqual(
        request.assets.image.map(({ createdByAgent, lastModifiedByAgent }) => [createdByAgent, lastModifiedByAgent]),
        [["someone", "someone"], ["other", "other"]]
      )
    })
  ),

  trap(
    8,
    "closed",
    "a failed job's reasons are in its result, and the whole reply is kept",
    Effect.gen(function*() {
      const raw = { data: { job_status: "failed", context: { errors_encountered: ["AT:one: no such object"] } } }
      const status = Status.layer.pipe(
        Layer.provide(LtsClient.layerScripted({ jobStatus: [{ state: "failed", raw }] }))
      )
      const result = yield* Status.Status.use((service) => service.await(Ids.JobId.make("a"))).pipe(
        Effect.provide(status)
      )
      assert.deepStrictEqual([Job.phase(result.job), result.errors], ["Failed", ["AT:one: no such object"]])
      assert.deepStrictEqual(result.job.raw, raw)
    })
  )
]
