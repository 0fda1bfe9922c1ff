import { assert, describe, it } from "@effect/vitest"
import * as Manifest from "@iiif-ingest/iiif/Manifest"
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
  width: 1000,
  height: 800,
  ...more
})

const pages = [page("a"), page("b"), page("c")]

const codes = (findings: ReadonlyArray<Manifest.Finding>) => findings.map(({ code, path }) => `${code} ${path}`)

const refused = (description: Manifest.Description, given: ReadonlyArray<Manifest.Page> = pages) => {
  const built = Manifest.build(uri, description, given, options)
  const text = Manifest.buildText(uri, description, given, options)
  assert.isTrue(Result.isFailure(built) && Result.isFailure(text))
  if (!Result.isFailure(built) || !Result.isFailure(text)) return []
  assert.deepStrictEqual(text.failure.findings, built.failure.findings)
  assert.notInclude(built.failure.message, "    at ")
  return codes(built.failure.findings)
}

type Fields = Record<string, unknown>

const good = (): Fields =>
  JSON.parse(JSON.stringify(Result.getOrThrow(Manifest.build(uri, { label: "x" }, pages, options))))

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null

/** Sets the value at a path, such as `items[0].label`; `undefined` removes it. */
const put = (json: Fields, path: string, value: unknown): void => {
  const keys = path.split(/[.[\]]+/).filter((key) => key !== "")
  const last = keys.pop() ?? ""
  const parent = keys.reduce<unknown>((inner, key) => isFields(inner) ? inner[key] : undefined, json)
  assert(isFields(parent), path)
  if (value === undefined) delete parent[last]
  else parent[last] = value
}

type Changes = { readonly [path: string]: unknown }

const changed = (changes: Changes) => {
  const json = good()
  for (const [path, value] of Object.entries(changes)) put(json, path, value)
  return codes(Manifest.check(json))
}

const canvas = (id: string, more: object = {}) => ({ id, type: "Canvas", width: 10, height: 10, items: [], ...more })

const range = (id: string, item: string, type: string) => ({ id, type: "Range", items: [{ id: item, type }] })

const body = "items[0].items[0].items[0].body"

