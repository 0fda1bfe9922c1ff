import { assert, describe, it } from "@effect/vitest"
import { Manifest } from "@iiif-ingest/iiif"
import { Result } from "effect"
import { lostByParser, metByParser, officialMissing, officialProblems, recipes } from "../support/iiif.ts"
import { everything } from "./support/everything.ts"
import { differences, rebuild } from "./support/rebuild.ts"
import { shapes } from "./support/shapes.ts"

const errorsOf = (json: unknown) => Manifest.check(json).filter(({ severity }) => severity === "error")

describe.skipIf(officialMissing !== undefined)("rebuilding the recipes", () => {
  it.each(recipes.map(({ json, name }) => [name, json] as const))("%s", (_, json) => {
    const original = Result.getOrThrow(Manifest.fromUnknown(json))
    const made = rebuild(original)
    assert.deepStrictEqual(differences(original, made), [])
    assert.deepStrictEqual(officialProblems?.(made), [])
    assert.deepStrictEqual(lostByParser(made), [])
    assert.strictEqual(metByParser(made).canvases, original.items.length)
    assert.deepStrictEqual(errorsOf(made), [])
  })
})

if (officialMissing !== undefined) it.skip(`recipes are not rebuilt: ${officialMissing}`, () => {})

describe("rebuilding documents in the form of the recipes", () => {
  it.each(Object.entries(shapes))("%s", (_, json) => {
    const original = Result.getOrThrow(Manifest.fromUnknown(json))
    const made = rebuild(original)
    assert.deepStrictEqual(differences(original, made), [])
    assert.deepStrictEqual(errorsOf(made), [])
    assert.deepStrictEqual(officialProblems?.(made) ?? [], [])
  })
})

describe("rebuilding a document with everything", () => {
  it("differs only in what is listed", () => {
    const original = Result.getOrThrow(Manifest.fromUnknown(everything))
    const found = differences(original, rebuild(original))
    // A list of one motivation becomes the motivation.
    assert.sameMembers(found.map(({ path }) => path), [
      "items[1].items[0].items[0].motivation[0]",
      "items[1].items[0].items[0].motivation"
    ])
  })
})
