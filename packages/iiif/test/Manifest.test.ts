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
  width: 1000,
  height: 872,
  label: `Page ${id}`,
  ...more
})

const build = (description: Manifest.Description, ...pages: ReadonlyArray<Manifest.Page>) =>
  Result.getOrThrow(Manifest.build(uri, description, pages, options))

const findings = (description: Manifest.Description, ...pages: ReadonlyArray<Manifest.Page>) =>
  Result.match(Manifest.build(uri, description, pages, options), {
    onSuccess: () => [],
    onFailure: (error) => error.findings
  })

const codes = (found: ReadonlyArray<Manifest.Finding>) => found.map(({ code, path }) => `${code} ${path}`)

describe("Manifest.build", () => {
  it("builds a complete manifest of one page", () => {
    const service = [{
      "@id": `${images}/one`,
      "@type": "ImageService2",
      profile: "http://iiif.io/api/image/2/level2.json"
    }]
    const thumbnail = [{
      id: `${images}/one/full/250,/0/default.jpg`,
      type: "Image",
      format: "image/jpeg",
      height: 218,
      width: 250,
      service
    }]
    assert.deepStrictEqual<unknown>(build({ label: "Hamlet" }, page("one")), {
      "@context": "http://iiif.io/api/presentation/3/context.json",
      id: uri,
      type: "Manifest",
      label: { none: ["Hamlet"] },
      behavior: ["individuals"],
      thumbnail,
      items: [{
        id: `${uri}/canvas/canvas:one`,
        type: "Canvas",
        label: { none: ["Page one"] },
        height: 872,
        width: 1000,
        thumbnail,
        items: [{
          id: `${uri}/annotationPage/annopage:one`,
          type: "AnnotationPage",
          items: [{
            id: `${uri}/annotation/annotation:one`,
            type: "Annotation",
            motivation: "painting",
            body: {
              id: `${images}/one/full/max/0/default.jpg`,
              type: "Image",
              format: "image/jpeg",
              height: 872,
              width: 1000,
              service
            },
            target: `${uri}/canvas/canvas:one`
          }]
        }]
      }]
    })
  })

  it("includes every property of the description", () => {
    const manifest = build({
      label: { en: ["Hamlet"], da: ["Hamlet, prins af Danmark"] },
      language: "en",
      summary: "A play",
      metadata: [{ label: "Creator", value: ["Shakespeare", "William"] }],
      requiredStatement: { label: "Attribution", value: { none: ["Folger"] } },
      rights: "http://creativecommons.org/publicdomain/zero/1.0/",
      provider: [{ id: "https://library.example", label: "Library" }],
      behavior: ["continuous"],
      thumbnail: [{ id: "https://x/t.jpg", type: "Image" }]
    }, page("one", { metadata: [{ label: "Folio", value: "1r" }] }))
    assert.deepStrictEqual(manifest.label, { en: ["Hamlet"], da: ["Hamlet, prins af Danmark"] })
    assert.deepStrictEqual(manifest.summary, { en: ["A play"] })
    assert.deepStrictEqual(manifest.metadata, [{
      label: { en: ["Creator"] },
      value: { en: ["Shakespeare", "William"] }
    }])
    assert.deepStrictEqual(manifest.requiredStatement, { label: { en: ["Attribution"] }, value: { none: ["Folger"] } })
    assert.strictEqual(manifest.rights, "http://creativecommons.org/publicdomain/zero/1.0/")
    assert.deepStrictEqual(manifest.provider, [{
      id: "https://library.example",
      type: "Agent",
      label: { en: ["Library"] }
    }])
    assert.deepStrictEqual(manifest.behavior, ["continuous"])
    assert.deepStrictEqual(manifest.thumbnail, [{ id: "https://x/t.jpg", type: "Image" }])
    assert.deepStrictEqual(manifest.items[0].label, { en: ["Page one"] })
    assert.deepStrictEqual(manifest.items[0].metadata, [{ label: { en: ["Folio"] }, value: { en: ["1r"] } }])
  })

  it("has one canvas per page, in order, each with its own painting", () => {
    const ids = ["b", "a", "c10", "c2"]
    const { behavior, items } = build({ label: "x" }, ...ids.map((id) => page(id)))
    assert.deepStrictEqual(items.map((canvas) => canvas.id), ids.map((id) => `${uri}/canvas/canvas:${id}`))
    for (const canvas of items) assert.strictEqual(canvas.items[0]?.items[0]?.target, canvas.id)
    assert.deepStrictEqual(behavior, ["paged"])
  })

  it.each(
    [
      [250, 100, "max", 250, 100],
      [100, 9999, "max", 100, 9999],
      [251, 1, "250,", 250, 1],
      [30_000, 10, "250,", 250, 1],
      [1000, 501, "250,", 250, 125]
    ] as const
  )(
    "a page of %s x %s has a thumbnail %s of %s x %s",
    (width, height, size, w, h) => {
      const [thumbnail] = build({ label: "x" }, page("one", { width, height })).thumbnail ?? []
      assert(Presentation3.isImage(thumbnail))
      assert.deepStrictEqual([thumbnail.id, thumbnail.width, thumbnail.height], [
        `${images}/one/full/${size}/0/default.jpg`,
        w,
        h
      ])
    }
  )

  it("needs a page", () => {
    assert.deepStrictEqual(codes(findings({ label: "x" })), ["manifest-empty pages"])
  })

  it("rejects two pages with the same id", () => {
    assert.deepStrictEqual(codes(findings({ label: "x" }, page("a"), page("b"), page("A"), page("a"))), [
      "page-duplicate pages[3].id"
    ])
  })

  it("reports everything that is wrong at once, each with its path and message", () => {
    const found = findings(
      { label: { english: ["x"], "en_US": ["y"] }, summary: { de: [] }, rights: "all rights reserved" },
      page("a", { label: { "": ["z"] } }),
      page("a")
    )
    assert.sameMembers(codes(found), [
      "language-tag label.en_US",
      "text-empty summary",
      "language-tag pages[0].label[\"\"]",
      "rights-uri rights",
      "page-duplicate pages[1].id"
    ])
    const { message } = new Manifest.ManifestError({ findings: found })
    for (const { message: one, path } of found) assert.include(message, `${path}: ${one}`)
  })

  it("rejects a language that is not a tag", () => {
    assert.isNotEmpty(findings({ label: "x", language: "in English" }, page("a")))
  })

  it("corrects rights to the canonical URI, and reports it", () => {
    const { findings, manifest } = Result.getOrThrow(Manifest.buildWithFindings(
      uri,
      { label: "x", rights: "https://creativecommons.org/licenses/by/4.0/" },
      [page("a", { rights: "https://rightsstatements.org/page/InC/1.0/?language=en" }), page("b")]
    ))
    assert.strictEqual(manifest.rights, "http://creativecommons.org/licenses/by/4.0/")
    assert.deepStrictEqual(codes(findings), ["rights-corrected rights", "rights-corrected pages[0].rights"])
    assert.strictEqual(manifest.items[0].rights, "http://rightsstatements.org/vocab/InC/1.0/")
  })

  const Text = Schema.Union([Schema.NonEmptyString, Schema.NonEmptyArray(Schema.NonEmptyString)])

  it.prop(
    "builds, from any text, a manifest without findings that survives JSON",
    [Text, Text, Schema.NonEmptyArray(Schema.Struct({ width: Schema.Int, height: Schema.Int, label: Text }))],
    ([label, summary, given]) => {
      const side = (n: number) => 1 + Math.abs(n) % 100_000
      const manifest = build(
        { label, summary },
        ...given.map((one, i) => page(`p${i}`, { label: one.label, width: side(one.width), height: side(one.height) }))
      )
      assert.deepStrictEqual(Manifest.check(JSON.parse(JSON.stringify(manifest))), [])
      assert.deepStrictEqual(
        manifest.items.map((c) => [c.width, c.height]),
        given.map((g) => [side(g.width), side(g.height)])
      )
    }
  )
})

