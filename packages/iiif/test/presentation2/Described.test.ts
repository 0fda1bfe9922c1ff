/** Text, ids, rights, links, hints and extensions of Presentation 2.1 in Presentation 3. */
import { assert, describe, it } from "@effect/vitest"
import * as Presentation2 from "@iiif-ingest/iiif/Presentation2"
import {
  canvas,
  canvasParts,
  converted,
  image,
  manifest,
  none,
  page,
  painted,
  painting,
  refused,
  resource,
  uri
} from "../support/older.ts"

describe("text", () => {
  it.each<[unknown, unknown]>([
    ["A", none("A")],
    [["A", "B"], none("A", "B")],
    [[["A"], "B"], none("A", "B")],
    [{ "@value": "A" }, none("A")],
    [{ "@value": "A", "@language": "fr" }, { fr: ["A"] }],
    [["A", { "@value": "B", "@language": "en" }, { "@value": "C", "@language": "en" }], {
      none: ["A"],
      en: ["B", "C"]
    }],
    [{ "@value": "<p>A</p>", "@language": "en-latn" }, { "en-latn": ["<p>A</p>"] }],
    [1603, none("1603")]
  ])("%j becomes a language map", (label, expected) => {
    assert.deepStrictEqual<unknown>(converted(manifest({ label })), {
      manifest: { ...converted(manifest()).manifest, label: expected },
      lost: []
    })
  })

  it.each([
    ["en_US", "en-US"],
    ["es-419", "es"],
    ["english", "english"],
    ["12", "none"],
    ["", "none"]
  ])("the language %j is written as %j, and listed if it is another one", (given, expected) => {
    const { lost, manifest: read } = converted(manifest({ label: { "@value": "A", "@language": given } }))
    assert.deepStrictEqual(read.label, { [expected]: ["A"] })
    assert.deepStrictEqual(lost, given === expected || given === "" ? [] : ["label.@language"])
  })

  it("may be a list of values in one language", () => {
    const { lost, manifest: read } = converted(manifest({ label: { "@value": ["A", {}, "B"], "@language": "en" } }))
    assert.deepStrictEqual(read.label, { en: ["A", "B"] })
    assert.deepStrictEqual(lost, ["label"])
    for (const label of [{}, [], { "@value": [] }]) assert.deepStrictEqual(refused(manifest({ label })), ["label"])
  })

  it("that is missing in a pair is empty, and that of no text is listed", () => {
    const { lost, manifest: read } = converted(
      manifest({ metadata: [{ label: "Date" }, { value: ["1603"] }, {}, "x", { label: { en: ["x"] }, value: null }] })
    )
    assert.deepStrictEqual<unknown>(read.metadata, [
      { label: none("Date"), value: none("") },
      { label: none(""), value: none("1603") },
      { label: none(""), value: none("") }
    ])
    assert.deepStrictEqual(lost, ["metadata[2]", "metadata[3]", "metadata[4].label"])
  })
})

