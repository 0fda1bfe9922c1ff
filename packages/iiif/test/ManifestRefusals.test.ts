import { assert, describe, it } from "@effect/vitest"
import * as Collection from "@iiif-ingest/iiif/Collection"
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import { Result } from "effect"

const uri = "https://example.org/m"

const image = { id: "p1", imageService: "https://example.org/i/1", width: 640, height: 427 }

const sound = { id: "a", sound: "https://example.org/a.mp3", duration: 5 }

const region = { x: 0, y: 0, width: 1, height: 1 }

// Callers without types may give anything.
const buildAny = Manifest.buildWithFindings as (
  ...given: ReadonlyArray<unknown>
) => ReturnType<typeof Manifest.buildWithFindings>

const buildTextAny = Manifest.buildText as (...given: ReadonlyArray<unknown>) => ReturnType<typeof Manifest.buildText>

const codes = (findings: ReadonlyArray<Manifest.Finding>) => findings.map(({ code, path }) => `${code} ${path}`)

const codesOf = (given: Result.Result<unknown, Manifest.ManifestError>) =>
  Result.isFailure(given) ? codes(given.failure.findings) : []

/** What is found in inputs that are refused; what is built of others has no errors. */
const found = (description: object, pages: unknown): ReadonlyArray<string> => {
  const given = [uri, Object.defineProperties({ label: "x" }, Object.getOwnPropertyDescriptors(description)), pages]
  const [built, text] = [buildAny(...given), buildTextAny(...given)]
  if (Result.isFailure(built)) {
    assert(Result.isFailure(text))
    assert.deepStrictEqual(text.failure.findings, built.failure.findings)
    return codes(built.failure.findings)
  }
  const errors = Manifest.check(built.success.manifest).filter(({ severity }) => severity === "error")
  assert.deepStrictEqual(codes(errors), [])
  return codes(built.success.findings)
}

type Case = readonly [name: string, description: object, pages: unknown, findings: ReadonlyArray<string>]

const cases = (all: ReadonlyArray<Case>) =>
  it.each(all)("%s", (_, description, pages, findings) => {
    assert.deepStrictEqual(found(description, pages), findings)
  })

const tag = (more: object) => ({ motivation: "tagging", body: "x", ...more })

describe("what a canvas does not have is selected nowhere", () => {
  const raw = (page: string, selector: object) => ({
    type: "SpecificResource",
    source: `${uri}/canvas/canvas:${page}`,
    selector
  })
  const moment = { type: "PointSelector", t: 3 }
  const sectionWith = (item: unknown) => ({ contents: [{ label: "a", items: [item] }] })

  cases([
    ["a time to start at", { start: { page: "p1", time: { start: 5 } } }, [image], ["target-dimension start.time"]],
    ["a moment to start at", { start: { page: "p1", point: { t: 5 } } }, [image], ["target-dimension start.point"]],
    ["a point of a sound", { start: { page: "a", point: { x: 5 } } }, [sound], ["target-dimension start.point"]],
    [
      "a region in a section",
      sectionWith({ page: "a", region }),
      [sound],
      ["target-dimension contents[0].items[0].region"]
    ],
    ["a given part in a section", sectionWith(raw("p1", moment)), [image], [
      "target-dimension contents[0].items[0]"
    ]],
    ["a given part that is there", sectionWith(raw("a", moment)), [sound], []],
    [
      "a time of an annotation of the manifest",
      { annotations: [tag({ target: { page: "p1", time: { start: 1 } } })] },
      [image],
      ["target-dimension annotations[0].target.time"]
    ],
    [
      "a given target of an annotation of the manifest",
      { annotations: [tag({ target: raw("p1", moment) }), tag({ target: raw("elsewhere", moment) })] },
      [image],
      ["target-dimension annotations[0].target"]
    ],
    [
      "given annotations of the manifest",
      {
        annotations: [{
          id: `${uri}/1`,
          type: "AnnotationPage",
          items: [{
            id: `${uri}/2`,
            type: "Annotation",
            motivation: "tagging",
            body: { type: "TextualBody", value: "x" },
            target: [uri, `${uri}/canvas/canvas:p1#t=1`]
          }]
        }]
      },
      [image],
      ["target-dimension annotations[0].items[0].target[1]"]
    ],
    [
      "a time of an annotation of a page",
      {},
      [{ ...image, annotations: [tag({ target: { time: { start: 1 } } })] }],
      ["target-dimension pages[0].annotations[0].target.time"]
    ],
    ["a time of a page", {}, [{ ...image, time: { start: 1 } }], ["target-dimension pages[0].time"]],
    [
      "a place of a layer",
      {},
      [{ ...sound, layers: [{ text: "x", target: region }] }],
      ["target-dimension pages[0].layers[0].target"]
    ],
    ["an unknown duration of content", {}, [{
      ...sound,
      layers: [{ sound: sound.sound, annotations: [tag({ target: { time: { start: 1 } } })] }]
    }], ["annotation-elsewhere pages[0].layers[0].annotations[0].target"]],
    ["a part of a canvas without any", { start: { page: "a", time: { start: 1 } } }, [{ ...sound, canvas: {} }], [
      "missing pages[0].canvas"
    ]]
  ])
})

