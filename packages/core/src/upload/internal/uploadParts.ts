import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { type Asset, AssetError, SourceChanged } from "../../image/Asset.ts"
import * as Crc32 from "../../image/Crc32.ts"
import { location } from "../../image/ImageSource.ts"
import { bodyLength, type PartReceipt, type WriteOptions } from "../ObjectStore.ts"
import { AlreadyExists, ObjectStoreError } from "../ObjectStoreError.ts"
import * as UploadProgress from "../UploadProgress.ts"
import { type Part, partBodies } from "./uploadBody.ts"
import {
  type Engine,
  failIfChanged,
  failIfNotVerified,
  type Failure,
  howSent,
  recordFinished,
  reportingChange,
  reservations,
  type Sent,
  withinBudget,
  withRetries
} from "./uploadEngine.ts"
import { inspect, isStored, resolveConflict } from "./uploadExisting.ts"
import { abortLimit, abortUpload, type MultipartUpload, type Restore, startUpload } from "./uploadSession.ts"

const sendPart = Effect.fnUntraced(function*(engine: Engine, asset: Asset, upload: MultipartUpload, part: Part) {
  const { body, partNumber } = part
  const put = engine.store.putPart(upload.session, partNumber, body)
  const receipt = yield* reportingChange(asset)(withRetries(engine, "putPart", asset.key, put))
  yield* engine.journal.savePart(engine.store.bucket, asset.key, receipt)
  yield* UploadProgress.emit({ _tag: "PartUploaded", id: asset.id, partNumber, bytes: bodyLength(body) })
  return receipt
})

/** A part of a stream is buffered before it is sent, so its share of the budget is reserved before it is read. */
const sendMissing = Effect.fnUntraced(function*(engine: Engine, asset: Asset, upload: MultipartUpload) {
  const received = new Set(upload.parts.map((part) => part.partNumber))
  const buffers = yield* reservations(engine, upload.partSize)
  const send = (part: Part) => {
    const sending = sendPart(engine, asset, upload, part)
    return asset.source._tag === "StreamSource"
      ? Effect.ensuring(sending, buffers.release)
      : withinBudget(engine, bodyLength(part.body))(sending)
  }
  return yield* partBodies(asset, upload.partSize, buffers.take).pipe(
    Stream.mapError((reason) => new ObjectStoreError({ operation: "putPart", key: asset.key, reason })),
    Stream.filter((part) => !received.has(part.partNumber)),
    Stream.mapEffect(send, { concurrency: engine.partConcurrency, unordered: true }),
    Stream.runCollect,
    Effect.map((sent) => [...upload.parts, ...sent].sort((a, b) => a.partNumber - b.partNumber)),
    Effect.ensuring(buffers.releaseAll)
  )
})

/** Size and CRC-32 of the whole object, computed from its parts without reading it again. */
const wholeOf = (parts: ReadonlyArray<PartReceipt>) =>
  parts.reduce((whole, part) => ({
    size: whole.size + part.size,
    crc32: Crc32.combine(whole.crc32, part.crc32, part.size)
  }), { size: 0, crc32: Crc32.empty })

/**
 * Completes the multipart upload. If the store no longer knows it, an earlier reply may have been lost: then the store
 * has an object with exactly these bytes. If an object with the key exists by now, the parts need not be sent again to
 * replace it.
 */
const assemble = Effect.fnUntraced(function*(
  engine: Engine,
  asset: Asset,
  upload: MultipartUpload,
  parts: ReadonlyArray<PartReceipt>,
  ifAbsent: boolean
): Effect.fn.Return<Sent, Failure, FileSystem.FileSystem> {
  const whole = wholeOf(parts)
  yield* failIfNotVerified(engine, asset, whole.crc32)
  let mismatch: ObjectStoreError | undefined
  const complete = (options: WriteOptions) =>
    engine.store.complete(upload.session, parts, whole, options).pipe(
      Effect.tapError((error) =>
        Effect.sync(() => {
          if (error.reason._tag === "ChecksumMismatch") mismatch = error
        })
      ),
      (completing) => withRetries(engine, "complete", asset.key, completing),
      Effect.asVoid,
      Effect.catchIf(
        ({ reason }) => reason._tag === "NoSuchUpload",
        (error) =>
          Effect.flatMap(
            isStored(engine, asset, whole.crc32),
            (stored) => stored ? Effect.void : Effect.fail(mismatch ?? error)
          )
      )
    )
  const onConflict = Effect.gen(function*() {
    const same = yield* resolveConflict(engine, asset, Effect.succeed(whole.crc32))
    yield* Option.isSome(same) ? abortUpload(engine, asset, upload.session) : complete({})
    return yield* recordFinished(engine, asset, whole.crc32, Option.isSome(same) ? "identical" : "replaced")
  })
  return yield* complete({ ifAbsent }).pipe(
    Effect.andThen(recordFinished(engine, asset, whole.crc32, howSent(ifAbsent))),
    Effect.catchReason("ObjectStoreError", "AlreadyExists", () => onConflict)
  )
})

