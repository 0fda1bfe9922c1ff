import { assert, describe, it } from "@effect/vitest"
import * as Plan from "@iiif-ingest/core/batch/Plan"
import { Effect } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { check, folderWith, images, seen, sheet } from "./support/batch.ts"

describe("a pre-flight", () => {
  it.live("makes a plan of rows for images", () =>
    Effect.gen(function*() {
      const folder = folderWith(images("001.png", "sub/002.png"))
      const result = yield* check({
        tables: [sheet(
          folder,
          ["file", "manifest", "manifest.label", "label", "alt.fr", "metadata:Creator", "range", "policy", "start"],
          [
            "001.png",
            "HAMLET",
            "Hamlet",
            "Title",
            "Un titre",
            "William|Ann",
            "Act 1 > Scene 1",
            "public 1200, authenticated 2400",
            "yes"
          ],
          ["sub\\002.png", "HAMLET", "", "", "", "", "Act 1", "open"]
        )]
      })
      assert.deepStrictEqual(result.findings, [])
      const [manifest] = result.plan?.manifests ?? []
      assert.strictEqual(manifest?.id, "https://nrs-qa.lib.harvard.edu/URN-3:AT:HAMLET:MANIFEST:3")
      assert.deepStrictEqual(manifest?.description, {
        name: "HAMLET",
        label: "Hamlet",
        start: "001",
        contents: [{ label: "Act 1", items: [{ label: "Scene 1", items: ["001"] }, "sub002"] }]
      })
      assert.deepStrictEqual(manifest?.images.map(({ file, id, key }) => [file, id, key]), [
        ["001.png", "001", "images/001.png"],
        ["sub/002.png", "sub002", "images/sub002.png"]
      ])
      assert.deepStrictEqual(manifest?.images[0]?.description, {
        label: "Title",
        metadata: [{ label: "Creator", value: { none: ["William", "Ann"] } }],
        summary: { fr: ["Un titre"] },
        policyDefinition: {
          policy: { authenticated: { width: 2400, height: 2400 }, public: { width: 1200, height: 1200 } },
          thumbnail: { authenticated: { width: 250, height: 250 }, public: { width: 250, height: 250 } }
        }
      })
      assert.deepStrictEqual([result.estimate.images, result.estimate.manifests], [2, 1])
      if (result.plan !== undefined) {
        assert.deepStrictEqual(Plan.decode(Plan.encode(result.plan)), yield* Effect.result(Effect.succeed(result.plan)))
      }
      Fs.rmSync(folder, { recursive: true })
    }))

  it.live("makes a manifest of each folder, in natural order", () =>
    Effect.gen(function*() {
      const folder = folderWith(images("Act 1/page 10.png", "Act 1/page 2.png", "b/1.png"))
      const result = yield* check({
        tables: [sheet(folder, ["folder", "label.en", "policy"], ["Act 1", "First", "open"], ["b", "Second"])]
      })
      assert.deepStrictEqual(result.findings, [])
      assert.deepStrictEqual(
        result.plan?.manifests.map(({ description, images }) => [description.name, images.map(({ file }) => file)]),
        [["Act_1", ["Act 1/page 2.png", "Act 1/page 10.png"]], ["b", ["b/1.png"]]]
      )
      const [first] = result.plan?.manifests ?? []
      assert.deepStrictEqual([first?.description.label, first?.description.addNone], [{ en: ["First"] }, true])
      assert.deepStrictEqual(first?.images[0]?.description, { policyDefinition: { policyGroupName: "open" } })
      Fs.rmSync(folder, { recursive: true })
    }))

  it.live("does not follow a link out of the folder, wherever it is", () =>
    Effect.gen(function*() {
      const outside = folderWith(images("secret.png"))
      const folder = folderWith(images("in/1.png", "2.png"))
      Fs.symlinkSync(Path.join(outside, "secret.png"), Path.join(folder, "link.png"))
      Fs.symlinkSync(outside, Path.join(folder, "away"))
      Fs.symlinkSync(Path.join(outside, "secret.png"), Path.join(folder, "in/3.png"))
      Fs.symlinkSync("loop.png", Path.join(folder, "loop.png"))
      Fs.symlinkSync("..", Path.join(folder, "in/up"))
      Fs.symlinkSync("2.png", Path.join(folder, "inside.png"))
      const rows = [["link.png"], ["away/secret.png"], ["loop.png"], ["in"], ["inside.png"]]
      const table = sheet(folder, ["file"], ...rows)
      const { findings } = yield* check({ tables: [table], defaults: { "manifest.label": "x" } })
      assert.includeMembers([...seen(findings)], [
        "file-outside A2",
        "file-outside A3",
        "file-link A4",
        "file-outside A5"
      ])
      assert.notInclude(seen(findings).join(), "A6")
      const allowed = yield* check({
        tables: [sheet(folder, ["file", "manifest"], ["link.png", "M"])],
        allowOutside: true
      })
      assert.deepStrictEqual(allowed.plan?.manifests[0]?.images.map(({ file }) => file), ["link.png"])
      for (const path of [folder, outside]) Fs.rmSync(path, { recursive: true })
    }))

  it.live("finds names in any Unicode form", () =>
    Effect.gen(function*() {
      const folder = folderWith(images("e\u0301te.png", "u\u0308.png", "\u00fc.png"))
      const table = sheet(folder, ["file", "id", "manifest", "manifest.label"], ["\u00e9te.png", "a", "M", "m"])
      const good = yield* check({ tables: [table] })
      assert.deepStrictEqual(good.plan?.manifests[0]?.images.map(({ file }) => file), ["e\u0301te.png"])
      assert.deepStrictEqual(seen(good.findings), ["file-unnamed sheet.csv", "file-unnamed sheet.csv"])
      const bad = yield* check({ tables: [sheet(folder, ["file"], ["\u00dc.png"], ["u\u0308.png"], ["\u00fc.png"])] })
      assert.include(seen(bad.findings), "file-case A2")
      Fs.rmSync(folder, { recursive: true })
    }))
})