describe("an id is given to one thing only", () => {
  const second = { ...image, id: "p2" }
  const withId = (id: string) => tag({ id })
  const [one, two] = [`${uri}/1`, `${uri}/2`]
  const annotationPage = (id: string, item: string) => ({
    id,
    type: "AnnotationPage",
    items: [{
      id: item,
      type: "Annotation",
      motivation: "tagging",
      body: { type: "TextualBody", value: "x" },
      target: uri
    }]
  })
  const given = annotationPage(one, two)
  const placeholderCanvas = { id: one, type: "Canvas", width: 1, height: 1, items: [] }
  const errors = (description: object, pages: unknown) =>
    found(description, pages).filter((code) => !code.startsWith("annotation-elsewhere"))

  it.each<Case>([
    ["twice on a page", {}, [{ ...image, annotations: [withId(one), withId(one)] }], [
      "id-duplicate pages[0].annotations[1].id"
    ]],
    [
      "on two pages",
      {},
      [{ ...image, annotations: [withId(one)] }, { ...second, annotations: [withId(two), withId(one)] }],
      ["id-duplicate pages[1].annotations[1].id"]
    ],
    ["a given page on two pages", {}, [{ ...image, annotations: [given] }, { ...second, annotations: [given] }], [
      "id-duplicate pages[1].annotations[0].id"
    ]],
    ["a given page twice on a page", {}, [{ ...image, annotations: [given, given] }], [
      "id-duplicate pages[0].annotations[1].id"
    ]],
    ["a given page on the manifest and on a page", { annotations: [given] }, [{ ...image, annotations: [given] }], [
      "id-duplicate annotations[0].id"
    ]],
    ["a given page beside an annotation, with the id of the page that it gets", {}, [{
      ...image,
      annotations: [tag({}), annotationPage(`${uri}/canvas/canvas:p1/annotations`, two)]
    }], ["id-duplicate pages[0].annotations[1].id"]],
    [
      "in given pages",
      {},
      [{ ...image, annotations: [given] }, { ...second, annotations: [annotationPage(uri, two)] }],
      [
        "id-duplicate pages[1].annotations[0].id"
      ]
    ],
    ["that of a later page", {}, [{ ...image, annotations: [withId(`${uri}/annotation/annotation:p2`)] }, second], [
      "id-duplicate pages[0].annotations[0].id"
    ]],
    ["that of the canvas", {}, [{ ...image, annotations: [withId(`${uri}/canvas/canvas:p1`)] }], [
      "id-duplicate pages[0].annotations[0].id"
    ]],
    ["that of a page, on the manifest", { annotations: [withId(`${uri}/annotationPage/annopage:p1`)] }, [image], [
      "id-duplicate annotations[0].id"
    ]],
    ["that of nothing on the page", { annotations: [withId(`${uri}/annotation/annotation:p1:2`)] }, [image], []],
    [
      "a section's",
      { contents: [{ label: "x", items: ["p1"] }] },
      [{ ...image, annotations: [withId(`${uri}/range/range:1`)] }],
      ["id-duplicate contents[0].id"]
    ],
    [
      "a given inner canvas",
      {},
      [{ ...image, placeholderCanvas }, { ...second, placeholderCanvas }],
      ["id-duplicate pages[1].placeholderCanvas.id"]
    ]
  ])("%s", (_, description, pages, findings) => {
    assert.deepStrictEqual(errors(description, pages), findings)
  })
})

