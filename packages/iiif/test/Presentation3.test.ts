import { assert, describe, it } from "@effect/vitest"
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import * as Presentation3 from "@iiif-ingest/iiif/Presentation3"
import { Effect, Result, Schema } from "effect"
import * as SchemaIssue from "effect/SchemaIssue"
import { everything } from "./support/iiif.ts"

const decode = Schema.decodeUnknownSync(Presentation3.Manifest)

const encode = Schema.encodeSync(Presentation3.Manifest)

const format = SchemaIssue.makeFormatterStandardSchemaV1()

const pathOf = (path: ReadonlyArray<unknown> | undefined) =>
  (path ?? []).map((part) => typeof part === "object" && part !== null && "key" in part ? part.key : part).join(".")

const problems = (schema: Schema.Codec<unknown>, value: unknown, options: object = {}): ReadonlyArray<string> => {
  const decoded = Schema.decodeUnknownResult(schema)(value, { errors: "all", ...options })
  return Result.isSuccess(decoded)
    ? []
    : format(decoded.failure.issue).issues.map(({ message, path }) => `${pathOf(path)}: ${message}`)
}

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value))

type Place = readonly [parent: { [key: string]: unknown }, key: string]

/** Every place in a document where an invalid value can be put. */
const placesOf = (value: unknown, found: Array<Place> = []): ReadonlyArray<Place> => {
  if (typeof value !== "object" || value === null) return found
  for (const [key, child] of Object.entries(value)) {
    found.push([value as Place[0], key])
    placesOf(child, found)
  }
  return found
}

const extended = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(extended)
  if (typeof value !== "object" || value === null) return value
  const fields = Object.entries(value).map(([key, child]) => [key, extended(child)])
  // Language maps and the properties of GeoJSON have no extension properties.
  return Object.fromEntries(
    "type" in value || "@type" in value ? [["ex:before", 1], ...fields, ["ex:after", [2]]] : fields
  )
}

describe("decoding and encoding", () => {
  it("loses nothing of a manifest that uses every feature, and keeps its order", () => {
    assert.deepStrictEqual(problems(Presentation3.Manifest, everything), [])
    assert.strictEqual(JSON.stringify(encode(decode(everything))), JSON.stringify(everything))
  })

  it("keeps extensions of every class", () => {
    const manifest = extended(everything)
    assert.strictEqual(JSON.stringify(encode(decode(manifest))), JSON.stringify(manifest))
  })

  const schemas: ReadonlyArray<readonly [name: string, schema: Schema.Codec<unknown>]> = [
    ["manifest", Presentation3.Manifest],
    ["collection", Presentation3.Collection],
    ["annotation", Presentation3.Annotation],
    ["content resource", Presentation3.Resource],
    ["service", Presentation3.Service]
  ]

  for (const [name, schema] of schemas) {
    it.effect.prop(`loses nothing of any ${name}`, [schema], ([value]) =>
      Effect.gen(function*() {
        // Normalized by JSON.parse, since Node 24 reads the key "\\ud800" in some texts as another key.
        const json: unknown = JSON.parse(JSON.stringify(value))
        const text = JSON.stringify(json)
        const decoded = yield* Schema.decodeUnknownEffect(schema)(json)
        assert.strictEqual(JSON.stringify(yield* Schema.encodeEffect(schema)(decoded)), text)
      }), { arbitrary: { runs: 25 } })
  }

  it("returns the input object itself", () => {
    assert.strictEqual<unknown>(decode(everything), everything)
  })
})