describe("Manifest.check", () => {
  const good = () => JSON.parse(JSON.stringify(build({ label: "x" }, page("a"), page("b"))))

  it.each([null, undefined, "", 7, [], {}, { type: "Manifest" }])("finds that %j is not a manifest", (json) => {
    const found = Manifest.check(json)
    assert.isNotEmpty(found)
    assert.isTrue(found.every(({ code, severity }) => severity === "error" && ["missing", "value-kind"].includes(code)))
  })

  it("lists every problem of the structure, each with its path", () => {
    const json = good()
    delete json.label
    json.items[0].width = 0
    json.items[1].items[0].items[0].body.id = 7
    json.items[1].type = "Page"
    assert.sameMembers(codes(Manifest.check(json)), [
      "missing label",
      "size items[0].width",
      "class items[1].type",
      "id-uri items[1].items[0].items[0].body.id"
    ])
  })

  it("keeps unknown properties", () => {
    const json = { ...good(), "@context": ["http://example.org/x.json", Presentation3.context] }
    json.items[0].unknown = { anything: [1] }
    assert.deepStrictEqual(Manifest.check(json), [])
    assert.deepStrictEqual<unknown>(Result.getOrThrow(Manifest.fromUnknown(json)), json)
  })

  it.each([
    "http://creativecommons.org/publicdomain/zero/1.0/",
    "http://creativecommons.org/publicdomain/mark/1.0/",
    "http://creativecommons.org/licenses/by-nc-sa/4.0/",
    "http://creativecommons.org/licenses/by/3.0/us/",
    "http://rightsstatements.org/vocab/InC-OW-EU/1.0/"
  ])("accepts the rights %s", (rights) => assert.deepStrictEqual(Manifest.check({ ...good(), rights }), []))

  it.each([
    ["https://creativecommons.org/licenses/by/4.0/", "rights-https", "error"],
    ["https://rightsstatements.org/vocab/InC/1.0/", "rights-https", "error"],
    ["http://rightsstatements.org/page/InC/1.0/", "rights-https", "error"],
    ["http://creativecommons.org/licenses/of-mine/", "rights-form", "warning"],
    ["https://library.example/rights", "rights-unknown", "error"],
    ["http://creativecommons.org.example/licenses/by/4.0/", "rights-unknown", "error"],
    ["CC0", "rights-uri", "error"],
    ["", "rights-uri", "error"],
    ["https://a b", "rights-uri", "error"]
  ])("reports the rights %j: %s, %s", (rights, code, severity) => {
    const found = Manifest.check({ ...good(), rights })
    assert.deepStrictEqual(found.map((f) => [f.path, f.code, f.severity]), [["rights", code, severity]])
  })

  it.each(["none", "en", "de-CH", "zh-Hant-TW", "sr-Latn", "x-klingon"])("accepts the language tag %s", (tag) => {
    assert.deepStrictEqual(Manifest.check({ ...good(), summary: { [tag]: ["x"] } }), [])
  })

  it("reports a valid tag with digits as language-digits, since the official schema rejects it", () => {
    assert.deepStrictEqual(codes(Manifest.check({ ...good(), summary: { "de-1996": ["x"] } })), [
      "language-digits summary[\"de-1996\"]"
    ])
  })

  it.each(["en_US", "@none", "None of these", "e", "", "en-"])("rejects the language tag %j", (tag) => {
    const found = Manifest.check({ ...good(), summary: { [tag]: ["x"] } })
    assert.deepStrictEqual(found.map(({ code }) => code), ["language-tag"])
    assert.include(found[0]?.path, tag)
  })

  it("checks every text", () => {
    const bad = { en_US: ["x"] }
    const pair = { label: bad, value: bad }
    const json = {
      ...good(),
      summary: bad,
      metadata: [pair],
      requiredStatement: pair,
      provider: [{ id: "https://x", type: "Agent", label: bad }]
    }
    json.items[1].label = bad
    json.items[1].metadata = [pair]
    assert.sameMembers(Manifest.check(json).map(({ path }) => path), [
      "summary.en_US",
      "metadata[0].label.en_US",
      "metadata[0].value.en_US",
      "requiredStatement.label.en_US",
      "requiredStatement.value.en_US",
      "provider[0].label.en_US",
      "items[1].label.en_US",
      "items[1].metadata[0].label.en_US",
      "items[1].metadata[0].value.en_US"
    ])
  })
})

