/** The Presentation 3 schemas, tested with the official recipes and schema and with `@iiif/parser`. */
import { assert, describe, it } from "@effect/vitest"
import * as Presentation2 from "@iiif-ingest/iiif/Presentation2"
import * as Presentation3 from "@iiif-ingest/iiif/Presentation3"
import { Effect, Schema } from "effect"
import { lostByParser, metByParser, officialMissing, officialProblems, recipes } from "../support/iiif.ts"
import { manifests } from "./support/built.ts"

const decode = Schema.decodeUnknownSync(Presentation3.Manifest)

const encode = Schema.encodeSync(Presentation3.Manifest)

const paths = (value: unknown, path = ""): ReadonlyArray<readonly [string, unknown]> =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, child]) => paths(child, `${path}/${key}`))
    : [[path, value]]

/** The paths whose value in the first is missing or different in the second. */
const differences = (one: unknown, other: unknown): ReadonlyArray<string> => {
  const found = new Map(paths(other))
  return paths(one).filter(([path, value]) => found.get(path) !== value).map(([path]) => path)
}

describe.skipIf(officialMissing !== undefined)(
  `official material${officialMissing ? `: ${officialMissing}` : ""}`,
  () => {
    it("is complete", () => {
      assert.isAtLeast(recipes.length, 14)
    })

    for (const { json, name } of recipes) {
      it(`${name} round-trips to the same JSON`, () => {
        assert.strictEqual(JSON.stringify(encode(decode(json))), JSON.stringify(json))
        assert.deepStrictEqual(officialProblems?.(json), [])
      })

      it.effect(`${name} survives Presentation 2 and back, except what is listed as lost`, () =>
        Effect.gen(function*() {
          const manifest = decode(json)
          const older = yield* Presentation2.fromPresentation3(manifest)
          const { lost: lostAgain, manifest: back } = yield* Presentation2.toPresentation3(older.manifest)
          assert.deepStrictEqual(lostAgain.map(({ path }) => path), ["sequences[0].@id"])
          assert.deepStrictEqual(officialProblems?.(back), [])
          const listed = older.lost.map(({ path }) => `/${path.replace(/[.[]/g, "/").replaceAll("]", "")}`)
          // Presentation 2 has no annotation pages, so their ids are new, and its attribution label has no language.
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

    it("rejects an invalid manifest, which shows that the schema is applied", () => {
      assert.isNotEmpty(officialProblems?.({ ...recipes[0]?.json as object, items: [{ type: "Canvas" }] }) ?? [])
    })
  }
)

describe("@iiif/parser", () => {
  for (const [name, manifest] of Object.entries(manifests)) {
    it(`upgrades, normalizes and serializes ${name} without loss, and visits all of it`, () => {
      assert.deepStrictEqual(lostByParser(manifest), [])
      const pages = manifest.items.length
      const met = metByParser(manifest)
      assert.strictEqual(met.canvases, pages)
      assert.strictEqual(met.annotations, pages)
      assert.isAtLeast(met.services, pages)
    })
  }

  it("loses an unknown property, which shows that losses are detected", () => {
    assert.isNotEmpty(lostByParser({ ...manifests["one page"], "ex:unknown": true }))
  })
})
