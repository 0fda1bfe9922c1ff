import { assert, describe, it } from "@effect/vitest"
import { ManifestUri } from "@iiif-ingest/core/Ids"
import * as Manifests from "@iiif-ingest/core/Manifests"
import * as Presentation3 from "@iiif-ingest/core/Presentation3"
import { Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { asset } from "./support/assets.ts"
import { layer as config } from "./support/config.ts"

const services = Manifests.layer.pipe(Layer.provide([config, SecureRandom.layerWebCrypto]))

const uriOf = (name?: string) =>
  Manifests.Manifests.use((manifests) => manifests.uri(name)).pipe(Effect.provide(services))

describe("Manifests.uri", () => {
  it.effect("is made of the environment, the namespace and the name", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* uriOf("HAMLET1"), "https://nrs-qa.lib.harvard.edu/URN-3:AT:HAMLET1:MANIFEST:3")
    }))

  it.effect("without a name has a new one each time, of capital letters and digits", () =>
    Effect.gen(function*() {
      const made = yield* Effect.all(Array.from({ length: 50 }, () => uriOf()))
      for (const uri of made) assert.match(uri, /\/URN-3:AT:GEN[A-Z0-9]{22}:MANIFEST:3$/)
      assert.strictEqual(new Set(made).size, 50)
    }))

  it.effect.each([
    ["Hamlet", "HAMLET"],
    ["hamlet, act 1", "HAMLETACT1"],
    ["\u6771\u4EAC", "HAMLET"],
    ["", "HAMLET"],
    ["A".repeat(201), "A".repeat(200)]
  ])("does not take the name %j, and offers %j", ([name, offered]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(uriOf(name))
      assert.deepStrictEqual(error.findings.map(({ code, path }) => [code, path]), [["manifest-name", "name"]])
      assert.include(error.message, JSON.stringify(offered))
      assert.isString(yield* uriOf(offered))
    }))
})

describe("Manifests.build", () => {
  it.effect("makes pages of assets: their service, size, label and metadata", () =>
    Effect.gen(function*() {
      const uri = ManifestUri.make("https://nrs-qa.lib.harvard.edu/URN-3:AT:HAMLET:MANIFEST:3")
      const manifests = yield* Manifests.Manifests
      const made = yield* manifests.build(uri, { label: "Hamlet" }, [
        asset("one", {
          label: { en: ["First"] },
          metadata: [{ label: "Folio", value: "1r" }],
          rights: "http://rightsstatements.org/vocab/InC/1.0/"
        }),
        asset("two", {}, { width: 100, height: 200 })
      ])
      assert.deepStrictEqual(made.items.map(({ height, label, width }) => [label, width, height]), [
        [{ en: ["First"] }, 640, 427],
        [{ none: ["two"] }, 100, 200]
      ])
      assert.deepStrictEqual(made.items[0].metadata, [{ label: { none: ["Folio"] }, value: { none: ["1r"] } }])
      assert.strictEqual(made.items[0].rights, "http://rightsstatements.org/vocab/InC/1.0/")
      const body = made.items[0].items[0]?.items[0]?.body
      assert(Presentation3.isImage(body))
      assert.strictEqual(body.id, "https://mps-qa.lib.harvard.edu/assets/images/AT:one/full/max/0/default.jpg")
    }).pipe(Effect.provide(services)))
})
