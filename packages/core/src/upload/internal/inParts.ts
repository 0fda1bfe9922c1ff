import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Stream from "effect/Stream"
import * as Crc32 from "../../image/Crc32.ts"
import { bodyLength, type PartReceipt, type StoredObject, type WriteOptions } from "../ObjectStore.ts"
import { ObjectStoreError } from "../ObjectStoreError.ts"
import * as UploadProgress from "../UploadProgress.ts"
import { type Part, partBodies } from "./bodies.ts"
import { reservations, withinBudget, withRetries } from "./engine.ts"
import { decide, isStored } from "./existing.ts"
import { abortLimit, abortUpload, type MultipartUpload, type Restore } from "./multipart.ts"
import type { Stored, Write } from "./state.ts"
import { provenParts } from "./sums.ts"
import {
  changed,
  checkSource,
  failIfNotVerified,
  type Failure,
  reportingChange,
  type Task,
  type Touched
} from "./task.ts"

const sendPart = Effect.fnUntraced(function*({ asset, engine }: Task, upload: MultipartUpload, part: Part) {
  const { body, partNumber } = part
  const put = engine.store.putPart(upload.session, partNumber, body)
  const receipt = yield* reportingChange(asset)(withRetries(engine, "putPart", asset.key, put))
  yield* engine.journal.savePart(engine.store.bucket, asset.key, receipt)
  yield* UploadProgress.emit({ _tag: "PartUploaded", id: asset.id, partNumber, bytes: bodyLength(body) })
  return receipt
})

