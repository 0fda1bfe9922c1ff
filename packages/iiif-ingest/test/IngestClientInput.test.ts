/** What callers without types give to a client is refused by the typed error `InputInvalid`, which names the option. */
import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { ImageSource, IngestImage, Input, TestMps } from "@iiif-ingest/core"
import { Layer } from "effect"
import { IngestClient } from "iiif-ingest"

const mps = TestMps.layer({ jobDuration: "10 millis" }).pipe(Layer.provideMerge(NodeFileSystem.layer))

/** As JavaScript sees a method: anything may be passed. */
const call = async (method: keyof IngestClient.IngestClient, args: ReadonlyArray<unknown>): Promise<unknown> => {
  const client = IngestClient.make(mps)
  try {
    return await Reflect.apply(client[method], client, args)
  } finally {
    await client.dispose()
  }
}

const image = IngestImage.bytes(new Uint8Array([1]), { name: "a.png" })
const manifest = { name: "COFFEE", label: "Coffee" }
const stored = { id: "a", key: "images/a.tif", width: 2, height: 3 }
const storedAsset = { ...stored, source: { name: "a.tif" }, mediaType: "image/tiff" }

type Case = readonly [
  what: string,
  method: keyof IngestClient.IngestClient,
  args: ReadonlyArray<unknown>,
  fields: ReadonlyArray<string>
]

const cases: ReadonlyArray<Case> = [
  ["no options", "ingest", [], ["options"]],
  ["null", "ingest", [null], ["options"]],
  ["no manifest", "ingest", [{ images: [image] }], ["manifest"]],
  ["a manifest that is null", "ingest", [{ images: [image], manifest: null }], ["manifest"]],
  ["a manifest that is text", "ingest", [{ images: [image], manifest: "HAMLET" }], ["manifest"]],
  ["a manifest without a label", "ingest", [{ images: [image], manifest: {} }], ["manifest.label"]],
  [
    "a manifest of wrong types",
    "ingest",
    [{ images: [image], manifest: { label: "x", name: 5, rights: 5, metadata: "a", behavior: "paged" } }],
    ["manifest.behavior", "manifest.metadata", "manifest.name", "manifest.rights"]
  ],
  ["a manifest as text", "ingest", [{ images: [image], manifest: { asIs: "{}" } }], ["manifest.asIs"]],
  ["no images", "ingest", [{ manifest }], ["images"]],
  ["images that are a text", "ingest", [{ images: "a.tif", manifest }], ["images"]],
  [
    "images that are texts",
    "ingest",
    [{ images: ["a.tif", null, undefined, 5, []], manifest }],
    ["images[0]", "images[1]", "images[2]", "images[3]", "images[4]"]
  ],
  ["a source in place of an image", "ingest", [{ images: [image.source], manifest }], ["images[0]"]],
  [
    "images without bytes",
    "ingest",
    [{
      images: [
        { source: { _tag: "FileSource", name: "a.tif" }, description: {} },
        { source: { _tag: "BytesSource", name: "a.tif", bytes: "bytes" }, description: {} },
        { source: image.source, description: null }
      ],
      manifest
    }],
    ["images[0]", "images[1]", "images[2]"]
  ],
  [
    "misspelt choices",
    "ingest",
    [{ images: [image], manifest, onUploadFailure: "submitrest", verify: true, randomIds: "yes", audio: "x" }],
    ["audio", "onUploadFailure", "randomIds", "verify"]
  ],
  ["a signal that is none", "ingest", [{ images: [image], manifest }, { signal: "stop" }], ["signal"]],
  ["no images to upload", "upload", [], ["images"]],
  ["a text to upload", "upload", ["a.tif"], ["images"]],
  ["texts to upload", "upload", [["a.tif"]], ["images[0]"]],
  ["images in place of sources", "upload", [[image]], ["images[0]"]],
  ["a right to replace that is no function", "upload", [[image.source], { mayReplace: true }], ["mayReplace"]],
  ["nothing to build", "build", [], ["description"]],
  ["descriptions that are no Map", "build", [manifest, [stored], { descriptions: { a: {} } }], ["descriptions"]],
  ["an address that is none", "build", [manifest, [stored], { uri: "hamlet" }], ["uri"]],
  ["assets without an asset", "build", [manifest, [{ how: "sent", asset: {} }]], ["assets[0].asset"]],
  ["a manifest of no list", "build", [manifest, "a.tif"], ["assets"]],
  ["a manifest of unknown assets", "build", [manifest, [stored, {}, "a"]], ["assets[2]"]],
  ["a manifest of incomplete assets", "build", [manifest, [stored, { id: "b" }]], ["assets[1]"]],
  ["nothing to submit", "submit", [], ["options"]],
  ["no assets to submit", "submit", [{ manifest: {} }], ["assets"]],
  ["checksum lists that are none", "upload", [[image.source], { fixity: true }], ["fixity"]],
  [
    "descriptions of wrong types",
    "build",
    [manifest, [stored], { descriptions: new Map<string, unknown>([["a", 5], ["b", { action: "destroy" }]]) }],
    ["descriptions.a", "descriptions.b.action"]
  ],
  ["an unknown way into the bucket", "submit", [{ assets: [{ how: "magic", asset: storedAsset }] }], ["assets[0].how"]],
  ["an asset twice", "submit", [{ assets: [stored, stored] }], ["assets"]],
  ["an empty list to submit", "submit", [{ assets: [] }], ["assets"]],
  ["assets that are null", "submit", [{ assets: [{ how: "stored", asset: null }] }], ["assets[0].asset"]],
  ["descriptions in an object", "submit", [{ assets: [stored], descriptions: { a: {} } }], ["descriptions"]],
  ["a manifest as text to submit", "submit", [{ assets: [stored], manifest: "{}", id: "" }], ["id", "manifest"]],
  ["no job", "jobStatus", [], ["id"]],
  ["a job that is a number", "awaitJob", [5], ["id"]],
  ["a limit that is no time", "awaitJob", ["1", { limit: "soon" }], ["limit"]]
]

describe("IngestClient, called without types", () => {
  it.each(cases)("refuses %s", async (_, method, args, fields) => {
    const error = await call(method, args).then(() => undefined, (error: unknown) => error)
    assert.instanceOf(error, Input.InputInvalid)
    if (!(error instanceof Input.InputInvalid)) return
    assert.deepStrictEqual(error.problems.map(({ field }) => field).toSorted(), [...fields])
    assert.notInclude(error.message, "undefined")
    assert.strictEqual(error.stack?.includes("TypeError"), false)
  })

  it("takes null for the options of a call, and any iterable of sources", async () => {
    assert.deepInclude(await call("ingest", [{ images: [], manifest }, null]), { assets: [] })
    function* once() {
      yield ImageSource.bytes(new Uint8Array(), { name: "a.png" })
    }
    const outcomes = await call("upload", [once(), null])
    assert.lengthOf(Array.isArray(outcomes) ? outcomes : [], 1)
  })
})
