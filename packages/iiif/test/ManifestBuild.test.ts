import { assert, describe, it } from "@effect/vitest"
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import * as Presentation3 from "@iiif-ingest/iiif/Presentation3"
import { Result, Schema } from "effect"

const uri = "https://example.org/hamlet/manifest/3"

/** For image services of version 2. */
const options: Manifest.BuildOptions = {
  service: { type: "ImageService2", profile: "http://iiif.io/api/image/2/level2.json" }
}
const images = "https://example.org/images"

const page = (id: string, more: Partial<Manifest.Page> = {}): Manifest.Page => ({
  id: id,
  imageService: `${images}/${id}`,
  width: 6000,
  height: 4000,
  ...more
})

const canvasId = (id: string) => `${uri}/canvas/canvas:${id}`

const pages = [page("a"), page("b"), page("c")]

const build = (description: Manifest.Description, given: ReadonlyArray<Manifest.Page> = pages) => {
  const { findings, manifest } = Result.getOrThrow(Manifest.buildWithFindings(uri, description, given, options))
  assert.deepStrictEqual(Manifest.check(manifest), findings.filter(({ code }) => code !== "rights-corrected"))
  assert.isTrue(Schema.is(Presentation3.Manifest)(manifest))
  const text = Array.from(Result.getOrThrow(Manifest.buildText(uri, description, given, options))).join("")
  assert.deepStrictEqual(JSON.parse(text), JSON.parse(JSON.stringify(manifest)))
  return manifest
}

const first = (description: Manifest.Description, ...given: ReadonlyArray<Manifest.Page>) => {
  const [canvas] = build(description, given).items
  return { canvas, annotations: canvas.items[0]?.items ?? [], body: canvas.items[0]?.items[0]?.body }
}

describe("text", () => {
  it("without a language goes under none everywhere; by language it is kept", () => {
    const link = { id: "https://x.org/home", type: "Text", label: "Home", format: "text/html", language: ["en"] }
    const manifest = build({
      label: "Hamlet",
      homepage: [link],
      provider: [{ id: "https://x.org", label: ["Library", "House"], homepage: [link] }],
      metadata: [{ label: { en: ["Author"], de: ["Autor"] }, value: "Shakespeare" }]
    }, [page("a", { label: "1r", summary: { en: ["s"] }, requiredStatement: { label: "Held", value: "Here" } })])
    const home = { ...link, label: { none: ["Home"] } }
    assert.deepStrictEqual<unknown>(manifest.homepage, [home])
    assert.deepStrictEqual<unknown>(manifest.provider, [
      { id: "https://x.org", type: "Agent", label: { none: ["Library", "House"] }, homepage: [home] }
    ])
    assert.deepStrictEqual(manifest.metadata, [
      { label: { en: ["Author"], de: ["Autor"] }, value: { none: ["Shakespeare"] } }
    ])
    assert.deepStrictEqual(manifest.items[0].requiredStatement, {
      label: { none: ["Held"] },
      value: { none: ["Here"] }
    })
  })
})

