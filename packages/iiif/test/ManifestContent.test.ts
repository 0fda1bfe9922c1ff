import { assert, describe, it } from "@effect/vitest"
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import * as Presentation3 from "@iiif-ingest/iiif/Presentation3"
import { Result, Schema } from "effect"

const uri = "https://example.org/opera"

const canvasId = `${uri}/canvas/canvas:a`

const files = "https://example.org/files"

const build = (description: Manifest.Description, ...pages: ReadonlyArray<Manifest.Page>) => {
  const manifest = Result.getOrThrow(Manifest.build(uri, description, pages))
  assert.deepStrictEqual(Manifest.check(manifest).filter(({ severity }) => severity === "error"), [])
  assert.isTrue(Schema.is(Presentation3.Manifest)(manifest))
  assert.isTrue(pages.every(Schema.is(Manifest.Page)))
  const text = Array.from(Result.getOrThrow(Manifest.buildText(uri, description, pages))).join("")
  assert.deepStrictEqual(JSON.parse(text), JSON.parse(JSON.stringify(manifest)))
  return manifest
}

const canvasOf = (page: Manifest.Page) => build({ label: "x" }, page).items[0]

const paintingsOf = (page: Manifest.Page) => canvasOf(page).items[0]?.items ?? []

const image = (name: string) => ({ imageService: `${files}/${name}`, width: 600, height: 400 })

const video = { video: `${files}/1.mp4`, width: 640, height: 360, duration: 572.5, mediaType: "video/mp4" }

describe("content", () => {
  it("is a video, with the size and duration of its canvas", () => {
    const { duration, height, items, thumbnail, width } = canvasOf({ id: "a", label: "Act 1", ...video })
    assert.deepStrictEqual([width, height, duration, thumbnail], [640, 360, 572.5, undefined])
    assert.deepStrictEqual<unknown>(items[0]?.items, [{
      id: `${uri}/annotation/annotation:a`,
      type: "Annotation",
      motivation: "painting",
      body: { id: `${files}/1.mp4`, type: "Video", format: "video/mp4", height: 360, width: 640, duration: 572.5 },
      target: canvasId
    }])
  })

  it("is a sound, whose canvas has only a duration", () => {
    const { duration, height, items, width } = canvasOf({ id: "a", sound: `${files}/1.mp3`, duration: 12.5 })
    assert.deepStrictEqual([width, height, duration], [undefined, undefined, 12.5])
    assert.deepStrictEqual<unknown>(items[0]?.items[0]?.body, { id: `${files}/1.mp3`, type: "Sound", duration: 12.5 })
  })

  it("is a text or a resource of Presentation 3, on a canvas of a given size", () => {
    const canvas = { width: 100, height: 50 }
    const model: Presentation3.Resource = { id: `${files}/1.glb`, type: "Model", format: "model/gltf-binary" }
    assert.deepStrictEqual<unknown>(paintingsOf({ id: "a", canvas, text: "To be", language: "en" })[0]?.body, {
      type: "TextualBody",
      value: "To be",
      language: "en"
    })
    assert.deepStrictEqual(paintingsOf({ id: "a", canvas, resource: model })[0]?.body, model)
  })

  it("may be missing", () => {
    const { height, items, label } = canvasOf({ id: "a", label: "Missing", canvas: { width: 100, height: 50 } })
    assert.deepStrictEqual<unknown>([height, items, label], [50, [], { none: ["Missing"] }])
  })

  it("a manifest with a duration is not paged", () => {
    assert.isUndefined(build({ label: "x" }, { id: "a", ...video }, { id: "b", ...video }).behavior)
    assert.deepStrictEqual(build({ label: "x" }, { id: "a", ...image("a") }).behavior, ["individuals"])
  })
})

