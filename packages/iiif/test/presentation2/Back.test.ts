/** What Presentation 2 has a place for comes back from it; everything else is listed by path. */
import { assert, describe, it } from "@effect/vitest"
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import * as Presentation2 from "@iiif-ingest/iiif/Presentation2"
import type * as Presentation3 from "@iiif-ingest/iiif/Presentation3"
import { Effect, Result } from "effect"

const uri = "https://example.org/iiif/hamlet"

const text = (value: string) => ({ none: [value] })

const image = (name: string) => ({ id: `${uri}/${name}.jpg`, type: "Image", format: "image/jpeg" }) as const

const annotation = (
  name: string,
  more: Partial<Presentation3.Annotation> & { readonly [key: string]: unknown }
): Presentation3.Annotation => ({
  id: `${uri}/annotation/${name}`,
  type: "Annotation",
  motivation: "painting",
  target: `${uri}/canvas/1`,
  ...more
})

const page = (name: string, ...items: ReadonlyArray<Presentation3.Annotation>): Presentation3.AnnotationPage => ({
  id: `${uri}/page/${name}`,
  type: "AnnotationPage",
  items
})

const canvas = (more: Partial<Presentation3.Canvas> = {}): Presentation3.Canvas => ({
  id: `${uri}/canvas/1`,
  type: "Canvas",
  label: text("1r"),
  width: 640,
  height: 427,
  items: [],
  ...more
})

const manifest = (more: Partial<Presentation3.Manifest> = {}): Presentation3.Manifest => ({
  "@context": "http://iiif.io/api/presentation/3/context.json",
  id: `${uri}/manifest`,
  type: "Manifest",
  label: text("Hamlet"),
  items: [canvas()],
  ...more
})

/** The manifest in Presentation 2, what was lost, and the manifest that is read from it. */
const thereAndBack = (given: Presentation3.Manifest) => {
  const { lost, manifest: older } = Effect.runSync(Presentation2.fromPresentation3(given))
  const { lost: lostAgain, manifest: back } = Effect.runSync(Presentation2.toPresentation3(older))
  assert.deepStrictEqual(lostAgain.map(({ path }) => path), ["sequences[0].@id"])
  return { older, lost: lost.map(({ path }) => path), back }
}

/** A manifest of which everything has a place in Presentation 2. */
const same = (given: Presentation3.Manifest, listed: ReadonlyArray<string> = []): void => {
  const { back, lost } = thereAndBack(given)
  assert.deepStrictEqual<unknown>(back, given)
  assert.deepStrictEqual<unknown>(lost, listed)
}

const painted = (...items: ReadonlyArray<Presentation3.Annotation>): Presentation3.Manifest =>
  manifest({ items: [canvas({ items: [{ id: `${uri}/canvas/1/page`, type: "AnnotationPage", items }] })] })

const annotated = (...items: ReadonlyArray<Presentation3.Annotation>): Presentation3.Manifest =>
  manifest({ items: [canvas({ annotations: [page("comments", ...items)] })] })

const comment = (name: string, more: Partial<Presentation3.Annotation>): Presentation3.Annotation =>
  annotation(name, { motivation: "commenting", ...more })

