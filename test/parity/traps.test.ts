/** One test per trap of the Python client, titled with its number in docs/mps.md, 1.8, and its verdict. */
import { assert, describe, it } from "@effect/vitest"
import { dataLoss } from "./traps/dataLoss.ts"
import { jobs } from "./traps/jobs.ts"
import { manifests } from "./traps/manifests.ts"
import { requests } from "./traps/requests.ts"
import { secrets } from "./traps/secrets.ts"

const traps = [...dataLoss, ...jobs, ...requests, ...manifests, ...secrets]

describe("the traps", () => {
  it("number 33, each with one verdict", () => {
    assert.deepStrictEqual(traps.map(({ number }) => number), Array.from({ length: 33 }, (_, index) => index + 1))
  })

  for (const { number, test, verdict, why } of traps) it.live(`trap ${number}, ${verdict}: ${why}`, () => test)
})
