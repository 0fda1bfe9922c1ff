/** Folders, bags, METS files and worksheets, from the file to the plan. */
import { NodeFileSystem, NodePath } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { describePlace } from "@iiif-ingest/core/batch/Finding"
import * as Preflight from "@iiif-ingest/core/batch/Preflight"
import { Effect, Layer } from "effect"
import { createHash } from "node:crypto"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { folderWith, images, layer } from "../../packages/core/test/batch/support/batch.ts"
import { readInput } from "../../packages/iiif-ingest/src/internal/sheets/read.ts"
import { type CellOf, xlsx } from "../../packages/iiif-ingest/test/sheets/support/xlsx.ts"

const plan = (path: string) =>
  Effect.gen(function*() {
    const tables = yield* readInput(path)
    return yield* (yield* Preflight.Preflight).check({ tables })
  }).pipe(Effect.provide(Layer.mergeAll(layer, NodeFileSystem.layer, NodePath.layer)))

const shown = ({ findings, plan }: Preflight.Result) => ({
  findings: findings.map(({ code, place }) => `${code} ${place.cell ?? place.file ?? ""}`.trim()),
  manifests: plan?.manifests.map(({ description, images }) => [
    description.name,
    description.label,
    images.map(({ file }) => file)
  ])
})

const removing = <A, E, R>(folder: string, effect: Effect.Effect<A, E, R>) =>
  Effect.ensuring(effect, Effect.sync(() => Fs.rmSync(folder, { recursive: true })))

describe("the pre-flight of", () => {
  it.live("a folder makes a manifest of each folder of images, without a sheet", () => {
    const folder = folderWith(images("Act 1/10.png", "Act 1/9.png", "Act 2/1.png"))
    return removing(
      folder,
      Effect.gen(function*() {
        const { findings, manifests } = shown(yield* plan(folder))
        assert.deepStrictEqual(findings, [])
        assert.deepStrictEqual(manifests?.map(([, label, files]) => [label, files]), [
          ["Act 1", ["Act 1/9.png", "Act 1/10.png"]],
          ["Act 2", ["Act 2/1.png"]]
        ])
      })
    )
  })

  it.live("a folder names each file that something is wrong with", () => {
    const folder = folderWith({ ...images("a/1.png", "a/2.png", "3.png"), "a/2.png": "no image", "3.png": "" })
    return removing(
      folder,
      Effect.gen(function*() {
        const { findings } = yield* plan(folder)
        assert.deepStrictEqual(
          findings.map(({ code, place }) => `${code} ${describePlace(place).replace(folder, ".")}`),
          ["image-empty ., 3.png", "image-truncated ., a/2.png"]
        )
      })
    )
  })

  it.live("a folder of 100,000 entries has a finding for each of them that is no image", () => {
    const folder = folderWith(images("0.png"))
    for (let n = 1; n < 100_000; n++) Fs.closeSync(Fs.openSync(Path.join(folder, `${n}.txt`), "w"))
    return removing(
      folder,
      Effect.gen(function*() {
        const { findings, plan: made } = yield* plan(folder)
        assert.strictEqual(new Set(findings.map(({ place }) => place.file)).size, 99_999)
        assert.isTrue(findings.every(({ code }) => code === "file-left-out"))
        assert.strictEqual(made?.manifests[0]?.images.length, 1)
      })
    )
  }, 120_000)

  it.live("a bag compares its checksums, and leaves nothing out", () => {
    const files = images("data/1.png", "data/2.png")
    const md5 = Object.entries(files).map(([name, bytes]) =>
      `${createHash("md5").update(bytes).digest("hex")}  ${name}`
    )
    const folder = folderWith({
      ...files,
      "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
      "manifest-md5.txt": `${md5.join("\n")}\n`
    })
    return removing(
      folder,
      Effect.gen(function*() {
        const good = shown(yield* plan(folder))
        assert.deepStrictEqual(good.findings, [])
        assert.deepStrictEqual(good.manifests?.[0]?.[2], ["1.png", "2.png"])
        Fs.writeFileSync(Path.join(folder, "data/2.png"), images("x", "y", "z")["z"] ?? "")
        const bad = shown(yield* plan(folder))
        assert.isUndefined(bad.manifests)
        assert.include(bad.findings.join(), "checksum-mismatch")
      })
    )
  })

  it.live("a METS file has its pages, and its ranges", () => {
    const mets =
      `<mets xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink" OBJID="LEAR"><fileSec>` +
      `<fileGrp USE="LOCAL"><file ID="F1"><FLocat LOCTYPE="URL" xlink:href="scans/1.png"/></file>` +
      `<file ID="F2"><FLocat LOCTYPE="URL" xlink:href="scans/2.png"/></file></fileGrp></fileSec>` +
      `<structMap TYPE="LOGICAL"><div ID="L0" TYPE="monograph" LABEL="King Lear"><div ID="L1" LABEL="Act 1"/></div></structMap>` +
      `<structMap TYPE="PHYSICAL"><div ID="P0" TYPE="physSequence"><div ID="P1" ORDER="1" TYPE="page"><fptr FILEID="F1"/></div>` +
      `<div ID="P2" ORDER="2" TYPE="page"><fptr FILEID="F2"/></div></div></structMap>` +
      `<structLink><smLink xlink:from="L0" xlink:to="P0"/><smLink xlink:from="L1" xlink:to="P2"/></structLink></mets>`
    const folder = folderWith({ ...images("scans/1.png", "scans/2.png"), "lear.xml": mets })
    return removing(
      folder,
      Effect.gen(function*() {
        const result = yield* plan(Path.join(folder, "lear.xml"))
        assert.deepStrictEqual(result.findings.filter(({ severity }) => severity === "error"), [])
        const [manifest] = result.plan?.manifests ?? []
        assert.deepStrictEqual(manifest?.images.map(({ file }) => file), ["scans/1.png", "scans/2.png"])
        assert.include(JSON.stringify(manifest?.description.contents), "{\"label\":\"Act 1\",\"items\":[\"scans2\"]}")
      })
    )
  })

  it.live("a worksheet has the findings of its reader and its own together, each at its cell", () => {
    const date: CellOf = { xml: "<c r=\"{ref}\" s=\"1\"><v>45000</v></c>" }
    const formula: CellOf = { xml: "<c r=\"{ref}\" t=\"str\"><f>A2&amp;\"x\"</f><v>Title</v></c>" }
    const folder = folderWith({
      ...images("1.png", "2.png", "3.png"),
      "book.xlsx": xlsx([{
        name: "Pages",
        rows: [
          ["file", "id", "label", "manifest", "manifest.label"],
          ["1.png", date, "One", "M", "m"],
          ["2.png", 12, formula, "M", "m"],
          ["3.png", "three", "Three", "M", "other"],
          ["4.png", "four", "Four", "M", "m"]
        ],
        hiddenRows: [4]
      }])
    })
    return removing(
      folder,
      Effect.gen(function*() {
        const { findings, manifests } = shown(yield* plan(Path.join(folder, "book.xlsx")))
        assert.isUndefined(manifests)
        assert.includeMembers([...findings], [
          "id-date B2",
          "cell-formula C3",
          "manifest-conflict E4",
          "file-missing A5"
        ])
        assert.include(findings.join(), "row-hidden")
      })
    )
  })
})