describe("images", () => {
  const limits = (side: number, small: number) => ({
    maxSize: { width: side, height: side },
    maxThumbnailSize: { width: small, height: small }
  })

  it.each([
    [2400, 1000, "!2400,2400", 2400, 1600, "250,", 250],
    [9000, 1000, "max", 6000, 4000, "250,", 250],
    [2400, 100, "!2400,2400", 2400, 1600, "100,", 100]
  ])("a limit of %i and %i requests %s", (side, small, sizeParameter, width, height, thumb, thumbWidth) => {
    const { body, canvas } = first({ label: "x" }, page("a", limits(side, small)))
    assert(Presentation3.isImage(body))
    assert.strictEqual(body.id, `${images}/a/full/${sizeParameter}/0/default.jpg`)
    assert.deepStrictEqual([body.width, body.height, canvas.width, canvas.height], [width, height, 6000, 4000])
    const [thumbnail] = canvas.thumbnail ?? []
    assert(Presentation3.isImage(thumbnail))
    assert.strictEqual(thumbnail.id, `${images}/a/full/${thumb}/0/default.jpg`)
    assert.strictEqual(thumbnail.width, thumbWidth)
    assert.deepStrictEqual(thumbnail.service, body.service)
  })

  it("a tall thumbnail stays within both sides of its limit", () => {
    const given = page("a", { width: 1000, height: 8000, ...limits(9000, 100) })
    const [thumbnail] = first({ label: "x" }, given).canvas.thumbnail ?? []
    assert(Presentation3.isImage(thumbnail))
    assert.strictEqual(thumbnail.id, `${images}/a/full/!100,100/0/default.jpg`)
    assert.deepStrictEqual([thumbnail.width, thumbnail.height], [13, 100])
  })

  it("the canvas has the given size, or by default that of the image as painted", () => {
    const size = (more: Partial<Manifest.Page>) => {
      const { canvas } = first({ label: "x" }, page("a", more))
      return [canvas.width, canvas.height]
    }
    assert.deepStrictEqual(size({ canvas: { width: 12_000, height: 8000 } }), [12_000, 8000])
    assert.deepStrictEqual(size({ rotation: 90 }), [4000, 6000])
    assert.deepStrictEqual(size({ region: { x: 0, y: 0, width: 300, height: 200 } }), [300, 200])
  })

  it("a cropped or rotated image is a specific resource", () => {
    const { body } = first({ label: "x" }, page("a", { region: { x: 1, y: 2, width: 30, height: 20 }, rotation: 270 }))
    assert(typeof body === "object" && "type" in body && body.type === "SpecificResource" && "selector" in body)
    assert.deepStrictEqual<unknown>(body.selector, { type: "ImageApiSelector", region: "1,2,30,20", rotation: "270" })
  })

  it("alternative images are a choice, with the page's own first", () => {
    const other = { imageService: `${images}/ir`, width: 3000, height: 2000, label: "Infrared" }
    const { body } = first({ label: "x" }, page("a", { label: "1r", choices: [other] }))
    assert(typeof body === "object" && "type" in body && body.type === "Choice" && "items" in body)
    assert.deepStrictEqual(body.items.map((one) => "label" in one ? one.label : undefined), [
      { none: ["1r"] },
      { none: ["Infrared"] }
    ])
  })

  it("layers are painted at their targets", () => {
    const target = { x: 10, y: 20, width: 300, height: 200 }
    const layer = { imageService: `${images}/mini`, width: 600, height: 400, target }
    const { annotations } = first({ label: "x" }, page("a", { layers: [layer] }))
    assert.deepStrictEqual(annotations.map(({ id, target }) => [id, target]), [
      [`${uri}/annotation/annotation:a`, canvasId("a")],
      [`${uri}/annotation/annotation:a:2`, `${canvasId("a")}#xywh=10,20,300,200`]
    ])
  })

  it("without a service have their own address and format, and no thumbnail", () => {
    const plain = { id: "a", url: "https://x.org/1.png", mediaType: "image/png", width: 10, height: 20 }
    const { body, canvas } = first({ label: "x" }, plain)
    assert.deepStrictEqual<unknown>(body, {
      id: "https://x.org/1.png",
      type: "Image",
      format: "image/png",
      height: 20,
      width: 10
    })
    assert.isUndefined(canvas.thumbnail)
  })

  it("services that predate Image API 3 have @id and @type, others id and type", () => {
    const service = (type: string) => {
      const { body } = first({ label: "x", service: { type, profile: "level1" } }, page("a"))
      return Presentation3.isImage(body) ? Object.keys(body.service?.[0] ?? {}) : []
    }
    assert.deepStrictEqual(service("ImageService1"), ["@id", "@type", "profile"])
    assert.deepStrictEqual(service("ImageService2"), ["@id", "@type", "profile"])
    assert.deepStrictEqual(service("ImageService3"), ["id", "type", "profile"])
  })
})

