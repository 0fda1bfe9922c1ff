/** The checker of Presentation 4: what it accepts, and one document for each code. */
import { assert, describe, it } from "@effect/vitest"
import * as Presentation4 from "@iiif-ingest/iiif/experimental/Presentation4"
import { image, text, uri } from "../support/features.ts"

type Fields = { readonly [key: string]: unknown }

const annotation: Fields = {
  id: uri("annotation/1"),
  type: "Annotation",
  motivation: ["painting"],
  body: image("1"),
  target: { id: uri("canvas/1"), type: "Canvas" }
}

const pages = (more: Fields = {}) => [{
  id: uri("page/1"),
  type: "AnnotationPage",
  items: [{ ...annotation, ...more }]
}]

const canvas: Fields = { id: uri("canvas/1"), type: "Canvas", width: 20, height: 10, items: pages() }

const manifest: Fields = {
  "@context": Presentation4.context,
  id: uri("manifest"),
  type: "Manifest",
  label: text("x"),
  items: [canvas]
}

const withCanvas = (more: Fields): Fields => ({ ...manifest, items: [{ ...canvas, ...more }] })

const part: Fields = {
  id: uri("part"),
  type: "SpecificResource",
  source: { id: uri("canvas/1"), type: "Canvas" }
}

const found = (document: unknown): ReadonlyArray<string> =>
  Presentation4.check(document).map(({ code, path }) => `${path}: ${code}`)

