import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { AssetId, ManifestUri } from "../../../base/Ids.ts"
import type { MpsConfig } from "../../../config/MpsConfig.ts"
import { type Holding, Holdings } from "../../../mps/Holdings.ts"
import type * as Look from "../../../mps/Look.ts"
import * as ServedManifest from "../../../mps/ServedManifest.ts"
import type { JournalError } from "../../../upload/Journal.ts"
import { versionIn } from "./version.ts"

const decodeId = Schema.decodeUnknownOption(AssetId)
const isAddress = Schema.is(ManifestUri)

const imageTarget = (
  { environment, namespace }: MpsConfig["Service"],
  { height, id, width }: Holding
): Look.Target => {
  const size = width === undefined || height === undefined ? {} : { width, height }
  const own = id.startsWith(`${namespace}:`) ? decodeId(id.slice(namespace.length + 1)) : Option.none()
  return Option.isSome(own)
    ? { _tag: "asset", id: own.value, ...size }
    : {
      _tag: "service",
      url: `${environment.assetUrl}/${id}`,
      sizes: width === undefined || height === undefined ? [] : [{ width, height }]
    }
}

/** What to look at to see whether a holding is served as it was ingested. */
export const targetOf = Effect.fnUntraced(
  function*(config: MpsConfig["Service"], holding: Holding): Effect.fn.Return<Look.Target, JournalError> {
    const { id } = holding
    if (holding.kind === "image" || !isAddress(id)) return imageTarget(config, holding)
    const [version] = yield* (yield* Holdings).versions(id)
    return {
      _tag: "manifest",
      id,
      version: version === undefined
        ? versionIn(id)
        : "@id" in version.json && !("id" in version.json)
        ? "2"
        : "3",
      problem: (served) => version === undefined ? undefined : ServedManifest.problem(version.json, served)
    }
  }
)
