import { assert, describe, it } from "@effect/vitest"
import { Manifest } from "@iiif-ingest/iiif"
import { Result } from "effect"
import { lostByParser, metByParser, officialMissing, officialProblems, recipes } from "../support/iiif.ts"
import { type Difference, differences, isOfImages, rebuild } from "./support/rebuild.ts"

/** The reasons for differences between a rebuilt manifest and its recipe. Any other difference is a bug. */
const reasons: { readonly [reason: string]: (difference: Difference) => boolean } = {
  "ids of canvases, pages and annotations are derived from the ids of the manifest and the page": ({ path }) =>
    /^items\[\d+\](?:\.items\[0\](?:\.items\[0\])?)?\.(?:id|target)$/.test(path),
  "thumbnails with a service are added if there are none": ({ before, path }) =>
    before === undefined && /^(?:items\[\d+\]\.)?thumbnail\[0\]/.test(path),
  "the behavior is chosen by the number of pages": ({ before, path }) => before === undefined && path === "behavior[0]",
  "bodies request the full image, and have its size": ({ before, path }) =>
    path.endsWith("body.id") && /\/full\/!500,500\//.test(String(before)),
  "bodies have the size of their image": ({ before, path }) =>
    before === undefined && /body\.(?:width|height)$/.test(path)
}

const reasonFor = (difference: Difference): string =>
  Object.entries(reasons).find(([, explains]) => explains(difference))?.[0] ??
    `unexplained: ${JSON.stringify(difference)}`

/** The reasons that each recipe needs besides the one for ids. Only image services yield thumbnails. */
const expected: { readonly [name: string]: ReadonlyArray<string> } = {
  "0001-mvm-image/manifest.json": ["behavior"],
  "0004-canvas-size/manifest.json": ["behavior"],
  "0005-image-service/manifest.json": ["behavior", "thumbnails"],
  "0006-text-language/manifest.json": ["behavior", "thumbnails"],
  "0007-string-formats/manifest.json": ["behavior", "thumbnails"],
  "0008-rights/manifest.json": ["behavior", "thumbnails"],
  "0009-book-1/manifest.json": ["thumbnails"],
  "0010-book-2-viewing-direction/manifest-rtl.json": ["behavior", "thumbnails"],
  "0010-book-2-viewing-direction/manifest-ttb.json": ["behavior", "thumbnails"],
  "0047-homepage/manifest.json": ["full image", "behavior", "thumbnails"],
  "0053-seeAlso/manifest.json": ["behavior", "thumbnails"],
  "0117-add-image-thumbnail/manifest.json": ["behavior", "thumbnails"],
  "0118-multivalue/manifest.json": ["behavior", "size of their image"],
  "0232-image-thumbnail-canvas/manifest-image.json": ["behavior", "thumbnails"],
  "0234-provider/manifest.json": ["behavior", "thumbnails"]
}

const reasonOf = (short: string): string =>
  Object.keys(reasons).find((reason) => reason.includes(short)) ?? `no reason "${short}"`

describe.skipIf(officialMissing !== undefined)("rebuilding the recipes", () => {
  for (const { json, name } of recipes) {
    const recipe = Manifest.fromUnknown(json)
    if (Result.isSuccess(recipe) && !isOfImages(recipe.success)) {
      it.skip(`${name} is not made of images`, () => {})
      continue
    }
    it(name, () => {
      const original = Result.getOrThrow(recipe)
      const made = rebuild(original)
      const found = new Set(differences(original, made).map(reasonFor))
      const known = expected[name]?.map(reasonOf)
      const ids = Object.keys(reasons).slice(0, 1)
      if (known === undefined) assert.deepStrictEqual([...found].filter((one) => one.startsWith("unexplained")), [])
      else assert.sameMembers([...found], [...ids, ...known])
      assert.deepStrictEqual(officialProblems?.(made), [])
      assert.deepStrictEqual(lostByParser(made), [])
      assert.strictEqual(metByParser(made).canvases, original.items.length)
      const findings = Manifest.check(made).filter(({ code }) => code !== "mps-label-none")
      assert.deepStrictEqual(findings.map(({ code }) => code), [])
    })
  }
})

if (officialMissing !== undefined) it.skip(`recipes are not rebuilt: ${officialMissing}`, () => {})
