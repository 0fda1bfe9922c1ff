import { assert } from "@effect/vitest"
import { IngestImage, Manifests } from "@iiif-ingest/core"
import { Manifest } from "@iiif-ingest/iiif"
import { Effect } from "effect"
import { pathOf } from "../../support/pictures.ts"
import { requestOf } from "../support/memory.ts"
import { type Feature, section } from "./Feature.ts"

const row = section("1.4")

const built = (
  manifest: Partial<Manifests.Description>,
  images: ReadonlyArray<IngestImage.IngestImage> = [IngestImage.file(pathOf("coffee.png"))]
) =>
  Effect.map(
    requestOf({ images, manifest: { name: "ONE", label: "One", ...manifest } }),
    (request) => JSON.parse(JSON.stringify(request.manifest))
  )

export const manifest: ReadonlyArray<Feature> = [
  row(
    "createManifest",
    "Manifest.build: base_url, labels, canvases are uri, label, pages; the defaults suit MPS",
    Effect.gen(function*() {
      const made = yield* built({})
      assert.strictEqual(made.id, "https://nrs-qa.lib.harvard.edu/URN-3:AT:ONE:MANIFEST:3")
      assert.deepStrictEqual(made.label, { none: ["One"] })
      assert.deepStrictEqual(made.behavior, ["individuals"])
      assert.deepStrictEqual(Manifests.check(made), [])
    })
  ),

  row(
    "createManifest",
    "summary",
    Effect.gen(function*() {
      assert.deepStrictEqual((yield* built({ summary: { en: ["What it is"] } })).summary, { en: ["What it is"] })
    })
  ),

  row(
    "createManifest",
    "thumbnails",
    Effect.gen(function*() {
      const thumbnail = [{
        id: "https://library.example/thumb.jpg",
        type: "Image" as const,
        format: "image/jpeg",
        height: 100,
        width: 120
      }]
      assert.deepStrictEqual((yield* built({ thumbnail })).thumbnail, thumbnail)
      const [byDefault] = (yield* built({})).thumbnail
      assert.match(byDefault.id, /\/AT:coffee\/full\/250,\/0\/default\.jpg$/)
    })
  ),

  row(
    "createManifest",
    "the Python client's defaults with wire: \"iiifingest\"",
    Effect.gen(function*() {
      const made = yield* built({ wire: "iiifingest" })
      assert.deepStrictEqual([made.label, made.behavior, made.thumbnail], [{ en: ["One"] }, ["paged"], undefined])
      const { body } = made.items[0].items[0].items[0]
      assert.match(body.id, /\/full\/max\/0\/default\.png$/)
      assert.deepStrictEqual(body.service, [{
        id: "https://mps-qa.lib.harvard.edu/assets/images/AT:coffee",
        type: "ImageService2",
        profile: "level2"
      }])
    })
  ),

  row(
    "Forms",
    "text is a string, several strings, or values by language, for every label and value",
    Effect.gen(function*() {
      const image = IngestImage.file(pathOf("coffee.png"), {
        label: { en: ["Cup"], de: ["Tasse"] },
        metadata: [{ label: "Size", value: ["small", "white"] }]
      })
      const made = yield* built({ summary: ["a", "b"], language: "en" }, [image])
      assert.deepStrictEqual(made.summary, { en: ["a", "b"] })
      assert.deepStrictEqual(made.items[0].label, { en: ["Cup"], de: ["Tasse"] })
      assert.deepStrictEqual(made.items[0].metadata, [{ label: { en: ["Size"] }, value: { en: ["small", "white"] } }])
    })
  ),

  row(
    "One canvas",
    "the same ids of canvas, page and annotation; one image each",
    Effect.gen(function*() {
      const { id, items } = yield* built({}, [
        IngestImage.file(pathOf("coffee.png")),
        IngestImage.file(pathOf("falcon9-strips.tif"))
      ])
      const [, second] = items
      assert.strictEqual(items.length, 2)
      assert.strictEqual(second.id, `${id}/canvas/canvas:falcon9strips`)
      const [page] = second.items
      assert.strictEqual(page.id, `${id}/annotationPage/annopage:falcon9strips`)
      const [annotation] = page.items
      assert.strictEqual(annotation.id, `${id}/annotation/annotation:falcon9strips`)
      assert.strictEqual(annotation.target, second.id)
      assert.deepStrictEqual([annotation.body.width, annotation.body.height], [640, 427])
    })
  ),

  row(
    "validateManifest",
    "Manifest.check, for any manifest, without network access; built manifests are checked",
    Effect.gen(function*() {
      const made = yield* built({})
      const findings = Manifest.check({ ...made, label: { "not a tag": [] }, items: [] })
      assert.isAbove(findings.length, 0)
      const error = yield* Effect.flip(built({ label: { "not a tag": ["x"] } }))
      assert.instanceOf(error, Manifest.ManifestError)
    })
  )
]
