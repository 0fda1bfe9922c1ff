import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import type { PartReceipt, UploadSession } from "../ObjectStore.ts"
import { withRetries } from "./engine.ts"
import { infoOf, saveState, type Task } from "./task.ts"

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

/**
 * Part sizes in MiB: by default 8 of boto3, the AWS CLI and this library, 5 of AWS's other SDKs and rclone, 15 of s3cmd;
 * 10 to 128 as people set them.
 */
const usualMebibytes = [8, 16, 5, 15, 10, 20, 25, 32, 50, 64, 100, 128]

/**
 * The sizes of parts in which an object of `size` bytes may have been sent, if there are `count` of them: the usual
 * ones, `configured`, and those to which tools raise them for large objects (boto3 doubles its own until 10,000 parts
 * are enough; the AWS CRT divides by 10,000).
 */
export const usualPartSizes = (size: number, count: number, configured: number): ReadonlyArray<number> => {
  let doubled = 8 * mebibyte
  while (size > doubled * maximumParts) doubled *= 2
  const sizes = [
    ...usualMebibytes.map((n) => n * mebibyte),
    configured,
    partSizeFor(size, configured),
    doubled,
    Math.ceil(size / maximumParts)
  ]
  return [...new Set(sizes)].filter((partSize) => Math.ceil(size / partSize) === count)
}

/**
 * Aborts a multipart upload, because the store would keep its parts and charge for them. An upload that the store no
 * longer knows counts as aborted. If aborting fails, a warning is reported, and the journal keeps the upload until the
 * image is sent again.
 */
export const abortUpload = (
  task: Task,
  session: UploadSession,
  limit: Duration.Input = Duration.infinity
): Effect.Effect<void> => {
  const { asset, engine } = task
  return withRetries(unlimited, "abort", asset.key, engine.store.abort(session)).pipe(
    Effect.catchReason("ObjectStoreError", "NoSuchUpload", () => Effect.void),
    Effect.andThen(saveState(task, {})),
    Effect.timeout(limit),
    Effect.catch((error) =>
      task.warn(
        `the multipart upload of ${asset.key} could not be aborted, and its parts may be charged: ${error.message}`
      )
    )
  )
}

/**
 * Starts a new multipart upload and journals it, or aborts it if that fails. It must run uninterruptibly, except where
 * it uses `restore`.
 */
export const startUpload = Effect.fnUntraced(function*(task: Task, restore: Restore) {
  const { asset, engine } = task
  const partSize = partSizeFor(asset.fingerprint.size, engine.partSize)
  const session = yield* restore(withRetries(engine, "begin", asset.key, engine.store.begin(asset.key, infoOf(asset))))
  yield* saveState(task, { session, partSize }).pipe(
    Effect.onError(() => abortUpload(task, session, abortLimit))
  )
  const upload: MultipartUpload = { session, partSize, parts: [] }
  return upload
})
