import { assert, describe, it } from "@effect/vitest"
import * as Holdings from "@iiif-ingest/core/mps/Holdings"
import { Effect, Layer } from "effect"
import { holdingsSuite } from "../../../../test/suites/holdings.ts"

holdingsSuite("memory", { layer: Layer.fresh(Holdings.layerMemory) })

describe("without a layer", () => {
  it.effect("nothing is kept", () =>
    Effect.gen(function*() {
      const holdings = yield* Holdings.Holdings
      yield* holdings.record(undefined, [{ kind: "image", id: "AT:a", ingestedAt: 0 }])
      assert.strictEqual(yield* holdings.count, 0)
    }))
})