describe("several contents", () => {
  it("are painted each in its place and time", () => {
    const annotations = paintingsOf({
      id: "a",
      canvas: { width: 600, height: 400, duration: 60 },
      ...image("a"),
      time: { start: 10 },
      layers: [
        { ...video, target: { x: 1, y: 2, width: 30, height: 40 }, time: { start: 5, end: 7.25 } },
        { text: "Press play", time: { start: 0, end: 5 } }
      ]
    })
    assert.deepStrictEqual(annotations.map(({ id, target }) => [id, target]), [
      [`${uri}/annotation/annotation:a`, `${canvasId}#t=10`],
      [`${uri}/annotation/annotation:a:2`, `${canvasId}#xywh=1,2,30,40&t=5,7.25`],
      [`${uri}/annotation/annotation:a:3`, `${canvasId}#t=0,5`]
    ])
  })

  it("without one of the page's own, the first layer has the first id", () => {
    const [first] = paintingsOf({ id: "a", canvas: { width: 6, height: 4 }, layers: [image("a")] })
    assert.strictEqual(first?.id, `${uri}/annotation/annotation:a`)
  })

  it("choices without content of the page's own each have their own label", () => {
    const canvas = canvasOf({
      id: "a",
      label: "A painting",
      choices: [{ ...image("day"), label: "Daylight" }, { ...image("xray"), label: "X-ray" }]
    })
    const body = canvas.items[0]?.items[0]?.body
    assert(typeof body === "object" && "type" in body && body.type === "Choice" && "items" in body)
    assert.deepStrictEqual(body.items.map((one) => "label" in one ? one.label : undefined), [
      { none: ["Daylight"] },
      { none: ["X-ray"] }
    ])
    assert.deepStrictEqual<unknown>([canvas.label, canvas.width, canvas.thumbnail?.length], [
      { none: ["A painting"] },
      600,
      1
    ])
  })

  it("are styled with CSS, and parts of a recording are played", () => {
    const [styled, clipped] = paintingsOf({
      id: "a",
      canvas: { width: 400, height: 600, duration: 9 },
      ...image("a"),
      stylesheet: { value: ".turned { transform: rotate(90deg) }" },
      styleClass: "turned",
      layers: [{ sound: `${files}/1.mp3`, clip: { start: 1, end: 10 }, stylesheet: `${files}/1.css` }]
    })
    assert.deepStrictEqual<unknown>(styled?.stylesheet, {
      type: "CssStylesheet",
      value: ".turned { transform: rotate(90deg) }"
    })
    assert.deepInclude(styled?.body as object, { type: "SpecificResource", styleClass: "turned" })
    assert.strictEqual(clipped?.stylesheet, `${files}/1.css`)
    assert.deepStrictEqual<unknown>(clipped?.body, {
      type: "SpecificResource",
      source: { id: `${files}/1.mp3`, type: "Sound" },
      selector: {
        type: "FragmentSelector",
        value: "t=1,10",
        conformsTo: "http://www.w3.org/TR/media-frags/"
      }
    })
  })
})

describe("annotations", () => {
  it("are gathered in one page, beside those given as pages, and target the canvas or parts of pages", () => {
    const given: Presentation3.AnnotationPage = { id: `${files}/ocr`, type: "AnnotationPage", items: [] }
    const { annotations } = build({ label: "x" }, {
      id: "a",
      ...image("a"),
      annotations: [
        { motivation: "commenting", body: { text: "<p>Look</p>", mediaType: "text/html", language: "en" } },
        given,
        { motivation: "tagging", body: "Fountain", target: { region: { x: 1, y: 2, width: 3, height: 4 } } },
        { motivation: "linking", body: { page: "b" }, target: { svg: "<svg/>" } },
        { id: `${files}/4`, motivation: ["commenting", "tagging"], target: { page: "b", point: { x: 5, y: 6 } } }
      ]
    }, { id: "b", ...image("b") }).items[0]
    const first = `${canvasId}/annotations`
    assert.deepStrictEqual<unknown>(annotations, [
      {
        id: first,
        type: "AnnotationPage",
        items: [
          {
            id: `${first}/1`,
            type: "Annotation",
            motivation: "commenting",
            body: { type: "TextualBody", value: "<p>Look</p>", format: "text/html", language: "en" },
            target: canvasId
          },
          {
            id: `${first}/2`,
            type: "Annotation",
            motivation: "tagging",
            body: { type: "TextualBody", value: "Fountain", format: "text/plain" },
            target: `${canvasId}#xywh=1,2,3,4`
          },
          {
            id: `${first}/3`,
            type: "Annotation",
            motivation: "linking",
            body: {
              type: "SpecificResource",
              source: { id: `${uri}/canvas/canvas:b`, type: "Canvas", partOf: [{ id: uri, type: "Manifest" }] }
            },
            target: { type: "SpecificResource", source: canvasId, selector: { type: "SvgSelector", value: "<svg/>" } }
          },
          {
            id: `${files}/4`,
            type: "Annotation",
            motivation: ["commenting", "tagging"],
            target: {
              type: "SpecificResource",
              source: `${uri}/canvas/canvas:b`,
              selector: { type: "PointSelector", x: 5, y: 6 }
            }
          }
        ]
      },
      given
    ])
  })

  it("are captions in several languages", () => {
    const caption = (language: string): Manifest.Content => ({
      textFile: `${files}/${language}.vtt`,
      mediaType: "text/vtt",
      language,
      label: { [language]: ["Captions"] }
    })
    const { annotations } = canvasOf({
      id: "a",
      ...video,
      annotations: [{ motivation: "supplementing", body: { choices: [caption("it"), caption("en")] } }]
    })
    const [page] = annotations ?? []
    assert(typeof page === "object" && "items" in page)
    assert.deepStrictEqual<unknown>(page.items[0]?.body, {
      type: "Choice",
      items: ["it", "en"].map((language) => ({
        id: `${files}/${language}.vtt`,
        type: "Text",
        label: { [language]: ["Captions"] },
        format: "text/vtt",
        language
      }))
    })
  })

  it("are also on images, sections and the manifest", () => {
    const annotations: Manifest.Described["annotations"] = [{ motivation: "tagging", body: "Skull" }]
    const manifest = build(
      { label: "x", annotations, contents: [{ label: "One", items: ["a"], annotations }] },
      { id: "a", canvas: { width: 6, height: 4 }, layers: [{ ...image("a"), annotations }] }
    )
    const targets = [
      manifest.annotations,
      manifest.structures?.[0]?.annotations,
      (manifest.items[0].items[0]?.items[0]?.body as Presentation3.Image | undefined)?.annotations
    ].map((pages) => {
      const [page] = pages ?? []
      return typeof page === "object" && "items" in page ? page.items[0]?.target : undefined
    })
    assert.deepStrictEqual(targets, [uri, `${uri}/range/range:1`, `${files}/a/full/max/0/default.jpg`])
  })

  it("with a granularity bring its context", () => {
    const manifest = build({ label: "x", context: ["https://example.org/context.json"] }, {
      id: "a",
      ...image("a"),
      annotations: [{ motivation: "supplementing", body: "To be", textGranularity: "line" }]
    })
    assert.deepStrictEqual(manifest["@context"], [
      "https://example.org/context.json",
      "http://iiif.io/api/extension/text-granularity/context.json",
      Presentation3.context
    ])
  })
})

