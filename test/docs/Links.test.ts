import { assert, describe, it } from "@effect/vitest"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { anchors, citations, links, sections } from "./support/references.ts"
import { pages, read, root, sources } from "./support/workspace.ts"

const facts = "docs/mps.md"
const known = new Set(sections(read(facts)))

const missing = (numbers: ReadonlyArray<string>) => numbers.filter((number) => !known.has(number))

describe("references", () => {
  it(`${facts} has all its sections and 33 traps`, () => {
    const expected = [
      ...Array.from({ length: 8 }, (_, n) => `1.${n + 1}`),
      ...Array.from({ length: 6 }, (_, n) => `2.${n + 1}`)
    ]
    assert.deepStrictEqual([...known], expected)
    const traps = Array.from(read(facts).matchAll(/^\| (\d+) \|/gm), ([, number]) => Number(number))
    assert.deepStrictEqual(traps, Array.from({ length: 33 }, (_, n) => n + 1))
  })

  it(`sources cite sections of ${facts} that exist`, () => {
    const cited = sources.flatMap((path) => citations(read(path)).map((numbers) => ({ path, numbers })))
    assert.isAbove(cited.length, 0)
    assert.deepStrictEqual(cited.filter(({ numbers }) => numbers.length === 0 || missing(numbers).length > 0), [])
  })

  it(`FIDELITY.md cites sections of ${facts} that exist`, () => {
    const cited = Array.from(
      read("packages/sandbox/FIDELITY.md").matchAll(/\((\d\.\d(?:, \d\.\d)*)\)/g),
      ([, list = ""]) => list.split(", ")
    )
    assert.isAbove(cited.length, 0)
    assert.deepStrictEqual(missing(cited.flat()), [])
  })

  for (const page of pages) {
    it(`links in ${page} resolve`, () => {
      const broken = links(read(page)).filter(({ anchor, path }) => {
        const target = path === "" ? page : Path.posix.join(Path.posix.dirname(page), path)
        if (!Fs.existsSync(Path.join(root, target))) return true
        return anchor !== undefined && !(target.endsWith(".md") && anchors(read(target)).includes(anchor))
      })
      assert.deepStrictEqual(broken, [])
    })
  }
})
