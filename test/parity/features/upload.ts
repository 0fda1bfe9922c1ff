import { NodeFileSystem } from "@effect/platform-node"
import { assert } from "@effect/vitest"
import { ImageHeader, ImageSource, IngestImage, ObjectStore, Upload } from "@iiif-ingest/core"
import { Effect, FileSystem, Option, Stream } from "effect"
import * as Fs from "node:fs"
import * as Zlib from "node:zlib"
import { pathOf } from "../../support/pictures.ts"
import { account, inMemory, requestOf } from "../support/memory.ts"
import { picture } from "../support/samples.ts"
import { type Feature, section } from "./Feature.ts"

const row = section("1.2")

const coffee = pathOf("coffee.png")

/** Uploads images, and returns what is then in the bucket under each key. */
const uploaded = (
  sources: Iterable<ImageSource.ImageSource>,
  options: Parameters<Upload.Upload["Service"]["all"]>[1] = {}
) =>
  Effect.gen(function*() {
    const upload = yield* Upload.Upload
    const store = yield* ObjectStore.ObjectStore
    const outcomes = yield* upload.all(sources, options)
    return yield* Effect.forEach(outcomes, (outcome) => {
      if (outcome._tag === "Failed") return Effect.fail(outcome.error)
      const { asset, crc32 } = outcome.uploaded
      return Effect.map(store.head(asset.key), (head) => ({ asset, crc32, head: Option.getOrThrow(head) }))
    })
  }).pipe(Effect.provide(inMemory({ ...account, keyPrefix: "iiif" })))

const one = (source: ImageSource.ImageSource, options: Parameters<Upload.Upload["Service"]["all"]>[1] = {}) =>
  Effect.map(uploaded([source], options), ([first]) => {
    if (first === undefined) throw new Error("nothing was uploaded")
    return first
  })