describe("a description", () => {
  const place: Presentation3.NavPlace = {
    type: "FeatureCollection",
    features: [{ type: "Feature", geometry: { type: "Point", coordinates: [9.9, 51.5] } }]
  }

  it.each(
    [
      ["contents", { contents: [{ label: "1", items: [{ label: "1.1", items: ["a"], navPlace: place }] }] }, {}],
      ["a placeholder", {}, { placeholderCanvas: { ...image("p"), navPlace: place } }]
    ] as const
  )("with a place in %s has its context", (_, description, page) => {
    const manifest = build({ label: "x", ...description } as Manifest.Description, { id: "a", ...image("a"), ...page })
    assert.deepStrictEqual(manifest["@context"], [
      "http://iiif.io/api/extension/navplace/context.json",
      Presentation3.context
    ])
  })

  it("has services of its own, shared ones, and those of images", () => {
    const search = {
      id: `${files}/search`,
      type: "SearchService2",
      service: [{ id: `${files}/complete`, type: "AutoCompleteService2" }]
    } as const
    const login = { "@id": `${files}/login`, "@type": "AuthCookieService1", label: "Log in" } as const
    const manifest = build({ label: "x", services: [search], sharedServices: [login] }, {
      id: "a",
      ...image("a"),
      auth: [login]
    }, { id: "b", ...video, auth: [login] })
    assert.deepStrictEqual<unknown>([manifest.service, manifest.services], [[search], [login]])
    const bodies = manifest.items.map(({ items }) => items[0]?.items[0]?.body as Presentation3.Image)
    assert.deepStrictEqual<unknown>(bodies.map(({ service }) => service), [
      [{ id: `${files}/a`, type: "ImageService3", profile: "level2", service: [login] }],
      [login]
    ])
  })

  it("has thumbnails described as content, and inner canvases with ids of their own", () => {
    const { accompanyingCanvas, placeholderCanvas, thumbnail } = canvasOf({
      id: "a",
      ...video,
      thumbnail: [image("t"), { url: `${files}/t.png`, width: 10, height: 5 }],
      placeholderCanvas: { ...image("poster"), label: "Poster" },
      accompanyingCanvas: { canvas: { width: 600, height: 400 }, layers: [image("score")] }
    })
    assert.deepStrictEqual(thumbnail?.map((one) => "id" in one ? one.id : ""), [
      `${files}/t/full/250,/0/default.jpg`,
      `${files}/t.png`
    ])
    assert(placeholderCanvas !== undefined)
    assert.strictEqual(placeholderCanvas.id, `${canvasId}/placeholder`)
    assert.strictEqual(placeholderCanvas.items[0]?.items[0]?.target, `${canvasId}/placeholder`)
    assert.deepStrictEqual(placeholderCanvas.label, { none: ["Poster"] })
    assert.strictEqual(accompanyingCanvas?.id, `${canvasId}/accompanying`)
  })

  it("starts at a time, and has sections of spans of time with a start and supplementary annotations", () => {
    const supplementary = { id: `${files}/all`, type: "AnnotationCollection" } as const
    const second = { id: `${uri}/range/range:2`, type: "Range" } as const
    const manifest = build({
      label: "x",
      start: { page: "a", point: { t: 120.5 } },
      contents: [{
        label: "Act 1",
        start: { page: "a", time: { start: 3 } },
        supplementary,
        items: [{ page: "a", time: { start: 0, end: 302.05 } }, second]
      }, { items: ["a"] }]
    }, { id: "a", ...video })
    assert.deepStrictEqual<unknown>(manifest.start, {
      id: `${manifest.id}/start`,
      type: "SpecificResource",
      source: canvasId,
      selector: { type: "PointSelector", t: 120.5 }
    })
    assert.deepStrictEqual<unknown>(manifest.structures, [{
      id: `${uri}/range/range:1`,
      type: "Range",
      label: { none: ["Act 1"] },
      start: { id: `${canvasId}#t=3`, type: "Canvas" },
      supplementary,
      items: [{ id: `${canvasId}#t=0,302.05`, type: "Canvas" }, second]
    }, { ...second, items: [{ id: canvasId, type: "Canvas" }] }])
  })
})
