import { assert, describe, it } from "@effect/vitest"
import { Ids } from "@iiif-ingest/core"
import { Manifest } from "@iiif-ingest/iiif"
import { Result } from "effect"
import { lostByParser, metByParser, officialMissing, officialProblems } from "../support/iiif.ts"

const image = (id: string) => ({
  imageService: `https://mps-qa.lib.harvard.edu/assets/images/AT:${id}`,
  width: 600,
  height: 400,
  label: id
})

const page = (id: string) => ({ ...image(id), id: Ids.AssetId.make(id) })

const part = (x: number, y: number) => ({ x, y, width: 600, height: 400 })

const manifest = Result.getOrThrow(
  Manifest.build(Ids.ManifestUri.make("https://nrs-qa.lib.harvard.edu/URN-3:AT:HAMLET:MANIFEST:3"), {
    label: "Hamlet",
    start: "b",
    contents: [{ label: "Act 1", items: ["a", "b"] }]
  }, [
    { ...page("a"), choices: [image("infrared"), image("back")], behavior: ["non-paged"] },
    {
      ...page("b"),
      canvas: { width: 1200, height: 800 },
      target: part(0, 0),
      layers: [
        { ...image("fragment"), target: part(600, 0) },
        { ...image("detail"), region: { x: 0, y: 0, width: 300, height: 200 }, target: part(0, 400) }
      ]
    }
  ])
)

describe("pages with several images", () => {
  it("are valid, and @iiif/parser reads and writes them without loss", () => {
    assert.deepStrictEqual(Manifest.check(manifest), [])
    assert.deepStrictEqual(lostByParser(manifest), [])
    assert.strictEqual(metByParser(manifest).annotations, 4)
  })

  it.skipIf(officialMissing !== undefined)(`are accepted by the official schema ${officialMissing ?? ""}`, () => {
    assert.deepStrictEqual(officialProblems?.(manifest), [])
  })
})
