/** Sequences, canvases, ranges and collections of Presentation 2.1 in Presentation 3. */
import { assert, describe, it } from "@effect/vitest"
import * as Presentation2 from "@iiif-ingest/iiif/Presentation2"
import { Effect } from "effect"
import { canvas, canvasParts, converted, type Fields, manifest, none, page, refused, uri } from "../support/older.ts"

describe("sequences", () => {
  const named = { "@id": `${uri}/sequence/2`, "@type": "sc:Sequence", label: "Other order" }
  const [first] = manifest()["sequences"] as ReadonlyArray<Fields>

  it("that are only named are refused if no other is there, and else listed", () => {
    assert.deepStrictEqual(refused(manifest({ sequences: [named, `${uri}/sequence/3`] })), [
      "sequences[0]",
      "sequences[1]"
    ])
    assert.deepStrictEqual(converted(manifest({ sequences: [named, first, named] })).lost, [
      "sequences[0]",
      "sequences[2]"
    ])
  })

  it.each([undefined, [], null, {}, [{}], [{ canvases: [] }]])("%j have no canvases", (sequences) => {
    assert.isNotEmpty(refused(manifest({ sequences })))
  })

  it("give the manifest what they have", () => {
    const { lost, manifest: read } = converted(manifest({
      sequences: [{
        "@id": `${uri}/sequence/1`,
        "@type": "sc:Sequence",
        label: "Current order",
        rendering: { "@id": `${uri}/pdf`, label: "PDF" },
        startCanvas: `${uri}/canvas/1`,
        metadata: [{ label: "Order", value: "1" }],
        canvases: canvas()
      }]
    }))
    assert.deepStrictEqual<unknown>(read.rendering, [{ id: `${uri}/pdf`, type: "Text", label: none("PDF") }])
    assert.deepStrictEqual(read.start, { id: `${uri}/canvas/1`, type: "Canvas" })
    assert.lengthOf(read.metadata ?? [], 1)
    assert.deepStrictEqual(lost, ["sequences[0].@id", "sequences[0].label"])
  })

  it("after the first are ranges with that behavior", () => {
    const second = canvas({ "@id": `${uri}/canvas/2`, images: [] })
    const { lost, manifest: read } = converted(manifest({
      sequences: [
        { "@type": "sc:Sequence", canvases: [canvas(), second] },
        { ...named, canvases: [second, { "@id": `${uri}/canvas/1` }, `${uri}/canvas/9`] }
      ]
    }))
    assert.deepStrictEqual<unknown>(read.structures, [{
      id: `${uri}/sequence/2`,
      type: "Range",
      behavior: ["sequence"],
      label: none("Other order"),
      items: [{ id: `${uri}/canvas/2`, type: "Canvas" }, { id: `${uri}/canvas/1`, type: "Canvas" }]
    }])
    assert.deepStrictEqual(lost, ["sequences[1].canvases[2]"])
  })
})

describe("canvases", () => {
  it("may have no images", () => {
    assert.deepStrictEqual<unknown>(page({ images: undefined }).canvas, {
      id: `${uri}/canvas/1`,
      type: "Canvas",
      label: none("1r"),
      width: 640,
      height: 427,
      items: []
    })
  })

  it.each([{ width: 0 }, { height: undefined }, { width: 1.5 }, { height: "tall" }])("%j: have a size", (size) => {
    assert.deepStrictEqual(refused(manifest({}, [canvas(size)])), [`${canvasParts}.${Object.keys(size)[0]}`])
  })

  it("may have a size that is written as text", () => {
    assert.strictEqual(page({ width: "640" }).canvas.width, 640)
  })
})

const range = (name: string, more: Fields): Fields => ({
  "@id": `${uri}/range/${name}`,
  "@type": "sc:Range",
  label: name,
  ...more
})

/** Names of ranges and of canvases, one within the other. */
type Outline = string | ReadonlyArray<unknown>

const outline = ({ id, items, source, type }: Fields): Outline => {
  const name = String(id ?? source).replace(`${uri}/`, "")
  return type === "Range" && Array.isArray(items) ? [name, ...items.map(outline)] : name
}

const contents = (...structures: ReadonlyArray<unknown>) => {
  const { lost, manifest: read } = converted(manifest({ structures }))
  return { outline: (read.structures ?? []).map((one) => outline(one as unknown as Fields)), lost, read }
}

const canvases = [`${uri}/canvas/1`]

