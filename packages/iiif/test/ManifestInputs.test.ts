import { assert, describe, it } from "@effect/vitest"
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import { Result, Schema } from "effect"

const uri = "https://example.org/hamlet"

const image = { id: "a", url: "https://example.org/1.jpg", width: 10, height: 10 }

type Arguments = readonly [uri: unknown, description: unknown, pages: unknown, options?: unknown]

// Callers without types may give anything.
const buildAny = Manifest.build as (...given: ReadonlyArray<unknown>) => ReturnType<typeof Manifest.build>

const buildTextAny = Manifest.buildText as (...given: ReadonlyArray<unknown>) => ReturnType<typeof Manifest.buildText>

const codes = (findings: ReadonlyArray<Manifest.Finding>) => findings.map(({ code, path }) => `${code} ${path}`)

const refused = (given: Arguments): ReadonlyArray<Manifest.Finding> => {
  const [built, text] = [buildAny(...given), buildTextAny(...given)]
  assert(Result.isFailure(built) && Result.isFailure(text))
  assert.deepStrictEqual(text.failure.findings, built.failure.findings)
  assert.isBelow(built.failure.message.length, 10_000)
  return built.failure.findings
}

const described = (description: object): Arguments => [uri, { label: "x", ...description }, [image]]

const paged = (page: unknown): Arguments => [uri, { label: "x" }, [page]]

const throwing = (value: object, key: string) =>
  Object.defineProperty({ ...value }, key, {
    enumerable: true,
    get: () => {
      throw new Error("it is gone")
    }
  })

const long = "a".repeat(16 * 2 ** 20)

describe("inputs of the wrong kind are one finding each", () => {
  it.each<readonly [string, Arguments, string]>([
    ["no description", [uri, null, [image]], "value-kind description"],
    ["a number as description", [uri, 5, [image]], "value-kind description"],
    ["no label", [uri, {}, [image]], "missing label"],
    ["a label of 5", described({ label: 5 }), "value-kind label"],
    ["metadata that is an object", described({ metadata: {} }), "value-kind metadata"],
    ["a provider that is a string", described({ provider: "me" }), "value-kind provider"],
    ["contents that are a string", described({ contents: "abc" }), "value-kind contents"],
    ["a section that is null", described({ contents: [null] }), "value-kind contents[0]"],
    ["items that are a string", described({ contents: [{ label: "x", items: "a" }] }), "value-kind contents[0].items"],
    ["a thumbnail that is a number", described({ thumbnail: [5] }), "value-kind thumbnail[0]"],
    ["a thumbnail without id", described({ thumbnail: [{ type: "Image" }] }), "missing thumbnail[0].id"],
    ["pages that are an object", [uri, { label: "x" }, {}], "value-kind pages"],
    ["no pages", [uri, { label: "x" }, []], "manifest-empty pages"],
    ["a page that is null", paged(null), "value-kind pages[0]"],
    ["a hole", [uri, { label: "x" }, Array(1)], "value-kind pages[0]"],
    ["a page that is a list", paged([]), "value-kind pages[0]"],
    ["options that are null", [uri, { label: "x" }, [image], null], "value-kind options"],
    ["an unknown format", [uri, { label: "x" }, [image], { bodyFormat: "gif" }], "value-kind options.bodyFormat"],
    ["rules that are no list", [uri, { label: "x" }, [image], { rules: 5 }], "value-kind options.rules"],
    ["a rule set that is null", [uri, { label: "x" }, [image], { rules: [null] }], "value-kind options.rules[0]"],
    [
      "rule sets without end",
      [uri, { label: "x" }, [image], { rules: Object.assign([], { length: 4e9 }) }],
      "value-kind options.rules[0]"
    ],
    ["a BigInt", paged({ ...image, width: 10n }), "value-kind pages[0].width"],
    ["a function", described({ label: () => "x" }), "value-kind label"],
    ["a getter that throws", paged(throwing(image, "label")), "value-kind pages[0]"],
    ["a description whose getter throws", [uri, throwing({}, "label"), [image]], "value-kind description"],
    ["content that is two things", paged({ ...image, sound: "https://example.org/1.mp3" }), "value-kind pages[0]"],
    ["a sound without a duration", paged({ id: "a", sound: "https://example.org/1.mp3" }), "missing pages[0].canvas"]
  ])("%s", (_, given, finding) => {
    assert.deepStrictEqual(codes(refused(given)), [finding])
  })
})

