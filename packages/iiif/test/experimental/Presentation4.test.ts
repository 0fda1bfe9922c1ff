/** The rules from Presentation 3 to 4, each on the smallest document that has it. */
import { assert, describe, it } from "@effect/vitest"
import * as Presentation4 from "@iiif-ingest/iiif/experimental/Presentation4"
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import * as Presentation3 from "@iiif-ingest/iiif/Presentation3"
import { Result } from "effect"
import { annotation, documents, image, manifest, page, text, uri } from "../support/features.ts"
import { everything } from "../support/iiif.ts"

const converted = (document: Presentation4.Document3) => Result.getOrThrow(Presentation4.fromPresentation3(document))

const refusals = (document: unknown): ReadonlyArray<string> => {
  const result = Presentation4.fromPresentation3(document as Presentation4.Document3)
  assert(Result.isFailure(result))
  return result.failure.problems.map(({ path }) => path)
}

const canvas = (more: Partial<Presentation3.Canvas> = {}): Presentation3.Canvas => ({
  id: uri("canvas/1"),
  type: "Canvas",
  width: 20,
  height: 10,
  items: [],
  ...more
})

const manifestOf = (
  item: Presentation3.Canvas,
  more: Partial<Presentation3.Manifest> = {}
): Presentation3.Manifest => ({
  "@context": Presentation3.context,
  id: uri("manifest"),
  type: "Manifest",
  label: text("x"),
  items: [item],
  ...more
})

const get = (value: unknown, ...keys: ReadonlyArray<string | number>): unknown =>
  keys.reduce<unknown>((inner, key) => Reflect.get(Object(inner), key), value)

/** The first annotation about a canvas, once converted. */
const about = (more: Partial<Presentation3.Annotation>): unknown => {
  const annotations = [page("1", [annotation("1", { motivation: "commenting", ...more })])]
  return get(converted(manifestOf(canvas({ annotations }))).manifest, "items", 0, "annotations", 0, "items", 0)
}

describe("documents", () => {
  for (const [name, document] of Object.entries(documents)) {
    it(`converts the ${name} without loss, to what the checker accepts`, () => {
      assert.deepStrictEqual(Manifest.check(document).filter(({ severity }) => severity === "error"), [])
      const { lost, manifest, omitted } = converted(document)
      assert.deepStrictEqual([lost, omitted], [[], 0])
      assert.deepStrictEqual(Presentation4.check(manifest), [])
    })
  }

  it("has its context last and first of all keys, and keeps extensions", () => {
    const extended = { ...manifest, "@context": [uri("x.json"), Presentation3.context], "ex:x": 1 }
    const written = converted(extended).manifest
    assert.deepStrictEqual(written["@context"], [uri("x.json"), Presentation4.context])
    assert.strictEqual(Object.keys(written)[0], "@context")
    assert.strictEqual(written["ex:x"], 1)
    assert.deepStrictEqual(get(written, "items", 0, "ex:shelf"), { "ex:number": 7 })
  })

  it("says which things in a manifest with every feature have no form in Presentation 4", () => {
    const decoded = everything as unknown as Presentation3.Manifest
    assert.deepStrictEqual(refusals(decoded), [
      "items[0].items[0].items[3].body.items[1]",
      "items[0].items[1].items[10].target.selector[0]"
    ])
  })
})

describe("containers", () => {
  it("makes a canvas with only a duration a Timeline, wherever it is mentioned", () => {
    const written = converted(manifest).manifest
    const timeline = { id: uri("canvas/2"), type: "Timeline" }
    assert.containSubset(get(written, "items", 1), { ...timeline, duration: 9.5 })
    assert.deepStrictEqual(get(written, "items", 1, "items", 0, "items", 0, "target"), timeline)
    assert.deepStrictEqual(get(written, "start", "source"), timeline)
    assert.deepStrictEqual(get(written, "structures", 0, "start"), timeline)
    assert.deepStrictEqual(get(written, "structures", 0, "items", 1), { ...timeline, id: uri("canvas/2#t=0,4") })
    assert.deepStrictEqual(get(written, "structures", 0, "items", 3, "items", 0), timeline)
  })

  it("renames placeholder and accompanying canvases, and leaves out items without content", () => {
    const written =
      converted(manifestOf(canvas(), { placeholderCanvas: canvas(), accompanyingCanvas: canvas() })).manifest
    const empty = { id: uri("canvas/1"), type: "Canvas", width: 20, height: 10 }
    assert.deepStrictEqual(written["placeholderContainer"], empty)
    assert.deepStrictEqual(written["accompanyingContainer"], empty)
    assert.deepStrictEqual(written["items"], [empty])
    assert.doesNotHaveAnyKeys(written, ["placeholderCanvas", "accompanyingCanvas"])
  })

  it("refuses a canvas without width and height or duration", () => {
    const { height: _, ...half } = canvas()
    assert.deepStrictEqual(refusals(manifestOf(half)), ["items[0].height"])
  })
})

