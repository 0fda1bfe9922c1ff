import { assert, describe, it } from "@effect/vitest"
import { ManifestUri } from "@iiif-ingest/core/base/Ids"
import type { Asset } from "@iiif-ingest/core/image/Asset"
import type { Description } from "@iiif-ingest/core/mps/IngestImage"
import * as Manifests from "@iiif-ingest/core/mps/Manifests"
import * as Presentation3 from "@iiif-ingest/iiif/Presentation3"
import { Effect, Layer, Logger } from "effect"
import { SecureRandom } from "effect/crypto"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { asset } from "../support/assets.ts"
import { layer as config } from "../support/config.ts"

const services = Manifests.layer.pipe(Layer.provide([config, SecureRandom.layerWebCrypto]))

const uriOf = (name?: string) =>
  Manifests.Manifests.use((manifests) => manifests.uri(name)).pipe(Effect.provide(services))

describe("Manifests.uri", () => {
  it.effect("consists of the environment, the namespace and the name", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* uriOf("HAMLET1"), "https://nrs-qa.lib.harvard.edu/URN-3:AT:HAMLET1:MANIFEST:3")
    }))

  it.effect("generates a new name of capital letters and digits each time if none is given", () =>
    Effect.gen(function*() {
      const made = yield* Effect.all(Array.from({ length: 50 }, () => uriOf()))
      for (const uri of made) assert.match(uri, /\/URN-3:AT:GEN[A-Z0-9]{22}:MANIFEST:3$/)
      assert.strictEqual(new Set(made).size, 50)
    }))

  it.effect.each(["Hamlet", "functional_test", "GENJQDmHuAeKC57iEbJE9Sjsc", "a-b.c~d", "!$&'()*+,;=@"])(
    "has the name %j as it is given, in an address that needs no encoding",
    (name) =>
      Effect.gen(function*() {
        const uri = yield* uriOf(name)
        assert.strictEqual(uri, `https://nrs-qa.lib.harvard.edu/URN-3:AT:${name}:MANIFEST:3`)
        assert.strictEqual(new URL(uri).href, uri)
      })
  )

  it.effect.each(
    [
      ["hamlet, act 1", /: it is part of the address, which cannot have " "$/],
      ["a/b?c#d%e:f\\g", /cannot have "\/", "\?", "#", "%", ":" and others$/],
      ["HAMLET:MANIFEST:2", /cannot have ":"$/],
      ["a\u001b[2Jb", /cannot have "\\u\{1b\}", "\["$/],
      ["\u6771\u4EAC", /cannot have "\u6771", "\u4EAC"$/],
      ["stra\u00DFe", /cannot have "\u00DF"$/],
      ["", /: it is empty; omit it for a random name$/],
      ["A".repeat(201), /: it has 201 characters, and at most 200 are allowed$/]
    ] as const
  )("refuses the name %j, and suggests no other as if it were the same", ([name, problem]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(uriOf(name))
      assert.deepStrictEqual(error.findings.map(({ code, path }) => [code, path]), [["manifest-name", "name"]])
      assert.match(error.findings[0]?.message ?? "", problem)
      assert.match(error.message, /cannot be the name of a manifest/)
      assert.notMatch(error.message, /such as|suggest/)
    }))
})