describe("values that cannot be are one finding each", () => {
  it.each<readonly [string, Arguments, string]>([
    ["rotation of NaN", paged({ ...image, rotation: Number.NaN }), "value-kind pages[0].rotation"],
    ["rotation of 400", paged({ ...image, rotation: 400 }), "value-kind pages[0].rotation"],
    ["rotation of -90", paged({ ...image, rotation: -90 }), "value-kind pages[0].rotation"],
    ["a width of 2^53", paged({ ...image, width: 2 ** 53 }), "size pages[0].width"],
    ["a media type in capitals", paged({ ...image, mediaType: "JPEG" }), "format pages[0].mediaType"],
    ["a fragment in the address", [`${uri}#a`, { label: "x" }, [image]], "id-fragment uri"],
    ["an address that is no URI", ["hamlet", { label: "x" }, [image]], "id-uri uri"],
    ["a URN as address", ["urn:isbn:1", { label: "x" }, [image]], "id-uri uri"],
    ["an address of 16 MB", [`${uri}/${long}`, { label: "x" }, [image]], "id-uri uri"],
    ["a page id of 16 MB", paged({ ...image, id: long }), "page-id pages[0].id"],
    ["an image address of 16 MB", paged({ ...image, url: `${uri}/${long}` }), "id-uri pages[0].url"],
    [
      "a duration of 0",
      paged({ id: "a", sound: "https://example.org/1.mp3", duration: 0 }),
      "duration pages[0].duration"
    ],
    [
      "an end before its start",
      paged({ id: "a", sound: uri, duration: 9, clip: { start: 5, end: 4 } }),
      "region-outside pages[0].clip"
    ],
    [
      "a time after the end",
      paged({ id: "a", sound: uri, duration: 9, layers: [{ text: "x", time: { start: 5, end: 10 } }] }),
      "region-outside pages[0].layers[0].time"
    ],
    [
      "a target outside the page",
      paged({
        ...image,
        annotations: [{ motivation: "tagging", body: "x", target: { region: { x: 9, y: 9, width: 2, height: 1 } } }]
      }),
      "region-outside pages[0].annotations[0].target.region"
    ],
    [
      "a link to a page that is not there",
      paged({ ...image, annotations: [{ motivation: "linking", body: { page: "z" } }] }),
      "page-missing pages[0].annotations[0].body"
    ],
    [
      "a point outside a page",
      described({ start: { page: "a", point: { x: 11, y: 1 } } }),
      "region-outside start.point"
    ]
  ])("%s", (_, given, finding) => {
    assert.deepStrictEqual(codes(refused(given)), [finding])
  })

  it("a field that cannot be read is found, whichever it is", () => {
    for (
      const key of Object.keys({ ...image, canvas: 0, duration: 0, choices: 0, layers: 0, annotations: 0, navPlace: 0 })
    ) {
      assert.deepStrictEqual(codes(refused(paged(throwing(image, key)))), ["value-kind pages[0]"], key)
    }
    const unreadable = new Proxy([image], {
      get: (pages, key, receiver): unknown => {
        if (key === "0") throw new Error("it is gone")
        return Reflect.get(pages, key, receiver)
      }
    })
    assert.isTrue(refused([uri, { label: "x" }, unreadable]).every(({ code }) => code === "value-kind"))
  })

  it("what is wrong in the manifest has the path of the input", () => {
    const text = { text: "x", language: "in English" }
    assert.sameMembers(
      codes(refused([uri, {
        label: "x",
        services: [{ id: "x", type: "SearchService2" }],
        contents: [{ label: "1", items: [{ label: { en_US: ["x"] }, items: ["a"] }] }]
      }, [{
        id: "a",
        canvas: { width: 10, height: 10 },
        layers: [{ ...text, target: { x: 0, y: 0, width: 1, height: 1 } }, {
          choices: [image, { resource: { id: "x", type: "Image" } }]
        }],
        placeholderCanvas: { ...image, label: {} },
        annotations: [
          { id: "https://example.org/p", type: "AnnotationPage", items: [] },
          { motivation: "tagging", body: "x" },
          { motivation: "tagging", body: { resource: { id: "y", type: "Image" } } }
        ]
      }]])).filter((one) => !one.startsWith("language-tag pages")),
      [
        "id-uri services[0].id",
        "language-tag contents[0].items[0].label.en_US",
        "id-uri pages[0].layers[1].choices[1].resource.id",
        "text-empty pages[0].placeholderCanvas.label",
        "id-uri pages[0].annotations[2].body.resource.id"
      ]
    )
  })

  it("all problems are found at once", () => {
    const found = refused([
      "hamlet",
      { label: 5, language: "x y" },
      [{ ...image, width: 0, rotation: 400 }, { ...image, id: "b c" }, null]
    ])
    assert.sameMembers(codes(found), [
      "id-uri uri",
      "value-kind label",
      "size pages[0].width",
      "value-kind pages[0].rotation",
      "page-id pages[1].id",
      "value-kind pages[2]"
    ])
  })

  it("fields that are undefined are as good as absent", () => {
    const built = buildAny(uri, { label: "x", summary: undefined, contents: undefined }, [
      { ...image, label: undefined, choices: undefined, behavior: undefined, rotation: undefined }
    ])
    assert.deepStrictEqual(
      Result.getOrThrow(built),
      Result.getOrThrow(Manifest.build(uri, { label: "x" }, [image]))
    )
  })
})

