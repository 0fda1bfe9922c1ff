import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import type * as Semaphore from "effect/Semaphore"
import * as Reason from "../../base/Reason.ts"
import * as RetryPolicy from "../../base/RetryPolicy.ts"
import { type Asset, AssetError, SourceChanged } from "../../image/Asset.ts"
import type { Crc32 } from "../../image/Crc32.ts"
import * as Fingerprint from "../../image/Fingerprint.ts"
import { location } from "../../image/ImageSource.ts"
import type { Journal, JournalError, UploadRecord } from "../Journal.ts"
import type { ObjectInfo, ObjectStore } from "../ObjectStore.ts"
import { ObjectStoreError } from "../ObjectStoreError.ts"
import type { UploadedAsset } from "../UploadedAsset.ts"
import type { AdaptiveLimit } from "./adaptiveLimit.ts"

/**
 * What to do where an object is already under the key.
 *
 * - `skipIdentical`: leave it if its CRC-32 is that of the image; refuse the image if it is another, unless its action
 *   is `update` or `upsert`; put the image there if the store does not tell.
 * - `replace`: put the image there.
 * - `fail`: refuse the image.
 *
 * @category models
 * @since 0.1.0
 */
export type Existing = "skipIdentical" | "replace" | "fail"

/** What an upload works with; one per `Upload` service, but for `mayReplace`, which is the batch's, and `warn` and `fixity`, which are the image's. */
export interface Engine {
  readonly store: ObjectStore["Service"]
  readonly journal: Journal["Service"]
  readonly budget: Semaphore.Semaphore
  readonly budgetPermits: number
  readonly limit: AdaptiveLimit
  readonly partSize: number
  readonly partConcurrency: number
  readonly existing: Existing
  /** Whether an image may take the place of another object under its key. */
  readonly mayReplace: (asset: Asset) => boolean
  /** For what does not stop the upload, and has to be in the report. */
  readonly warn: (text: string) => Effect.Effect<void>
  /** Whether the image has the checksums it is to have, found out once; and the CRC-32 of what was read for it. */
  readonly fixity: Effect.Effect<Option.Option<Crc32>, AssetError, FileSystem.FileSystem>
}

export type Failure = AssetError | ObjectStoreError | JournalError

/** What came of sending an image. */
export type Sent = Omit<UploadedAsset, "asset">

/** What `bytes` take of the budget; what is larger than the whole budget takes all of it. */
const permitsFor = (engine: Engine, bytes: number): number =>
  Math.min(engine.budgetPermits, Math.max(1, Math.ceil(bytes / 65_536)))

/** Holds `bytes` of the budget while an effect runs. */
export const withinBudget =
  (engine: Engine, bytes: number) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    engine.budget.withPermits(permitsFor(engine, bytes))(effect)

/**
 * Shares of the budget for things of `bytes` that are held longer than one effect runs: `take` one, `giveBack` one,
 * `end` with giving back all that are still held.
 */
export const shares = (engine: Engine, bytes: number) =>
  Effect.map(Ref.make(0), (held) => {
    const permits = permitsFor(engine, bytes)
    const release = (count: number) => engine.budget.release(count * permits)
    return {
      take: Effect.uninterruptibleMask((restore) =>
        Effect.andThen(restore(engine.budget.take(permits)), Ref.update(held, (n) => n + 1))
      ),
      giveBack: Effect.andThen(Ref.update(held, (n) => n - 1), release(1)),
      end: Effect.flatMap(Ref.getAndSet(held, 0), release)
    }
  })

/** One request to the store: as many at a time as it has room for, bounded in time, tried again by the policy. */
export const attempted = <A>(
  { limit }: Pick<Engine, "limit">,
  operation: ObjectStoreError["operation"],
  key: string,
  effect: Effect.Effect<A, ObjectStoreError>
): Effect.Effect<A, ObjectStoreError> =>
  Effect.flatMap(RetryPolicy.RetryPolicy, (policy) =>
    effect.pipe(
      Effect.timeoutOrElse({
        duration: policy.attemptLimit,
        orElse: () =>
          Effect.fail(
            new ObjectStoreError({
              operation,
              key,
              reason: new Reason.TimedOut({ host: "the object store", limit: policy.attemptLimit })
            })
          )
      }),
      limit,
      RetryPolicy.retrying(policy.upload)
    ))