describe("a list without end is one finding, at once", () => {
  let doubled: ReadonlyArray<unknown> = [{ text: "x" }]
  for (let depth = 0; depth < 30; depth++) doubled = [{ choices: doubled }, { choices: doubled }]
  const endless: ReadonlyArray<string> = Object.assign([], { length: 4e9 })

  cases([
    ["pages", {}, endless, ["too-large pages"]],
    ["metadata", { metadata: endless }, [image], ["too-large metadata"]],
    ["a label", { label: endless }, [image], ["too-large label"]],
    ["something in contents", { contents: [{ items: ["p1"] }, { items: endless }] }, [image], [
      "too-large contents[1].items"
    ]],
    ["a label of a page", {}, [{ ...image, label: endless }], ["too-large pages[0].label"]],
    ["layers", {}, [{ ...image, layers: endless }], ["too-large pages[0].layers"]],
    ["layers of an empty page", {}, [{ id: "a", canvas: {}, layers: endless }], ["too-large pages[0].layers"]],
    ["choices in choices", {}, [{ id: "a", choices: doubled }], ["too-deep pages[0]"]]
  ])

  it("of a collection", () => {
    const members = endless as unknown as ReadonlyArray<Collection.Member>
    const member = { manifest: uri, label: "x" }
    assert.deepStrictEqual(codesOf(Collection.build(uri, { label: "x" }, members)), ["too-large members"])
    assert.deepStrictEqual(codesOf(Collection.build(uri, { label: endless }, [member])), ["too-large label"])
    assert.deepStrictEqual(codesOf(Collection.build(uri, { label: "x" }, [{ ...member, label: endless }])), [
      "too-large members[0].label"
    ])
  })
})

describe("whatever is thrown is a finding", () => {
  const throwing = (value: unknown): object =>
    Object.defineProperty({}, "label", {
      enumerable: true,
      get: () => {
        throw value
      }
    })
  const revoked = (): object => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  }
  const unnamed = {
    toString: () => {
      throw new Error("no")
    }
  }
  const toTextAny = Manifest.toText as (manifest: unknown) => ReturnType<typeof Manifest.toText>

  it.each<readonly [string, unknown]>([
    ["an error", new Error("no")],
    ["an object that cannot be a string", unnamed],
    ["a symbol", Symbol("no")],
    ["a revoked proxy", revoked()]
  ])("%s", (_, value) => {
    assert.deepStrictEqual(found(throwing(value), [image]), ["value-kind description"])
    assert.deepStrictEqual(found({}, [throwing(value)]), ["value-kind pages[0]"])
    assert.deepStrictEqual(codesOf(buildAny(uri, { label: "x" }, [image], throwing(value))), ["value-kind options"])
    assert.deepStrictEqual(codesOf(toTextAny(throwing(value))), ["unreadable "])
  })

  it("nor does a revoked proxy throw", () => {
    assert.deepStrictEqual(found({}, [revoked()]), ["value-kind pages[0]"])
    for (const given of [revoked(), { id: uri, items: [revoked()] }]) {
      assert.isTrue(Result.isFailure(toTextAny(given)))
    }
  })
})

describe("the context of text granularity is there if anything uses it", () => {
  const annotations = [tag({ textGranularity: "line" })]
  const content = { ...image, id: undefined, annotations }
  const given = {
    id: `${uri}/1`,
    type: "AnnotationPage",
    items: [{
      id: `${uri}/2`,
      type: "Annotation",
      motivation: "supplementing",
      textGranularity: "line",
      body: { type: "TextualBody", value: "x" },
      target: `${uri}/canvas/canvas:p1`
    }]
  }

  it.each<readonly [string, object]>([
    ["a page", { annotations }],
    ["a layer", { layers: [content] }],
    ["a choice", { choices: [content] }],
    ["a choice of a layer", { layers: [{ ...content, annotations: [], choices: [content] }] }],
    ["given annotations", { annotations: [given] }],
    ["an inner canvas", { placeholderCanvas: content }]
  ])("%s", (_, more) => {
    const { manifest } = Result.getOrThrow(buildAny(uri, { label: "x" }, [{ ...image, ...more }]))
    assert.deepStrictEqual(manifest["@context"], [
      "http://iiif.io/api/extension/text-granularity/context.json",
      "http://iiif.io/api/presentation/3/context.json"
    ])
  })
})