describe("inputs without end, or very large ones, end", () => {
  const nested = (depth: number): object => {
    let section: object = { label: "x", items: ["a"] }
    for (let level = 0; level < depth; level++) section = { label: "x", items: [section] }
    return section
  }

  const doubled = (depth: number): object => {
    let section: object = { label: "x", items: ["a"] }
    for (let level = 0; level < depth; level++) section = { label: "x", items: [section, section] }
    return section
  }

  it("sections 30 deep are built, sections 10,000 deep are one finding", () => {
    assert.isTrue(Result.isSuccess(buildAny(...described({ contents: [nested(30)] }))))
    assert.deepStrictEqual(refused(described({ contents: [nested(10_000)] })).map(({ code }) => code), ["too-deep"])
  })

  it("a section in several places is built there; one in 2^40 places is one finding", () => {
    const built = Result.getOrThrow(buildAny(...described({ contents: [doubled(3)] })))
    assert.strictEqual(JSON.stringify(built.structures).split("canvas:a").length - 1, 8)
    assert.deepStrictEqual(codes(refused(described({ contents: [doubled(40)] }))), ["too-deep description"])
  })

  it("a section in itself is one finding", () => {
    const section = { label: "x", items: ["a"] as Array<unknown> }
    section.items.push(section)
    assert.deepStrictEqual(codes(refused(described({ contents: [section] }))), ["range-cycle contents[0].items[1]"])
  })

  it("annotations in annotations, and a service in itself, are one finding", () => {
    let body: object = image
    for (let level = 0; level < 5000; level++) {
      body = { url: image.url, width: 1, height: 1, annotations: [{ motivation: "tagging", body }] }
    }
    const annotations = [{ motivation: "tagging", body }]
    assert.deepStrictEqual(refused(paged({ ...image, annotations })).map(({ code }) => code), ["too-deep"])
    const service: Record<string, unknown> = { id: uri, type: "x" }
    service["service"] = [service]
    assert.deepStrictEqual(codes(refused(described({ services: [service] }))), ["too-deep services[0].service[0]"])
  })

  it("at most 100 findings of a code are kept", () => {
    const pages = Array.from({ length: 1000 }, (_, n) => ({ ...image, id: `p${n}`, width: 0, rotation: -1 }))
    const found = refused([uri, { label: "x" }, pages])
    assert.deepStrictEqual(found.filter(({ code }) => code === "size").length, 100)
    assert.deepStrictEqual(found.length, 200)
  })

  it("10,000 sections next to each other are built", () => {
    const contents = Array.from({ length: 10_000 }, (_, n) => ({ label: `${n}`, items: ["a"] }))
    assert.isTrue(Result.isSuccess(buildAny(...described({ contents }))))
  })
})