describe("Presentation4.check", () => {
  it("accepts what the text shows", () => {
    assert.deepStrictEqual(found(manifest), [])
    assert.deepStrictEqual(found(withCanvas({ type: "Scene", items: undefined })), [])
    assert.deepStrictEqual(found(withCanvas({ type: "Timeline", duration: 98.25 })), [])
    assert.deepStrictEqual(found(withCanvas({ items: pages({ target: part }) })), [])
    assert.deepStrictEqual(
      found(withCanvas({
        annotations: pages({ motivation: ["supplementing"], provides: ["subtitles"] }),
        items: pages({ body: { type: "Choice", items: [image("1"), { type: "SpotLight", angle: 15 }] } })
      })),
      []
    )
    const { items: _, ...described } = manifest
    const collection = { ...described, type: "Collection" }
    const page = (name: string) => ({ id: uri(name), type: "CollectionPage" })
    assert.deepStrictEqual(found({ ...collection, first: page("1"), last: page("2"), total: 2 }), [])
    assert.deepStrictEqual(
      found({
        ...page("1"),
        "@context": Presentation4.context,
        partOf: [{ id: uri("c"), type: "Collection" }],
        next: page("2"),
        items: [{ id: uri("manifest"), type: "Manifest", label: text("x") }]
      }),
      []
    )
  })

  const target = "items[0].items[0].items[0].target"
  const wrong: ReadonlyArray<readonly [string, unknown, ReadonlyArray<string>]> = [
    ["no JSON", { ...manifest, x: () => 1 }, ["x: p4-not-json"]],
    ["no document", canvas, ["type: p4-document"]],
    ["another context", { ...manifest, "@context": uri("x") }, ["@context: p4-context"]],
    ["an embedded context", withCanvas({ "@context": uri("x") }), ["items[0].@context: p4-context-embedded"]],
    ["a canvas without size", withCanvas({ width: undefined }), ["items[0].width: p4-missing"]],
    ["a timeline without duration", withCanvas({ type: "Timeline" }), ["items[0].duration: p4-missing"]],
    ["a manifest without items", { ...manifest, items: [] }, ["items: p4-manifest-empty"]],
    ["a range in a manifest's items", withCanvas({ type: "Range" }), ["items[0].type: p4-class"]],
    ["a canvas id with a fragment", withCanvas({ id: uri("x#y") }), ["items[0].id: p4-container-id"]],
    ["an id that is no URI", { ...manifest, id: "x" }, ["id: p4-id"]],
    ["a size that is no integer", withCanvas({ width: 1.5 }), ["items[0].width: p4-size"]],
    ["a duration of 0", withCanvas({ duration: 0 }), ["items[0].duration: p4-duration"]],
    ["a plain label", { ...manifest, label: "x" }, ["label: p4-language-map"]],
    ["names of version 3", withCanvas({ placeholderCanvas: {} }), ["items[0].placeholderCanvas: p4-renamed"]],
    ["a sound", { ...manifest, thumbnail: [{ ...image("1"), type: "Sound" }] }, ["thumbnail[0].type: p4-renamed"]],
    [
      "a point in time of version 3",
      withCanvas({ items: pages({ target: { ...part, selector: [{ type: "PointSelector", t: 1 }] } }) }),
      [`${target}.selector[0].t: p4-renamed`]
    ],
    ["a motivation that is no list", withCanvas({ items: pages({ motivation: "painting" }) }), [
      "items[0].items[0].items[0].motivation: p4-kind"
    ]],
    ["a target that is no object", withCanvas({ items: pages({ target: uri("canvas/1") }) }), [`${target}: p4-kind`]],
    ["a part without id", withCanvas({ items: pages({ target: { ...part, id: undefined } }) }), [
      `${target}.id: p4-missing`
    ]],
    ["painting in annotations", withCanvas({ annotations: pages() }), [
      "items[0].annotations[0].items[0].motivation: p4-painting"
    ]],
    ["another motivation in items", withCanvas({ items: pages({ motivation: ["tagging"] }) }), [
      "items[0].items[0].items[0].motivation: p4-not-painting"
    ]],
    ["members and pages", { ...manifest, type: "Collection", items: [], first: {}, last: {} }, [
      "first.id: p4-missing",
      "first.type: p4-missing",
      "last.id: p4-missing",
      "last.type: p4-missing",
      ": p4-paged"
    ]],
    [
      "an embedded manifest",
      { ...manifest, type: "Collection", items: [{ ...manifest, "@context": undefined }] },
      ["items[0].items: p4-embedded"]
    ],
    ["a bodyValue", withCanvas({ items: pages({ bodyValue: "x" }) }), [
      "items[0].items[0].items[0].bodyValue: p4-body-value"
    ]],
    ["an unknown behavior", { ...manifest, behavior: ["x"] }, ["behavior[0]: p4-behavior"]],
    ["something unknown provided", withCanvas({ items: pages({ provides: ["x"] }) }), [
      "items[0].items[0].items[0].provides[0]: p4-provides",
      "items[0].items[0].items[0].provides: p4-motivation"
    ]],
    [
      "a stylesheet with address and text",
      withCanvas({
        items: pages({ stylesheet: { id: uri("x"), type: "CssStylesheet", value: "" } })
      }),
      ["items[0].items[0].items[0].stylesheet: p4-stylesheet"]
    ]
  ]

  for (const [name, document, expected] of wrong) {
    it(`finds ${name}`, () => assert.deepStrictEqual(found(document), expected))
  }

  it("has a test for each code", () => {
    const tested = new Set(wrong.flatMap(([, , findings]) => findings.map((one) => one.split(": ").at(-1))))
    assert.sameMembers(Array.from(tested), Object.keys(Presentation4.codes))
  })

  it("cites the clause of the class", () => {
    const [finding] = Presentation4.check(withCanvas({ type: "Timeline" }))
    assert.strictEqual(finding?.clause, "Presentation 4.0 (release candidate), Timeline")
  })

  it("lists 100 findings of a code, and counts the others", () => {
    const items = Array.from({ length: 1100 }, (_, index) => ({ ...canvas, id: uri(String(index)), width: 0 }))
    const findings = Presentation4.check({ ...manifest, items })
    assert.strictEqual(findings.length, 100)
    assert.match(findings.at(-1)?.message ?? "", /\(and 1000 more\)$/)
  })
})
