import { assert, describe, it } from "@effect/vitest"
import { pages, read, sources } from "./support/workspace.ts"

const variablesIn = (text: string) => text.match(/\bLTS_IIIF_[A-Z0-9_]*[A-Z0-9]\b/g) ?? []

const known = new Set(
  sources.filter((path) => !path.startsWith("packages/sandbox/")).flatMap((path) => variablesIn(read(path)))
)

describe("variables", () => {
  it("docs/configuration.md has every LTS_IIIF_ variable", () => {
    assert.sameMembers([...new Set(variablesIn(read("docs/configuration.md")))], [...known])
  })

  it("pages name only variables that exist", () => {
    const unknown = pages.flatMap((page) => variablesIn(read(page)).filter((name) => !known.has(name)))
    assert.deepStrictEqual(unknown, [])
  })
})
