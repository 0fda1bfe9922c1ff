/** From Presentation 4 to 3, and there and back. */
import { assert, describe, it } from "@effect/vitest"
import * as Presentation4 from "@iiif-ingest/iiif/experimental/Presentation4"
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import { Result } from "effect"
import { annotation, documents, image, manifest, text, uri } from "../support/features.ts"

type Fields = { readonly [key: string]: unknown }

const there = (document: Presentation4.Document3) =>
  Result.getOrThrow(Presentation4.fromPresentation3(document)).manifest

const errors = (document: unknown) => Manifest.check(document).filter(({ severity }) => severity === "error")

const canvas4 = (more: Fields = {}): Fields => ({
  id: uri("canvas/1"),
  type: "Canvas",
  width: 20,
  height: 10,
  ...more
})

const manifest4 = (...items: ReadonlyArray<Fields>): Fields => ({
  "@context": Presentation4.context,
  id: uri("manifest"),
  type: "Manifest",
  label: text("x"),
  items
})

const annotation4 = (more: Fields): Fields => ({
  id: uri("annotation/1"),
  type: "Annotation",
  motivation: ["commenting"],
  target: { id: uri("canvas/1"), type: "Canvas" },
  ...more
})

const about = (more: Fields): Fields =>
  manifest4(canvas4({ annotations: [{ id: uri("page/1"), type: "AnnotationPage", items: [annotation4(more)] }] }))

const back = (document: unknown) => Result.getOrThrow(Presentation4.toPresentation3(document))

const annotationOf = (more: Fields): unknown => {
  const { manifest } = back(about(more))
  assert(manifest.type === "Manifest")
  const [page] = manifest.items[0].annotations ?? []
  return typeof page === "object" && "items" in page ? page.items[0] : undefined
}

const refusals = (document: unknown): ReadonlyArray<string> => {
  const result = Presentation4.toPresentation3(document)
  assert(Result.isFailure(result))
  return result.failure.problems.map(({ path }) => path)
}

describe("there and back", () => {
  for (const [name, document] of Object.entries(documents)) {
    it(`the ${name} is the same`, () => {
      const { lost, manifest } = back(there(document))
      assert.deepStrictEqual<unknown>(manifest, document)
      assert.deepStrictEqual(lost, [])
      assert.deepStrictEqual(errors(manifest), [])
    })
  }

  it("properties that the checker refuses are lost, by path, and those of extensions are kept", () => {
    const extended = { ...manifest, first: 1, "ex:kept": { a: [2] } }
    const { lost, manifest: written } = back(there(extended))
    assert.deepStrictEqual(lost.map(({ path }) => path), ["first"])
    assert.deepStrictEqual<unknown>(written, { ...manifest, "ex:kept": { a: [2] } })
  })

  it("of two ways to say the same, the shorter comes back", () => {
    const picture = { ...manifest.items[0], items: [], annotations: [] }
    const pages = (more: object) => [{ id: uri("page/2"), type: "AnnotationPage", items: [annotation("1", more)] }]
    const longer = {
      ...manifest,
      items: [{
        ...picture,
        annotations: pages({
          motivation: ["commenting"],
          body: [{ ...image("1"), via: [uri("a")] }],
          target: [{ id: uri("canvas/1"), type: "Canvas" }]
        })
      }, manifest.items[1]]
    }
    const shorter = {
      ...longer,
      items: [{
        ...picture,
        annotations: pages({
          motivation: "commenting",
          body: { ...image("1"), via: uri("a") },
          target: uri("canvas/1")
        })
      }, manifest.items[1]]
    }
    const written = Result.getOrThrow(Presentation4.fromPresentation3(longer as unknown as Presentation4.Document3))
    assert.deepStrictEqual([written.lost, back(written.manifest).lost], [[], []])
    assert.deepStrictEqual<unknown>(back(written.manifest).manifest, shorter)
  })

  it("leaves what it was given as it was", () => {
    const given = { ...there(manifest), "ex:first": 1 }
    const copy = structuredClone(given)
    back(given)
    assert.deepStrictEqual(given, copy)
  })
})

