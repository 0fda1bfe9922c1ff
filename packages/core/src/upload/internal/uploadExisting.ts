import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type Asset, AssetError, IdTaken } from "../../image/Asset.ts"
import type { Crc32 } from "../../image/Crc32.ts"
import { location } from "../../image/ImageSource.ts"
import type { StoredObject } from "../ObjectStore.ts"
import type { ObjectStoreError } from "../ObjectStoreError.ts"
import { type Engine, withRetries } from "./uploadEngine.ts"

/** What the store has under the key of an image; `unknown` if access to that information is denied. */
export const inspect = (
  engine: Engine,
  asset: Asset
): Effect.Effect<StoredObject | "absent" | "unknown", ObjectStoreError> =>
  withRetries(engine, "head", asset.key, engine.store.head(asset.key)).pipe(
    Effect.map(Option.getOrElse(() => "absent" as const)),
    Effect.catchReason("ObjectStoreError", "AccessDenied", () => Effect.succeed("unknown" as const))
  )

/**
 * Whether the store still has an object that the journal recorded. If the store does not say, the journal is trusted.
 */
export const isStillStored = (engine: Engine, asset: Asset, crc32: Crc32): Effect.Effect<boolean, ObjectStoreError> =>
  Effect.flatMap(inspect(engine, asset), (found) => {
    if (found === "absent") return Effect.succeed(false)
    if (found !== "unknown") {
      return Effect.succeed(found.size === asset.fingerprint.size && (found.crc32 ?? crc32) === crc32)
    }
    const text =
      `${asset.key}: the store does not say whether it is still there (HTTP 403: no permission to ask, or wrong AWS ` +
      "keys); according to the journal an earlier run uploaded it, so it was not sent again"
    return Effect.as(engine.warn(text), true)
  })

/** Whether the store reports an object with this CRC-32. */
export const isStored = (engine: Engine, asset: Asset, crc32: Crc32): Effect.Effect<boolean, ObjectStoreError> =>
  Effect.map(inspect(engine, asset), (found) => typeof found === "object" && found.crc32 === crc32)

export const idTaken = (asset: Asset): AssetError =>
  new AssetError({ source: location(asset.source), reason: new IdTaken({ key: asset.key }) })

/**
 * Decides what to do with an object that already exists under the key: returns the CRC-32 if the object is identical to
 * the image, `None` if it may be replaced, and fails with `IdTaken` otherwise. `local`, the image's CRC-32, is computed
 * only if the store has one to compare it with; an object without one may be replaced.
 */
export const resolveConflict = Effect.fnUntraced(function*<E, R>(
  engine: Engine,
  asset: Asset,
  local: Effect.Effect<Crc32, E, R>
): Effect.fn.Return<Option.Option<Crc32>, E | AssetError | ObjectStoreError, R> {
  const remote = yield* withRetries(engine, "checksum", asset.key, engine.store.checksum(asset.key)).pipe(
    Effect.catchReason("ObjectStoreError", "AccessDenied", () => Effect.succeedNone)
  )
  const crc32 = Option.isSome(remote) ? yield* local : undefined
  if (crc32 !== undefined && crc32 === Option.getOrUndefined(remote)) return Option.some(crc32)
  const replaceable = engine.existing !== "fail" && (Option.isNone(remote) || engine.mayReplace(asset))
  return replaceable ? Option.none() : yield* idTaken(asset)
})
