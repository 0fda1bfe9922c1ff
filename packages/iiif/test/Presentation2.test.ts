import { assert, describe, it } from "@effect/vitest"
import * as Presentation2 from "@iiif-ingest/iiif/Presentation2"
import * as Presentation3 from "@iiif-ingest/iiif/Presentation3"
import { Effect, Schema } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { everything } from "./support/iiif.ts"

const uri = "https://example.org/hamlet/manifest/3"

const service = {
  "@id": "https://example.org/images/one",
  "@type": "ImageService2",
  profile: "level2"
} as const

const image: Presentation3.Image = {
  id: "https://example.org/images/one/full/max/0/default.jpg",
  type: "Image",
  format: "image/jpeg",
  width: 640,
  height: 427,
  service: [service]
}

const canvas = (name: string, body: Presentation3.Annotation["body"] = image): Presentation3.Canvas => ({
  id: `${uri}/canvas/${name}`,
  type: "Canvas",
  label: { none: [name] },
  width: 640,
  height: 427,
  thumbnail: [image],
  items: [{
    id: `${uri}/page/${name}`,
    type: "AnnotationPage",
    items: [{
      id: `${uri}/annotation/${name}`,
      type: "Annotation",
      motivation: "painting",
      ...(body === undefined ? {} : { body }),
      target: `${uri}/canvas/${name}`
    }]
  }]
})

const hamlet: Presentation3.Manifest = {
  "@context": Presentation3.context,
  id: uri,
  type: "Manifest",
  label: { none: ["Hamlet"], da: ["Amlet", "Amleth"] },
  summary: { en: ["A play"] },
  metadata: [{ label: { en: ["Author"] }, value: { none: ["William Shakespeare", "others"] } }],
  requiredStatement: { label: { none: ["Attribution"] }, value: { en: ["Library"] } },
  rights: "http://creativecommons.org/licenses/by/4.0/",
  behavior: ["paged"],
  viewingDirection: "right-to-left",
  navDate: "1603-01-01T00:00:00Z",
  thumbnail: [image],
  homepage: [{
    id: "https://example.org/hamlet",
    type: "Text",
    label: { en: ["Home"] },
    format: "text/html",
    language: ["en"]
  }],
  seeAlso: [{
    id: "https://example.org/hamlet.xml",
    type: "Dataset",
    format: "text/xml",
    profile: "https://example.org/mods"
  }],
  start: { id: `${uri}/canvas/two`, type: "Canvas" },
  items: [canvas("one"), canvas("two")],
  structures: [{
    id: `${uri}/range/1`,
    type: "Range",
    label: { none: ["Contents"] },
    items: [{
      id: `${uri}/range/2`,
      type: "Range",
      label: { none: ["Act I"] },
      items: [{ id: `${uri}/canvas/one`, type: "Canvas" }, {
        type: "SpecificResource",
        source: `${uri}/canvas/two`,
        selector: { type: "FragmentSelector", value: "xywh=0,0,10,10" }
      }]
    }]
  }]
}

/** Hamlet without what refers to its canvases. */
const { start: _start, structures: _structures, ...withoutReferences } = hamlet

/** The id of the manifest in Presentation 2, which all other ids begin with. */
const two = uri.replace(/3$/, "2")
const toTwo = (id: string) => id.replace(uri, two)
const toThree = (id: string) => id.replace(two, uri)

const older = (manifest: Presentation3.Manifest) =>
  Effect.runSync(Presentation2.fromPresentation3(manifest, { rename: toTwo }))

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value))

