import { assert, describe, it } from "@effect/vitest"
import { Collection, Manifest } from "@iiif-ingest/iiif"
import { Result } from "effect"
import { officialMissing, officialProblems } from "../support/iiif.ts"
import { manifests } from "./support/built.ts"

const base = "https://example.org/iiif"

const members: ReadonlyArray<Collection.Member> = [
  ...Object.values(manifests),
  { collection: `${base}/maps`, label: { de: ["Karten"] }, members: [{ manifest: `${base}/map`, label: "A map" }] },
  { id: `${base}/other`, type: "Collection", label: { en: ["Other"] } }
]

const description: Collection.Description = {
  label: "Everything",
  behavior: ["unordered"],
  summary: { en: ["All that there is"] },
  thumbnail: [{ imageService: `${base}/image`, width: 600, height: 400 }],
  services: [{ id: `${base}/search`, type: "SearchService2" }]
}

describe("built collections", () => {
  const { collection, parts } = Result.getOrThrow(Collection.buildParts(base, description, members, { pageSize: 4 }))
  const whole = Result.getOrThrow(Collection.build(base, description, members))

  it("have no findings", () => {
    for (const one of [whole, collection, ...parts]) assert.deepStrictEqual(Manifest.check(one), [])
    assert.deepStrictEqual(parts.flatMap(({ items }) => items), whole.items)
  })

  it.skipIf(officialMissing !== undefined)(`are accepted by the official schema ${officialMissing ?? ""}`, () => {
    for (const one of [whole, collection, ...parts]) assert.deepStrictEqual(officialProblems?.(one), [])
  })
})