describe("ids", () => {
  it("stay exactly as they are percent-encoded", () => {
    const id = "https://example.org/a%2Fb%20c/%E6%9B%B8"
    const { annotation } = painted({ resource: { "@id": id, "@type": "dctypes:Image" } })
    assert.deepStrictEqual<unknown>(annotation["body"], { id, type: "Image" })
  })

  it("get encoded only what no URI may have", () => {
    const { annotation, lost } = painted({ resource: { ...image, "@id": "https://example.org/a b/ü%2F%zz.jpg" } })
    assert.deepInclude(annotation["body"] as object, { id: "https://example.org/a%20b/%C3%BC%2F%25zz.jpg" })
    assert.deepStrictEqual(lost, [`${resource}.@id`])
  })

  it("that are no http URIs become addresses below the manifest, in every reference too", () => {
    const { lost, manifest: read } = converted(
      manifest({
        startCanvas: "urn:canvas:1",
        structures: [{
          "@id": "urn:range:1",
          "@type": "sc:Range",
          label: "All",
          canvases: ["urn:canvas:1#xywh=0,0,1,1"]
        }]
      }, [canvas({ "@id": "urn:canvas:1", images: [painting({ on: "urn:canvas:1" })] })])
    )
    const id = `${uri}/manifest/id/urn%3Acanvas%3A1`
    const [first] = read.items
    assert.strictEqual(first.id, id)
    assert.strictEqual(first.items[0]?.items[0]?.target, id)
    assert.deepStrictEqual(read.start, { id, type: "Canvas" })
    assert.deepStrictEqual<unknown>(read.structures, [{
      id: `${uri}/manifest/id/urn%3Arange%3A1`,
      type: "Range",
      label: none("All"),
      items: [{ type: "SpecificResource", source: id, selector: { type: "FragmentSelector", value: "xywh=0,0,1,1" } }]
    }])
    assert.deepStrictEqual(lost, [`${canvasParts}.@id`, "structures[0].@id"])
  })

  it("of annotations that have none come from their canvas, the same every time", () => {
    const images = [painting({ "@id": undefined }), painting({ "@id": "_:b1" }), painting({ "@id": undefined })]
    const { canvas: read } = page({ images })
    assert.deepStrictEqual(read.items[0]?.items.map(({ id }) => id), [
      `${uri}/canvas/1/annotation/1`,
      `${uri}/canvas/1/annotation/2`,
      `${uri}/canvas/1/annotation/3`
    ])
  })

  it("are for one resource only", () => {
    const { lost, manifest: read } = converted(manifest({}, [canvas(), canvas()]))
    assert.deepStrictEqual(read.items.map(({ id }) => id), [`${uri}/canvas/1`, `${uri}/canvas/1/2`])
    assert.deepStrictEqual(lost, [
      "sequences[0].canvases[1].@id",
      "sequences[0].canvases[1].images[0].@id",
      "sequences[0].canvases[1].images[0].on"
    ])
  })

  it("of canvases have no fragment", () => {
    const { canvas: read } = page({ "@id": `${uri}/manifest#c`, images: [painting({ on: `${uri}/manifest#c` })] })
    assert.strictEqual(read.id, `${uri}/manifest%23c`)
    assert.strictEqual(read.items[0]?.items[0]?.target, read.id)
  })

  it.each(["urn:isbn:1", "manifest.json", "", 7, null, undefined])("%j cannot be that of the manifest", (id) => {
    assert.deepStrictEqual(refused(manifest({ "@id": id })), ["@id"])
  })

  it("of a canvas are asked for", () => {
    assert.deepStrictEqual(refused(manifest({}, [canvas({ "@id": undefined })])), [canvasParts])
  })
})