describe("what is given is written, or is a finding", () => {
  const target = (part: object) => [{ ...image, annotations: [tag({ target: part })] }]

  cases([
    ["a region and a point", {}, target({ region, point: { x: 1, y: 1 } }), [
      "value-kind pages[0].annotations[0].target"
    ]],
    ["three ways to select", { start: { page: "p1", region, svg: "<svg/>", point: { x: 1, y: 1 } } }, [image], [
      "value-kind start"
    ]],
    ["a point that is none", {}, target({ point: {} }), ["value-kind pages[0].annotations[0].target.point"]],
    ["a thumbnail of a part", { thumbnail: [{ ...image, id: undefined, region, rotation: 90, label: "x" }] }, [image], [
      "property-misplaced thumbnail[0].label",
      "property-misplaced thumbnail[0].region",
      "property-misplaced thumbnail[0].rotation"
    ]],
    ["a second label", {}, [{
      ...image,
      layers: [{ resource: { id: `${uri}.jpg`, type: "Image", label: { en: ["own"] } }, label: "P" }]
    }], ["property-misplaced pages[0].layers[0].label"]],
    ["a label of a page and one of its resource", {}, [{
      id: "a",
      canvas: { width: 1, height: 1 },
      resource: { id: `${uri}.jpg`, type: "Image", label: { en: ["own"] } },
      label: "P"
    }], []],
    ["unknown fields", { sumary: "x", homepage: [{ id: uri, type: "Text", label: "x", more: 1 }] }, [
      { ...image, lable: "x", type: "Canvas", "x:more": undefined },
      { ...image, id: "p2", annotations: [tag({ targt: "p1" })] }
    ], [
      "property-unmapped sumary",
      "property-unmapped pages[0].lable",
      "property-unmapped pages[0].type",
      "property-unmapped pages[1].annotations[0].targt"
    ]],
    ["an error beside an unknown field", {}, [{ ...image, lable: "x", behavior: ["x"] }], [
      "behavior-unknown pages[0].behavior[0]"
    ]]
  ])

  it("of a collection", () => {
    const build = Collection.build as (...given: ReadonlyArray<unknown>) => ReturnType<typeof Collection.build>
    const of = (member: object) => codesOf(build(uri, { label: "x" }, [{ manifest: uri, label: "x", ...member }]))
    assert.deepStrictEqual(of({ collection: uri }), ["value-kind members[0]"])
    assert.deepStrictEqual(of({ members: [{ manifest: uri, label: "x" }] }), ["value-kind members[0].members"])
  })
})

describe("what image services deliver", () => {
  const withSource = (mediaType: string) =>
    buildAny(uri, { label: "x" }, [{ ...image, mediaType }], { bodyFormat: "source" })

  it("an image is requested by the subtype of its format, as existing clients do", () => {
    const names = ["jpeg", "tiff", "png", "jp2"].map((format) => {
      const { manifest } = Result.getOrThrow(withSource(`image/${format}`))
      return /[a-z0-9]+$/.exec(JSON.parse(JSON.stringify(manifest.items[0].items?.[0]?.items[0]?.body)).id)?.[0]
    })
    assert.deepStrictEqual(names, ["jpg", "tiff", "png", "jp2"])
  })

  it.each(["image/svg+xml", "image/jpeg; q=1"])("%s is one finding", (mediaType) => {
    assert.deepStrictEqual(codesOf(withSource(mediaType)), ["format pages[0].mediaType"])
    const layers = [{ ...image, id: undefined, mediaType }]
    const layered = buildAny(uri, { label: "x" }, [{ ...image, layers }], { bodyFormat: "source" })
    assert.deepStrictEqual(codesOf(layered), ["format pages[0].layers[0].mediaType"])
  })

  it.each(["#1", "?a=b", "/", "/info.json", "/info.json?a#b"])("an address that ends in %s is one finding", (end) => {
    const refused = buildAny(uri, { label: "x" }, [{ ...image, imageService: image.imageService + end }])
    assert(Result.isFailure(refused))
    assert.deepStrictEqual(codesOf(refused), ["id-uri pages[0].imageService"])
    assert.strictEqual(refused.failure.findings[0]?.remedy, `write "${image.imageService}"`)
  })
})