/** How much of a name is kept with an object: S3 takes 2 KB of metadata. */
const longestName = 1024

/** Header values are ASCII: anything else, and the escape itself, is percent-encoded. Of a long name the end is kept. */
const headerSafe = (text: string): string => {
  if (text.length <= longestName && /^[\x20-\x24\x26-\x7e]*$/.test(text)) return text
  let safe = ""
  for (const character of [...text.toWellFormed()].toReversed()) {
    const next = /[\x20-\x24\x26-\x7e]/.test(character) ? character : encodeURIComponent(character)
    if (next.length + safe.length > longestName) break
    safe = next + safe
  }
  return safe
}

export const infoOf = (asset: Asset): ObjectInfo => ({
  contentType: asset.mediaType,
  metadata: { "original-name": headerSafe(asset.source.name) }
})

/** Fails where the file is no longer the one that was probed. */
export const unchanged = Effect.fnUntraced(function*(asset: Asset) {
  if (asset.source._tag !== "FileSource") return
  const { path } = asset.source
  const now = yield* Fingerprint.ofFile(path).pipe(
    Effect.mapError((error) => new AssetError({ source: path, reason: error.reason }))
  )
  const { modifiedMillis, size } = asset.fingerprint
  if (now.size === size && now.modifiedMillis === modifiedMillis) return
  const detail = now.size === size ? "its time of change is another" : `it had ${size} bytes and has ${now.size}`
  return yield* new AssetError({ source: path, reason: new SourceChanged({ detail }) })
})

/** Where a file could not be read to its end because it is another by now, the error says so. */
export const orChanged = (asset: Asset) => <A, R>(sending: Effect.Effect<A, ObjectStoreError, R>) =>
  Effect.catchIf(
    sending,
    ({ reason }) => reason._tag === "SourceFailed",
    (error) => Effect.andThen(unchanged(asset), Effect.fail(error))
  )

/** Whether a record is of the very file; of what is no file nothing can be told. */
export const isSameFile = (record: UploadRecord, asset: Asset): boolean => {
  const { modifiedMillis, size } = asset.fingerprint
  return asset.source._tag === "FileSource" && modifiedMillis !== undefined && record.fingerprint.size === size &&
    record.fingerprint.modifiedMillis === modifiedMillis
}

/** Writes to the journal how far an image came; what is not given is forgotten. */
export const journalled = (
  { journal, store }: Engine,
  asset: Asset,
  state: Partial<Pick<UploadRecord, "session" | "partSize" | "crc32" | "fixity">>
): Effect.Effect<void, JournalError> =>
  journal.saveUpload({ bucket: store.bucket, key: asset.key, fingerprint: asset.fingerprint, parts: [], ...state })

/** What was put only where nothing was is new; anything else may have taken the place of an object. */
export const howSent = (ifAbsent: boolean): UploadedAsset["how"] => ifAbsent ? "sent" : "replaced"

/** A finished image is in the journal before anybody hears of it. */
export const finished = (
  engine: Engine,
  asset: Asset,
  crc32: Crc32,
  how: UploadedAsset["how"]
): Effect.Effect<Sent, JournalError> =>
  Effect.as(
    journalled(engine, asset, {
      crc32,
      ...(asset.fixity === undefined
        ? {}
        : { fixity: asset.fixity.map(({ algorithm, value }) => ({ algorithm, value })) })
    }),
    { crc32, how }
  )

/** Fails where what was sent is not what was checked. */
export const asChecked = Effect.fnUntraced(function*(engine: Engine, asset: Asset, sent: Crc32) {
  const sum = yield* engine.fixity
  if (Option.isNone(sum) || sum.value === sent) return
  return yield* new AssetError({
    source: location(asset.source),
    reason: new SourceChanged({ detail: "its bytes are not those that had the checksum" })
  })
})