describe("rights", () => {
  it.each<[unknown, unknown, ReadonlyArray<string>]>([
    ["http://creativecommons.org/licenses/by/4.0/", "http://creativecommons.org/licenses/by/4.0/", []],
    ["https://creativecommons.org/licenses/by/4.0/legalcode", "http://creativecommons.org/licenses/by/4.0/", []],
    ["http://creativecommons.org/licenses/by/4.0/legalcode", "http://creativecommons.org/licenses/by/4.0/", []],
    ["http://creativecommons.org/licenses/by/4.0", "http://creativecommons.org/licenses/by/4.0/", []],
    ["https://creativecommons.org/licenses/by/4.0/", "http://creativecommons.org/licenses/by/4.0/", []],
    [{ "@id": "https://rightsstatements.org/page/InC/1.0/" }, "http://rightsstatements.org/vocab/InC/1.0/", []],
    ["https://example.org/terms", undefined, ["https://example.org/terms"]],
    ["All rights reserved", undefined, ["All rights reserved"]],
    [
      ["https://example.org/terms", "http://creativecommons.org/publicdomain/zero/1.0/", "http://example.org/more"],
      "http://creativecommons.org/publicdomain/zero/1.0/",
      ["https://example.org/terms", "http://example.org/more"]
    ]
  ])("the license %j", (license, rights, others) => {
    const { lost, manifest: read } = converted(manifest({ license }))
    assert.strictEqual(read.rights, rights as string | undefined)
    assert.deepStrictEqual<unknown>(
      read.metadata ?? [],
      others.map((one) => ({ label: none("License"), value: none(one) }))
    )
    assert.deepStrictEqual(lost, [])
  })

  it("attributions of the manifest and of the sequence are shown together", () => {
    const { manifest: read } = converted(manifest({
      attribution: { "@value": "Library", "@language": "en" },
      sequences: [{ "@type": "sc:Sequence", attribution: "Archive", canvases: [canvas()] }]
    }))
    assert.deepStrictEqual<unknown>(read.requiredStatement, {
      label: none("Attribution"),
      value: { en: ["Library"], none: ["Archive"] }
    })
  })

  it("a logo is that of a provider, whose id and label come from the document", () => {
    const { manifest: read } = converted(
      manifest({ logo: ["https://logos.example.net/1.png", { "@id": `${uri}/2.png`, service: { "@id": uri } }] })
    )
    assert.deepStrictEqual<unknown>(read.provider, [
      {
        id: `${uri}/manifest#provider-1`,
        type: "Agent",
        label: none("logos.example.net"),
        logo: [{ id: "https://logos.example.net/1.png", type: "Image" }]
      },
      {
        id: `${uri}/manifest#provider-2`,
        type: "Agent",
        label: none("example.org"),
        logo: [{ id: `${uri}/2.png`, type: "Image", service: [{ id: uri, type: "Service" }] }]
      }
    ])
  })
})

describe("links", () => {
  it("are objects, and those that viewers show have a label", () => {
    const { lost, manifest: read } = converted(manifest({
      related: [`${uri}/page`, { "@id": `${uri}/film`, format: "video/mpeg", label: "Film" }],
      rendering: { "@id": `${uri}/pdf`, label: "PDF", format: "application/pdf", "ex:pages": 2 },
      seeAlso: [`${uri}/mods`, { "@id": `${uri}/marc`, format: "application/marc", profile: `${uri}/profile` }],
      thumbnail: [`${uri}/thumb.jpg`, image]
    }))
    assert.deepStrictEqual<unknown>(read.homepage, [
      { id: `${uri}/page`, type: "Text", label: none(`${uri}/page`) },
      { id: `${uri}/film`, type: "Video", format: "video/mpeg", label: none("Film") }
    ])
    assert.deepStrictEqual<unknown>(read.rendering, [
      { id: `${uri}/pdf`, type: "Text", label: none("PDF"), format: "application/pdf", "ex:pages": 2 }
    ])
    assert.deepStrictEqual<unknown>(read.seeAlso, [
      { id: `${uri}/mods`, type: "Dataset" },
      { id: `${uri}/marc`, type: "Dataset", format: "application/marc", profile: `${uri}/profile` }
    ])
    assert.deepStrictEqual<unknown>(read.thumbnail, [
      { id: `${uri}/thumb.jpg`, type: "Image" },
      { id: image["@id"], type: "Image", format: "image/jpeg" }
    ])
    assert.deepStrictEqual(lost, [])
  })

  it("without an http address are listed", () => {
    const { lost } = converted(
      manifest({ related: "urn:x", seeAlso: [{ label: "x" }], thumbnail: "data:image/png;base64,AA" })
    )
    assert.deepStrictEqual(lost, ["related", "seeAlso[0]", "thumbnail"])
  })

  it("to what a resource is within say of what class it is", () => {
    const { manifest: read } = converted(manifest({
      within: [`${uri}/collection`, { "@id": `${uri}/top`, "@type": "sc:Collection", label: "All" }]
    }))
    assert.deepStrictEqual<unknown>(read.partOf, [
      { id: `${uri}/collection`, type: "Collection" },
      { id: `${uri}/top`, type: "Collection", label: none("All") }
    ])
    const { canvas: inner } = page({ within: `${uri}/manifest` })
    assert.deepStrictEqual<unknown>(inner.partOf, [{ id: `${uri}/manifest`, type: "Manifest" }])
  })
})

