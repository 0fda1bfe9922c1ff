/** Pages with several images, and page properties, from the images to the manifest that is sent. */
import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { ManifestUri } from "@iiif-ingest/core/base/Ids"
import * as MpsConfig from "@iiif-ingest/core/config/MpsConfig"
import * as IngestProgram from "@iiif-ingest/core/IngestProgram"
import * as Delivery from "@iiif-ingest/core/mps/Delivery"
import * as IngestImage from "@iiif-ingest/core/mps/IngestImage"
import type { IngestRequest } from "@iiif-ingest/core/mps/IngestRequest"
import * as LtsClient from "@iiif-ingest/core/mps/LtsClient"
import * as ManifestRules from "@iiif-ingest/core/mps/ManifestRules"
import * as Manifests from "@iiif-ingest/core/mps/Manifests"
import * as Progress from "@iiif-ingest/core/Progress"
import * as Journal from "@iiif-ingest/core/upload/Journal"
import * as ObjectStore from "@iiif-ingest/core/upload/ObjectStore"
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import { Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import * as Path from "node:path"
import { asset } from "../support/assets.ts"
import { options } from "../support/config.ts"

const config = MpsConfig.layer({ ...options, assetPrefix: "BOOK" })

const services = Manifests.layer.pipe(Layer.provide([config, SecureRandom.layerWebCrypto]))

const uri = ManifestUri.make("https://nrs-qa.lib.harvard.edu/URN-3:AT:HAMLET:MANIFEST:3")

const build = (
  description: Manifests.Description,
  images: ReadonlyArray<readonly [id: string, options?: IngestImage.Options]>
) => {
  const entries = images.map(([id, options = {}]) => {
    const { description, source } = IngestImage.bytes(new Uint8Array([1]), { name: `${id}.tif`, id, ...options })
    return { asset: asset(`BOOK${id}`, {}, { source }), description }
  })
  return Manifests.Manifests.use((manifests) =>
    manifests.build(
      uri,
      description,
      entries.map(({ asset }) => asset),
      new Map(entries.map(({ asset, description }) => [asset.id, description]))
    )
  ).pipe(Effect.provide(services))
}

/** Builds a manifest of images that have these asset ids. */
const buildOf = (
  images: ReadonlyArray<readonly [assetId: string, IngestImage.Options & { readonly name: string }]>
) => {
  const entries = images.map(([assetId, options]) => {
    const { description, source } = IngestImage.bytes(new Uint8Array([1]), options)
    return { asset: asset(assetId, {}, { source }), description }
  })
  const descriptions = new Map(entries.map(({ asset, description }) => [asset.id, description]))
  return Manifests.Manifests.use((manifests) =>
    manifests.build(uri, { label: "Hamlet" }, entries.map(({ asset }) => asset), descriptions)
  ).pipe(Effect.provide(services))
}

const refused = (description: Manifests.Description, images: Parameters<typeof build>[1]) =>
  Effect.map(
    Effect.flip(build(description, images)),
    (error) =>
      error._tag === "ManifestError" ? error.findings.map(({ code, path }) => `${code} ${path}`) : [error.message]
  )

const assertNoFindings = (manifest: unknown) => assert.deepStrictEqual(Manifests.check(manifest), [])

const serviceOf = (id: string) => `https://mps-qa.lib.harvard.edu/assets/images/AT:BOOK${id}`

const canvas = (id: string) => `${uri}/canvas/canvas:BOOK${id}`

describe("the description of an image", () => {
  it.effect("sets the properties of its page: behavior, size, links, date, place, provider", () =>
    Effect.gen(function*() {
      const manifest = yield* build({ label: "Hamlet" }, [["a", {
        behavior: ["non-paged"],
        canvas: { width: 1280, height: 854 },
        homepage: [{ id: "https://library.example/a", type: "Text", label: "About" }],
        rendering: [{ id: "https://library.example/a.pdf", type: "Text", label: "PDF", format: "application/pdf" }],
        seeAlso: [{ id: "https://library.example/a.xml", type: "Dataset" }],
        provider: [{ id: "https://library.example/", label: "A library" }],
        navDate: "1603-01-01T00:00:00Z",
        navPlace: {
          type: "FeatureCollection",
          features: [{ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [12.6, 56] } }]
        }
      }]])
      const [page] = manifest.items
      assert.deepStrictEqual([page.width, page.height, page.behavior], [1280, 854, ["non-paged"]])
      assert.deepStrictEqual(page.homepage?.map(({ label }) => label), [{ none: ["About"] }])
      assert.deepStrictEqual(page.rendering?.map(({ format }) => format), ["application/pdf"])
      assert.deepStrictEqual(page.seeAlso?.map(({ type }) => type), ["Dataset"])
      assert.deepStrictEqual(page.provider?.map(({ type }) => type), ["Agent"])
      assert.strictEqual(page.navDate, "1603-01-01T00:00:00Z")
      assert.strictEqual(page.navPlace?.type, "FeatureCollection")
      assert.isArray(manifest["@context"])
      assertNoFindings(manifest)
    }))

  it.effect("makes it a labeled choice on the page of another image, referenced by id or name", () =>
    Effect.gen(function*() {
      const manifest = yield* build({ label: "Hamlet" }, [
        ["infrared", { page: { of: "a.tif", as: "choice" } }],
        ["a", { label: "1r" }],
        ["back", { page: { of: "BOOKa", as: "choice" }, label: { en: ["Back"] }, rotation: 180 }],
        ["b"]
      ])
      assert.deepStrictEqual(manifest.items.map(({ id }) => id), [canvas("a"), canvas("b")])
      const body = manifest.items[0].items[0]?.items[0]?.body
      assert.deepStrictEqual(
        JSON.parse(JSON.stringify(body)).items.map(
          (one: { readonly label?: unknown; readonly source?: { readonly label?: unknown } }) =>
            one.label ?? one.source?.label
        ),
        [{ none: ["1r"] }, { none: ["infrared"] }, { en: ["Back"] }]
      )
      assert.include(JSON.stringify(body), serviceOf("infrared"))
      assertNoFindings(manifest)
    }))

  it.effect("finds the other image by its assetId, by its id, or by either with what was added to it", () =>
    Effect.gen(function*() {
      for (const [reference, index] of [["whole", 0], ["a", 1], ["BOOKa", 1]] as const) {
        const manifest = yield* buildOf([
          ["whole", { assetId: "whole", name: "w.tif" }],
          ["BOOKa", { id: "a", name: "a.tif" }],
          ["BOOKb", { id: "b", name: "b.tif", page: { of: reference, as: "choice" } }]
        ])
        assert.strictEqual(manifest.items.length, 2)
        assert.include(JSON.stringify(manifest.items[index]), "images/AT:BOOKb", reference)
      }
    }))

  it.effect("does not choose between the assetId of one image and the id of another", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(buildOf([
        ["x", { assetId: "x", name: "1.tif" }],
        ["BOOKx", { id: "x", name: "2.tif" }],
        ["BOOKb", { id: "b", name: "b.tif", page: { of: "x", as: "choice" } }]
      ]))
      assert(error._tag === "ManifestError")
      assert.deepStrictEqual(error.findings.map(({ code, message }) => [code, message]), [
        ["image-ambiguous", "\"x\" refers to several images, such as x and BOOKx"]
      ])
    }))

  it.effect("makes it a layer over another image, at its target", () =>
    Effect.gen(function*() {
      const manifest = yield* build({ label: "Hamlet" }, [
        ["a", { canvas: { width: 2000, height: 1000 }, target: { x: 0, y: 0, width: 640, height: 427 } }],
        ["b", { page: { of: "a", as: "layer" }, target: { x: 700, y: 0, width: 640, height: 427 }, label: "Fragment" }]
      ])
      const annotations = manifest.items[0].items[0]?.items ?? []
      assert.deepStrictEqual(annotations.map(({ target }) => target), [
        `${canvas("a")}#xywh=0,0,640,427`,
        `${canvas("a")}#xywh=700,0,640,427`
      ])
      assert.include(JSON.stringify(annotations[1]?.body), "\"label\":{\"none\":[\"Fragment\"]}")
      assertNoFindings(manifest)
    }))

  it.effect("gets a warning, not an error, for properties that need a page of its own", () =>
    Effect.gen(function*() {
      const manifest = yield* build({ label: "Hamlet" }, [
        ["a"],
        ["b", { page: { of: "a", as: "choice" }, rights: "http://creativecommons.org/licenses/by/4.0/" }]
      ])
      assert.notInclude(JSON.stringify(manifest), "creativecommons")
      assert.strictEqual(ManifestRules.codes["image-unsaid"].severity, "warning")
    }))
})

