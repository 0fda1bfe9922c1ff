import { assert } from "@effect/vitest"
import { IngestImage, Upload } from "@iiif-ingest/core"
import { Manifest } from "@iiif-ingest/iiif"
import { Effect } from "effect"
import * as Fs from "node:fs"
import { pathOf } from "../../support/pictures.ts"
import { account, inMemory, requestOf, run } from "../support/memory.ts"
import { jp2, sample } from "../support/samples.ts"
import { type Trap, trap } from "./Trap.ts"

const coffee = IngestImage.file(pathOf("coffee.png"))
const tiff = IngestImage.file(pathOf("falcon9-strips.tif"))

const built = (
  images: ReadonlyArray<IngestImage.IngestImage>,
  description: Partial<Manifest.Description> = {},
  config = account
) =>
  Effect.map(
    requestOf({ images, manifest: { name: "ONE", label: "One", ...description } }, config),
    (request) => JSON.parse(JSON.stringify(request.manifest))
  )

const bodyOf = (
  canvas: { readonly items: ReadonlyArray<{ readonly items: ReadonlyArray<{ readonly body: unknown }> }> }
) => JSON.parse(JSON.stringify(canvas.items[0]?.items[0]?.body))

export const manifests: ReadonlyArray<Trap> = [
  trap(
    20,
    "closed",
    "bodies are JPEG, which MPS serves and browsers display, whatever the source format",
    Effect.gen(function*() {
      const { items } = yield* built([tiff, IngestImage.bytes(jp2(30, 20), { name: "a.jp2" })])
      for (const canvas of items) {
        const { format, id } = bodyOf(canvas)
        assert.match(id, /\/full\/max\/0\/default\.jpg$/)
        assert.strictEqual(format, "image/jpeg")
      }
    })
  ),

  trap(
    21,
    "closed",
    "an ImageService2 has @id and @type, as in the Presentation 3.0 example",
    Effect.gen(function*() {
      const { items } = yield* built([coffee])
      assert.deepStrictEqual(bodyOf(items[0]).service, [{
        "@id": "https://mps-qa.lib.harvard.edu/assets/images/AT:coffee",
        "@type": "ImageService2",
        profile: "http://iiif.io/api/image/2/level2.json"
      }])
    })
  ),

  trap(
    22,
    "closed",
    "the behavior is `individuals` for one picture and `paged` for several, unless it is given",
    Effect.gen(function*() {
      assert.deepStrictEqual((yield* built([coffee])).behavior, ["individuals"])
      assert.deepStrictEqual((yield* built([coffee, tiff])).behavior, ["paged"])
      assert.deepStrictEqual((yield* built([coffee, tiff], { behavior: ["continuous"] })).behavior, ["continuous"])
    })
  ),

  trap(
    23,
    "cannot occur",
    "built manifests are Presentation 3 and named so; the caller's Presentation 2 manifests are sent as is",
    Effect.gen(function*() {
      const { "@context": context, id } = yield* built([coffee])
      assert.strictEqual(context, "http://iiif.io/api/presentation/3/context.json")
      assert.match(id, /:MANIFEST:3$/)
      const asIs = sample("mps-samples/ingest-request-v2-manifest.json").manifest
      const { manifest } = yield* requestOf({ images: [coffee], manifest: { asIs } })
      assert.deepStrictEqual(manifest, asIs)
    })
  ),

  trap(
    24,
    "closed",
    "text without a language is under none, or under the given language",
    Effect.gen(function*() {
      const text = JSON.stringify(yield* built([coffee], { summary: "x" }))
      assert.notInclude(text, "default_lang")
      assert.include(text, "{\"none\":[\"x\"]}")
      const french = yield* built([coffee], { summary: "x", language: "fr" })
      assert.deepStrictEqual([french.label, french.summary], [{ fr: ["One"] }, { fr: ["x"] }])
    })
  ),

  trap(
    25,
    "closed",
    "the type allows one required statement, and concurrent builds share no state",
    Effect.gen(function*() {
      const namespaces = ["a", "b", "c", "d"]
      const all = yield* Effect.forEach(
        namespaces,
        (namespace) =>
          built([coffee], { requiredStatement: { label: "Of", value: namespace } }, { ...account, namespace }),
        { concurrency: "unbounded" }
      )
      for (const [index, made] of all.entries()) {
        const namespace = namespaces[index] ?? ""
        assert.include(made.id, `URN-3:${namespace.toUpperCase()}:ONE`)
        assert.deepStrictEqual(made.requiredStatement.value, { none: [namespace] })
      }
    })
  ),

  trap(
    26,
    "closed",
    "Manifest.check needs no network and no files, and reports what is wrong and where",
    Effect.sync(() => {
      const good = sample("mps-samples/ingest-request-v3-manifest.json").manifest
      const before = Fs.readdirSync(".").join()
      assert.deepStrictEqual(Manifest.check(good).filter(({ severity }) => severity === "error"), [])
      const { label: _, ...unlabeled } = good
      const findings = Manifest.check({ ...unlabeled, items: [{ id: 1 }] })
      assert.includeMembers(findings.map(({ path }) => path), ["label", "items[0].id"])
      assert.strictEqual(Fs.readdirSync(".").join(), before)
    })
  ),

  trap(
    27,
    "closed",
    "the same images get the same ids, keys and manifest URI: a run can be repeated without duplicates",
    Effect.gen(function*() {
      const options = { images: [coffee, tiff], manifest: { name: "ONE", label: "One" } }
      const [first, second] = [yield* run(options), yield* run(options)]
      const identifiers = ({ posted }: typeof first) => posted[0]?.assets.image.map(({ identifier }) => identifier)
      assert.deepStrictEqual(identifiers(first), identifiers(second))
      assert.strictEqual(first.report.manifestId, second.report.manifestId)
      const upload = yield* Upload.Upload
      const how = Effect.map(
        upload.all([coffee.source]),
        (outcomes) => outcomes.map((outcome) => outcome._tag === "Uploaded" ? outcome.uploaded.how : outcome._tag)
      )
      assert.deepStrictEqual([yield* how, yield* how], [["sent"], ["resumed"]])
    }).pipe(Effect.provide(inMemory()))
  )
]