describe("what comes back as it was", () => {
  it("descriptions and links", () => {
    same(
      manifest({
        label: { en: ["Hamlet", "The Tragedy"], da: ["Amlet"] },
        summary: { en: ["A play"] },
        metadata: [{ label: { en: ["Author"] }, value: { none: ["Shakespeare"], fr: ["et autres"] } }],
        requiredStatement: { label: text("Attribution"), value: { en: ["Library"] } },
        rights: "http://creativecommons.org/licenses/by/4.0/",
        behavior: ["paged"],
        viewingDirection: "right-to-left",
        navDate: "1603-01-01T00:00:00Z",
        thumbnail: [image("thumb")],
        homepage: [
          { id: `${uri}/home`, type: "Text", label: text("Home"), format: "text/html", language: ["en", "fr"] },
          { id: `${uri}/film`, type: "Video", label: text("Film") }
        ],
        seeAlso: [{ id: `${uri}/record`, type: "Text", format: "text/html" }, { id: `${uri}/marc`, type: "Dataset" }],
        rendering: [{ id: `${uri}/pdf`, type: "Text", label: text("PDF"), format: "application/pdf" }],
        partOf: [{ id: `${uri}/collection`, type: "Collection" }, {
          id: `${uri}/all`,
          type: "Manifest",
          label: text("x")
        }],
        annotations: [{ id: `${uri}/page/about`, type: "AnnotationPage" }],
        start: {
          id: `${uri}/manifest/start`,
          type: "SpecificResource",
          source: `${uri}/canvas/1`,
          selector: { type: "FragmentSelector", value: "xywh=0,0,1,1" }
        }
      }),
      ["start.id"]
    )
  })

  it("painted images: choices, parts, rotation, styles", () => {
    same(painted(
      annotation("1", { body: image("1"), target: `${uri}/canvas/1#xywh=0,0,10,10` }),
      annotation("2", {
        body: {
          type: "Choice",
          label: text("Lights"),
          items: [{ ...image("2"), label: text("Day") }, { type: "SpecificResource", source: image("3") }]
        }
      }),
      annotation("3", {
        body: {
          id: `${uri}/4.jpg`,
          type: "SpecificResource",
          source: image("4"),
          selector: { type: "ImageApiSelector", region: "0,0,5,5", rotation: "!90" }
        }
      }),
      annotation("4", {
        stylesheet: { type: "CssStylesheet", value: ".turned {transform: rotate(9deg);}" },
        body: { type: "SpecificResource", source: image("5"), styleClass: "turned" }
      }),
      annotation("5", {
        body: { type: "SpecificResource", source: image("6"), selector: { type: "SvgSelector", value: "<svg/>" } }
      })
    ))
  })

  it("comments, tags, links and transcriptions", () => {
    same(annotated(
      comment("1", { body: { type: "TextualBody", value: "<b>!</b>", format: "text/html", language: "en" } }),
      comment("2", {
        motivation: ["tagging", "commenting"],
        body: [{ type: "TextualBody", value: "ghost", purpose: "tagging" }, { type: "TextualBody", value: "?" }]
      }),
      comment("6", { textGranularity: "line", body: { type: "TextualBody", value: "!" } }),
      comment("3", { motivation: "linking", body: { id: `${uri}/canvas/1`, type: "Canvas" } }),
      comment("4", { motivation: "supplementing", body: { id: `${uri}/text.xml`, type: "Text", format: "text/xml" } }),
      comment("5", {
        target: {
          type: "SpecificResource",
          source: `${uri}/canvas/1`,
          selector: [{ type: "FragmentSelector", value: "xywh=0,0,1,1" }, { type: "SvgSelector", value: "<svg/>" }]
        }
      })
    ))
  })

  it("labels and containers of bodies of every kind", () => {
    const note = { type: "TextualBody", value: "!", label: { en: ["L"] } } as const
    const part = [{ id: `${uri}/other`, type: "Manifest" }] as const
    same(manifest({
      thumbnail: [note as unknown as Presentation3.Resource],
      items: [canvas({
        annotations: [page(
          "comments",
          comment("1", { body: note }),
          comment("2", {
            body: { type: "Choice", items: [note, { type: "SpecificResource", source: image("1"), label: text("x") }] }
          }),
          comment("3", { body: { id: `${uri}/other/canvas`, type: "Canvas", partOf: part } }),
          comment("4", {
            body: { type: "SpecificResource", source: { id: `${uri}/other/canvas`, type: "Canvas", partOf: part } }
          }),
          comment("5", { body: { type: "SpecificResource", source: `${uri}/other/canvas`, partOf: part } })
        )]
      })]
    }))
  })

  it("that a canvas is in a collection", () => {
    same(manifest({
      items: [canvas({
        partOf: [{ id: `${uri}/collection`, type: "Collection" }, { id: `${uri}/manifest`, type: "Manifest" }]
      })]
    }))
  })

  it("texts, sound and video that are painted", () => {
    const words = annotation("1", { body: { type: "TextualBody", value: "Words" } })
    const film = annotation("2", {
      body: { id: `${uri}/film.mp4`, type: "Video", duration: 9, width: 640, height: 427 }
    })
    const given = manifest({ items: [canvas({ duration: 9, items: [page("painted", words, film)] })] })
    same(given, ["items[0].duration"])
    const { older } = thereAndBack(given)
    assert.deepStrictEqual<unknown>(older.sequences[0]?.canvases?.[0]?.images, [])
  })

  it("contents, with ranges and pages in any order", () => {
    const range = (name: string, items: Presentation3.Range["items"], more: object = {}): Presentation3.Range => ({
      id: `${uri}/range/${name}`,
      type: "Range",
      label: text(name),
      items,
      ...more
    })
    const first = { id: `${uri}/canvas/1`, type: "Canvas" } as const
    same(manifest({
      structures: [
        range("top", [
          first,
          range("a", [first, { ...first, label: text("Also") }], { behavior: ["individuals"] }),
          { type: "SpecificResource", source: first.id, selector: { type: "FragmentSelector", value: "xywh=1,1,2,2" } },
          range("b", [range("c", [first]), { id: `${uri}/range/a`, type: "Range" }])
        ], {
          behavior: ["paged"],
          supplementary: { id: `${uri}/layer`, type: "AnnotationCollection", label: text("L") }
        })
      ]
    }))
  })

  it("services of every version", () => {
    const given = manifest({
      service: [
        {
          "@context": "http://iiif.io/api/search/0/context.json",
          "@id": `${uri}/search`,
          "@type": "SearchService1",
          profile: "http://iiif.io/api/search/0/search"
        },
        {
          "@id": `${uri}/login`,
          "@type": "AuthCookieService1",
          profile: "http://iiif.io/api/auth/1/login",
          label: "Log in",
          service: [{ "@id": `${uri}/token`, "@type": "AuthTokenService1" }]
        },
        { id: `${uri}/3`, type: "ImageService3", profile: "level2", sizes: [{ width: 1, height: 1 }] },
        { id: `${uri}/probe`, type: "AuthProbeService2" },
        { id: `${uri}/own`, type: "Service", label: text("Own"), profile: `${uri}/profile` }
      ] as Presentation3.Manifest["service"] & object
    })
    // The context of Image API 3 is not that of the document.
    const { back } = thereAndBack(given)
    assert.deepStrictEqual<unknown>(back, given)
  })

  it("our own manifests with parts of images, rotation and contents", () => {
    const built = Result.getOrThrow(Manifest.build(`${uri}/manifest`, { label: "Hamlet" }, [
      {
        id: "p1",
        imageService: `${uri}/images/1`,
        width: 640,
        height: 427,
        label: "1r",
        rotation: 90,
        target: { x: 0, y: 0, width: 10, height: 10 },
        canvas: { width: 100, height: 100 }
      },
      {
        id: "p2",
        imageService: `${uri}/images/2`,
        width: 640,
        height: 427,
        label: "1v",
        region: { x: 0, y: 0, width: 64, height: 42 }
      },
      {
        id: "p3",
        url: `${uri}/3.jpg`,
        width: 640,
        height: 427,
        label: "2r",
        choices: [{ url: `${uri}/4.jpg`, width: 640, height: 427 }]
      }
    ]))
    const { back, lost } = thereAndBack(built)
    // Presentation 2 has no pages of images, so that their ids are new.
    const withoutPages = ({ items }: Presentation3.Manifest) =>
      items.map((one) => ({ ...one, items: one.items.flatMap(({ items }) => items) }))
    assert.deepStrictEqual<unknown>(withoutPages(back), withoutPages(built))
    assert.deepStrictEqual(lost, [])
  })
})