describe("hints", () => {
  it("are behaviors, the sequence's before the manifest's", () => {
    const { lost, manifest: read } = converted(manifest({
      viewingHint: ["individuals", "http://example.org/hint"],
      viewingDirection: "left-to-right",
      sequences: [{
        "@type": "sc:Sequence",
        viewingHint: "paged",
        viewingDirection: "right-to-left",
        canvases: [canvas({ viewingHint: "non-paged" }), canvas({ "@id": `${uri}/canvas/2`, viewingHint: "top" })]
      }]
    }))
    assert.deepStrictEqual(read.behavior, ["paged"])
    assert.strictEqual(read.viewingDirection, "right-to-left")
    assert.deepStrictEqual(read.items[0]?.behavior, ["non-paged"])
    assert.sameMembers([...lost], [
      "viewingHint[0]",
      "viewingHint[1]",
      "viewingDirection",
      "sequences[0].canvases[1].viewingHint",
      "sequences[0].canvases[1].images[0].@id",
      "sequences[0].canvases[1].images[0].on"
    ])
  })

  it("a date without a time zone is in UTC", () => {
    const { lost, manifest: read } = converted(manifest({ navDate: "1859-09-15T00:00:00.0000000" }))
    assert.deepStrictEqual([read.navDate, lost], ["1859-09-15T00:00:00.0000000Z", []])
  })

  it.each(["1856-01-01T00:00:00Z", "2024-02-29T23:59:59.5+01:00"])("the date %s is kept", (navDate) => {
    assert.strictEqual(converted(manifest({ navDate })).manifest.navDate, navDate)
  })

  it.each(["1856", "1856-02-30T00:00:00Z", "1856-01-01T24:00:00Z", 1856])(
    "the date %s is listed",
    (navDate) => {
      const { lost, manifest: read } = converted(manifest({ navDate }))
      assert.deepStrictEqual([read.navDate, lost], [undefined, ["navDate"]])
    }
  )
})

describe("extensions", () => {
  it.each([
    "http://iiif.io/api/image/2/context.json",
    "http://iiif.io/api/presentation/2/context.json/",
    "https://iiif.io/api/presentation/4/context.json",
    "http://library.stanford.edu/iiif/image-api/1.1/context.json"
  ])("the context %s within a document is none of the document", (context) => {
    const { lost, manifest: read } = converted(manifest({}, [canvas({ "@context": context })]))
    assert.deepStrictEqual<unknown>([read["@context"], lost], ["http://iiif.io/api/presentation/3/context.json", []])
  })

  it("are kept with their contexts", () => {
    const note = { "ex:note": { a: [1, null] }, "@context": "https://example.org/page.json" }
    const { lost, manifest: read } = converted(
      manifest({ "@context": [Presentation2.context, "https://example.org/context.json"], "ex:note": 1 }, [
        canvas(note)
      ])
    )
    assert.deepStrictEqual(read["@context"], [
      "https://example.org/context.json",
      "https://example.org/page.json",
      "http://iiif.io/api/presentation/3/context.json"
    ])
    assert.deepInclude(read.items[0] as object, { "ex:note": { a: [1, null] } })
    assert.deepInclude(read, { "ex:note": 1 })
    assert.deepStrictEqual(lost, [])
  })

  it("cannot take the names of Presentation 3", () => {
    const { lost } = page({ items: [1], annotations: [2], id: "x", behavior: "paged" })
    assert.sameMembers([...lost], ["items", "annotations", "id", "behavior"].map((key) => `${canvasParts}.${key}`))
  })

  it("types that Presentation 3 does not have are listed", () => {
    assert.deepStrictEqual(page({ "@type": ["sc:Canvas", "ex:Page"] }).lost, [`${canvasParts}.@type[1]`])
  })
})