describe("contents and start", () => {
  it.effect("refer to pages by asset id, own id or name of any image on them", () =>
    Effect.gen(function*() {
      const region = { x: 0, y: 0, width: 10, height: 10 }
      const manifest = yield* build({
        label: "Hamlet",
        start: "b.tif",
        contents: [{
          label: "Act 1",
          start: "b.tif",
          items: ["BOOKa", { label: "Scene 1", items: ["c", { page: "b", region }] }]
        }]
      }, [["a"], ["b"], ["c", { page: { of: "a", as: "choice" } }]])
      assert.deepStrictEqual(manifest.start, { id: canvas("b"), type: "Canvas" })
      const structures = JSON.stringify(manifest.structures)
      assert.deepStrictEqual(structures.match(/canvas:\w+/g), [
        "canvas:BOOKb",
        "canvas:BOOKa",
        "canvas:BOOKa",
        "canvas:BOOKb"
      ])
      assertNoFindings(manifest)
    }))
})

describe("references that match no page", () => {
  const page = (of: string) => ({ page: { of, as: "choice" as const } })

  it.effect.each(
    [
      [{ label: "x" }, [["a"], ["b", page("z")]], "image-missing images[1].page.of"],
      [{ label: "x" }, [["a"], ["b", page("a")], ["c", page("b")]], "image-missing images[2].page.of"],
      [{ label: "x" }, [["a", page("a")]], "image-missing images[0].page.of"],
      [
        { label: "x" },
        [["a"], ["b", { name: "same" }], ["c", { name: "same" }], ["d", page("same")]],
        "image-ambiguous images[3].page.of"
      ],
      [{ label: "x", start: "z" }, [["a"]], "image-missing start"],
      [
        { label: "x", contents: [{ label: "One", items: ["a", "z.tif"] }] },
        [["a"]],
        "image-missing contents[0].items[1]"
      ]
    ] as ReadonlyArray<readonly [Manifest.Description, Parameters<typeof build>[1], string]>
  )("%j with images %j yields one finding", ([description, images, finding]) =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* refused(description, images), [finding])
    }))

  it.effect("are reported together with all other errors", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(
        yield* refused({ label: "x", start: "z" }, [["a", { behavior: ["sideways"] }], ["b", page("y")]]),
        ["image-missing images[1].page.of", "image-missing start", "behavior-unknown pages[0].behavior[0]"]
      )
    }))

  it.effect("yield one finding for a table of contents that contains itself", () =>
    Effect.gen(function*() {
      const section: { label: string; items: Array<string | Manifest.Section> } = { label: "One", items: ["a"] }
      section.items.push(section)
      const found = yield* refused({ label: "x", contents: [section] }, [["a"]])
      assert.deepStrictEqual(found.map((one) => one.split(" ")[0]), ["range-cycle"])
    }))
})