describe("time", () => {
  const timed = {
    type: "SpecificResource",
    source: `${uri}/canvas/1`,
    selector: { type: "FragmentSelector", value: "t=1,2" }
  } as const
  const more = {
    start: { id: `${uri}/manifest/start`, ...timed },
    structures: [{ id: `${uri}/range/1`, type: "Range", label: text("Act I"), items: [timed] }]
  } as const
  const notes = [page(
    "comments",
    comment("1", { target: `${uri}/canvas/1#t=1,2` }),
    comment("2", { target: { ...timed, id: `${uri}/target` } })
  )]

  it("is kept on a canvas that sound or video is painted on", () => {
    const film = annotation("film", {
      body: { id: `${uri}/film.mp4`, type: "Video", duration: 60, width: 640, height: 427 }
    })
    same(
      manifest({ ...more, items: [canvas({ duration: 60, items: [page("painted", film)], annotations: notes })] }),
      ["items[0].duration", "start.id"]
    )
  })

  it.each<readonly [name: string, body: unknown]>([
    ["several", [
      { id: `${uri}/film.mp4`, type: "Video", duration: 60, width: 640, height: 427 },
      { id: `${uri}/speech.mp3`, type: "Sound", duration: 50 },
      { type: "TextualBody", value: "Words" }
    ]],
    ["a choice", { type: "Choice", items: [{ id: `${uri}/speech.mp3`, type: "Sound", duration: 60 }] }]
  ])("is kept on a canvas that %s of them are painted on", (_, body) => {
    const given = annotation("film", { body: body as Presentation3.Resource })
    same(
      manifest({ ...more, items: [canvas({ duration: 60, items: [page("painted", given)], annotations: notes })] }),
      ["items[0].duration", "start.id"]
    )
  })

  it("is not known of what does not say how long it is", () => {
    const film = { id: `${uri}/film.mp4`, type: "Video", width: 640, height: 427 } as const
    const given = manifest({
      items: [canvas({ duration: 60, items: [page("painted", annotation("film", { body: film }))] })]
    })
    const { lost } = Effect.runSync(Presentation2.fromPresentation3(given))
    assert.deepStrictEqual(lost.map(({ path }) => path), ["items[0].duration", "items[0].items[0].items[0].body"])
  })

  it("is listed on any other canvas", () => {
    const given = annotation("image", { body: image("1"), target: `${uri}/canvas/1#t=1,2&xywh=1,1,1,1` })
    const { back, lost } = thereAndBack(
      manifest({ ...more, items: [canvas({ duration: 60, items: [page("painted", given)], annotations: notes })] })
    )
    assert.deepStrictEqual(lost, [
      "items[0].duration",
      "items[0].annotations[0].items[0].target",
      "items[0].annotations[0].items[1].target.selector",
      "items[0].items[0].items[0].target",
      "structures[0].items[0].selector",
      "start.id",
      "start.selector"
    ])
    assert.deepStrictEqual<unknown>(back.start, { id: `${uri}/canvas/1`, type: "Canvas" })
    assert.deepStrictEqual<unknown>(back.items[0]?.items[0]?.items[0]?.target, `${uri}/canvas/1#xywh=1,1,1,1`)
  })
})