describe("fromPresentation3", () => {
  it("writes a whole manifest, with ids and versions that agree", () => {
    const { lost, manifest } = older(hamlet)
    const imageService = {
      "@context": "http://iiif.io/api/image/2/context.json",
      "@id": "https://example.org/images/one",
      profile: "http://iiif.io/api/image/2/level2.json"
    }
    const { format, height, id, width } = image
    const resource = { "@id": id, "@type": "dctypes:Image", format, width, height, service: imageService }
    const page = (name: string) => ({
      "@id": `${two}/canvas/${name}`,
      "@type": "sc:Canvas",
      label: name,
      width: 640,
      height: 427,
      thumbnail: resource,
      images: [{
        "@id": `${two}/annotation/${name}`,
        "@type": "oa:Annotation",
        motivation: "sc:painting",
        resource,
        on: `${two}/canvas/${name}`
      }]
    })
    assert.deepStrictEqual<unknown>(copy(manifest), {
      "@context": "http://iiif.io/api/presentation/2/context.json",
      "@id": two,
      "@type": "sc:Manifest",
      label: ["Hamlet", { "@value": "Amlet", "@language": "da" }, { "@value": "Amleth", "@language": "da" }],
      description: { "@value": "A play", "@language": "en" },
      metadata: [{ label: { "@value": "Author", "@language": "en" }, value: ["William Shakespeare", "others"] }],
      attribution: { "@value": "Library", "@language": "en" },
      license: "http://creativecommons.org/licenses/by/4.0/",
      viewingHint: "paged",
      viewingDirection: "right-to-left",
      navDate: "1603-01-01T00:00:00Z",
      thumbnail: resource,
      related: {
        "@id": "https://example.org/hamlet",
        label: { "@value": "Home", "@language": "en" },
        format: "text/html",
        language: ["en"]
      },
      seeAlso: { "@id": "https://example.org/hamlet.xml", format: "text/xml", profile: "https://example.org/mods" },
      sequences: [{
        "@id": `${two}/sequence/normal`,
        "@type": "sc:Sequence",
        viewingDirection: "right-to-left",
        startCanvas: `${two}/canvas/two`,
        canvases: [page("one"), page("two")]
      }],
      structures: [
        {
          "@id": `${two}/range/1`,
          "@type": "sc:Range",
          label: "Contents",
          viewingHint: "top",
          ranges: [`${two}/range/2`]
        },
        {
          "@id": `${two}/range/2`,
          "@type": "sc:Range",
          label: "Act I",
          canvases: [`${two}/canvas/one`, `${two}/canvas/two#xywh=0,0,10,10`]
        }
      ]
    })
    assert.deepStrictEqual(lost, [])
  })

  it("does not change its input", () => {
    const before = JSON.stringify(hamlet)
    older(hamlet)
    assert.strictEqual(JSON.stringify(hamlet), before)
  })

  it("lists what is lost, with paths", () => {
    const { lost } = older({
      ...hamlet,
      behavior: ["unordered", "individuals", "no-auto-advance"],
      requiredStatement: { label: { en: ["Held by"] }, value: { none: ["Library"] } },
      provider: [{ id: "https://example.org", type: "Agent", label: { none: ["Library"] } }],
      placeholderCanvas: canvas("placeholder"),
      navPlace: { type: "FeatureCollection", features: [] }
    })
    assert.sameMembers(lost.map(({ path }) => path), [
      "behavior[0]",
      "behavior[2]",
      "requiredStatement.label",
      "provider[0]",
      "placeholderCanvas",
      "navPlace"
    ])
  })

  it("keeps extensions", () => {
    const { manifest } = older({ ...hamlet, "ex:note": { a: [1] } } as Presentation3.Manifest)
    assert.deepStrictEqual(copy(manifest as object), { ...copy(manifest), "ex:note": { a: [1] } })
  })

  it("writes choices, parts of images and every kind of service", () => {
    const { manifest } = older({
      ...withoutReferences,
      items: [
        canvas("choice", { type: "Choice", items: [image, { ...image, label: { en: ["X-ray"] } }] }),
        canvas("part", {
          type: "SpecificResource",
          source: image,
          selector: { type: "ImageApiSelector", region: "0,0,5,5" }
        }),
        canvas("three", {
          ...image,
          service: [{ id: "https://example.org/3", type: "ImageService3", profile: "level1" }]
        })
      ]
    })
    const [choice, part, three] = (manifest.sequences[0]?.canvases ?? []).map(({ images }) =>
      copy(images?.[0]?.resource)
    )
    assert.hasAllKeys(choice, ["@type", "default", "item"])
    assert.deepInclude(part as object, {
      "@type": "oa:SpecificResource",
      selector: {
        "@context": "http://iiif.io/api/annex/openannotation/context.json",
        "@type": "iiif:ImageApiSelector",
        region: "0,0,5,5"
      }
    })
    assert.deepInclude(three as object, {
      service: {
        "@context": "http://iiif.io/api/image/3/context.json",
        "@id": "https://example.org/3",
        "@type": "ImageService3",
        profile: "level1"
      }
    })
  })

  it.effect("fails with every reason if pages could not be shown", () =>
    Effect.gen(function*() {
      const failed = yield* Effect.flip(Presentation2.fromPresentation3({
        ...withoutReferences,
        items: [
          { id: `${uri}/canvas/sound`, type: "Canvas", duration: 3, items: [] },
          canvas("part", { type: "SpecificResource", source: { type: "Choice", items: [] } })
        ]
      }))
      assert.deepStrictEqual(failed.notes.map(({ path }) => path), ["items[0]", "items[1].items[0].items[0].body"])
      assert.include(failed.message, "cannot be converted to Presentation 2")
    }))

  it.effect("fails without throwing for a manifest that uses every feature", () =>
    Effect.gen(function*() {
      const decoded = yield* Schema.decodeUnknownEffect(Presentation3.Manifest)(everything)
      assert.isNotEmpty((yield* Effect.flip(Presentation2.fromPresentation3(decoded))).notes)
    }))
})

