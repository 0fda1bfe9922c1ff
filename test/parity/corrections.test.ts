/** Corrections after an ingest: replacing an image, changing a label, adding a page. Only LTS can withdraw assets. */
import { assert, describe, it } from "@effect/vitest"
import { Ids, Ingest, IngestImage, IngestProgram, IngestReport, IngestRequest, MpsConfig } from "@iiif-ingest/core"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, FileSystem, Schema } from "effect"
import * as Fs from "node:fs"
import { withSandbox } from "../../examples/support/sandboxLayers.ts"
import { removeObject } from "../resume/support/openUploads.ts"
import { pathOf } from "../support/pictures.ts"
import { short } from "../support/policies.ts"
import { account } from "./support/memory.ts"
import { picture } from "./support/samples.ts"

const page = (id: string, width: number, height: number, label = id) =>
  Effect.map(
    Effect.promise(() => picture(width, height)),
    (tiff) => IngestImage.bytes(tiff, { name: `${id}.tif`, id, label })
  )

const ingest = (images: ReadonlyArray<IngestImage.IngestImage>, more: Partial<IngestProgram.Options> = {}) =>
  IngestProgram.ingestProgram({ images, manifest: { name: "BOOK", label: "Book" }, ...more })

const json = (url: string) => Effect.promise(() => fetch(url).then((response) => response.json()))

const sizeOf = (id: string) =>
  Effect.gen(function*() {
    const { namespace, url } = yield* Sandbox.Sandbox
    const { height, width } = yield* json(`${url}/assets/images/${namespace}:${id}/info.json`)
    return [width, height]
  })

describe("update", () => {
  it.live("replaces an image under the same id, which is then served with its new size", () =>
    Effect.gen(function*() {
      assert.isTrue(IngestReport.isComplete(yield* ingest([yield* page("one", 60, 40)])))
      assert.deepStrictEqual(yield* sizeOf("one"), [60, 40])

      const refused = yield* ingest([yield* page("one", 90, 50)])
      assert.deepStrictEqual(refused.assets.map(({ fate }) => fate._tag), ["UploadFailed"])
      assert.deepStrictEqual(yield* sizeOf("one"), [60, 40])

      const replaced = yield* ingest([yield* page("one", 90, 50)], { action: "update" })
      assert.isTrue(IngestReport.isComplete(replaced))
      assert.deepStrictEqual(yield* sizeOf("one"), [90, 50])
      const served = yield* json(replaced.manifestId ?? "")
      assert.deepStrictEqual([served.items[0].width, served.items[0].height], [90, 50])
    }).pipe(short, Effect.provide(withSandbox)))

  it.live("can be set for one image, and leaves the others unchanged", () =>
    Effect.gen(function*() {
      yield* ingest([yield* page("one", 60, 40), yield* page("two", 61, 40)])
      const better = yield* Effect.promise(() => picture(120, 80))
      const report = yield* ingest([
        IngestImage.bytes(better, { name: "one.tif", id: "one", action: "update" }),
        yield* page("two", 61, 40)
      ])
      assert.isTrue(IngestReport.isComplete(report))
      assert.deepStrictEqual([yield* sizeOf("one"), yield* sizeOf("two")], [[120, 80], [61, 40]])
      const sandbox = yield* Sandbox.Sandbox
      const writes = (yield* sandbox.requests()).filter(({ op, status }) => op === "PutObject" && status === 200)
      assert.strictEqual(writes.length, 3)
    }).pipe(short, Effect.provide(withSandbox)))

  it.live("changes labels: the manifest at the same URI is replaced, and no image is sent again", () =>
    Effect.gen(function*() {
      const before = yield* ingest([yield* page("one", 60, 40, "Page i")])
      const after = yield* ingest([yield* page("one", 60, 40, "Title page")], {
        manifest: { name: "BOOK", label: "The Book" }
      })
      assert.isTrue(IngestReport.isComplete(after))
      assert.strictEqual(after.manifestId, before.manifestId)
      const served = yield* json(after.manifestId ?? "")
      assert.deepStrictEqual([served.label, served.items[0].label], [{ none: ["The Book"] }, { none: ["Title page"] }])
    }).pipe(short, Effect.provide(withSandbox)))

  it.live("appends pages: existing ones are found, and the new one is sent", () =>
    Effect.gen(function*() {
      const first = yield* page("one", 60, 40)
      yield* ingest([first])
      const report = yield* ingest([first, yield* page("two", 30, 20)])
      assert.isTrue(IngestReport.isComplete(report))
      const served = yield* json(report.manifestId ?? "")
      assert.deepStrictEqual(served.items.map(({ width }: { readonly width: number }) => width), [60, 30])
      assert.deepStrictEqual(served.behavior, ["paged"])
    }).pipe(short, Effect.provide(withSandbox)))

  it.live("with an image that the service cannot read: the old one stays served, and the report is incomplete", () =>
    Effect.gen(function*() {
      const folder = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
      const path = `${folder}/page.png`
      const bytes = Fs.readFileSync(pathOf("coffee.png"))
      Fs.writeFileSync(path, bytes)
      const image = IngestImage.file(path)
      assert.isTrue(IngestReport.isComplete(yield* ingest([image])))
      Fs.writeFileSync(path, bytes.fill(0, 2000, 4000))
      const report = yield* ingest([image], { action: "update" })
      assert.match(report.job?.result?.errors.join() ?? "", /cannot be read/)
      assert.isFalse(IngestReport.isComplete(report))
      assert.deepStrictEqual(report.assets.map(({ fate }) => fate._tag), ["Unknown"])
    }).pipe(short, Effect.scoped, Effect.provide(withSandbox)))

  it.live("sends an image again if its object was removed from the bucket", () =>
    Effect.gen(function*() {
      const image = yield* page("one", 60, 40)
      assert.isTrue(IngestReport.isComplete(yield* ingest([image])))
      yield* removeObject("images/one.tif")
      assert.isTrue(IngestReport.isComplete(yield* ingest([image])))
    }).pipe(short, Effect.provide(withSandbox)))

  it.live("of an asset that was never ingested: the job rejects it, and the report says so", () =>
    Effect.gen(function*() {
      const report = yield* ingest([yield* page("new", 60, 40)], { action: "update" })
      assert.isFalse(IngestReport.isComplete(report))
      assert.match(report.job?.result?.errors.join() ?? "", /does not exist: use create or upsert/)
      assert.deepStrictEqual(report.assets.map(({ fate }) => fate._tag), ["NotServed"])
    }).pipe(short, Effect.provide(withSandbox)))
})

describe("withdrawing", () => {
  it.effect("fails with AskLts, which lists the identifiers", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Ingest.withdraw([Ids.AssetId.make("one"), Ids.AssetId.make("two")]))
      assert.instanceOf(error, Ingest.AskLts)
      assert.deepStrictEqual(error.identifiers, ["AT:one", "AT:two"])
      assert.match(error.message, /ask LTS to do it, naming AT:one, AT:two/)
    }).pipe(Effect.provide(MpsConfig.layer(account))))

  it("is not an action that a request can have", () => {
    const isAction = Schema.is(IngestRequest.Action)
    assert.deepStrictEqual(["create", "update", "upsert", "delete", "withdraw"].map((action) => isAction(action)), [
      true,
      true,
      true,
      false,
      false
    ])
  })
})