describe("what is listed", () => {
  it("is the number that a page without a label gets", () => {
    const { label: _, ...unlabelled } = canvas()
    const { back, lost } = thereAndBack(manifest({ items: [unlabelled] }))
    assert.deepStrictEqual(lost, ["items[0].label"])
    assert.deepStrictEqual(back.items[0]?.label, text("1"))
  })

  it("is what the fragment in a reference conforms to", () => {
    const part = {
      type: "SpecificResource",
      source: `${uri}/canvas/1`,
      selector: { type: "FragmentSelector", value: "xywh=0,0,1,1", conformsTo: "http://www.w3.org/TR/media-frags/" }
    } as const
    const structures = [{ id: `${uri}/range/1`, type: "Range", label: text("x"), items: [part] }] as const
    const { lost } = thereAndBack({ ...annotated(comment("1", { target: part })), structures })
    assert.deepStrictEqual(lost, [
      "items[0].annotations[0].items[0].target.selector.conformsTo",
      "structures[0].items[0].selector.conformsTo"
    ])
  })

  it("is what Presentation 3 defines, where Presentation 2 has no place for it", () => {
    const body = { type: "TextualBody", value: "!", height: 9, provider: [], start: {} } as Presentation3.Resource
    const { back, lost } = thereAndBack(annotated(comment("1", { body, state: {}, "ex:kept": 1 } as object)))
    const first = "items[0].annotations[0].items[0]"
    assert.deepStrictEqual(lost, [
      `${first}.body.height`,
      `${first}.body.provider`,
      `${first}.body.start`,
      `${first}.state`
    ])
    const kept = comment("1", { body: { type: "TextualBody", value: "!" }, "ex:kept": 1 } as object)
    assert.deepStrictEqual<unknown>(back, annotated(kept))
  })

  it("by its path, if it has no place in Presentation 2", () => {
    const { lost } = thereAndBack(manifest({
      behavior: ["unordered", "auto-advance"],
      requiredStatement: { label: { en: ["Held by"] }, value: text("Library") },
      provider: [
        { id: uri, type: "Agent", label: text("Library"), logo: [image("logo")] },
        { id: uri, type: "Agent", label: text("Archive") }
      ],
      placeholderCanvas: canvas({ id: `${uri}/canvas/p` }),
      accompanyingCanvas: canvas({ id: `${uri}/canvas/a` }),
      navPlace: { type: "FeatureCollection" },
      start: { type: "SpecificResource", source: `${uri}/canvas/1`, selector: { type: "PointSelector", x: 1, y: 1 } },
      items: [canvas({
        duration: 9,
        navDate: "1603-01-01T00:00:00Z",
        items: [
          { ...page("1", annotation("1", { body: [image("1"), image("2")], timeMode: "trim" })), label: text("Page") }
        ],
        annotations: [page(
          "2",
          comment("2", {
            body: { type: "TextualBody", value: "!", textDirection: "rtl", purpose: "describing" },
            target: {
              type: "SpecificResource",
              source: `${uri}/canvas/1`,
              selector: { type: "PointSelector", x: 1, y: 1 }
            }
          })
        )]
      })]
    }))
    const first = "items[0].annotations[0].items[0]"
    assert.sameMembers([...lost], [
      "behavior[0]",
      "behavior[1]",
      "requiredStatement.label",
      "provider[0]",
      "provider[1]",
      "placeholderCanvas",
      "accompanyingCanvas",
      "navPlace",
      "start.selector",
      "items[0].duration",
      "items[0].navDate",
      "items[0].items[0].label",
      "items[0].items[0].items[0].body",
      "items[0].items[0].items[0].timeMode",
      "items[0].items[0].items[0].timeMode",
      `${first}.body.textDirection`,
      `${first}.body.purpose`,
      `${first}.target.selector`
    ])
  })
})
