import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type Asset, AssetError, IdTaken } from "../../image/Asset.ts"
import type { Crc32 } from "../../image/Crc32.ts"
import { location } from "../../image/ImageSource.ts"
import type { StoredObject } from "../ObjectStore.ts"
import type { ObjectStoreError } from "../ObjectStoreError.ts"
import { attempted, type Engine } from "./uploadEngine.ts"

/** What the store says is under the key of an image; `unknown` where it may not be asked. */
export const inspect = (
  engine: Engine,
  asset: Asset
): Effect.Effect<StoredObject | "absent" | "unknown", ObjectStoreError> =>
  attempted(engine, "head", asset.key, engine.store.head(asset.key)).pipe(
    Effect.map(Option.getOrElse(() => "absent" as const)),
    Effect.catchReason("ObjectStoreError", "AccessDenied", () => Effect.succeed("unknown" as const))
  )

/** Whether what the journal says was stored still is; where the store does not tell, the journal is believed. */
export const isStillThere = (engine: Engine, asset: Asset, crc32: Crc32): Effect.Effect<boolean, ObjectStoreError> =>
  Effect.flatMap(inspect(engine, asset), (found) => {
    if (found === "absent") return Effect.succeed(false)
    if (found !== "unknown") {
      return Effect.succeed(found.size === asset.fingerprint.size && (found.crc32 ?? crc32) === crc32)
    }
    const text =
      `${asset.key}: the store does not say whether it is still there (HTTP 403: no right to ask, or wrong AWS ` +
      "keys); the journal says that an earlier run sent it, and it was not sent again"
    return Effect.as(engine.warn(text), true)
  })

/** Whether the store itself says that it has just these bytes. */
export const isStored = (engine: Engine, asset: Asset, crc32: Crc32): Effect.Effect<boolean, ObjectStoreError> =>
  Effect.map(inspect(engine, asset), (found) => typeof found === "object" && found.crc32 === crc32)

export const taken = (asset: Asset): AssetError =>
  new AssetError({ source: location(asset.source), reason: new IdTaken({ key: asset.key }) })

/**
 * There is an object under the key: it is this image (then its CRC-32 is answered), it may be replaced (then nothing
 * is), or the image is refused. The image's CRC-32 (`local`) is asked for only where the store has one to compare it
 * with; an object without one may be replaced.
 */
export const settle = Effect.fnUntraced(function*<E, R>(
  engine: Engine,
  asset: Asset,
  local: Effect.Effect<Crc32, E, R>
): Effect.fn.Return<Option.Option<Crc32>, E | AssetError | ObjectStoreError, R> {
  const remote = yield* attempted(engine, "checksum", asset.key, engine.store.checksum(asset.key)).pipe(
    Effect.catchReason("ObjectStoreError", "AccessDenied", () => Effect.succeedNone)
  )
  const crc32 = Option.isSome(remote) ? yield* local : undefined
  if (crc32 !== undefined && crc32 === Option.getOrUndefined(remote)) return Option.some(crc32)
  const replaceable = engine.existing !== "fail" && (Option.isNone(remote) || engine.mayReplace(asset))
  return replaceable ? Option.none() : yield* taken(asset)
})
