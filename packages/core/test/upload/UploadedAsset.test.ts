import { assert, describe, it } from "@effect/vitest"
import * as UploadedAsset from "@iiif-ingest/core/upload/UploadedAsset"
import { Result } from "effect"

const stored = (options: Partial<UploadedAsset.StoredOptions>) =>
  UploadedAsset.stored({ id: "a", key: "images/a.tif", width: 2, height: 3, ...options })

describe("UploadedAsset.stored", () => {
  it("takes key and id as they are, and derives name and media type from the key", () => {
    const { asset, how } = Result.getOrThrow(stored({ id: "Hamlet1", key: "Scans 2024/My page.JP2" }))
    assert.strictEqual(how, "stored")
    assert.deepStrictEqual([asset.id, asset.key, asset.source.name, asset.mediaType], [
      "Hamlet1",
      "Scans 2024/My page.JP2",
      "My page.JP2",
      "image/jp2"
    ])
    assert.strictEqual(Result.getOrThrow(stored({ key: "a", mediaType: "image/tiff" })).asset.mediaType, "image/tiff")
  })

  it.each<[what: string, options: Partial<UploadedAsset.StoredOptions>, field: string]>([
    ["an id with dashes", { id: "a-1" }, "id"],
    ["a key from the root", { key: "/a.tif" }, "key"],
    ["a folder", { key: "images/" }, "key"],
    ["a key with a line break", { key: "a\n.tif" }, "key"],
    ["no width", { width: 0 }, "width"],
    ["an unknown format", { key: "images/a" }, "mediaType"]
  ])("refuses %s", (_, options, field) => {
    const { reason } = Result.getOrThrow(Result.flip(stored(options)))
    assert.strictEqual(reason._tag, "DescriptionInvalid")
    if (reason._tag === "DescriptionInvalid") assert.include(reason.problems.map((problem) => problem.field), field)
  })
})