describe("what is wrong with the first page is found once", () => {
  cases([
    ["an address", {}, [{ ...image, imageService: ` ${image.imageService}` }], ["id-uri pages[0].imageService"]],
    ["a width", {}, [{ ...image, width: 0 }], ["size pages[0].width"]],
    ["the width of a region", {}, [{ ...image, region: { ...region, width: 0 } }], ["size pages[0].region.width"]],
    ["an annotation of what an annotation says", {}, [{
      ...image,
      annotations: [tag({ body: [{ ...sound, id: undefined, annotations: [tag({ id: "x" })] }] })]
    }], ["id-uri pages[0].annotations[0].body[0].annotations[0].id"]],
    ["a logo that is no image", { provider: [{ id: uri, label: "x", logo: [{ text: "x" }] }] }, [image], [
      "class provider[0].logo[0]"
    ]],
    [
      "a format of a thumbnail",
      {
        thumbnail: [{ resource: { id: `${uri}.jpg`, type: "Image", format: "JPEG" } }]
      },
      [image],
      ["format thumbnail[0].resource.format"]
    ],
    ["the width of a choice", {}, [{ id: "a", choices: [{ ...image, id: undefined, width: 0 }] }], [
      "size pages[0].choices[0].width"
    ]]
  ])
})

it("numbers are written without an exponent", () => {
  const times = (start: number, end: number) =>
    Result.getOrThrow(buildAny(uri, { label: "x", start: { page: "a", time: { start, end } } }, [{
      ...sound,
      duration: 1e22
    }])).manifest.start?.id
  const start = `${uri}/canvas/canvas:a#t=`
  assert.strictEqual(times(1e21, 1.1e21), `${start}1000000000000000000000,1100000000000000000000`)
  assert.strictEqual(times(1e-10, 2.5e-10), `${start}0.0000000001,0.00000000025`)
  const { manifest } = Result.getOrThrow(buildAny(uri, { label: "x" }, [{ ...image, rotation: 1e-7 }]))
  assert.include(JSON.stringify(manifest), "\"rotation\":\"0.0000001\"")
})

describe("a book is made of images", () => {
  const bare = { id: "a", canvas: { width: 1, height: 1 } }
  const inner = { ...image, id: undefined }
  const other = { ...image, id: "p2" }

  it.each<readonly [string, ReadonlyArray<object>, ReadonlyArray<string> | undefined]>([
    ["images", [image, other], ["paged"]],
    ["an image", [image], ["individuals"]],
    ["images in layers, in choices, or given", [
      { ...bare, layers: [inner] },
      { id: "b", choices: [inner] },
      { ...bare, id: "c", resource: { id: `${uri}.jpg`, type: "Image" } }
    ], ["paged"]],
    ["empty pages", [bare, { ...bare, id: "b" }], undefined],
    ["a text beside an image", [image, { ...bare, text: "x" }], undefined],
    ["an image with a duration", [image, { ...other, canvas: { width: 1, height: 1, duration: 1 } }], undefined]
  ])("%s", (_, pages, behavior) => {
    assert.deepStrictEqual(Result.getOrThrow(buildAny(uri, { label: "x" }, pages)).manifest.behavior, behavior)
  })
})

describe("what says nothing is one finding", () => {
  const annotated = (annotation: object) => [{ ...image, annotations: [tag(annotation)] }]

  cases([
    ["no choices on a canvas", {}, [{ id: "a", canvas: { width: 1, height: 1 }, choices: [] }], [
      "canvas-empty pages[0]"
    ]],
    ["no choices beside an image", {}, [{ ...image, choices: [] }], []],
    ["a layer without choices", {}, [{ ...image, layers: [{ choices: [] }] }], [
      "body-missing pages[0].layers[0].choices"
    ]],
    ["an empty outline", {}, annotated({ target: { svg: "" } }), ["selector pages[0].annotations[0].target.svg"]],
    ["an outline that is none", { start: { page: "p1", svg: "nonsense" } }, [image], ["selector start.svg"]],
    ["an outline", {}, annotated({ target: { svg: "<?xml version=\"1.0\"?><svg:svg/>" } }), []],
    ["an empty motivation", {}, annotated({ motivation: "" }), ["value-kind pages[0].annotations[0].motivation"]],
    ["a motivation of two words", {}, annotated({ motivation: ["tagging", "foo bar"] }), [
      "value-kind pages[0].annotations[0].motivation[1]"
    ]]
  ])
})
