import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { AssetId } from "@iiif-ingest/core/base/Ids"
import * as Withdraw from "@iiif-ingest/core/batch/Withdraw"
import { Holdings } from "@iiif-ingest/core/mps/Holdings"
import * as TestMps from "@iiif-ingest/core/testing/TestMps"
import { Effect, Layer } from "effect"
import { planOf } from "./support/plans.ts"

describe("what LTS is asked for", () => {
  it("is what a plan has, or some of its manifests, each once", () => {
    const plan = planOf(["ONE", ["a", "b"]], ["TWO", ["b", "c"]])
    assert.deepStrictEqual(Withdraw.ofPlan(plan).identifiers, ["TEST:a", "TEST:b", "TEST:c"])
    assert.deepStrictEqual(Withdraw.ofPlan(plan, ["TWO"]), {
      environment: "qa",
      account: "test",
      space: "testspace",
      identifiers: ["TEST:b", "TEST:c"],
      manifests: ["https://nrs-qa.lib.harvard.edu/URN-3:TEST:TWO:MANIFEST:3"]
    })
    const address = "https://nrs-qa.lib.harvard.edu/URN-3:TEST:ONE:MANIFEST:3"
    assert.deepStrictEqual(Withdraw.ofPlan(plan, [address]), Withdraw.ofPlan(plan, ["ONE"]))
    assert.deepStrictEqual(Withdraw.ofPlan(plan, [address]).manifests, [address])
  })

  it.effect("names the manifests that assets are known to be pages of", () =>
    Effect.gen(function*() {
      const { record } = yield* Holdings
      yield* record(undefined, [{ kind: "image", id: "TEST:a", manifest: "https://x/one", ingestedAt: 0 }])
      const withdrawal = yield* Withdraw.ofIds(["a", "b", "a"].map((id) => AssetId.make(id)))
      assert.deepStrictEqual(withdrawal.identifiers, ["TEST:a", "TEST:b"])
      assert.deepStrictEqual(withdrawal.manifests, ["https://x/one"])
      assert.include(Withdraw.describe(withdrawal), "(environment qa, account test, space testspace)")
    }).pipe(Effect.provide(TestMps.layerPorts().pipe(Layer.provide(NodeFileSystem.layer)))))
})