describe("annotations", () => {
  it("lists motivations and languages", () => {
    assert.containSubset(about({ body: { type: "TextualBody", value: "!", language: "en" } }), {
      motivation: ["commenting"],
      body: { type: "TextualBody", value: "!", language: ["en"] }
    })
  })

  it("has one object as body and as target, with fragments in the id", () => {
    assert.containSubset(about({ body: [image("1")], target: [uri("canvas/1#xywh=0,0,5,5")] }), {
      body: image("1"),
      target: { id: uri("canvas/1#xywh=0,0,5,5"), type: "Canvas" }
    })
    assert.containSubset(about({ target: uri("manifest") }), { target: { id: uri("manifest"), type: "Manifest" } })
    const canvasOf = { id: uri("c"), type: "Canvas", partOf: [{ id: uri("m"), type: "Manifest" }] } as const
    assert.containSubset(about({ target: canvasOf }), { target: canvasOf })
    assert.containSubset(about({ target: uri("elsewhere") }), { target: { id: uri("elsewhere"), type: "Canvas" } })
  })

  it("lists several bodies or targets in an Independents", () => {
    assert.containSubset(about({ body: [image("1"), image("2")], target: [uri("canvas/1"), uri("manifest")] }), {
      body: { type: "Independents", items: [image("1"), image("2")] },
      target: {
        type: "Independents",
        items: [{ id: uri("canvas/1"), type: "Canvas" }, { id: uri("manifest"), type: "Manifest" }]
      }
    })
  })

  it("gives parts an id, and points in time an instant", () => {
    const selector = { type: "PointSelector", t: 2 } as const
    assert.containSubset(about({ target: { type: "SpecificResource", source: uri("canvas/1"), selector } }), {
      target: {
        id: uri("annotation/1/part/target"),
        type: "SpecificResource",
        source: { id: uri("canvas/1"), type: "Canvas" },
        selector: { type: "PointSelector", instant: 2 }
      }
    })
    const body = {
      id: uri("own"),
      type: "SpecificResource",
      source: uri("x"),
      selector: { type: "ImageApiSelector" }
    } as const
    assert.containSubset(about({ body }), { body: { id: uri("own"), source: { id: uri("x"), type: "Image" } } })
  })

  it("renames sounds", () => {
    assert.containSubset(about({ body: { id: uri("1.mp3"), type: "Sound" } }), { body: { type: "Audio" } })
  })

  it("writes stylesheets as objects, and bodyValue as a TextualBody", () => {
    assert.containSubset(about({ stylesheet: uri("x.css") }), {
      stylesheet: { id: uri("x.css"), type: "CssStylesheet" }
    })
    assert.containSubset(about({ stylesheet: { type: "CssStylesheet", value: "a{}\nb{}" } }), {
      stylesheet: { type: "CssStylesheet", value: "a{}\nb{}" }
    })
    assert.containSubset(about({ bodyValue: "Text" }), {
      body: { type: "TextualBody", format: "text/plain", value: "Text" }
    })
  })

  it("refuses an annotation without a motivation", () => {
    const { motivation: _, ...silent } = annotation("1", {})
    assert.deepStrictEqual(refusals(manifestOf(canvas({ annotations: [page("1", [silent])] }))), [
      "items[0].annotations[0].items[0].motivation"
    ])
  })

  it("lists by path what it leaves out", () => {
    const body = { type: "SpecificResource", source: image("1"), styleClass: ["a", "b"] } as const
    const annotations = [page("1", [
      annotation("1", { "@context": Presentation3.context, motivation: "commenting", body, rights: ["a", "b"] })
    ])]
    const { lost } = converted(manifestOf(canvas({ annotations })))
    assert.deepStrictEqual(lost.map(({ path }) => path), [
      "items[0].annotations[0].items[0].@context",
      "items[0].annotations[0].items[0].body.styleClass",
      "items[0].annotations[0].items[0].rights"
    ])
  })
})

describe("what an annotation provides", () => {
  const supplementing = (body: Presentation3.Annotation["body"]) =>
    about({ motivation: "supplementing", ...(body === undefined ? {} : { body }) })

  it("comes from the accessibility of its bodies", () => {
    const body = { type: "TextualBody", value: "x", accessibility: ["alternativeText", "longDescription"] } as const
    assert.containSubset(supplementing(body), { provides: ["alternativeText", "longDescription"] })
    assert.deepStrictEqual(get(supplementing([body, body]), "body", "items"), [
      { type: "TextualBody", value: "x" },
      { type: "TextualBody", value: "x" }
    ])
  })

  it("is not claimed if the bodies differ, or the value or motivation is another", () => {
    const body = { type: "TextualBody", value: "x", accessibility: "alternativeText" } as const
    assert.strictEqual(get(supplementing([body, { ...body, accessibility: "braille" }]), "provides"), undefined)
    assert.strictEqual(get(supplementing({ ...body, accessibility: "unknown" }), "provides"), undefined)
    assert.containSubset(about({ motivation: "describing", body }), { body: { accessibility: "alternativeText" } })
  })
})

describe("alternative text", () => {
  const target = uri("canvas/1")
  const english = Presentation4.alternativeText({ id: uri("en"), target, text: "A stage", language: "en" })
  const unknown = Presentation4.alternativeText({ id: uri("none"), target, text: "?" })
  const ofPart = Presentation4.alternativeText({ id: uri("part"), target: `${target}#xywh=0,0,5,5`, text: "A sword" })
  const described = canvas({ annotations: [page("1", [english, unknown, ofPart])] })
  const painted = { ...described, items: [page("2", [annotation("2", { body: image("1") })])] }

  it("is valid in Presentation 3, and provided in Presentation 4", () => {
    assert.deepStrictEqual(Manifest.check(manifestOf(painted)), [])
    assert.deepStrictEqual(get(converted(manifestOf(painted)).manifest, "items", 0, "annotations", 0, "items", 0), {
      id: uri("en"),
      type: "Annotation",
      motivation: ["supplementing"],
      provides: ["alternativeText"],
      body: { type: "TextualBody", value: "A stage", format: "text/plain", language: ["en"] },
      target: { id: target, type: "Canvas" }
    })
  })

  it("is read by language, without that of parts", () => {
    assert.deepStrictEqual(Presentation4.alternativeTextOf(described), { en: ["A stage"], none: ["?"] })
    assert.strictEqual(Presentation4.alternativeTextOf(canvas()), undefined)
  })
})
