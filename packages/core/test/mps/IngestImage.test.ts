import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import * as ImageSource from "@iiif-ingest/core/image/ImageSource"
import * as IngestImage from "@iiif-ingest/core/mps/IngestImage"
import { Effect, Result, Stream } from "effect"
import * as Path from "node:path"
import { asset } from "../support/assets.ts"

const pictures = Path.resolve(import.meta.dirname, "../../../../examples/images")

describe("constructors", () => {
  it("split options into source and description", () => {
    const options = {
      id: "a",
      assetId: "b",
      key: "k.tif",
      keyPrefix: "/",
      width: 1,
      height: 2,
      mediaType: "image/tiff",
      label: "A",
      action: "update"
    } as const
    const own = { id: "a", assetId: "b", key: "k.tif", keyPrefix: "/", width: 1, height: 2, mediaType: "image/tiff" }
    const description = { label: "A", action: "update" } as const
    const made = [
      IngestImage.file("x/y.tif", options),
      IngestImage.bytes(new Uint8Array(), { ...options, name: "y.tif" }),
      IngestImage.stream(Stream.empty, { ...options, name: "y.tif", length: 9 })
    ]
    assert.deepStrictEqual(made.map((image) => image.description), [description, description, description])
    assert.deepStrictEqual(made[0]?.source, ImageSource.file("x/y.tif", own))
    assert.deepStrictEqual(made[1]?.source, ImageSource.bytes(new Uint8Array(), { ...own, name: "y.tif" }))
    assert.deepStrictEqual(made[2]?.source, ImageSource.stream(Stream.empty, { ...own, name: "y.tif", length: 9 }))
  })

  it.effect("describe the images of a folder by their names", () =>
    Effect.gen(function*() {
      const { images, leftOut } = yield* IngestImage.directory(pictures, {
        describe: (name) => name === "coffee.png" ? { id: "cup", label: "Coffee" } : {}
      })
      assert.deepStrictEqual(leftOut.map(({ name }) => name), ["README.md"])
      assert.deepStrictEqual(images.map(({ description, source }) => [source.name, source.id, description]), [
        ["coffee.png", "cup", { label: "Coffee" }],
        ["falcon9-dscovr.jpg", undefined, {}],
        ["falcon9-strips.tif", undefined, {}],
        ["hubble-deep-field.jpg", undefined, {}],
        ["retina-pyramid.tif", undefined, {}]
      ])
    }).pipe(Effect.provide(NodeFileSystem.layer)))
})

describe("check", () => {
  it("reports all problems of a description and its source at once", () => {
    const wrong = JSON.parse(JSON.stringify({ width: -1, action: "delete", thumbSizes: [0], createDate: "today" }))
    const result = IngestImage.check(IngestImage.file("x.tif", wrong))
    assert(Result.isFailure(result) && result.failure.reason._tag === "DescriptionInvalid")
    assert.sameMembers(result.failure.reason.problems.map(({ field }) => field), [
      "width",
      "action",
      "thumbSizes.0",
      "createDate"
    ])
  })

  it("treats undefined fields as missing", () => {
    const description: IngestImage.Description = Object.fromEntries([["label", undefined]])
    assert.isTrue(Result.isSuccess(IngestImage.check(IngestImage.make(ImageSource.file("x.tif"), description))))
  })
})

describe("label", () => {
  it("is the given one, or the name without folder and extension", () => {
    assert.deepStrictEqual(IngestImage.label(asset("one"), { label: { en: ["x"] } }), { en: ["x"] })
    const of = (name: string) =>
      IngestImage.label(asset("one", {}, { source: ImageSource.bytes(new Uint8Array(), { name }) }), {})
    assert.deepStrictEqual(["a/b c.tif", "a\\b.c.tif", "x"].map(of), ["b c", "b.c", "x"])
  })

  it("is the id with the form of the Python client, unless it is given", () => {
    const one = asset("one", {}, { source: ImageSource.bytes(new Uint8Array(), { name: "a b.tif" }) })
    assert.strictEqual(IngestImage.label(one, {}, "iiifingest"), "one")
    assert.strictEqual(IngestImage.label(one, { label: "x" }, "iiifingest"), "x")
    assert.strictEqual(IngestImage.label(one, {}, "mps"), "a b")
  })
})
