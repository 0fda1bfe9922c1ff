/** The official recipes and schema, and the parser of the ecosystem, against the schemas of Presentation 3. */
import { assert, describe, it } from "@effect/vitest"
import * as Presentation2 from "@iiif-ingest/iiif/Presentation2"
import * as Presentation3 from "@iiif-ingest/iiif/Presentation3"
import { Effect, Result, Schema } from "effect"
import { lostByParser, metByParser, officialMissing, officialProblems, recipes } from "../support/iiif.ts"
import { manifests } from "./support/built.ts"

const decode = Schema.decodeUnknownSync(Presentation3.Manifest)

const encode = Schema.encodeSync(Presentation3.Manifest)

const paths = (value: unknown, path = ""): ReadonlyArray<readonly [string, unknown]> =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, child]) => paths(child, `${path}/${key}`))
    : [[path, value]]

/** What is not in the second as it is in the first. */
const differences = (one: unknown, other: unknown): ReadonlyArray<string> => {
  const found = new Map(paths(other))
  return paths(one).filter(([path, value]) => found.get(path) !== value).map(([path]) => path)
}

describe.skipIf(officialMissing !== undefined)(
  `official material${officialMissing ? `: ${officialMissing}` : ""}`,
  () => {
    it("is there in full", () => {
      assert.isAtLeast(recipes.length, 14)
    })

    for (const { json, name } of recipes) {
      it(`${name} is decoded and encoded to the same text`, () => {
        assert.strictEqual(JSON.stringify(encode(decode(json))), JSON.stringify(json))
        assert.deepStrictEqual(officialProblems?.(json), [])
      })

      it.effect(`${name} goes to Presentation 2 and back, but for what is listed`, () =>
        Effect.gen(function*() {
          const manifest = decode(json)
          const older = Presentation2.fromPresentation3(manifest)
          if (Result.isFailure(older)) {
            // A video, which Presentation 2 does not know.
            assert.strictEqual(name, "0232-image-thumbnail-canvas/manifest-av.json")
            return
          }
          const back = yield* Presentation2.toPresentation3(older.success.manifest)
          assert.deepStrictEqual(officialProblems?.(back), [])
          const listed = older.success.lost.map(({ path }) => `/${path.replace(/[.[]/g, "/").replaceAll("]", "")}`)
          // Presentation 2 has no annotation pages, so theirs are new; and it says Attribution in no language.
          const lost = differences(manifest, back).filter((path) =>
            !/^\/items\/\d+\/items\/\d+\/id$/.test(path) && !path.startsWith("/requiredStatement/label/") &&
            !listed.some((one) => path.startsWith(one))
          )
          assert.deepStrictEqual(lost, [])
        }))
    }

    for (const [name, manifest] of Object.entries(manifests)) {
      it(`the schema accepts ${name}`, () => {
        assert.deepStrictEqual(officialProblems?.(manifest), [])
      })
    }

    it("rejects what is wrong, so that its consent means something", () => {
      assert.isNotEmpty(officialProblems?.({ ...recipes[0]?.json as object, items: [{ type: "Canvas" }] }) ?? [])
    })
  }
)

describe("@iiif/parser", () => {
  for (const [name, manifest] of Object.entries(manifests)) {
    it(`upgrades, normalises and writes ${name} without loss, and meets all of it`, () => {
      assert.deepStrictEqual(lostByParser(manifest), [])
      const pages = manifest.items.length
      const met = metByParser(manifest)
      assert.strictEqual(met.canvases, pages)
      assert.strictEqual(met.annotations, pages)
      assert.isAtLeast(met.services, pages)
    })
  }

  it("is no proof by itself: what it loses is found", () => {
    assert.isNotEmpty(lostByParser({ ...manifests["one page"], "ex:unknown": true }))
  })
})