export const upload: ReadonlyArray<Feature> = [
  row(
    "upload_image_by_filepath",
    "ImageSource.file: one request or parts, under keyPrefix; the key is derived from the id",
    Effect.gen(function*() {
      const { asset, head } = yield* one(ImageSource.file(coffee))
      assert.deepStrictEqual([asset.key, head.size], ["iiif/coffee.png", Fs.statSync(coffee).size])
    })
  ),

  row(
    "upload_image_by_filepath",
    "a custom key, such as the base name, given as `key`",
    Effect.gen(function*() {
      const { asset } = yield* one(ImageSource.file(coffee, { id: "other", key: "coffee.png" }))
      assert.deepStrictEqual([asset.id, asset.key], ["other", "iiif/coffee.png"])
    })
  ),

  row(
    "upload_image_by_fileobj",
    "ImageSource.bytes and ImageSource.stream, with the same checks as files",
    Effect.gen(function*() {
      const bytes = Fs.readFileSync(coffee)
      const memory = yield* one(ImageSource.bytes(bytes, { name: "coffee.png" }))
      const stream = yield* one(
        ImageSource.stream(Stream.make(bytes.subarray(0, 1000), bytes.subarray(1000)), { name: "coffee.png" })
      )
      const file = yield* one(ImageSource.file(coffee))
      for (const { asset, crc32, head } of [memory, stream]) {
        assert.deepStrictEqual([asset.width, asset.height, asset.mediaType], [600, 400, "image/png"])
        assert.deepStrictEqual([head.size, head.crc32], [bytes.length, crc32])
        assert.strictEqual(crc32, file.crc32)
      }
    })
  ),

  row(
    "upload_directory",
    "ImageSource.directory and Upload: names and ids keep the paths, and each file has an outcome",
    Effect.gen(function*() {
      const { images, leftOut } = yield* ImageSource.directory(pathOf("."))
      const all = yield* uploaded(images)
      assert.deepStrictEqual(all.map(({ asset }) => asset.key), [
        "iiif/coffee.png",
        "iiif/falcon9dscovr.jpg",
        "iiif/falcon9strips.tif",
        "iiif/hubbledeepfield.jpg",
        "iiif/retinapyramid.tif"
      ])
      assert.deepStrictEqual(leftOut.map(({ name }) => name), ["README.md"])
    }).pipe(Effect.provide(NodeFileSystem.layer))
  ),

  row(
    "upload_image_get_metadata",
    "the same as upload_image_by_filepath, whose outcome has the metadata",
    Effect.gen(function*() {
      const { asset, crc32 } = yield* one(ImageSource.file(coffee))
      assert.deepStrictEqual([asset.width, asset.height], [600, 400])
      assert.strictEqual(crc32, Zlib.crc32(Fs.readFileSync(coffee)))
    })
  ),

  row(
    "upload_directory",
    "s3_path is keyPrefix of the call; `/` is the root of the bucket",
    Effect.gen(function*() {
      const source = ImageSource.file(coffee)
      const keyOf = (options: Parameters<Upload.Upload["Service"]["all"]>[1]) =>
        Effect.map(one(source, options), ({ asset }) => asset.key)
      assert.strictEqual(yield* keyOf({}), "iiif/coffee.png")
      assert.strictEqual(yield* keyOf({ keyPrefix: "scans/2026" }), "scans/2026/coffee.png")
      assert.strictEqual(yield* keyOf({ keyPrefix: "/" }), "coffee.png")
      const error = yield* Effect.flip(one(source, { keyPrefix: "" }))
      assert.match(error.message, /"" cannot be a key prefix: use a folder name such as images, or \/ for the root/)
    })
  ),

  row(
    "as a script",
    "--dir, --bucket, --file and --s3path become options: bucket and keyPrefix of MpsConfig",
    Effect.gen(function*() {
      const store = yield* ObjectStore.ObjectStore
      const service = yield* Upload.Upload
      yield* service.all([ImageSource.file(coffee)])
      assert.isTrue(Option.isSome(yield* store.head("deep/er/coffee.png")))
    }).pipe(Effect.provide(inMemory({ ...account, bucket: "my.own.bucket", keyPrefix: "deep/er" })))
  ),

  row(
    "Asset",
    "Asset: id, source, key, mediaType, width, height; label and metadata are in the description of its image",
    Effect.gen(function*() {
      const { description, source } = IngestImage.file(coffee, {
        id: "one",
        label: "Coffee",
        metadata: [{ label: "Maker", value: "me" }]
      })
      assert.deepStrictEqual(description, { label: "Coffee", metadata: [{ label: "Maker", value: "me" }] })
      const { asset } = yield* one(source)
      assert.deepStrictEqual<unknown>(
        { ...asset, fingerprint: {} },
        {
          id: "one",
          key: "iiif/one.png",
          source: { _tag: "FileSource", path: coffee, name: "coffee.png", id: "one" },
          fingerprint: {},
          width: 600,
          height: 400,
          mediaType: "image/png",
          warnings: []
        }
      )
    })
  ),

  row(
    "Asset",
    "an id with anything but ASCII letters and digits is refused before anything is sent",
    Effect.gen(function*() {
      const error = yield* Effect.flip(one(ImageSource.file(coffee, { id: "not-alnum" })))
      assert.match(error.message, /use only ASCII letters and digits/)
    })
  ),

  row(
    "Asset.from_file",
    "size and format from the header, or as given with width, height and mediaType",
    Effect.gen(function*() {
      const read = yield* one(ImageSource.file(pathOf("falcon9-strips.tif")))
      assert.deepStrictEqual([read.asset.width, read.asset.height, read.asset.mediaType], [640, 427, "image/tiff"])
      const given = yield* one(ImageSource.bytes(new Uint8Array([1, 2, 3]), {
        name: "raw.jp2",
        width: 10,
        height: 20,
        mediaType: "image/jp2"
      }))
      assert.deepStrictEqual(
        [given.asset.width, given.asset.height, given.head.contentType, given.asset.key],
        [10, 20, "image/jp2", "iiif/raw.jp2"]
      )
    })
  ),

  row(
    "Asset.from_file",
    "format by content, not by name: a mislabeled picture is recognized",
    Effect.gen(function*() {
      const jpeg = yield* Effect.promise(() => picture(30, 20, "jpeg"))
      const { asset } = yield* one(ImageSource.bytes(jpeg, { name: "scan.tif" }))
      assert.deepStrictEqual([asset.mediaType, asset.key], ["image/jpeg", "iiif/scan.jpg"])
      assert.match(asset.warnings.join(), /scan\.tif/)
    })
  ),

  row(
    "Asset.upload",
    "Upload.one for a probed asset; its result is plain JSON",
    Effect.gen(function*() {
      const { asset } = yield* one(ImageSource.file(coffee))
      const service = yield* Upload.Upload
      const done = yield* service.one(asset)
      assert.strictEqual(done.asset.key, asset.key)
      assert.strictEqual(JSON.parse(JSON.stringify(done)).asset.mediaType, "image/png")
    }).pipe(Effect.provide(inMemory()))
  ),

  row(
    "create_asset_id",
    "assetPrefix, id, and 22 random letters and digits if randomIds is set",
    Effect.gen(function*() {
      const options = { images: [IngestImage.file(coffee, { id: "page1" })], manifest: { label: "x" } }
      const config = { ...account, assetPrefix: "myapp" }
      const idOf = (randomIds: boolean) =>
        Effect.map(requestOf({ ...options, randomIds }, config), ({ assets }) => assets.image[0]?.identifier ?? "")
      assert.strictEqual(yield* idOf(false), "AT:myapppage1")
      assert.strictEqual(yield* idOf(false), "AT:myapppage1")
      const [first, second] = [yield* idOf(true), yield* idOf(true)]
      assert.match(first, /^AT:myapppage1[A-Za-z0-9]{22}$/)
      assert.notStrictEqual(first, second)
    })
  ),

  row(
    "Asset.from_file",
    "the default label is the name without extension; with wire iiifingest it is the id",
    Effect.gen(function*() {
      const labelOf = (wire: "mps" | "iiifingest") =>
        Effect.map(
          requestOf({ images: [IngestImage.file(coffee, { id: "one" })], manifest: { label: "x" }, wire }),
          ({ manifest }) => JSON.parse(JSON.stringify(manifest)).items[0].label
        )
      assert.deepStrictEqual(yield* labelOf("iiifingest"), { en: ["one"] })
      assert.deepStrictEqual(yield* labelOf("mps"), { none: ["coffee"] })
    })
  ),

  row(
    "helpers",
    "ImageHeader reads sizes; the name without extension is the default label",
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const header = yield* ImageHeader.fromBytes("coffee.png", yield* fs.readFile(coffee))
      assert.deepStrictEqual([header.width, header.height], [600, 400])
      const request = yield* requestOf({ images: [IngestImage.file(coffee)], manifest: { label: "x" } })
      assert.deepStrictEqual(JSON.parse(JSON.stringify(request.manifest)).items[0].label, { none: ["coffee"] })
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )
]