describe("the inputs of build", () => {
  it.each([
    [{ width: 0 }, "size pages[1].width"],
    [{ height: -1 }, "size pages[1].height"],
    [{ width: 1.5 }, "size pages[1].width"],
    [{ width: Number.NaN }, "size pages[1].width"],
    [{ imageService: "images:b" }, "id-uri pages[1].imageService"],
    [{ imageService: "" }, "id-uri pages[1].imageService"],
    [{ imageService: `${images}/a b` }, "id-uri pages[1].imageService"],
    [{ canvas: { width: 0, height: 10 } }, "size pages[1].canvas.width"],
    [{ target: { x: 0, y: 0, width: 0, height: 1 } }, "size pages[1].target.width"],
    [{ choices: [{ url: "x", width: 1, height: 1 }] }, "id-uri pages[1].choices[0].url"],
    [{ target: { x: 1, y: 0, width: 1000, height: 800 } }, "region-outside pages[1].target"],
    [{ region: { x: 0, y: -1, width: 10, height: 10 } }, "value-kind pages[1].region.y"],
    [{ layers: [{ url: "https://x.org/1.jpg", width: 1, height: 0 }] }, "size pages[1].layers[0].height"],
    [{ label: { en_US: ["x"] } }, "language-tag pages[1].label.en_US"],
    [{ label: { en: [] } }, "text-empty pages[1].label"],
    [{ label: {} }, "text-empty pages[1].label"],
    [{ rights: "mine" }, "rights-uri pages[1].rights"],
    [{ behavior: ["sideways"] }, "behavior-unknown pages[1].behavior[0]"],
    [{ navDate: "1856" }, "nav-date pages[1].navDate"],
    [{ homepage: [{ id: "x", type: "Text", label: "x" }] }, "id-uri pages[1].homepage[0].id"],
    [{ homepage: [{ id: "https://x.org", type: "Text" }] }, "missing pages[1].homepage[0].label"]
  ] as ReadonlyArray<readonly [Partial<Manifest.Page>, string]>)("a page with %j is one finding", (more, finding) => {
    assert.deepStrictEqual(refused({ label: "x" }, [page("a"), page("b", more)]), [finding])
  })

  it.each([
    [{ label: {} }, "text-empty label"],
    [{ label: "x", language: "in English" }, "language-tag language"],
    [{ label: "x", rights: "CC0" }, "rights-uri rights"],
    [{ label: "x", rights: "https://library.example/terms" }, "rights-unknown rights"],
    [{ label: "x", start: "z" }, "page-missing start"],
    [{ label: "x", contents: [{ label: "One", items: ["a", "z"] }] }, "page-missing contents[0].items[1]"],
    [
      { label: "x", contents: [{ label: "One", items: [{ page: "z", region: { x: 0, y: 0, width: 1, height: 1 } }] }] },
      "page-missing contents[0].items[0]"
    ],
    [
      { label: "x", start: { page: "a", region: { x: 999, y: 0, width: 2, height: 1 } } },
      "region-outside start.region"
    ],
    [{ label: "x", provider: [{ id: "Library", label: "Library" }] }, "id-uri provider[0].id"],
    [{ label: "x", behavior: ["paged", "big"] }, "behavior-unknown behavior[1]"]
  ] as ReadonlyArray<readonly [Manifest.Description, string]>)(
    "a description with %j is one finding",
    (description, finding) => {
      assert.deepStrictEqual(refused(description), [finding])
    }
  )

  it("a choice with a target of its own is a warning", () => {
    const choice = {
      imageService: `${images}/b`,
      width: 1000,
      height: 800,
      label: "x",
      target: { x: 0, y: 0, width: 10, height: 10 }
    }
    const { findings } = Result.getOrThrow(
      Manifest.buildWithFindings(uri, { label: "x" }, [page("a", { choices: [choice] })])
    )
    assert.deepStrictEqual(codes(findings), ["choice-target pages[0].choices[0].target"])
  })

  it("no pages are one finding", () => assert.deepStrictEqual(refused({ label: "x" }, []), ["manifest-empty pages"]))

  it("a table of contents that contains itself is one finding", () => {
    const section: { label: string; items: Array<string | Manifest.Section> } = { label: "One", items: ["a"] }
    section.items.push({ label: "Two", items: [section] })
    assert.deepStrictEqual(refused({ label: "x", contents: [section] }), ["range-cycle contents[0].items[1].items[0]"])
  })

  it("an empty section is one finding", () => {
    assert.deepStrictEqual(refused({ label: "x", contents: [{ label: "One", items: [] }] }), [
      "range-empty contents[0].items"
    ])
  })

  it("duplicate ids are one finding each; ids that differ by case are not duplicates", () => {
    assert.deepStrictEqual(refused({ label: "x" }, [page("a"), page("A"), page("a")]), ["page-duplicate pages[2].id"])
  })
})

