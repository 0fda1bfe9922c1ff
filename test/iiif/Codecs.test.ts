/** What Effect derives from the schemas: codecs for JSON, and values for property tests. */
import { assert, describe, it } from "@effect/vitest"
import { Presentation2, Presentation3 } from "@iiif-ingest/iiif"
import { Effect, Schema } from "effect"
import { everything } from "./support/everything.ts"

describe("the codec for JSON", () => {
  it.effect("changes nothing, and keeps extensions", () =>
    Effect.gen(function*() {
      const manifest = {
        ...everything,
        "ex:shelf": { a: [1] },
        rights: "http://creativecommons.org/licenses/by-sa/4.0/",
        items: everything.items.map((canvas) => Object.assign({ "ex:first": 1 }, canvas))
      }
      const codec = Schema.toCodecJson(Schema.Struct({ manifest: Presentation3.Manifest }))
      const decoded = yield* Schema.decodeEffect(codec)({ manifest })
      const encoded = yield* Schema.encodeEffect(codec)(decoded)
      assert.strictEqual(JSON.stringify(encoded), JSON.stringify({ manifest }))
    }))

  it.effect("of Presentation 2 keeps extensions too", () =>
    Effect.gen(function*() {
      const manifest = {
        "@context": Presentation2.context,
        "@id": "https://example.org/m",
        "@type": "sc:Manifest",
        label: "M",
        "ex:shelf": { a: [1] },
        sequences: [{
          "@type": "sc:Sequence",
          canvases: [{
            "@id": "https://example.org/c",
            "@type": "sc:Canvas",
            label: "1",
            width: 1,
            height: 1,
            "ex:n": 2
          }]
        }]
      }
      const codec = Schema.toCodecJson(Presentation2.Manifest)
      const decoded = yield* Schema.decodeUnknownEffect(codec)(manifest as unknown)
      assert.strictEqual(JSON.stringify(yield* Schema.encodeEffect(codec)(decoded)), JSON.stringify(manifest))
    }))

  it("says nothing of a document in JSON Schema that would refuse a valid one", () => {
    const { schema } = Schema.toJsonSchemaDocument(Presentation3.Manifest)
    assert.notInclude(JSON.stringify(schema), "enum")
  })
})
