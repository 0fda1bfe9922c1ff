import { assert, describe, it } from "@effect/vitest"
import * as ServedManifest from "@iiif-ingest/core/mps/ServedManifest"
import { type Schema } from "effect"

interface Page {
  readonly asset?: string
  readonly id?: string
  readonly width?: number
}

const uri = "https://nrs-qa.lib.harvard.edu/URN-3:AT:HAMLET:MANIFEST:3"

const version3 = (
  pages: ReadonlyArray<Page>,
  id = uri,
  assets = "https://mps-qa.lib.harvard.edu/assets/images/AT:"
) => ({
  id,
  type: "Manifest",
  items: pages.map(({ asset, id: canvas, width = 600 }, i) => ({
    id: canvas ?? `${id}/canvas/${i}`,
    type: "Canvas",
    width,
    height: 400,
    items: [{
      type: "AnnotationPage",
      items: asset === undefined ? [] : [{
        type: "Annotation",
        motivation: "painting",
        body: {
          id: `${assets}${asset}/full/max/0/default.jpg`,
          type: "Image",
          service: [{ "@id": `${assets}${asset}`, "@type": "ImageService2", profile: "level2" }]
        }
      }]
    }]
  }))
})

const version2 = (pages: ReadonlyArray<Page>) => ({
  "@id": uri.replace("MANIFEST:3", "MANIFEST:2"),
  "@type": "sc:Manifest",
  sequences: [{
    canvases: pages.map(({ asset, width = 600 }, i) => ({
      "@id": `${uri.replace("MANIFEST:3", "MANIFEST:2")}/canvas/${i}`,
      "@type": "sc:Canvas",
      width,
      height: 400,
      images: asset === undefined ? [] : [{
        motivation: "sc:painting",
        resource: {
          "@type": "dctypes:Image",
          service: {
            "@context": "http://iiif.io/api/image/2/context.json",
            "@id": `https://mps-qa.lib.harvard.edu/assets/images/AT:${asset}`
          }
        }
      }]
    }))
  }]
})

const pages = [{ asset: "a" }, { asset: "b" }, { asset: "c" }]
const sent = version3(pages)

describe("a manifest that is served well", () => {
  it.each<readonly [string, Schema.Json]>([
    ["as it was sent", sent],
    [
      "from another host",
      JSON.parse(JSON.stringify(sent).replaceAll(/https:\/\/[a-z-]+\.lib\.harvard\.edu/g, "http://127.0.0.1:1"))
    ],
    ["under its URN in another case", version3(pages, uri.toUpperCase().replace("HTTPS", "https"))],
    [
      "under the address that it is redirected to",
      version3(pages, "https://mps-qa.lib.harvard.edu/iiif/3/URN-3:AT:HAMLET")
    ],
    ["with assets in capitals", version3([{ asset: "A" }, { asset: "B" }, { asset: "C" }])],
    ["with assets that were all renamed", version3(pages, uri, "https://x/iiif/drs:4000")],
    [
      "with ids of canvases that were all rewritten",
      version3(pages.map(({ asset }) => ({ asset, id: `https://x/${asset}` })))
    ],
    ["without ids", JSON.parse(JSON.stringify(sent).replaceAll(/"id":"[^"]*",/g, ""))]
  ])("%s", (_, served) => {
    assert.isUndefined(ServedManifest.problem(sent, served))
  })

  it("in the other version", () => {
    assert.isUndefined(ServedManifest.problemOfOther(sent, version2(pages)))
    assert.isUndefined(ServedManifest.problemOfOther(version2(pages), sent))
  })

  it("if the same image is on two pages", () => {
    const twice = version3([{ asset: "a" }, { asset: "b" }, { asset: "a" }])
    assert.isUndefined(ServedManifest.problem(twice, twice))
  })
})

describe("a manifest that is not what was sent", () => {
  it.each<readonly [string, Schema.Json]>([
    ["the manifest is served with 2 canvases instead of 3", version3(pages.slice(1))],
    [
      "canvas 2 is served as 601 x 400 instead of 600 x 400",
      version3([{ asset: "a" }, { asset: "b", width: 601 }, { asset: "c" }])
    ],
    [
      "the manifest is served as URN-3:AT:OTHER instead of URN-3:AT:HAMLET",
      version3(pages, uri.replace("HAMLET", "OTHER"))
    ],
    [
      "canvas 1 is served with the image AT:B instead of AT:A",
      version3([{ asset: "b" }, { asset: "a" }, { asset: "c" }])
    ],
    [
      "canvas 3 is served with the image AT:B instead of AT:C",
      version3([{ asset: "a" }, { asset: "b" }, { asset: "b" }])
    ],
    [
      "canvas 2 is served with the image AT:ZZ instead of AT:B",
      version3([{ asset: "a" }, { asset: "zz" }, { asset: "c" }])
    ],
    ["canvas 2 is served with no image instead of AT:B", version3([{ asset: "a" }, {}, { asset: "c" }])],
    ["canvas 1 is served with no image instead of AT:A", version3([{}, {}, {}])],
    [
      "canvas 1 is served with the image AT:X instead of AT:A",
      version3([{ asset: "x" }, { asset: "y" }, { asset: "z" }])
    ],
    [
      "canvas 1 is served with the image DRS:1 instead of AT:A",
      version3([{ asset: "1" }, { asset: "1" }, { asset: "2" }], uri, "https://x/drs:")
    ],
    [
      "canvas 1 is served with the id of canvas 2",
      version3([{ asset: "a", id: `${uri}/canvas/1` }, { asset: "b", id: `${uri}/canvas/0` }, { asset: "c" }])
    ],
    [
      "canvas 2 is served with the id of another canvas",
      version3(["a", "b", "c"].map((asset) => ({ asset, id: "https://x/1" })))
    ]
  ])("%s", (problem, served) => {
    assert.strictEqual(ServedManifest.problem(sent, served), problem)
  })

  it.each([
    ["the manifest is served with 2 canvases instead of 3", pages.slice(1)],
    ["the manifest is served with 2 canvases instead of 3", [{ asset: "a" }, {}, { asset: "c" }]],
    ["canvas 1 is served with the image AT:B instead of AT:A", [{ asset: "b" }, { asset: "a" }, { asset: "c" }]]
  ])("in the other version: %s", (problem, found) => {
    assert.strictEqual(ServedManifest.problemOfOther(sent, version2(found)), problem)
  })
})