describe("Manifests.build", () => {
  it.effect("makes a page of each asset, with its service, size, label and metadata", () =>
    Effect.gen(function*() {
      const uri = ManifestUri.make("https://nrs-qa.lib.harvard.edu/URN-3:AT:HAMLET:MANIFEST:3")
      const manifests = yield* Manifests.Manifests
      const one = asset("one")
      const made = yield* manifests.build(
        uri,
        { label: "Hamlet" },
        [one, asset("two", {}, { width: 100, height: 200 })],
        new Map([[one.id, {
          label: { en: ["First"] },
          metadata: [{ label: "Folio", value: "1r" }],
          rights: "http://rightsstatements.org/vocab/InC/1.0/"
        }]])
      )
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

  const uri = ManifestUri.make("https://nrs-qa.lib.harvard.edu/URN-3:AT:HAMLET:MANIFEST:3")

  const build = (
    description: Manifests.Description,
    imageDescription: Description = {},
    assets: ReadonlyArray<Asset> = [asset("one", {}, { width: 6000, height: 4000 })]
  ) =>
    Manifests.Manifests.use((manifests) =>
      manifests.build(uri, description, assets, new Map(assets.map(({ id }) => [id, imageDescription])))
    ).pipe(Effect.provide(services))

  const bodyOf = (manifest: Presentation3.Manifest) => {
    const body = manifest.items[0].items[0]?.items[0]?.body
    assert(Presentation3.isImage(body))
    return body
  }

  it.effect("warns about a label without none, and can add one", () => {
    const logged: Array<unknown> = []
    const label = { en: ["Hamlet"], de: ["Der Hamlet"] }
    return Effect.gen(function*() {
      yield* build({ label })
      assert.match(String(logged.join()), /manifest: label: .*"en", "de".*\[mps-label-none\]/)
      assert.deepStrictEqual((yield* build({ label, addNone: true })).label, { ...label, none: ["Hamlet"] })
      assert.deepStrictEqual((yield* build({ label: "x", language: "en", addNone: true })).label, {
        en: ["x"],
        none: ["x"]
      })
    }).pipe(Effect.provide(Logger.layer([Logger.make(({ message }) => void logged.push(message))])))
  })

  it.effect("requests an image at most at the size that its policy shows to the public", () =>
    Effect.gen(function*() {
      const limits = (side: number) => ({
        authenticated: { width: 9999, height: 9999 },
        public: { width: side, height: side }
      })
      const made = yield* build({ label: "x" }, { policyDefinition: { policy: limits(2400), thumbnail: limits(100) } })
      assert.match(bodyOf(made).id, /\/AT:one\/full\/!2400,2400\/0\/default\.jpg$/)
      const [thumbnail] = made.items[0].thumbnail ?? []
      assert.match(thumbnail?.id ?? "", /\/full\/100,\//)
      const named = yield* build({ label: "x" }, { policyDefinition: { policyGroupName: "default" } })
      assert.match(bodyOf(named).id, /\/full\/max\//)
    }))

  it.effect("refuses ids that differ only in case, which MPS does not distinguish", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(build({ label: "x" }, {}, [asset("a"), asset("b"), asset("A")]))
      assert.deepStrictEqual(error.findings.map(({ code, path }) => `${code} ${path}`), ["image-id-case images[2].id"])
    }))
})

describe("Manifests.check", () => {
  const environment = { manifestUrl: "https://nrs.lib.harvard.edu" }

  it.effect("compares the address with the environment, and images with their sizes", () =>
    Effect.gen(function*() {
      const manifests = yield* Manifests.Manifests
      const made = yield* manifests.build(yield* manifests.uri("HAMLET"), { label: "x" }, [asset("one")])
      assert.deepStrictEqual(Manifests.check(made), [])
      assert.deepStrictEqual(Manifests.check(made, { environment }).map(({ code, path }) => `${code} ${path}`), [
        "mps-address id"
      ])
      const sizeOf = () => ({ width: 427, height: 640 })
      assert.deepStrictEqual(Manifests.check(made, { sizeOf }).map(({ code }) => code), ["image-size-differs"])
    }).pipe(Effect.provide(services)))
})

describe("the versions of a manifest", () => {
  const samples = Path.resolve(import.meta.dirname, "../../../../test/data/mps-samples")

  it.effect.each(["ingest-request-v2-manifest.json", "ingest-request-known-success.json"])(
    "%s is converted to Presentation 3 with the ids of version 3, and back",
    (file) =>
      Effect.gen(function*() {
        const { manifest } = JSON.parse(Fs.readFileSync(Path.join(samples, file), "utf8"))
        const { manifest: read } = yield* Manifests.toPresentation3(manifest)
        assert.match(read.id, /^https:\/\/mps-qa\.lib\.harvard\.edu\/iiif\/3\/URN-3:AT:\w+:MANIFEST:3$/)
        const { manifest: back } = yield* Manifests.toPresentation2(read)
        assert.strictEqual(back["@id"], manifest["@id"])
      })
  )

  it.effect("changes the ids below the manifest, and no others", () =>
    Effect.gen(function*() {
      const manifests = yield* Manifests.Manifests
      const made = yield* manifests.build(yield* manifests.uri("HAMLET"), { label: "x" }, [asset("one")])
      const { manifest } = yield* Manifests.toPresentation2(made)
      const two = "https://nrs-qa.lib.harvard.edu/URN-3:AT:HAMLET:MANIFEST:2"
      assert.strictEqual(manifest["@id"], two)
      const text = JSON.stringify(manifest)
      assert.include(text, `${two}/canvas/canvas:one`)
      assert.include(text, "https://mps-qa.lib.harvard.edu/assets/images/AT:one")
      assert.notInclude(text, ":MANIFEST:3")
    }).pipe(Effect.provide(services)))

  it.effect("refuses JSON that is not a manifest", () =>
    Effect.gen(function*() {
      for (const value of [null, [], {}, { "@id": 7 }, { "@id": "x:MANIFEST:2" }]) {
        assert.strictEqual((yield* Effect.flip(Manifests.toPresentation3(value)))._tag, "ConversionError")
      }
    }))
})
