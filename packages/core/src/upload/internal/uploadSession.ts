import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import type { Asset } from "../../image/Asset.ts"
import type { UploadRecord } from "../Journal.ts"
import type { PartReceipt, UploadSession } from "../ObjectStore.ts"
import { type Engine, infoOf, isSameFile, saveState, withRetries } from "./uploadEngine.ts"

/** S3's limit on the number of parts. */
const maximumParts = 10_000

const mebibyte = 1024 * 1024

/** How long interrupting an upload may wait for the store to abort it. */
export const abortLimit: Duration.Input = "2 seconds"

/** Makes an effect interruptible again. */
export type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** A multipart upload in progress, and its parts that have been uploaded. */
export interface MultipartUpload {
  readonly session: UploadSession
  readonly partSize: number
  readonly parts: ReadonlyArray<PartReceipt>
}

/** Aborting an upload does not wait for the concurrency limit. */
const unlimited = { limit: identity }

/** The configured part size, or the smallest number of whole MiB that needs at most 10,000 parts. */
const partSizeFor = (size: number, configured: number): number =>
  Math.max(configured, Math.ceil(size / maximumParts / mebibyte) * mebibyte)

/** The multipart upload that an earlier run started for the same, unchanged file. */
export const resumableUpload = (record: UploadRecord | undefined, asset: Asset): MultipartUpload | undefined =>
  record?.session === undefined || record.partSize === undefined || !isSameFile(record, asset)
    ? undefined
    : { session: record.session, partSize: record.partSize, parts: record.parts }

/**
 * Aborts a multipart upload, because the store would keep its parts and charge for them. An upload that the store no
 * longer knows counts as aborted. If aborting fails, a warning is reported, and the journal keeps the upload until the
 * image is sent again.
 */
export const abortUpload = (
  engine: Engine,
  asset: Asset,
  session: UploadSession,
  limit: Duration.Input = Duration.infinity
): Effect.Effect<void> =>
  withRetries(unlimited, "abort", asset.key, engine.store.abort(session)).pipe(
    Effect.catchReason("ObjectStoreError", "NoSuchUpload", () => Effect.void),
    Effect.andThen(saveState(engine, asset, {})),
    Effect.timeout(limit),
    Effect.catch((error) =>
      engine.warn(
        `the multipart upload of ${asset.key} could not be aborted, and its parts may be charged: ${error.message}`
      )
    )
  )

/**
 * Starts a new multipart upload and journals it, or aborts it if that fails. It must run uninterruptibly, except where
 * it uses `restore`.
 */
export const startUpload = Effect.fnUntraced(function*(engine: Engine, asset: Asset, restore: Restore) {
  const partSize = partSizeFor(asset.fingerprint.size, engine.partSize)
  const session = yield* restore(withRetries(engine, "begin", asset.key, engine.store.begin(asset.key, infoOf(asset))))
  yield* saveState(engine, asset, { session, partSize }).pipe(
    Effect.onError(() => abortUpload(engine, asset, session, abortLimit))
  )
  const upload: MultipartUpload = { session, partSize, parts: [] }
  return upload
})
