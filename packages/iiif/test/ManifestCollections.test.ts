import { assert, describe, it } from "@effect/vitest"
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import { Result } from "effect"

const base = "https://example.org/iiif"

type Fields = { readonly [key: string]: unknown }

const named = (type: string, name: string, more: Fields = {}) => ({
  id: `${base}/${name}`,
  type,
  label: { none: [name] },
  ...more
})

const collection = (more: Fields = {}) => ({
  "@context": "http://iiif.io/api/presentation/3/context.json",
  ...named("Collection", "top"),
  items: [named("Manifest", "one"), named("Collection", "two", { items: [named("Manifest", "three")] })],
  ...more
})

const found = (json: unknown) => Manifest.check(json).map(({ code, path }) => `${code} ${path}`)

const error = (findings: ReadonlyArray<Manifest.Finding>) => findings.filter(({ severity }) => severity === "error")

describe("Manifest.check of a collection", () => {
  it("finds nothing in a valid collection, and does not check it as a manifest", () => {
    assert.deepStrictEqual(found(collection()), [])
    assert.deepStrictEqual(found(collection({ label: { en: ["Top"] }, items: [] })), ["list-empty items"])
  })

  it.each([
    [{ label: undefined }, "missing label"],
    [{ items: undefined }, "missing items"],
    [{ "@context": undefined }, "missing @context"],
    [{ id: "top.json" }, "id-uri id"],
    [{ label: "Top" }, "value-kind label"],
    [{ items: {} }, "value-kind items"],
    [{ items: ["https://example.org/one"] }, "value-kind items[0]"],
    [{ items: [named("Canvas", "one")] }, "class items[0].type"],
    [{ items: [named("Manifest", "one", { label: undefined })] }, "missing items[0].label"],
    [{ items: [named("Manifest", "one", { id: "one" })] }, "id-uri items[0].id"],
    [{ items: [named("Manifest", "one", { items: [] })] }, "property-unknown items[0].items"],
    [{ items: [named("Manifest", "one", { navDate: "1856" })] }, "nav-date items[0].navDate"],
    [
      { items: [named("Collection", "two", { items: [named("Manifest", "x", { label: {} })] })] },
      "text-empty items[0].items[0].label"
    ],
    [{ items: [named("Collection", "top")] }, "collection-cycle items[0]"],
    [
      { items: [named("Collection", "two", { items: [named("Collection", "top")] })] },
      "collection-cycle items[0].items[0]"
    ],
    [{ behavior: ["facing-pages"] }, "behavior-misplaced behavior[0]"],
    [{ behavior: ["sideways"] }, "behavior-unknown behavior[0]"],
    [{ viewingDirection: "up" }, "viewing-direction viewingDirection"],
    [{ partOf: [{ id: `${base}/all` }] }, "missing partOf[0].type"],
    [{ rights: "mine" }, "rights-uri rights"],
    [{ thumbnail: [{ id: `${base}/a.jpg`, type: "Image" }] }, "thumbnail-service thumbnail[0]"]
  ] as ReadonlyArray<readonly [Fields, string]>)("with %j is one finding", (more, finding) => {
    assert.deepStrictEqual(found(collection(more)), [finding])
  })

  it("that contains itself as an object is reported, and the check ends", () => {
    const items: Array<unknown> = []
    const endless = collection({ items })
    items.push(endless)
    assert.include(found(endless).join(), "too-deep")
  })

  it("of Presentation 2 is one finding", () => {
    assert.deepStrictEqual(found({ "@type": "sc:Collection", manifests: [] }), ["presentation-2 @type"])
  })

  it("is not read as a manifest", () => {
    const read = Manifest.fromUnknown(collection())
    assert(Result.isFailure(read))
    assert.include(read.failure.findings.map(({ code, path }) => `${code} ${path}`), "class type")
  })
})

describe("Manifest.check of an annotation page", () => {
  const page = (more: Fields = {}) => ({
    "@context": "http://iiif.io/api/presentation/3/context.json",
    id: `${base}/annotations`,
    type: "AnnotationPage",
    items: [{
      id: `${base}/annotation`,
      type: "Annotation",
      motivation: "commenting",
      body: { type: "TextualBody", value: "Look" },
      target: `${base}/canvas#xywh=0,0,1,1`
    }],
    ...more
  })

  it("finds what is wrong in it", () => {
    assert.deepStrictEqual(found(page()), [])
    assert.deepStrictEqual(found(page({ "@context": undefined })), ["missing @context"])
    assert.deepStrictEqual(found(page({ items: [{ id: "x", type: "Annotation" }] })), [
      "missing items[0].target",
      "id-uri items[0].id"
    ])
    assert.isNotEmpty(error(Manifest.check(page({ structures: [] }))))
  })
})
