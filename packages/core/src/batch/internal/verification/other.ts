import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import { type ManifestUri, withVersion } from "../../../base/Ids.ts"
import * as Look from "../../../mps/Look.ts"
import * as ServedManifest from "../../../mps/ServedManifest.ts"

/** A manifest in one version. */
interface Known {
  readonly id: ManifestUri
  readonly version: "2" | "3"
  readonly json: Schema.Json
}

/**
 * Looks once at the other version of a manifest that is served well. What is wrong there is wrong; that it is not there,
 * or cannot be seen, is only said, since nobody has published that MPS serves both.
 */
export const otherOf = Effect.fnUntraced(
  function*(look: Look.Look["Service"], { id, json, version }: Known, sight: Look.Sight) {
    if (sight.verdict !== "ok" || withVersion(id, "2") === withVersion(id, "3")) return sight
    const other = version === "3" ? "2" : "3"
    const [seen] = yield* look.at([{
      _tag: "manifest",
      id,
      version: other,
      problem: (served) => ServedManifest.problemOfOther(json, served)
    }], { wait: false })
    if (seen === undefined || seen.verdict === "ok") return sight
    const problem = `in Presentation ${other}: ${Look.describe(seen.evidence)}`
    return seen.verdict === "wrong"
      ? { ...seen, evidence: { ...seen.evidence, problem } }
      : { ...sight, evidence: { ...sight.evidence, problem } }
  }
)