const picture = (name: string) => Path.resolve(import.meta.dirname, "../../../../examples/images", name)

const sizes: { readonly [id: string]: { readonly width: number; readonly height: number } } = {
  BOOKfront: { width: 640, height: 427 },
  BOOKstrips: { width: 640, height: 427 },
  BOOKcoffee: { width: 600, height: 400 },
  BOOKhubbledeepfield: { width: 1000, height: 872 }
}

/** Everything in memory; the manifest that was sent is served. */
const inMemory = (sent: Array<IngestRequest>) =>
  IngestProgram.layer().pipe(
    Layer.provide([
      ObjectStore.layerMemory,
      Journal.layerMemory,
      Layer.effect(
        LtsClient.LtsClient,
        Effect.map(LtsClient.LtsClient, (client) =>
          LtsClient.LtsClient.of({
            ...client,
            initialize: (request) => Effect.andThen(Effect.sync(() => sent.push(request)), client.initialize(request))
          }))
      ).pipe(Layer.provide(LtsClient.layerScripted())),
      Delivery.layerScripted({
        manifest: (id) => Delivery.served(id, sent[0]?.manifest ?? {}),
        imageInfo: (id) => {
          const size = sizes[id]
          return size === undefined ? Delivery.absent(id) : Delivery.served(id, { id, ...size, raw: {} })
        }
      })
    ]),
    Layer.provideMerge(config),
    Layer.provideMerge(NodeFileSystem.layer)
  )

describe("ingestProgram", () => {
  it.effect("ingests and verifies every image, and sends a manifest of the pages", () => {
    const sent: Array<IngestRequest> = []
    const built: Array<number> = []
    return Effect.gen(function*() {
      const report = yield* IngestProgram.ingestProgram({
        images: [
          IngestImage.file(picture("falcon9-dscovr.jpg"), { id: "front", canvas: { width: 1280, height: 854 } }),
          IngestImage.file(picture("falcon9-strips.tif"), { id: "strips", page: { of: "front", as: "choice" } }),
          IngestImage.file(picture("coffee.png"), {
            page: { of: "falcon9-dscovr.jpg", as: "layer" },
            target: { x: 0, y: 0, width: 300, height: 200 }
          }),
          IngestImage.file(picture("hubble-deep-field.jpg"), { behavior: ["non-paged"] })
        ],
        manifest: {
          name: "FOUR",
          label: "Four",
          start: "hubble-deep-field.jpg",
          contents: [{ label: "Launch", items: ["front"] }]
        }
      }).pipe(
        Effect.provide(Progress.layer((event) =>
          Effect.sync(() => {
            if (event._tag === "ManifestBuilt") built.push(event.canvases)
          })
        ))
      )
      assert.deepStrictEqual(
        report.assets.map(({ fate, id }) => `${id} ${fate._tag}`),
        Object.keys(sizes).map((id) => `${id} Served`)
      )
      assert.strictEqual(report.manifest._tag, "Served")
      assert.deepStrictEqual(built, [2])
      const [request] = sent
      assert.deepStrictEqual(
        request?.assets.image.map(({ identifier }) => identifier),
        Object.keys(sizes).map((id) => `AT:${id}`)
      )
      assert.notInclude(JSON.stringify(request?.assets), "page")
      assertNoFindings(request?.manifest)
      for (const id of Object.keys(sizes)) assert.include(JSON.stringify(request?.manifest), `AT:${id}"`)
    }).pipe(Effect.provide(inMemory(sent)))
  })
})
