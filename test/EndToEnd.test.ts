import { assert, describe, it } from "@effect/vitest"
import { IngestImage, IngestProgram, IngestReport } from "@iiif-ingest/core"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, FileSystem, Option } from "effect"
import * as Crypto from "node:crypto"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { withSandbox } from "../examples/support/sandboxLayers.ts"
import { images, pathOf, pictures, writeLargeTiff, writeSmallFiles } from "./support/pictures.ts"
import { short } from "./support/policies.ts"

const fates = (report: IngestReport.IngestReport) => report.assets.map((asset) => asset.fate._tag)

/** The digest of an object stored in the sandbox. */
const storedDigest = (key: string) =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox.Sandbox
    const object = yield* sandbox.object(sandbox.s3.bucket, key)
    return Option.map(object, ({ file }) => digest(file))
  })

const digest = (path: string): string => Crypto.createHash("sha256").update(Fs.readFileSync(path)).digest("hex")

describe("end to end over sockets", () => {
  it.live("ingests five pictures into one manifest", () =>
    Effect.gen(function*() {
      const report = yield* IngestProgram.ingestProgram({ images, manifest: { name: "FIVE", label: "Five" } })
      assert.isTrue(IngestReport.isComplete(report))
      assert.strictEqual(report.job?.result?.job.state, "success")
      for (const { id, name } of pictures) {
        const key = `images/${id}${Path.extname(name)}`
        assert.deepStrictEqual(yield* storedDigest(key), Option.some(digest(pathOf(name))))
      }
      const served = yield* Effect.promise(() => fetch(report.manifestId ?? "").then((r) => r.json()))
      assert.strictEqual(served.id, report.manifestId)
      assert.deepStrictEqual(served.label, { none: ["Five"] })
      assert.strictEqual(served.items.length, 5)
    }).pipe(short, Effect.provide(withSandbox)))

  for (const { height, id, name, width } of pictures) {
    it.live(`ingests ${name} on its own`, () =>
      Effect.gen(function*() {
        const report = yield* IngestProgram.ingestProgram({
          images: [IngestImage.file(pathOf(name))],
          manifest: { name: "ONE", label: name }
        })
        assert.isTrue(IngestReport.isComplete(report))
        const [asset] = report.assets
        assert.strictEqual(String(asset?.id), id)
        assert.strictEqual(asset?.fate._tag, "Served")
        if (asset?.fate._tag === "Served") {
          assert.deepStrictEqual([asset.fate.width, asset.fate.height], [width, height])
        }
      }).pipe(short, Effect.provide(withSandbox)))
  }

  it.live("uploads a 300 MB TIFF in parts", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      const path = Path.join(folder, "large.tif")
      writeLargeTiff(path, 10_000, 10_000)
      const report = yield* IngestProgram.ingestProgram({
        images: [IngestImage.file(path)],
        manifest: { name: "LARGE", label: "Large" }
      })
      assert.deepStrictEqual(fates(report), ["Served"])
      assert.isTrue(IngestReport.isComplete(report))
      const sandbox = yield* Sandbox.Sandbox
      const ops = (yield* sandbox.requests()).map((request) => request.op)
      assert.strictEqual(ops.filter((op) => op === "UploadPart").length, 36)
      assert.isFalse(ops.includes("PutObject"))
      const [object] = Option.toArray(yield* sandbox.object(sandbox.s3.bucket, "images/large.tif"))
      assert.strictEqual(object?.size, Fs.statSync(path).size)
      assert.isTrue(Fs.readFileSync(path).equals(Fs.readFileSync(object?.file ?? "")))
    }).pipe(short, Effect.scoped, Effect.provide(withSandbox)), 120_000)

  it.live("ingests 200 small files and keeps their order", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      const paths = yield* Effect.promise(() => writeSmallFiles(folder, 200))
      const report = yield* IngestProgram.ingestProgram({
        images: paths.map((path) => IngestImage.file(path)),
        manifest: { name: "PAGES", label: "Two hundred pages" }
      })
      assert.isTrue(IngestReport.isComplete(report))
      assert.strictEqual(report.assets.length, 200)
      const served = yield* Effect.promise(() => fetch(report.manifestId ?? "").then((r) => r.json()))
      assert.deepStrictEqual(
        served.items.map((item: { readonly label: unknown }) => item.label),
        paths.map((path) => ({ none: [Path.basename(path, ".png")] }))
      )
      const sandbox = yield* Sandbox.Sandbox
      assert.isAtMost((yield* sandbox.inFlight)["PutObject"]?.peak ?? 0, 8)
    }).pipe(short, Effect.scoped, Effect.provide(withSandbox)), 60_000)

  it.live("sends nothing twice when the same batch runs again, and everything stays served", () =>
    Effect.gen(function*() {
      const run = IngestProgram.ingestProgram({ images, manifest: { name: "TWICE", label: "Twice" } })
      yield* run
      const again = yield* run
      assert.isTrue(IngestReport.isComplete(again))
      const sandbox = yield* Sandbox.Sandbox
      const puts = (yield* sandbox.requests()).filter((request) => request.op === "PutObject")
      assert.strictEqual(puts.length, 5)
    }).pipe(short, Effect.provide(withSandbox)))
})