describe("toPresentation3", () => {
  it.effect("reads back what was written", () =>
    Effect.gen(function*() {
      const { lost, manifest: back } = yield* Presentation2.toPresentation3(older(hamlet).manifest, { rename: toThree })
      assert.deepStrictEqual(lost.map(({ path }) => path), ["sequences[0].@id"])
      const pageIds = (manifest: Presentation3.Manifest) =>
        JSON.stringify(manifest).replace(/"id":"[^"]*\/page(?:\/[^"]*)?",/g, "")
      const normal = (manifest: Presentation3.Manifest): unknown => JSON.parse(pageIds(manifest))
      // Profiles of Image API 2 become URIs.
      const expected = JSON.parse(
        pageIds(hamlet).replaceAll("\"level2\"", "\"http://iiif.io/api/image/2/level2.json\"")
      )
      assert.deepStrictEqual(normal(back), expected)
    }))

  it.effect.each(["ingest-request-v2-manifest.json", "ingest-request-known-success.json"])(
    "reads the manifest of %s",
    (file) =>
      Effect.gen(function*() {
        const samples = Path.join(import.meta.dirname, "../../../test/data/mps-samples")
        const { manifest } = JSON.parse(Fs.readFileSync(Path.join(samples, file), "utf8"))
        const before = JSON.stringify(manifest)
        const { manifest: read } = yield* Presentation2.toPresentation3(manifest)
        assert.strictEqual(JSON.stringify(manifest), before)
        assert.strictEqual(read.id, manifest["@id"])
        const [page] = read.items
        const body = page.items[0]?.items[0]?.body
        assert(Presentation3.isImage(body))
        assert.strictEqual(body.width, page.width)
        assert.deepInclude(body.service?.[0], {
          "@type": "ImageService2",
          profile: "http://iiif.io/api/image/2/level2.json"
        })
        assert.isNotEmpty(read.structures?.[0]?.items ?? [])
      })
  )

  it.effect("gives annotations without ids the same ids every time", () =>
    Effect.gen(function*() {
      const document = copy(older(hamlet).manifest) as unknown as {
        sequences: Array<{ canvases: Array<{ images: Array<{ "@id"?: string }> }> }>
      }
      for (const { images } of document.sequences.flatMap(({ canvases }) => canvases)) {
        for (const one of images) delete one["@id"]
      }
      const [one, two] = [
        yield* Presentation2.toPresentation3(document),
        yield* Presentation2.toPresentation3(document)
      ]
      assert.deepStrictEqual(one, two)
      assert.notInclude(JSON.stringify(one), "example.org/oa")
    }))

  it.effect("puts a license that Presentation 3 does not allow in the metadata", () =>
    Effect.gen(function*() {
      const document = {
        ...older(hamlet).manifest,
        license: ["https://creativecommons.org/licenses/by/4.0/", "https://example.org/terms"]
      }
      const { manifest: read } = yield* Presentation2.toPresentation3(document)
      assert.strictEqual(read.rights, "http://creativecommons.org/licenses/by/4.0/")
      assert.deepInclude(read.metadata as object, {
        label: { none: ["License"] },
        value: { none: ["https://example.org/terms"] }
      })
    }))

  it.effect.each([null, 7, "", [], {}, hamlet, { "@type": "sc:Manifest" }])(
    "reports why %j is not a manifest",
    (value) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(Presentation2.toPresentation3(value))
        assert.strictEqual(error._tag, "ConversionError")
        assert.isNotEmpty(error.notes)
      })
  )
})