describe("from Presentation 4", () => {
  it("makes a Timeline a canvas with only a duration, and gives a container items", () => {
    const { manifest } = back(manifest4({ id: uri("timeline"), type: "Timeline", duration: 2 }, canvas4()))
    assert.deepStrictEqual<unknown>(manifest.type === "Manifest" && manifest.items, [
      { id: uri("timeline"), type: "Canvas", duration: 2, items: [] },
      { ...canvas4(), items: [] }
    ])
  })

  it("adds the context of navPlace", () => {
    const navPlace = { id: uri("places"), type: "FeatureCollection" }
    assert.deepStrictEqual(back({ ...manifest4(canvas4()), navPlace }).manifest["@context"], [
      "http://iiif.io/api/extension/navplace/context.json",
      "http://iiif.io/api/presentation/3/context.json"
    ])
  })

  it("lists the items of groups, and says that Composite and List are lost", () => {
    const items = [image("1"), image("2")]
    assert.containSubset(annotationOf({ body: { type: "Independents", items } }), { body: items })
    const { lost } = back(about({ body: { type: "Composite", items }, target: { type: "List", items: [canvas4()] } }))
    assert.deepStrictEqual(lost.map(({ path }) => path), [
      "items[0].annotations[0].items[0].target",
      "items[0].annotations[0].items[0].body"
    ])
  })

  it("puts what an annotation provides into the accessibility of its body", () => {
    const body = { type: "TextualBody", value: "x", language: ["en"] }
    assert.deepStrictEqual(annotationOf({ motivation: ["supplementing"], provides: ["alternativeText"], body }), {
      ...annotation("1", { motivation: "supplementing" }),
      body: { type: "TextualBody", value: "x", language: "en", accessibility: "alternativeText" }
    })
  })

  it("loses what is new, by path", () => {
    const { lost } = back(manifest4(canvas4({
      backgroundColor: "#FFFFFF",
      spatialScale: { type: "Quantity", quantityValue: 1, unit: "m" },
      placeholderContainer: canvas4({ id: uri("p"), placeholderContainer: canvas4({ id: uri("q") }) }),
      annotations: [{
        id: uri("page/1"),
        type: "AnnotationPage",
        items: [annotation4({
          provides: ["braille"],
          navDate: "2020-01-01T00:00:00Z",
          body: { type: "TextualBody", value: "x", language: ["en", "de"], position: {} }
        })]
      }]
    })))
    assert.deepStrictEqual(lost.map(({ path }) => path), [
      "items[0].backgroundColor",
      "items[0].spatialScale",
      "items[0].placeholderContainer.placeholderContainer",
      "items[0].annotations[0].items[0].navDate",
      "items[0].annotations[0].items[0].body.language[1]",
      "items[0].annotations[0].items[0].body.position",
      "items[0].annotations[0].items[0].provides"
    ])
  })

  it("refuses scenes and everything in three dimensions, by path", () => {
    const scene = { id: uri("scene"), type: "Scene" }
    assert.deepStrictEqual(refusals(manifest4(scene, canvas4({ accompanyingContainer: scene }))), [
      "items[0]",
      "items[1].accompanyingContainer"
    ])
    const part = { id: uri("part"), type: "SpecificResource", source: { id: uri("canvas/1"), type: "Canvas" } }
    const target = "items[0].annotations[0].items[0].target"
    assert.deepStrictEqual(refusals(about({ target: { ...part, transform: [] } })), [`${target}.transform`])
    assert.deepStrictEqual(refusals(about({ target: scene })), [target])
    const selectors = [{ type: "WktSelector", value: "POINT Z (0 0 0)" }, { type: "PointSelector", x: 1, y: 1, z: 1 }]
    assert.deepStrictEqual(refusals(about({ target: { ...part, selector: selectors } })), [
      `${target}.selector[0]`,
      `${target}.selector[1].z`
    ])
  })

  it("refuses pages of collections, and documents of another version", () => {
    const paged = {
      "@context": Presentation4.context,
      id: uri("collection"),
      type: "Collection",
      label: text("x"),
      first: { id: uri("1"), type: "CollectionPage" },
      last: { id: uri("2"), type: "CollectionPage" },
      total: 2
    }
    assert.deepStrictEqual(Presentation4.check(paged), [])
    assert.deepStrictEqual(refusals(paged), ["first"])
    assert.deepStrictEqual(refusals(manifest), ["@context"])
    assert.deepStrictEqual(refusals({ ...canvas4(), "@context": Presentation4.context }), ["type"])
  })

  it("gives what is invalid in Presentation 3 by its path in the given document", () => {
    const { label: _, ...unlabelled } = manifest4(canvas4({ placeholderContainer: canvas4({ id: "p", width: 0 }) }))
    const collection = {
      ...there(documents.annotationCollection),
      total: -1,
      first: { id: "x", type: "AnnotationPage" }
    }
    assert.sameMembers([...refusals(collection)], ["first.id", "total"])
    assert.sameMembers([...refusals(unlabelled)], [
      "label",
      "items[0].placeholderContainer.id",
      "items[0].placeholderContainer.width"
    ])
  })
})
