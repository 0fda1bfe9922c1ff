/** Presentation 4 on the official recipes, and on documents with seeded changes. */
import { assert, describe, it } from "@effect/vitest"
import { Manifest } from "@iiif-ingest/iiif"
import * as Presentation4 from "@iiif-ingest/iiif/experimental/Presentation4"
import { Result } from "effect"
import { documents } from "../../packages/iiif/test/support/features.ts"
import { Random } from "../../packages/iiif/test/support/random.ts"
import { officialMissing, officialProblems, recipes } from "../support/iiif.ts"
import { breakage } from "./support/breakages.ts"

const from3 = (document: unknown) => Presentation4.fromPresentation3(document as Presentation4.Document3)

const errors3 = (document: unknown) => Manifest.check(document).filter(({ severity }) => severity === "error")

const errors4 = (document: unknown) => Presentation4.check(document).filter(({ severity }) => severity === "error")

describe.skipIf(officialMissing !== undefined)(
  `official recipes${officialMissing ? `: ${officialMissing}` : ""}`,
  () => {
    for (const { json, name } of recipes) {
      it(`${name} converts without loss, and back to the same JSON`, () => {
        const there = Result.getOrThrow(from3(json))
        assert.deepStrictEqual(Presentation4.check(there.manifest), [])
        const back = Result.getOrThrow(Presentation4.toPresentation3(there.manifest))
        assert.deepStrictEqual([there.lost, back.lost], [[], []])
        assert.strictEqual(JSON.stringify(back.manifest), JSON.stringify(json))
      })
    }

    for (const [name, document] of Object.entries(documents)) {
      it(`IIIF's own schema accepts the ${name} of the other tests`, () => {
        assert.deepStrictEqual(officialProblems?.(document), [])
      })
    }
  }
)

/** Why Presentation 4 may have no form for a document that is valid in Presentation 3. No other reason may be given. */
const reasons = [
  /Presentation 4 needs the type of this resource/,
  /a selector given by its address has no place/,
  // IIIF's own schema of Presentation 3 checks these in some classes only.
  /: it is .*; Presentation 4 expects/,
  /stylesheet: it has neither id nor value/,
  // A content state, of which the checker of Presentation 3 knows.
  /it is no Presentation 3 manifest, collection/,
  /: there is no (?:id|type|motivation|target|first|last)/
]

const given = Object.values(documents)

const seeds = (count: number) => Array.from({ length: count }, (_, seed) => seed + 1)

describe("documents with a change", () => {
  it("convert to what the checkers accept, or fail with a reason", () => {
    let converted = 0
    for (const seed of seeds(4000)) {
      const random = new Random(seed)
      const { change, json } = breakage(random.pick(given), random)
      const there = from3(json)
      if (Result.isFailure(there)) {
        assert.isNotEmpty(there.failure.problems)
        if (errors3(json).length > 0) continue
        const unexplained = there.failure.problems.map(({ path, problem }) => `${path}: ${problem}`)
          .filter((line) => !reasons.some((reason) => reason.test(line)))
        assert.deepStrictEqual(unexplained, [], `seed ${seed}, ${change}`)
        continue
      }
      converted++
      assert.deepStrictEqual(errors4(there.success.manifest), [], `seed ${seed}, ${change}`)
      const back = Presentation4.toPresentation3(there.success.manifest)
      if (Result.isFailure(back)) {
        assert.isNotEmpty(errors3(json), `seed ${seed}, ${change}: ${back.failure.message}`)
        continue
      }
      assert.deepStrictEqual(errors3(back.success.manifest), [], `seed ${seed}, ${change}`)
    }
    assert.isAbove(converted, 1000)
  })

  it("of Presentation 4 convert to what Manifest.check accepts, or fail with a reason", () => {
    const given4 = given.map((document) => Result.getOrThrow(from3(document)).manifest)
    let converted = 0
    for (const seed of seeds(4000)) {
      const random = new Random(seed)
      const { change, json } = breakage(random.pick(given4), random)
      const back = Presentation4.toPresentation3(json)
      if (Result.isFailure(back)) {
        assert.isNotEmpty(back.failure.problems)
        continue
      }
      converted++
      assert.deepStrictEqual(errors3(back.success.manifest), [], `seed ${seed}, ${change}`)
    }
    assert.isAbove(converted, 800)
  })
})
