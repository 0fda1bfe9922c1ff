import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { type ManifestUri, withVersion } from "../../base/Ids.ts"
import type { Delivery } from "../Delivery.ts"
import { ManifestFate } from "../Fate.ts"
import * as ServedManifest from "../ServedManifest.ts"

/** A manifest as it should be served. */
interface Expected {
  readonly id: ManifestUri
  readonly version: "2" | "3"
  readonly json: Schema.Json
}

/**
 * Looks once at the other version of a manifest that is served. Only what is seen there to be wrong changes its fate:
 * that MPS serves both versions of everything is inferred (docs/mps.md, 2.3), so that a version that is not there is no
 * failure.
 */
export const judgeOther = Effect.fnUntraced(
  function*(delivery: Delivery["Service"], { id, json, version }: Expected, fate: ManifestFate) {
    const other = version === "3" ? "2" : "3"
    if (fate._tag !== "Served" || withVersion(id, "2") === withVersion(id, "3")) return fate
    const look = yield* Effect.result(delivery.manifest(id, other))
    const unseen = (why: string) =>
      Effect.as(Effect.logWarning(`${id} was not seen in Presentation ${other}: ${why}`), fate)
    if (Result.isFailure(look)) return yield* unseen(look.failure.reason.message)
    const seen = look.success
    if (seen._tag !== "Served") return yield* unseen(`HTTP ${seen.evidence.status}`)
    const problem = ServedManifest.problemOfOther(json, seen.value)
    return problem === undefined ? fate : ManifestFate.cases.NotServed.make({
      url: seen.url,
      problem: `in Presentation ${other}, ${problem}`,
      differs: true
    })
  }
)