describe("the manifest", () => {
  it("has every property of its description", () => {
    const place: Presentation3.NavPlace = {
      type: "FeatureCollection",
      features: [{ type: "Feature", geometry: { type: "Point", coordinates: [9.9, 51.5] } }]
    }
    const manifest = build({
      label: "x",
      viewingDirection: "right-to-left",
      start: "b",
      navDate: "1856-01-01T00:00:00Z",
      navPlace: place,
      seeAlso: [{ id: "https://x.org/mods.xml", type: "Dataset", format: "text/xml" }],
      rendering: [{ id: "https://x.org/1.pdf", type: "Text", label: "PDF", format: "application/pdf" }],
      partOf: [{ id: "https://x.org/collection", type: "Collection" }],
      provider: [{ id: "https://x.org", label: "L", logo: [{ id: "https://x.org/logo.png", type: "Image" }] }]
    })
    assert.deepStrictEqual(manifest["@context"], [
      "http://iiif.io/api/extension/navplace/context.json",
      Presentation3.context
    ])
    assert.strictEqual(manifest.viewingDirection, "right-to-left")
    assert.deepStrictEqual(manifest.start, { id: canvasId("b"), type: "Canvas" })
    assert.deepStrictEqual(manifest.navPlace, place)
    assert.strictEqual(manifest.navDate, "1856-01-01T00:00:00Z")
    assert.deepStrictEqual(manifest.rendering?.[0]?.label, { none: ["PDF"] })
    assert.deepStrictEqual(manifest.partOf, [{ id: "https://x.org/collection", type: "Collection" }])
  })

  it("has nested ranges for its table of contents, with pages and parts of pages", () => {
    const region = { x: 0, y: 100, width: 50, height: 60 }
    const manifest = build({
      label: "x",
      contents: [
        { label: "Front", items: ["a"] },
        {
          label: "Acts",
          items: [{ label: "One", items: ["b", { page: "c", region }] }, { label: "Two", items: ["c"] }]
        }
      ]
    })
    assert.deepStrictEqual<unknown>(manifest.structures, [
      {
        id: `${uri}/range/range:1`,
        type: "Range",
        label: { none: ["Front"] },
        items: [{ id: canvasId("a"), type: "Canvas" }]
      },
      {
        id: `${uri}/range/range:2`,
        type: "Range",
        label: { none: ["Acts"] },
        items: [
          {
            id: `${uri}/range/range:2.1`,
            type: "Range",
            label: { none: ["One"] },
            items: [
              { id: canvasId("b"), type: "Canvas" },
              {
                type: "SpecificResource",
                source: canvasId("c"),
                selector: {
                  type: "FragmentSelector",
                  value: "xywh=0,100,50,60",
                  conformsTo: "http://www.w3.org/TR/media-frags/"
                }
              }
            ]
          },
          {
            id: `${uri}/range/range:2.2`,
            type: "Range",
            label: { none: ["Two"] },
            items: [{ id: canvasId("c"), type: "Canvas" }]
          }
        ]
      }
    ])
  })

  it.each([[1, "individuals"], [2, "paged"], [3, "paged"]])("of %i pages is %s", (count, behavior) => {
    assert.deepStrictEqual(build({ label: "x" }, pages.slice(0, count)).behavior, [behavior])
  })
})

describe("pages with only an image and a label", () => {
  const Address = Schema.Literals([
    images,
    "http://x.org/a?b",
    "https://x.org/a#b",
    "x",
    "https://x y",
    "https://ü.org",
    ""
  ])
  const Size = Schema.Literals([1, 249, 250, 251, 4000, 30_000, 0, -1, 1.5, 1e300])
  const Tag = Schema.Literals(["none", "en", "en-US", "de-1996", "en_US", ""])
  const Id = Schema.Literals(["a", "A", "b", "1", "a b", "", "ä"])

  // This is why the builder need not check the canvases of such pages.
  it.prop(
    "are valid if and only if their canvases are",
    [Schema.NonEmptyArray(Schema.Struct({ id: Id, address: Address, width: Size, height: Size })), Tag],
    ([given, language]) => {
      const buildWith = (more: object) =>
        Manifest.build(
          uri,
          { label: { none: ["x"] }, language },
          given.map(({ address, height, id, width }) =>
            Object.assign({ id, imageService: address, width, height, label: "x" }, more) as unknown as Manifest.Page
          )
        )
      const [plain, checked] = [buildWith({}), buildWith({ behavior: ["facing-pages"] })]
      assert.strictEqual(Result.isSuccess(plain), Result.isSuccess(checked))
      if (Result.isSuccess(plain)) assert.deepStrictEqual(Manifest.check(plain.success), [])
    }
  )
})

describe("buildText", () => {
  it.each([
    { label: "Hamlet" },
    { label: "Hamlet", language: "de" },
    { label: "Hamlet", service: { type: "ImageService3", profile: "level1" } }
  ].flatMap((description) =>
    [{}, { bodyFormat: "source" }, { thumbnails: false, legacyServiceKeys: "id" }].map((more) => [description, more])
  ) as ReadonlyArray<[Manifest.Description, Manifest.BuildOptions]>)(
    "of %j with %j is the text of the manifest from build",
    (description, more) => {
      const given = [
        page("a", { label: "1r" }),
        page("b", { label: "\"\\u0001\u0003 \u{1F4D6}\u2028" }),
        page("c", { label: "", width: 100, height: 7, mediaType: "image/tiff" }),
        page("d", { label: { en: ["2v"] }, width: 1, height: 9999 }),
        page("e"),
        page("f", { label: "3r", imageService: `${images}/f;a=1&b='2'` }),
        page("g", { label: "3v", rotation: 90 })
      ]
      const form = { ...options, ...more }
      const text = Array.from(Result.getOrThrow(Manifest.buildText(uri, description, given, form))).join("")
      assert.strictEqual(text, JSON.stringify(Result.getOrThrow(Manifest.build(uri, description, given, form))))
    }
  )
})
