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
 * What to do if an object with the key already exists.
 *
 * - `skipIdentical`: keep the object if it has the same CRC-32 as the image; if the CRC-32 differs, refuse the image
 *   unless its action is `update` or `upsert`; if the store does not report one, replace the object.
 * - `replace`: replace the object.
 * - `fail`: refuse the image.
 *
 * @category models
 * @since 0.1.0
 */
export type Existing = "skipIdentical" | "replace" | "fail"

/**
 * The dependencies and settings of an upload. They are shared by a whole `Upload` service, except for `mayReplace` (one
 * per batch), `warn` and `fixity` (one per image).
 */
export interface Engine {
  readonly store: ObjectStore["Service"]
  readonly journal: Journal["Service"]
  readonly budget: Semaphore.Semaphore
  readonly budgetPermits: number
  readonly limit: AdaptiveLimit
  readonly partSize: number
  readonly partConcurrency: number
  readonly existing: Existing
  /** Whether an image may replace a different object under its key. */
  readonly mayReplace: (asset: Asset) => boolean
  /** Adds a warning to the report; the upload goes on. */
  readonly warn: (text: string) => Effect.Effect<void>
  /** Verifies the image's expected checksums (cached), and returns the CRC-32 of the bytes read, if any were. */
  readonly fixity: Effect.Effect<Option.Option<Crc32>, AssetError, FileSystem.FileSystem>
}

export type Failure = AssetError | ObjectStoreError | JournalError

/** The result of sending an image. */
export type Sent = Omit<UploadedAsset, "asset">

/** Permits for a number of bytes, at least one. A permit stands for 64 KiB. */
export const permitsOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / 65_536))

/** Permits for `bytes`, capped at the whole budget so that a larger image can still be sent, alone. */
const permitsFor = (engine: Engine, bytes: number): number => Math.min(engine.budgetPermits, permitsOf(bytes))

/** Reserves `bytes` of the budget while an effect runs. */
export const withinBudget =
  (engine: Engine, bytes: number) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    engine.budget.withPermits(permitsFor(engine, bytes))(effect)

/**
 * Reservations of `bytes` each that outlive a single effect: `take` one, `release` one, and `releaseAll` that are still
 * held at the end.
 */
export const reservations = (engine: Engine, bytes: number) =>
  Effect.map(Ref.make(0), (held) => {
    const permits = permitsFor(engine, bytes)
    const releaseMany = (count: number) => engine.budget.release(count * permits)
    return {
      take: Effect.uninterruptibleMask((restore) =>
        Effect.andThen(restore(engine.budget.take(permits)), Ref.update(held, (n) => n + 1))
      ),
      release: Effect.andThen(Ref.update(held, (n) => n - 1), releaseMany(1)),
      releaseAll: Effect.flatMap(Ref.getAndSet(held, 0), releaseMany)
    }
  })

/** Sends one request to the store under the concurrency limit, with a timeout per attempt and the policy's retries. */
export const withRetries = <A>(
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

/** The maximum length of a name in an object's metadata, of which S3 allows 2 KB. */
const maxNameLength = 1024

/** Percent-encodes `%` and all characters that a header value cannot hold. Only the end of a long name is kept. */
const headerSafe = (text: string): string => {
  if (text.length <= maxNameLength && /^[\x20-\x24\x26-\x7e]*$/.test(text)) return text
  let safe = ""
  for (const character of [...text.toWellFormed()].toReversed()) {
    const next = /[\x20-\x24\x26-\x7e]/.test(character) ? character : encodeURIComponent(character)
    if (next.length + safe.length > maxNameLength) break
    safe = next + safe
  }
  return safe
}

export const infoOf = (asset: Asset): ObjectInfo => ({
  contentType: asset.mediaType,
  metadata: { "original-name": headerSafe(asset.source.name) }
})

/** Fails if the file changed after it was probed. */
export const failIfChanged = Effect.fnUntraced(function*(asset: Asset) {
  if (asset.source._tag !== "FileSource") return
  const { path } = asset.source
  const now = yield* Fingerprint.ofFile(path).pipe(
    Effect.mapError((error) => new AssetError({ source: path, reason: error.reason }))
  )
  const { modifiedMillis, size } = asset.fingerprint
  if (now.size === size && now.modifiedMillis === modifiedMillis) return
  const detail = now.size === size ? "its modification time is different" : `it had ${size} bytes and has ${now.size}`
  return yield* new AssetError({ source: path, reason: new SourceChanged({ detail }) })
})

/** Reports `SourceChanged` instead of `SourceFailed` if reading the file failed because it has changed. */
export const reportingChange = (asset: Asset) => <A, R>(sending: Effect.Effect<A, ObjectStoreError, R>) =>
  Effect.catchIf(
    sending,
    ({ reason }) => reason._tag === "SourceFailed",
    (error) => Effect.andThen(failIfChanged(asset), Effect.fail(error))
  )

/** Whether a record is of the same, unchanged file. Sources other than files cannot be recognized. */
export const isSameFile = (record: UploadRecord, asset: Asset): boolean => {
  const { modifiedMillis, size } = asset.fingerprint
  return asset.source._tag === "FileSource" && modifiedMillis !== undefined && record.fingerprint.size === size &&
    record.fingerprint.modifiedMillis === modifiedMillis
}

/** Writes the state of an image's upload to the journal; fields that are not given are cleared. */
export const saveState = (
  { journal, store }: Engine,
  asset: Asset,
  state: Partial<Pick<UploadRecord, "session" | "partSize" | "crc32" | "fixity">>
): Effect.Effect<void, JournalError> =>
  journal.saveUpload({ bucket: store.bucket, key: asset.key, fingerprint: asset.fingerprint, parts: [], ...state })

/** Without a conditional write, the upload may have replaced an object. */
export const howSent = (ifAbsent: boolean): UploadedAsset["how"] => ifAbsent ? "sent" : "replaced"

/** Journals a finished image before its result is reported. */
export const recordFinished = (
  engine: Engine,
  asset: Asset,
  crc32: Crc32,
  how: UploadedAsset["how"]
): Effect.Effect<Sent, JournalError> =>
  Effect.as(
    saveState(engine, asset, {
      crc32,
      ...(asset.fixity === undefined
        ? {}
        : { fixity: asset.fixity.map(({ algorithm, value }) => ({ algorithm, value })) })
    }),
    { crc32, how }
  )

/** Fails if the bytes sent are not those whose checksums were verified. */
export const failIfNotVerified = Effect.fnUntraced(function*(engine: Engine, asset: Asset, sent: Crc32) {
  const sum = yield* engine.fixity
  if (Option.isNone(sum) || sum.value === sent) return
  return yield* new AssetError({
    source: location(asset.source),
    reason: new SourceChanged({ detail: "its bytes differ from those whose checksum was verified" })
  })
})