describe("any manifest", () => {
  it.each([
    ["a size of 0", { "items[0].height": 0 }, ["size items[0].height"]],
    ["a negative size", { "items[0].width": -5 }, ["size items[0].width"]],
    ["a width alone", { "items[1].height": undefined }, ["size-pair items[1]"]],
    ["no canvases", { items: [] }, ["manifest-empty items"]],
    ["an empty list", { metadata: [] }, ["list-empty metadata"]],
    ["a canvas without content", { "items[0].items": [] }, ["canvas-empty items[0].items"]],
    ["the same id twice", { "items[1].items[0].id": `${uri}/annotationPage/annopage:a` }, [
      "id-duplicate items[1].items[0].id"
    ]],
    ["rights that are not a URI", { rights: "Public Domain" }, ["rights-uri rights"]],
    ["an invalid tag", { label: { none: ["x"], "e n": ["y"] } }, ["language-tag label[\"e n\"]"]],
    ["a thumbnail without a service", { "items[0].thumbnail[0].service": undefined }, [
      "thumbnail-service items[0].thumbnail[0]"
    ]],
    ["a thumbnail of another size than it requests", { "items[0].thumbnail[0].width": 300 }, [
      "image-request-size items[0].thumbnail[0]"
    ]],
    ["an image service 2 with id", { [`${body}.service`]: [{ id: "https://x.org/a", type: "ImageService2" }] }, [
      `service2-id ${body}.service[0]`
    ]],
    ["a service with both kinds of keys", {
      [`${body}.service[0].id`]: "https://x.org/a",
      [`${body}.service[0].type`]: "ImageService2"
    }, [`service-mixed ${body}.service[0]`]],
    ["an image of other proportions", { "items[0].height": 100 }, ["canvas-ratio items[0]"]],
    ["an image larger than its service", { [`${body}.service[0].width`]: 10 }, [`image-larger-than-service ${body}`]],
    ["a range that points nowhere", { structures: [range("https://x.org/r", "https://x.org/z", "Canvas")] }, [
      "range-target structures[0].items[0]"
    ]],
    ["a range that contains itself", {
      structures: [
        range("https://x.org/1", "https://x.org/2", "Range"),
        range("https://x.org/2", "https://x.org/1", "Range")
      ]
    }, ["range-cycle structures[0].items[0]", "range-cycle structures[1].items[0]"]],
    ["a start that points nowhere", { start: { id: "https://x.org/z", type: "Canvas" } }, ["start-target start"]],
    ["a canvas id with a fragment", {
      "items[0].id": `${uri}#a`,
      "items[0].items[0].items[0].target": `${uri}#a`
    }, ["id-fragment items[0].id"]],
    ["a placeholder of a placeholder", {
      placeholderCanvas: canvas("https://x.org/p", { accompanyingCanvas: canvas("https://x.org/q") })
    }, [
      "canvas-empty placeholderCanvas.items",
      "canvas-empty placeholderCanvas.accompanyingCanvas.items",
      "placeholder-nested placeholderCanvas.accompanyingCanvas"
    ]],
    ["an unknown property", { titel: "x" }, ["property-unknown titel"]],
    ["mutually exclusive behaviors", { behavior: ["paged", "continuous"] }, ["behavior-conflict behavior"]],
    ["a behavior of another class", { behavior: ["facing-pages"] }, ["behavior-misplaced behavior[0]"]]
  ] as ReadonlyArray<readonly [string, Changes, ReadonlyArray<string>]>)("%s is reported", (_, changes, findings) => {
    assert.sameMembers(changed(changes), [...findings])
  })

  it("is compared with the actual sizes of its images if they are given", () => {
    const sizeOf = (address: string) =>
      address.endsWith("/b") ? { width: 800, height: 1000 } : { width: 1000, height: 800 }
    assert.deepStrictEqual(codes(Manifest.check(good(), { sizeOf })), [
      "image-size-differs items[1].items[0].items[0].body"
    ])
  })

  it("of Presentation 2 is reported as such", () => {
    assert.deepStrictEqual(codes(Manifest.check({ "@type": "sc:Manifest" })), ["presentation-2 @type"])
  })

  it("that contains itself, or is nested too deeply, is a finding", () => {
    const json = good()
    put(json, "items[0].annotations", [json])
    const service: Fields = { id: "https://x.org/s", type: "x" }
    service["service"] = [service]
    assert.include(codes(Manifest.check({ ...json, service: [service] })), "too-deep service[0].service[0]")
    const deep = JSON.parse(`${"[".repeat(5000)}${"]".repeat(5000)}`)
    assert.isNotEmpty(Manifest.check(deep))
    const nested = `${"{\"id\":\"https://x.org/s\",\"type\":\"x\",\"service\":[".repeat(3000)}${"]}".repeat(3000)}`
    assert.include(codes(Manifest.check({ ...good(), service: [JSON.parse(nested)] })).join(), "too-deep")
  })

  const Junk = Schema.Union([Schema.Json, Schema.Record(Schema.String, Schema.Json)])

  it.prop("of any kind yields findings and no exception", [Junk, Junk, Junk], ([a, b, c]) => {
    assert.isArray(Manifest.check(a))
    assert.isArray(Manifest.check({ ...good(), label: a, items: b, structures: c }))
    assert.isArray(
      Manifest.check({
        ...good(),
        items: [a, { id: b, type: "Canvas", items: [c] }],
        structures: [a, { type: "Range", items: [b] }],
        start: c
      })
    )
  })

  it.each(["", " ", "<html>", "{", "[1,", "nul"])("the text %j is not JSON", (text) => {
    const read = Manifest.fromText(text)
    assert.deepStrictEqual(Result.isFailure(read) ? codes(read.failure.findings) : [], ["not-json "])
  })

  it("bytes that are not UTF-8 are rejected; a byte order mark is accepted", () => {
    const read = Manifest.fromText(new Uint8Array([0xff, 0xfe, 0x7b]))
    assert.deepStrictEqual(Result.isFailure(read) ? codes(read.failure.findings) : [], ["not-json "])
    assert.isTrue(Result.isSuccess(Manifest.fromText(new TextEncoder().encode(`\uFEFF${JSON.stringify(good())}`))))
  })
})