describe("a rule set", () => {
  const code: Manifest.Rule = { severity: "warning", clause: "house rules, 1", expected: "-", remedy: "-" }

  it("finds the same in a manifest that is being built as in the built one", () => {
    const rules: Manifest.RuleSet = {
      codes: { "house-pages": code, "house-size": code },
      manifest: ({ items }, report) => {
        if (!Array.isArray(items)) return assert.fail("it has no items")
        report("house-pages", `${items.length} pages, the last is ${items.at(-1)?.id}`)
        for (const [index, { height, width }] of items.entries()) {
          if (width > height) report("house-size", `${width} x ${height}`, ["items", index])
        }
      }
    }
    const pages = [page("a"), page("b", { region: { x: 0, y: 0, width: 10, height: 20 } })]
    const built = Result.getOrThrow(Manifest.buildWithFindings(uri, { label: "x" }, pages, { rules: [rules] }))
    assert.deepStrictEqual(built.findings, Manifest.check(built.manifest, { rules: [rules] }))
    assert.deepStrictEqual(codes(built.findings), ["house-pages ", "house-size items[0]"])
  })

  it("must have every code that it reports", () => {
    const rules: Manifest.RuleSet = { codes: {}, manifest: (_, report) => report("house-other", "-") }
    assert.throws(() => Manifest.check(build({ label: "x" }, page("a")), { rules: [rules] }), /"house-other"/)
  })
})
