import { assert, describe, it } from "@effect/vitest"
import * as Presentation4 from "@iiif-ingest/iiif/experimental/Presentation4"
import * as Presentation3 from "@iiif-ingest/iiif/Presentation3"
import { Result, Schema } from "effect"
import { everything } from "../support/iiif.ts"

const uri = "https://example.org/manifest"

const image = { id: "https://example.org/1.jpg", type: "Image", format: "image/jpeg", width: 20, height: 10 } as const

const canvas = (
  annotation: Partial<Presentation3.Annotation> = {},
  more: Partial<Presentation3.Canvas> = {}
): Presentation3.Canvas => ({
  id: `${uri}/canvas`,
  type: "Canvas",
  width: 20,
  height: 10,
  items: [{
    id: `${uri}/page`,
    type: "AnnotationPage",
    items: [{
      id: `${uri}/a`,
      type: "Annotation",
      motivation: "painting",
      body: image,
      target: `${uri}/canvas`,
      ...annotation
    }]
  }],
  ...more
})

const manifest = (item: Presentation3.Canvas, more: Partial<Presentation3.Manifest> = {}): Presentation3.Manifest => ({
  "@context": Presentation3.context,
  id: uri,
  type: "Manifest",
  label: { none: ["x"] },
  items: [item],
  ...more
})

describe("Presentation 4 of flat images", () => {
  it("has its context, motivations in lists, and one object for body and target", () => {
    assert.deepStrictEqual<unknown>(Result.getOrThrow(Presentation4.fromPresentation3(manifest(canvas()))), {
      ...manifest(canvas()),
      "@context": "http://iiif.io/api/presentation/4/context.json",
      items: [{
        ...canvas(),
        items: [{
          id: `${uri}/page`,
          type: "AnnotationPage",
          items: [{
            id: `${uri}/a`,
            type: "Annotation",
            motivation: ["painting"],
            body: image,
            target: { id: `${uri}/canvas`, type: "Canvas" }
          }]
        }]
      }]
    })
  })

  it("keeps contexts of extensions before its own, and extensions", () => {
    const extended = {
      ...manifest(canvas()),
      "@context": ["https://example.org/x.json", Presentation3.context],
      "ex:x": 1
    }
    const written = Result.getOrThrow(Presentation4.fromPresentation3(extended))
    assert.deepStrictEqual(written["@context"], ["https://example.org/x.json", Presentation4.context])
    assert.strictEqual(written["ex:x"], 1)
  })

  it("gives parts of canvases their own ids", () => {
    const written = Result.getOrThrow(
      Presentation4.fromPresentation3(manifest(canvas({ target: `${uri}/canvas#xywh=0,0,5,5` })))
    )
    assert.include(
      JSON.stringify(written),
      JSON.stringify({
        id: `${uri}/a/target`,
        type: "SpecificResource",
        source: { id: `${uri}/canvas`, type: "Canvas" },
        selector: { type: "FragmentSelector", value: "xywh=0,0,5,5" }
      })
    )
  })

  it("renames placeholder and accompanying canvases", () => {
    const written = Result.getOrThrow(
      Presentation4.fromPresentation3(manifest(canvas(), { placeholderCanvas: canvas(), accompanyingCanvas: canvas() }))
    )
    assert.containsAllKeys(written, ["placeholderContainer", "accompanyingContainer"])
    assert.doesNotHaveAnyKeys(written, ["placeholderCanvas", "accompanyingCanvas"])
  })

  it("fails with every reason if there is more than one body or target", () => {
    const failed = Presentation4.fromPresentation3(
      manifest({ ...canvas({ body: [image, image], target: [`${uri}/canvas`, `${uri}/canvas`] }) })
    )
    assert(Result.isFailure(failed))
    assert.deepStrictEqual(failed.failure.problems.map(({ path }) => path), [
      "items[0].items[0].items[0].body",
      "items[0].items[0].items[0].target"
    ])
    const decoded = Schema.decodeUnknownSync(Presentation3.Manifest)(everything)
    assert.isTrue(Result.isFailure(Presentation4.fromPresentation3(decoded)))
  })
})
