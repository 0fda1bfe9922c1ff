import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import * as FileContent from "@iiif-ingest/core/batch/FileContent"
import * as Plan from "@iiif-ingest/core/batch/Plan"
import * as Crc32 from "@iiif-ingest/core/image/Crc32"
import * as Holdings from "@iiif-ingest/core/mps/Holdings"
import { Effect, Layer } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { concat, png } from "../support/imageCorpus.ts"
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

  it.live("tells ids that were used for other bytes, unless they are to be replaced", () =>
    Effect.gen(function*() {
      const folder = folderWith(images("1.png", "2.png", "3.png"))
      const sums = yield* Effect.forEach(["1.png", "2.png"], (name) => FileContent.whole(Path.join(folder, name)))
      const holding = (id: string, sum: Crc32.Crc32): Holdings.Holding => ({
        kind: "image",
        id: `AT:${id}`,
        crc32: sum,
        ingestedAt: 1
      })
      const held = Layer.effectDiscard(
        Effect.flatMap(Holdings.Holdings, ({ record }) =>
          record(undefined, [holding("1", sums[0]?.crc32 ?? Crc32.empty), holding("2", Crc32.empty)]))
      ).pipe(Layer.provideMerge(Holdings.layerMemory))
      const run = (update: boolean) =>
        check({
          tables: [
            sheet(
              folder,
              ["file", "manifest", "manifest.label"],
              ...["1", "2", "3"].map((id) => [`${id}.png`, "M", "m"])
            )
          ],
          update
        }).pipe(Effect.provide(held))
      const refused = yield* run(false)
      assert.deepStrictEqual(seen(refused.findings), ["id-used A3"])
      assert.isUndefined(refused.plan)
      const { findings, plan } = yield* run(true)
      assert.deepStrictEqual(findings, [])
      assert.deepStrictEqual(
        plan?.manifests[0]?.images.map(({ replaces }) =>
          replaces
        ),
        [undefined, true, undefined]
      )
      assert.deepStrictEqual(plan?.manifests[0]?.images.map(({ description }) => description), [{}, {}, {}])
      Fs.rmSync(folder, { recursive: true })
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.live("warns of credentials that are missing, for which it has no use itself", () =>
    Effect.gen(function*() {
      const folder = folderWith(images("1.png"))
      const table = sheet(folder, ["file", "manifest", "manifest.label"], ["1.png", "M", "m"])
      const credentials = [{ name: "LTS_IIIF_ISSUER", problem: "is not set" }]
      const { findings, plan } = yield* check({ tables: [table], credentials })
      assert.deepStrictEqual(findings.map(({ code, message, place }) => [code, place.file, message]), [
        ["credentials-missing", "LTS_IIIF_ISSUER", "is not set"]
      ])
      assert.isDefined(plan)
      Fs.rmSync(folder, { recursive: true })
    }))

  it.live("tells manifests that would take the place of others that were ingested before", () =>
    Effect.gen(function*() {
      const folder = folderWith(images("1.png", "2.png", "3.png"))
      const uriOf = (name: string) => `https://nrs-qa.lib.harvard.edu/URN-3:AT:${name}:MANIFEST:3`
      const before = (name: string, image: string) =>
        Effect.flatMap(Holdings.Holdings, ({ record }) =>
          record(
            { id: uriOf(name), at: 1, json: {}, images: [{ id: `AT:${image}`, key: `images/${image}.png` }] },
            [{ kind: "manifest", id: uriOf(name), ingestedAt: 1 }]
          ))
      const held = Layer.effectDiscard(
        Effect.all([before("OTHER", "elsewhere"), before("SAME", "2"), before("CASE", "3")])
      ).pipe(Layer.provideMerge(Holdings.layerMemory))
      const run = (update: boolean) =>
        check({
          tables: [
            sheet(
              folder,
              ["file", "manifest", "manifest.label"],
              ["1.png", "OTHER", "m"],
              ["2.png", "SAME", "m"],
              ["3.png", "case", "m"]
            )
          ],
          update
        }).pipe(Effect.provide(held))
      assert.deepStrictEqual(seen((yield* run(false)).findings), ["manifest-used B2", "manifest-used-case B4"])
      assert.deepStrictEqual(seen((yield* run(true)).findings), ["manifest-used-case B4"])
      Fs.rmSync(folder, { recursive: true })
    }))

  it.live("reads all of a large file only when checksums are asked for", () =>
    Effect.gen(function*() {
      const large = concat(png(500, 500), new Uint8Array(2_000_000).fill(1))
      const folder = folderWith({ "1.png": large, "checksums.md5": `${"0".repeat(32)}  1.png\n` })
      const table = sheet(folder, ["file", "manifest", "manifest.label"], ["1.png", "M", "m"])
      const sampled = yield* check({ tables: [table] })
      assert.deepStrictEqual(seen(sampled.findings), ["image-trailing A2"])
      assert.strictEqual(sampled.plan?.manifests[0]?.images[0]?.content?.of, "sample")
      const whole = yield* check({ tables: [table], checksums: true })
      assert.deepStrictEqual(seen(whole.findings), ["image-trailing A2", "checksum-mismatch A2"])
      Fs.rmSync(folder, { recursive: true })
    }))

  it.live("checks the rest of a row whose file is not there", () =>
    Effect.gen(function*() {
      const folder = folderWith(images("1.png"))
      const columns = ["file", "id", "manifest", "manifest.label", "order", "rights", "policy", "md5", "choiceOf"]
      const { findings } = yield* check({
        tables: [sheet(
          folder,
          columns,
          ["1.png", "one", "M", "m", "1"],
          ["none.png", "one", "M", "other", "1", "mine", "public x", "12", "nobody"]
        )]
      })
      assert.sameMembers([...seen(findings)], [
        "file-missing A3",
        "id-duplicate B3",
        "manifest-conflict D3",
        "order-duplicate E3",
        "rights-unknown F3",
        "policy-form G3",
        "checksum-form H3",
        "page-unknown I3"
      ])
      Fs.rmSync(folder, { recursive: true })
    }))

  it.live("shows what could change a terminal", () =>
    Effect.gen(function*() {
      const bad = "x\u001b[31m\u202e"
      const folder = folderWith(images(`${bad}.png`, `${bad}2.png`))
      const columns = ["file", "manifest", "label", "homepage", "policy", "choiceOf", `${bad}`]
      const row = [bad, bad, bad, bad, bad, bad, bad]
      const table = sheet(folder, columns, row, [`${bad}.PNG`, ...row.slice(1)], [`${bad}.png`, ...row.slice(1)])
      const { findings } = yield* check({ tables: [table] })
      assert.isAbove(findings.length, 10)
      for (const { code, message, remedy } of findings) {
        assert.isFalse(["\u001b", "\u202e"].some((mark) => `${message}${remedy}`.includes(mark)), code)
      }
      Fs.rmSync(folder, { recursive: true })
    }))

  it.live("takes no thumbnail that shows the public more than those who are signed in, or more than the image", () =>
    Effect.gen(function*() {
      const folder = folderWith(images("1.png"))
      const found = (policy: string) =>
        Effect.map(
          check({
            tables: [sheet(folder, ["file", "manifest", "manifest.label", "policy"], ["1.png", "M", "m", policy])]
          }),
          ({ findings }) => seen(findings)
        )
      const sizes = "public 1200, authenticated 1200"
      const larger = `${sizes}, thumbnail public 300, thumbnail authenticated 200`
      assert.deepStrictEqual(yield* found(larger), ["policy-public D2"])
      assert.deepStrictEqual(yield* found(`${sizes}, thumbnail authenticated 1300`), ["policy-thumbnail D2"])
      assert.deepStrictEqual(yield* found(`${sizes}, thumbnail public 200, thumbnail authenticated 300`), [])
      Fs.rmSync(folder, { recursive: true })
    }))

  it.live("takes no size that was mistyped for the name of a policy", () =>
    Effect.gen(function*() {
      const folder = folderWith(images("1.png"))
      for (
        const policy of [
          "public",
          "public1200",
          "public 1200",
          "1200",
          "public 0, authenticated 9",
          "public 1, public 2"
        ]
      ) {
        const { findings } = yield* check({
          tables: [sheet(folder, ["file", "manifest", "manifest.label", "policy"], ["1.png", "M", "m", policy])]
        })
        assert.deepStrictEqual(seen(findings), ["policy-form D2"], policy)
      }
      Fs.rmSync(folder, { recursive: true })
    }))
})