const sendAll = Effect.fnUntraced(function*(engine: Engine, asset: Asset, upload: MultipartUpload, ifAbsent: boolean) {
  const [parts] = yield* Effect.all([sendMissing(engine, asset, upload), engine.fixity], { concurrency: 2 })
  yield* failIfChanged(asset)
  const sent = parts.reduce((size, part) => size + part.size, 0)
  if (sent === asset.fingerprint.size) return yield* assemble(engine, asset, upload, parts, ifAbsent)
  const detail = `${asset.fingerprint.size} bytes were expected but ${sent} were read`
  return yield* new AssetError({ source: location(asset.source), reason: new SourceChanged({ detail }) })
})

/** Whether a later run can resume the upload: a durable journal has it, and the parts themselves are not at fault. */
const isResumable = (engine: Engine, asset: Asset, exit: Exit.Exit<unknown, Failure>): boolean => {
  if (!engine.journal.durable || asset.fingerprint.modifiedMillis === undefined) return false
  const error = Option.getOrUndefined(Exit.findErrorOption(exit))
  if (error === undefined || error._tag === "JournalError") return true
  return error._tag === "ObjectStoreError" && error.reason.retryable && error.reason._tag !== "ChecksumMismatch"
}

/** Runs a multipart upload. If it fails, it is kept for a later run to resume, or aborted. */
const runUpload = (
  engine: Engine,
  asset: Asset,
  ifAbsent: boolean,
  start: (restore: Restore) => Effect.Effect<MultipartUpload, Failure>
): Effect.Effect<Sent, Failure, FileSystem.FileSystem> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(start(restore), (upload) =>
      restore(sendAll(engine, asset, upload, ifAbsent)).pipe(
        Effect.onExit((exit) =>
          Exit.isSuccess(exit) || isResumable(engine, asset, exit)
            ? Effect.void
            : abortUpload(engine, asset, upload.session, abortLimit)
        )
      ))
  )

/** Errors that mean that the store lost the upload or a part of it. */
const isUploadLost = (error: Failure): boolean =>
  error._tag === "ObjectStoreError" && ["NoSuchUpload", "InvalidPart"].includes(error.reason._tag)

/** The store assembled an object with the wrong checksum. */
const isWronglyAssembled = (error: Failure): boolean =>
  error._tag === "ObjectStoreError" && error.operation === "complete" && error.reason._tag === "ChecksumMismatch"

/** Errors that mean that the parts of an earlier run cannot be used: the whole image has to be sent again. */
const isUnresumable = (error: Failure): boolean =>
  isUploadLost(error) || isWronglyAssembled(error) ||
  (error._tag === "ObjectStoreError" && error.operation === "complete" && error.reason._tag === "Rejected")

/** Fails early if an object with the key exists, before the parts of a large image are sent. */
const failIfPresent = Effect.fnUntraced(function*(engine: Engine, asset: Asset) {
  if (typeof (yield* inspect(engine, asset)) !== "object") return
  return yield* new ObjectStoreError({ operation: "begin", key: asset.key, reason: new AlreadyExists() })
})

/**
 * Uploads a large image in parts. It resumes the multipart upload of an earlier run of the same file (`earlier`); if
 * the store loses the upload, the image is sent once more.
 */
export const uploadParts = Effect.fnUntraced(function*(
  engine: Engine,
  asset: Asset,
  ifAbsent: boolean,
  earlier: MultipartUpload | undefined
): Effect.fn.Return<Sent, Failure, FileSystem.FileSystem> {
  if (earlier !== undefined) {
    const resumed = yield* runUpload(engine, asset, ifAbsent, () => Effect.succeed(earlier)).pipe(
      Effect.asSome,
      Effect.catchIf(isUnresumable, () => Effect.succeedNone)
    )
    if (Option.isSome(resumed)) return { ...resumed.value, how: "resumed" }
  }
  if (ifAbsent) yield* failIfPresent(engine, asset)
  const sendWhole = (ifAbsent: boolean) =>
    runUpload(engine, asset, ifAbsent, (restore) => startUpload(engine, asset, restore))
  return yield* sendWhole(ifAbsent).pipe(
    Effect.catchIf(isUploadLost, () => sendWhole(ifAbsent)),
    // The wrongly assembled object may now be under the key, so this attempt must be able to replace it.
    Effect.catchIf(isWronglyAssembled, () => sendWhole(false))
  )
})