describe("ranges", () => {
  it("are within each other, in the order of their members", () => {
    const { lost, outline, read } = contents(
      range("top", {
        viewingHint: "top",
        members: [
          { "@id": `${uri}/canvas/1`, "@type": "sc:Canvas", label: "Cover" },
          { "@id": `${uri}/range/b`, "@type": "sc:Range", label: "b" },
          { "@id": `${uri}/range/a`, "@type": "sc:Range", label: "a" }
        ]
      }),
      range("a", { canvases: [`${uri}/canvas/1#xywh=0,0,1,1`] }),
      range("b", {
        canvases,
        ranges: [`${uri}/range/c`],
        contentLayer: `${uri}/layer`,
        startCanvas: `${uri}/canvas/1`
      }),
      range("c", { canvases })
    )
    assert.deepStrictEqual<unknown>(outline, [
      ["range/top", "canvas/1", ["range/b", ["range/c", "canvas/1"], "canvas/1"], ["range/a", "canvas/1"]]
    ])
    const [cover, b] = read.structures?.[0]?.items ?? []
    assert.deepStrictEqual<unknown>(cover, { id: `${uri}/canvas/1`, type: "Canvas", label: none("Cover") })
    assert.deepInclude(b as object, {
      supplementary: { id: `${uri}/layer`, type: "AnnotationCollection" },
      start: { id: `${uri}/canvas/1`, type: "Canvas" }
    })
    assert.deepStrictEqual(lost, [])
  })

  it("may say themselves what they are within, or be embedded", () => {
    assert.deepStrictEqual<unknown>(
      contents(range("a", { canvases }), range("b", { canvases, within: `${uri}/range/a` })).outline,
      [["range/a", "canvas/1", ["range/b", "canvas/1"]]]
    )
    assert.deepStrictEqual<unknown>(
      contents(range("a", { ranges: [range("b", { members: [range("c", { canvases })] })] })).outline,
      [["range/a", ["range/b", ["range/c", "canvas/1"]]]]
    )
  })

  it("that are in several others are named there", () => {
    const { lost, outline } = contents(
      range("a", { ranges: [`${uri}/range/c`] }),
      range("b", { ranges: [`${uri}/range/c`] }),
      range("c", { canvases })
    )
    assert.deepStrictEqual<unknown>(outline, [["range/a", ["range/c", "canvas/1"]], ["range/b", "range/c"]])
    assert.deepStrictEqual(lost, [])
  })

  it("that contain themselves, nothing, or what is not there are listed", () => {
    assert.deepStrictEqual(
      contents(
        range("a", { canvases, ranges: [`${uri}/range/b`] }),
        range("b", { canvases, ranges: [`${uri}/range/a`] })
      ),
      {
        ...contents(range("a", { canvases, ranges: [`${uri}/range/b`] }), range("b", { canvases })),
        lost: ["structures[1].ranges[0]"]
      }
    )
    const { lost, outline } = contents(
      range("a", { canvases: [...canvases, `${uri}/canvas/9`], ranges: [`${uri}/range/9`, `${uri}/range/b`] }),
      range("b", { ranges: [`${uri}/range/c`] }),
      range("c", {}),
      `${uri}/range/d`
    )
    assert.deepStrictEqual<unknown>(outline, [["range/a", "canvas/1"]])
    assert.sameMembers([...lost], [
      "structures[0].ranges[0]",
      "structures[0].canvases[1]",
      "structures[0].ranges[1]",
      "structures[1].ranges[0]",
      "structures[1]",
      "structures[2]",
      "structures[3]"
    ])
  })
})

describe("documents that are no manifests", () => {
  it.each<[unknown, string]>([
    [{ ...manifest(), "@type": "sc:Collection" }, "@type"],
    [{ ...manifest(), "@type": "sc:Sequence" }, "@type"],
    [{ ...manifest(), "@type": undefined }, "@type"],
    [{ id: uri, type: "Manifest" }, "type"],
    [{ ...manifest(), label: undefined }, "label"],
    ["{}", ""]
  ])("%j", (document, path) => {
    assert.deepStrictEqual(refused(document), [path])
  })

  it("are none of Presentation 2 but full names of classes", () => {
    const { lost } = converted({ ...manifest(), "@type": ["http://iiif.io/api/presentation/2#Manifest"] })
    assert.deepStrictEqual(lost, [])
  })
})

describe("collections", () => {
  it.effect("have their members in order, and then the others", () =>
    Effect.gen(function*() {
      const member = (name: string, type: string, more: Fields = {}) => ({
        "@id": `${uri}/${name}`,
        "@type": `sc:${type}`,
        label: name,
        ...more
      })
      const { collection, lost } = yield* Presentation2.collectionToPresentation3({
        "@context": Presentation2.context,
        "@id": `${uri}/top`,
        "@type": "sc:Collection",
        label: "Top",
        viewingHint: "individuals",
        total: 9,
        members: [member("a", "Manifest"), member("b", "Collection", { viewingHint: "multi-part" })],
        collections: [member("c", "Collection", { manifests: [member("d", "Manifest")] })],
        manifests: [member("a", "Manifest"), `${uri}/e`]
      })
      assert.deepStrictEqual<unknown>(collection, {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        id: `${uri}/top`,
        type: "Collection",
        label: none("Top"),
        behavior: ["individuals"],
        items: [
          { id: `${uri}/a`, type: "Manifest", label: none("a") },
          { id: `${uri}/b`, type: "Collection", label: none("b"), behavior: ["multi-part"] },
          {
            id: `${uri}/c`,
            type: "Collection",
            label: none("c"),
            items: [{ id: `${uri}/d`, type: "Manifest", label: none("d") }]
          },
          { id: `${uri}/e`, type: "Manifest", label: none(`${uri}/e`) }
        ]
      })
      assert.deepStrictEqual(lost.map(({ path }) => path), ["total"])
    }))
})
