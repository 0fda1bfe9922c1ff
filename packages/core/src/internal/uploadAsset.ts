import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type * as Semaphore from "effect/Semaphore"
import { type Asset, AssetError, IdTaken, SourceChanged, type UploadedAsset } from "../Asset.ts"
import type { Crc32 } from "../Crc32.ts"
import { location } from "../ImageSource.ts"
import type { Journal, JournalError } from "../Journal.ts"
import type { ObjectInfo, ObjectStore } from "../ObjectStore.ts"
import { ObjectStoreError } from "../ObjectStoreError.ts"
import * as Reason from "../Reason.ts"
import * as RetryPolicy from "../RetryPolicy.ts"
import type { Existing } from "../Upload.ts"
import { sourceCrc32 } from "./sourceCrc32.ts"
import { fingerprintOf } from "./sourceHeader.ts"
import { wholeBody } from "./uploadBody.ts"
import { uploadParts } from "./uploadParts.ts"

/** What an upload works with; one per `Upload` service. */
export interface Engine {
  readonly store: ObjectStore["Service"]
  readonly journal: Journal["Service"]
  readonly budget: Semaphore.Semaphore
  readonly budgetPermits: number
  readonly partSize: number
  readonly partConcurrency: number
  readonly existing: Existing
}

export type Failure = AssetError | ObjectStoreError | JournalError

/** Holds `bytes` of the budget while an effect runs; what is larger than the whole budget takes all of it. */
export const withinBudget =
  (engine: Engine, bytes: number) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    engine.budget.withPermits(Math.min(engine.budgetPermits, Math.max(1, Math.ceil(bytes / 65_536))))(effect)

/** One request to the store: bounded in time, tried again by the policy. */
export const attempted = <A>(
  effect: Effect.Effect<A, ObjectStoreError>,
  key: string
): Effect.Effect<A, ObjectStoreError> =>
  Effect.flatMap(RetryPolicy.RetryPolicy, (policy) =>
    effect.pipe(
      Effect.timeoutOrElse({
        duration: policy.attemptLimit,
        orElse: () =>
          Effect.fail(
            new ObjectStoreError({
              operation: "put",
              key,
              reason: new Reason.TimedOut({ host: "the object store", limit: policy.attemptLimit })
            })
          )
      }),
      RetryPolicy.retrying(policy.upload)
    ))

/** Header values are ASCII: anything else, and the escape itself, is percent-encoded. */
const headerSafe = (text: string): string =>
  text.replace(/[^\x20-\x7e]|%/gu, (character) => encodeURIComponent(character))

export const infoOf = (asset: Asset): ObjectInfo => ({
  contentType: asset.mediaType,
  metadata: { "original-name": headerSafe(asset.source.name) }
})

/** Fails where the file is no longer the one that was probed. */
export const unchanged = Effect.fnUntraced(function*(asset: Asset) {
  if (asset.source._tag !== "FileSource") return
  const { path } = asset.source
  const now = yield* fingerprintOf(path).pipe(
    Effect.mapError((error) => new AssetError({ source: path, reason: error.reason }))
  )
  const { modifiedMillis, size } = asset.fingerprint
  if (now.size === size && now.modifiedMillis === modifiedMillis) return
  const detail = now.size === size ? "its time of change is another" : `it had ${size} bytes and has ${now.size}`
  return yield* new AssetError({ source: path, reason: new SourceChanged({ detail }) })
})

/** The store's own word on an object's CRC-32; none where it keeps none, has no such object, or will not say. */
const remoteChecksum = (engine: Engine, key: string): Effect.Effect<Option.Option<Crc32>, ObjectStoreError> =>
  attempted(engine.store.checksum(key), key).pipe(
    Effect.catchReason("ObjectStoreError", "AccessDenied", () => Effect.succeedNone)
  )

const taken = (asset: Asset) =>
  new AssetError({ source: location(asset.source), reason: new IdTaken({ key: asset.key }) })

const mayReplace = (asset: Asset): boolean => {
  const { action } = asset.source.description
  return action === "update" || action === "upsert"
}

type Sent = Omit<UploadedAsset, "asset">

/** What was put only where nothing was is new; anything else may have taken the place of an object. */
export const howSent = (ifAbsent: boolean): UploadedAsset["how"] => ifAbsent ? "sent" : "replaced"

const send = (engine: Engine, asset: Asset, ifAbsent: boolean): Effect.Effect<Sent, Failure, FileSystem.FileSystem> => {
  const { size } = asset.fingerprint
  if (size > engine.partSize) return uploadParts(engine, asset, ifAbsent)
  return Effect.gen(function*() {
    const body = yield* wholeBody(asset)
    const put = engine.store.put(asset.key, body, infoOf(asset), { ifAbsent })
    const { crc32 } = yield* withinBudget(engine, size)(attempted(put, asset.key))
    yield* engine.journal.saveUpload({
      bucket: engine.store.bucket,
      key: asset.key,
      fingerprint: asset.fingerprint,
      parts: [],
      crc32
    })
    return { crc32, how: howSent(ifAbsent) }
  })
}

/** There is an object under the key: leave it, replace it, or refuse the image. */
const onExisting = Effect.fnUntraced(
  function*(engine: Engine, asset: Asset): Effect.fn.Return<Sent, Failure, FileSystem.FileSystem> {
    if (engine.existing === "fail") return yield* taken(asset)
    const remote = yield* remoteChecksum(engine, asset.key)
    if (Option.isNone(remote)) return yield* send(engine, asset, false)
    const local = yield* sourceCrc32(asset)
    if (local === remote.value) {
      yield* engine.journal.saveUpload({
        bucket: engine.store.bucket,
        key: asset.key,
        fingerprint: asset.fingerprint,
        parts: [],
        crc32: local
      })
      return { crc32: local, how: "identical" }
    }
    return mayReplace(asset) ? yield* send(engine, asset, false) : yield* taken(asset)
  }
)

/** What an earlier run finished and the store still has needs no reading. */
const fromEarlierRun = Effect.fnUntraced(function*(engine: Engine, asset: Asset) {
  const record = Option.getOrUndefined(yield* engine.journal.upload(engine.store.bucket, asset.key))
  const { modifiedMillis, size } = asset.fingerprint
  if (record?.crc32 === undefined || modifiedMillis === undefined) return Option.none<Sent>()
  if (record.fingerprint.size !== size || record.fingerprint.modifiedMillis !== modifiedMillis) {
    return Option.none<Sent>()
  }
  const remote = yield* attempted(engine.store.checksum(asset.key), asset.key).pipe(
    Effect.map(Option.getOrUndefined),
    Effect.catchReason("ObjectStoreError", "AccessDenied", () => Effect.succeed(record.crc32))
  )
  return remote === record.crc32 ? Option.some<Sent>({ crc32: record.crc32, how: "resumed" }) : Option.none<Sent>()
})

/** Uploads one probed image, or finds that it is there. */
export const uploadAsset = Effect.fnUntraced(function*(
  engine: Engine,
  asset: Asset
): Effect.fn.Return<UploadedAsset, Failure, FileSystem.FileSystem> {
  yield* unchanged(asset)
  const earlier = yield* fromEarlierRun(engine, asset)
  if (Option.isSome(earlier)) return { asset, ...earlier.value }
  const sent = yield* send(engine, asset, engine.existing !== "replace").pipe(
    Effect.catchReason("ObjectStoreError", "AlreadyExists", () => onExisting(engine, asset))
  )
  return { asset, ...sent }
})