describe("pages that are looked at in a quicker way", () => {
  const Text = Schema.Literals(["x", "", 5]).pipe((text) =>
    Schema.Union([
      text,
      Schema.Array(text),
      Schema.Record(Schema.Literals(["en", "e n"]), Schema.Array(text)),
      Schema.Json
    ])
  )

  const Pair = Schema.Union([Schema.Struct({ label: Text, value: Text }), Schema.Struct({ label: Text }), Schema.Json])

  const Worded = Schema.Struct({
    id: Schema.Literals(["a", "b c", 5]),
    width: Schema.Literals([10, 0, "10"]),
    label: Schema.optionalKey(Text),
    summary: Schema.optionalKey(Text),
    metadata: Schema.optionalKey(Schema.Union([Schema.Array(Pair), Schema.Json])),
    requiredStatement: Schema.optionalKey(Pair),
    rights: Schema.optionalKey(Schema.Literals(["https://creativecommons.org/licenses/by/4.0/", "mine", 5])),
    behavior: Schema.optionalKey(Schema.Union([Schema.Array(Schema.Literals(["facing-pages", "x", 1])), Schema.Json])),
    navDate: Schema.optionalKey(Schema.Literals(["2020-01-01T00:00:00Z", "2020", 5])),
    mediaType: Schema.optionalKey(Schema.Literals(["image/png", "PNG", 5]))
  })

  // A key that is undefined sends a page the long way, and changes nothing else.
  it.prop("have the same outcome as by the long way", [Worded], ([page]) => {
    const given = { url: image.url, height: 10, ...page }
    const [quick, long] = [{}, { choices: undefined }].map((more) =>
      buildAny(uri, { label: "x" }, [{ ...given, ...more }])
    )
    assert(quick !== undefined && long !== undefined)
    if (Result.isSuccess(quick) && Result.isSuccess(long)) return assert.deepStrictEqual(quick.success, long.success)
    assert(Result.isFailure(quick) && Result.isFailure(long))
    assert.deepStrictEqual(quick.failure.findings, long.failure.findings)
  }, { arbitrary: { runs: 500 } })
})

describe("whatever is given", () => {
  const Junk = Schema.Union([Schema.Json, Schema.Record(Schema.String, Schema.Json)])

  it.prop("is built, or refused with paths of the inputs", [Junk, Junk, Junk], ([a, b, c]) => {
    for (
      const given of [
        [a, b, c],
        [uri, { label: "x", contents: [{ items: [a, { items: b }] }], metadata: [b], thumbnail: c }, [image]],
        [uri, { label: a, start: b, annotations: [c] }, [{
          ...image,
          annotations: [{ motivation: "x", body: a, target: b }]
        }]],
        [uri, { label: "x" }, [a, { ...image, choices: [b], layers: c }, { id: "b", canvas: a, placeholderCanvas: b }]]
      ]
    ) {
      const built = buildAny(...given)
      if (Result.isSuccess(built)) continue
      assert.isNotEmpty(built.failure.findings)
      for (const { path } of built.failure.findings) assert.notMatch(path, /^(?:items|structures|@context|$)/)
    }
  })
})