describe("an invalid value", () => {
  const wrong: ReadonlyArray<unknown> = [null, 0, "", [], {}, { type: "Nonsense" }, undefined]

  it("is rejected exactly when the checker finds an error, with the same paths", () => {
    const count = placesOf(copy(everything)).length
    assert.isAbove(count, 500)
    let rejected = 0
    for (let index = 0; index < count; index += 2) {
      const manifest = copy(everything)
      const [parent, key] = placesOf(manifest)[index] ?? assert.fail("no such place")
      parent[key] = wrong[index % wrong.length]
      const errors = Manifest.check(manifest).filter(({ severity }) => severity === "error")
      assert.strictEqual(
        problems(Presentation3.Manifest, manifest).length,
        errors.length,
        `${key} = ${JSON.stringify(wrong[index % wrong.length])}`
      )
      assert.strictEqual(Result.isSuccess(Manifest.fromUnknown(manifest)), errors.length === 0)
      if (errors.length > 0) rejected++
    }
    assert.isAbove(rejected, count / 4)
  })

  it("is reported with its path and what was expected, all at once", () => {
    const manifest = {
      "@context": 1,
      id: "urn:x",
      type: "Manifest",
      navDate: "2023-02-29T00:00:00Z",
      items: [{
        id: "https://x.org/c",
        type: "Canvas",
        width: 0,
        height: 1,
        thumbnail: [{
          id: "https://x.org/t",
          type: "Image",
          service: [{ "@id": "https://x.org/s", "@type": "ImageService2", profile: ["level2"] }, {}]
        }],
        items: [{
          id: "https://x.org/p",
          type: "AnnotationPage",
          items: [{
            id: "https://x.org/a",
            type: "Annotation",
            body: [{ type: "Image" }, { type: "Choice" }, 3],
            target: { type: "SpecificResource", source: "https://x.org/c", selector: { type: "EllipseSelector" } }
          }]
        }]
      }],
      structures: [{ id: "https://x.org/r", type: "Range", items: ["https://x.org/c", { type: "Sequence" }, {}] }]
    }
    assert.sameMembers(problems(Presentation3.Manifest, manifest).map((one) => one.replace(/;.*$/s, "")), [
      "@context: it is 1",
      "id: it is \"urn:x\"",
      "label: there is no label",
      "navDate: it is \"2023-02-29T00:00:00Z\"",
      "items.0.width: it is 0",
      "items.0.thumbnail.0.service.0.profile: it is a list",
      "items.0.thumbnail.0.service.1.id: there is no id",
      "items.0.thumbnail.0.service.1.type: there is no type",
      "items.0.items.0.items.0.motivation: it is missing",
      "items.0.items.0.items.0.body.0.id: there is no id",
      "items.0.items.0.items.0.body.1.items: there is no items",
      "items.0.items.0.items.0.body.2: it is 3",
      "items.0.items.0.items.0.target.selector: its type is \"EllipseSelector\"",
      "structures.0.items.0: it is \"https://x.org/c\"",
      "structures.0.items.1.type: its type is \"Sequence\"",
      "structures.0.items.2.type: its type is missing"
    ])
  })

  it.each([
    [{ width: 1, height: 1 }, true],
    [{ duration: 0.5 }, true],
    [{ width: 1, height: 1, duration: 1 }, true],
    [{}, false],
    [{ width: 1 }, false],
    [{ height: 1, duration: 1 }, false],
    [{ width: 1.5, height: 1 }, false],
    [{ duration: -1 }, false]
  ])("a canvas with %j is accepted: %s", (extent, isAccepted) => {
    const canvas = { id: "https://x.org/c", type: "Canvas", items: [], ...extent }
    assert.strictEqual(problems(Presentation3.Canvas, canvas).length === 0, isAccepted)
  })

  it.each([
    ["1856-01-01T00:00:00Z", true],
    ["2024-02-29T23:59:59.5+14:00", true],
    ["-0044-03-15T12:00:00Z", false],
    ["12023-01-01T00:00:00Z", false],
    ["1900-02-29T00:00:00Z", false],
    ["2023-13-01T00:00:00Z", false],
    ["2023-01-01T24:00:00Z", false],
    ["2023-01-01T25:00:00Z", false],
    ["2023-01-01T00:00:00", false],
    ["2023-01-01", false]
  ])("the navDate %s is accepted: %s", (text, isAccepted) => {
    assert.strictEqual(problems(Presentation3.NavDate, text).length === 0, isAccepted)
  })

  it("rejects a manifest whose items are empty, missing or not a list", () => {
    for (const items of [[], {}, null, undefined, "https://x.org/c"]) {
      assert.isNotEmpty(problems(Presentation3.Manifest, { ...everything, items }))
    }
  })

  it.each([null, undefined, true, 7, "", [], [[]], Object.create(null)])("%j is not a manifest", (value) => {
    assert.isNotEmpty(problems(Presentation3.Manifest, value))
  })
})

describe("languageMap", () => {
  it("puts text without a language under the given one, and keeps language maps", () => {
    assert.deepStrictEqual(Presentation3.languageMap("a"), { none: ["a"] })
    assert.deepStrictEqual(Presentation3.languageMap(["a", "b"], "en"), { en: ["a", "b"] })
    assert.deepStrictEqual(Presentation3.languageMap({ de: ["a"] }, "en"), { de: ["a"] })
  })
})

describe("ContentStateText", () => {
  const target = {
    id: "https://example.org/canvas/1#xywh=0,0,5,5",
    type: "Canvas",
    partOf: [{ id: "https://example.org/manifest", type: "Manifest" }]
  }

  it.each([
    "https://example.org/manifest",
    target,
    { id: "https://example.org/state", type: "Annotation", motivation: ["contentState"], target }
  ])("encodes %j for a URL, and decodes it again", (state) => {
    const text = Schema.encodeSync(Presentation3.ContentStateText)(state)
    assert.match(text, /^[A-Za-z0-9_-]+$/)
    assert.deepStrictEqual<unknown>(Schema.decodeSync(Presentation3.ContentStateText)(text), state)
  })

  it.each(["", "%", "!!", "bm8", "JTdC"])("rejects %j", (text) => {
    assert.isTrue(Result.isFailure(Schema.decodeResult(Presentation3.ContentStateText)(text)))
  })
})