/** A part of a stream is buffered before it is sent, so its share of the budget is reserved before it is read. */
const sendMissing = Effect.fnUntraced(function*(task: Task, upload: MultipartUpload) {
  const { asset, engine } = task
  const received = new Set(upload.parts.map((part) => part.partNumber))
  const buffers = yield* reservations(engine, upload.partSize)
  const send = (part: Part) => {
    const sending = sendPart(task, upload, part)
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

/** How often parts are sent anew because the file was changed while it was being sent. */
const maxRounds = 3

/**
 * Sends the missing parts, until all have the bytes of one version of the file. Where the platform does not tell
 * whether the file was changed meanwhile, the parts are compared with the file, which is read for it, and those that
 * differ are sent anew.
 */
const sendAll = Effect.fnUntraced(function*(
  task: Task,
  upload: MultipartUpload
): Effect.fn.Return<ReadonlyArray<PartReceipt>, Failure | Touched, FileSystem.FileSystem> {
  let parts = upload.parts
  for (let round = 0; round < maxRounds; round++) {
    const [sent] = yield* Effect.all([sendMissing(task, { ...upload, parts }), task.fixity], { concurrency: 2 })
    if ((yield* checkSource(task.asset)) === "same") return sent
    parts = yield* provenParts(task.asset, upload.partSize, sent)
    if (parts.length === sent.length) return parts
  }
  return yield* changed(task.asset, "its bytes changed while they were being sent")
})

/** Size and CRC-32 of the whole object, computed from its parts without reading it again. */
const wholeOf = (parts: ReadonlyArray<PartReceipt>) =>
  parts.reduce((whole, part) => ({
    size: whole.size + part.size,
    crc32: Crc32.combine(whole.crc32, part.crc32, part.size)
  }), { size: 0, crc32: Crc32.empty })

/**
 * Completes the multipart upload. If the store no longer knows it, the reply to an earlier attempt may have been lost:
 * then the store has an object with exactly these bytes.
 */
const complete = Effect.fnUntraced(function*(
  task: Task,
  upload: MultipartUpload,
  parts: ReadonlyArray<PartReceipt>,
  options: WriteOptions
): Effect.fn.Return<Pick<StoredObject, "etag">, Failure, FileSystem.FileSystem> {
  const { asset, engine } = task
  const whole = wholeOf(parts)
  const mismatch = yield* Ref.make<ObjectStoreError | undefined>(undefined)
  const completing = engine.store.complete(upload.session, parts, whole, options).pipe(
    Effect.tapError((error) => error.reason._tag === "ChecksumMismatch" ? Ref.set(mismatch, error) : Effect.void)
  )
  return yield* withRetries(engine, "complete", asset.key, completing).pipe(
    Effect.catchIf(({ reason }) => reason._tag === "NoSuchUpload", (error) =>
      Effect.gen(function*() {
        if (yield* isStored(task, whole.crc32)) return {}
        return yield* (yield* Ref.get(mismatch)) ?? error
      }))
  )
})

const stored = (crc32: Crc32.Crc32, how: Stored["how"], etag: string | undefined): Stored => ({
  _tag: "Stored",
  crc32,
  how,
  ...(etag === undefined ? {} : { etag })
})

/**
 * Makes the object from its parts. If there is an object with the key by now, the parts need not be sent again to
 * replace it.
 */
const assemble = Effect.fnUntraced(function*(
  task: Task,
  upload: MultipartUpload,
  parts: ReadonlyArray<PartReceipt>,
  write: Write
): Effect.fn.Return<Stored, Failure, FileSystem.FileSystem> {
  const { crc32 } = wholeOf(parts)
  yield* failIfNotVerified(task, crc32)
  const replace = Effect.map(complete(task, upload, parts, {}), ({ etag }) => stored(crc32, "replaced", etag))
  if (write === "always") return yield* replace
  const onConflict = Effect.gen(function*() {
    const decision = yield* decide(task, "another", { known: crc32 })
    if (decision._tag === "Replace") return yield* replace
    if (decision._tag === "Gone") return yield* create
    yield* abortUpload(task, upload.session)
    return stored(crc32, "identical", decision.etag)
  })
  const create: Effect.Effect<Stored, Failure, FileSystem.FileSystem> = Effect.map(
    complete(task, upload, parts, { ifAbsent: true }),
    ({ etag }) => stored(crc32, "sent", etag)
  )
  return yield* Effect.catchReason(create, "ObjectStoreError", "AlreadyExists", () => onConflict)
})

const sendAndAssemble = Effect.fnUntraced(function*(task: Task, upload: MultipartUpload, write: Write) {
  const parts = yield* sendAll(task, upload)
  const { size } = task.asset.fingerprint
  const sent = wholeOf(parts).size
  if (sent !== size) return yield* changed(task.asset, `${size} bytes were expected but ${sent} were read`)
  return yield* assemble(task, upload, parts, write)
})

/**
 * Whether an upload that failed can be resumed: at once if the file was only touched; by a later run if a durable
 * journal has it and the parts themselves are not at fault.
 */
const isResumable = ({ asset, engine }: Task, exit: Exit.Exit<unknown, Failure | Touched>): boolean => {
  const error = Option.getOrUndefined(Exit.findErrorOption(exit))
  if (error?._tag === "Touched") return true
  if (!engine.journal.durable || asset.fingerprint.modifiedMillis === undefined) return false
  if (error === undefined || error._tag === "JournalError") return true
  return error._tag === "ObjectStoreError" && error.reason.retryable && error.reason._tag !== "ChecksumMismatch"
}

/** Sends an image in parts. If that fails, the multipart upload is kept to be resumed, or aborted. */
export const sendInParts = (
  task: Task,
  write: Write,
  start: (restore: Restore) => Effect.Effect<MultipartUpload, Failure>
): Effect.Effect<Stored, Failure | Touched, FileSystem.FileSystem> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(start(restore), (upload) =>
      restore(sendAndAssemble(task, upload, write)).pipe(
        Effect.onExit((exit) =>
          Exit.isSuccess(exit) || isResumable(task, exit)
            ? Effect.void
            : abortUpload(task, upload.session, abortLimit)
        )
      ))
  )

/** Errors that mean that the store lost the upload or a part of it. */
export const isUploadLost = (error: Failure | Touched): boolean =>
  error._tag === "ObjectStoreError" && ["NoSuchUpload", "InvalidPart"].includes(error.reason._tag)

/** The store assembled an object with the wrong checksum. */
export const isWronglyAssembled = (error: Failure | Touched): boolean =>
  error._tag === "ObjectStoreError" && error.operation === "complete" && error.reason._tag === "ChecksumMismatch"

/** Errors that mean that the parts of an earlier run cannot be used: the whole image has to be sent again. */
export const isUnresumable = (error: Failure | Touched): boolean =>
  isUploadLost(error) || isWronglyAssembled(error) ||
  (error._tag === "ObjectStoreError" && error.operation === "complete" && error.reason._tag === "Rejected")
