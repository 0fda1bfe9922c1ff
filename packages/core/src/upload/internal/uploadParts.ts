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
  asChecked,
  attempted,
  type Engine,
  type Failure,
  finished,
  howSent,
  orChanged,
  type Sent,
  shares,
  unchanged,
  withinBudget
} from "./uploadEngine.ts"
import { inspect, isStored, settle } from "./uploadExisting.ts"
import { begin, type Begun, finalizerLimit, type Restore, takeBack } from "./uploadSession.ts"

const sendPart = Effect.fnUntraced(function*(engine: Engine, asset: Asset, begun: Begun, part: Part) {
  const { body, partNumber } = part
  const put = engine.store.putPart(begun.session, partNumber, body)
  const receipt = yield* orChanged(asset)(attempted(engine, "putPart", asset.key, put))
  yield* engine.journal.savePart(engine.store.bucket, asset.key, receipt)
  yield* UploadProgress.emit({ _tag: "PartUploaded", id: asset.id, partNumber, bytes: bodyLength(body) })
  return receipt
})

/** A part of a stream is in memory before it is sent: its share of the budget is taken before it is read. */
const sendMissing = Effect.fnUntraced(function*(engine: Engine, asset: Asset, begun: Begun) {
  const arrived = new Set(begun.parts.map((part) => part.partNumber))
  const inMemory = yield* shares(engine, begun.partSize)
  const send = (part: Part) => {
    const sending = sendPart(engine, asset, begun, part)
    return asset.source._tag === "StreamSource"
      ? Effect.ensuring(sending, inMemory.giveBack)
      : withinBudget(engine, bodyLength(part.body))(sending)
  }
  return yield* partBodies(asset, begun.partSize, inMemory.take).pipe(
    Stream.mapError((reason) => new ObjectStoreError({ operation: "putPart", key: asset.key, reason })),
    Stream.filter((part) => !arrived.has(part.partNumber)),
    Stream.mapEffect(send, { concurrency: engine.partConcurrency, unordered: true }),
    Stream.runCollect,
    Effect.map((sent) => [...begun.parts, ...sent].sort((a, b) => a.partNumber - b.partNumber)),
    Effect.ensuring(inMemory.end)
  )
})

/** Size and CRC-32 of the whole from its parts, without reading a byte again. */
const joined = (parts: ReadonlyArray<PartReceipt>) =>
  parts.reduce((whole, part) => ({
    size: whole.size + part.size,
    crc32: Crc32.combine(whole.crc32, part.crc32, part.size)
  }), { size: 0, crc32: Crc32.empty })

/**
 * Makes an object of the parts. Where the store no longer knows the upload, an answer may have been lost: then the store
 * has just these bytes. Where an object has come under the key, nothing need be sent again to replace it.
 */
const assemble = Effect.fnUntraced(function*(
  engine: Engine,
  asset: Asset,
  begun: Begun,
  parts: ReadonlyArray<PartReceipt>,
  ifAbsent: boolean
): Effect.fn.Return<Sent, Failure, FileSystem.FileSystem> {
  const whole = joined(parts)
  yield* asChecked(engine, asset, whole.crc32)
  let mismatch: ObjectStoreError | undefined
  const complete = (options: WriteOptions) =>
    engine.store.complete(begun.session, parts, whole, options).pipe(
      Effect.tapError((error) =>
        Effect.sync(() => {
          if (error.reason._tag === "ChecksumMismatch") mismatch = error
        })
      ),
      (completing) => attempted(engine, "complete", asset.key, completing),
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
  const occupied = Effect.gen(function*() {
    const same = yield* settle(engine, asset, Effect.succeed(whole.crc32))
    yield* Option.isSome(same) ? takeBack(engine, asset, begun.session) : complete({})
    return yield* finished(engine, asset, whole.crc32, Option.isSome(same) ? "identical" : "replaced")
  })
  return yield* complete({ ifAbsent }).pipe(
    Effect.andThen(finished(engine, asset, whole.crc32, howSent(ifAbsent))),
    Effect.catchReason("ObjectStoreError", "AlreadyExists", () => occupied)
  )
})

const sendAll = Effect.fnUntraced(function*(engine: Engine, asset: Asset, begun: Begun, ifAbsent: boolean) {
  const [parts] = yield* Effect.all([sendMissing(engine, asset, begun), engine.fixity], { concurrency: 2 })
  yield* unchanged(asset)
  const sent = parts.reduce((size, part) => size + part.size, 0)
  if (sent === asset.fingerprint.size) return yield* assemble(engine, asset, begun, parts, ifAbsent)
  const detail = `it had ${asset.fingerprint.size} bytes and ${sent} came`
  return yield* new AssetError({ source: location(asset.source), reason: new SourceChanged({ detail }) })
})

/** Whether a later run can go on where this one stopped: it is in the journal, and it was not the parts that were wrong. */
const isResumable = (engine: Engine, asset: Asset, exit: Exit.Exit<unknown, Failure>): boolean => {
  if (!engine.journal.durable || asset.fingerprint.modifiedMillis === undefined) return false
  const error = Option.getOrUndefined(Exit.findErrorOption(exit))
  if (error === undefined || error._tag === "JournalError") return true
  return error._tag === "ObjectStoreError" && error.reason.retryable && error.reason._tag !== "ChecksumMismatch"
}

/** An upload in parts from its beginning to its end, or to where it is kept for a later run or taken back. */
const inParts = (
  engine: Engine,
  asset: Asset,
  ifAbsent: boolean,
  beginning: (restore: Restore) => Effect.Effect<Begun, Failure>
): Effect.Effect<Sent, Failure, FileSystem.FileSystem> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(beginning(restore), (begun) =>
      restore(sendAll(engine, asset, begun, ifAbsent)).pipe(
        Effect.onExit((exit) =>
          Exit.isSuccess(exit) || isResumable(engine, asset, exit)
            ? Effect.void
            : takeBack(engine, asset, begun.session, finalizerLimit)
        )
      ))
  )

/** Errors that say that the store has not what was sent to it. */
const isLost = (error: Failure): boolean =>
  error._tag === "ObjectStoreError" && ["NoSuchUpload", "InvalidPart"].includes(error.reason._tag)

const isMismade = (error: Failure): boolean =>
  error._tag === "ObjectStoreError" && error.operation === "complete" && error.reason._tag === "ChecksumMismatch"

/** Errors that say of parts sent by an earlier run that nothing can be made of them: the image is sent anew. */
const isUseless = (error: Failure): boolean =>
  isLost(error) || isMismade(error) ||
  (error._tag === "ObjectStoreError" && error.operation === "complete" && error.reason._tag === "Rejected")

/** A large image already there is found before its parts are sent, not after. */
const absentOrFail = Effect.fnUntraced(function*(engine: Engine, asset: Asset) {
  if (typeof (yield* inspect(engine, asset)) !== "object") return
  return yield* new ObjectStoreError({ operation: "begin", key: asset.key, reason: new AlreadyExists() })
})

/**
 * Uploads a large image in parts, going on where an earlier run of the same file stopped (`earlier`). What the store loses
 * on the way is sent once more.
 */
export const uploadParts = Effect.fnUntraced(function*(
  engine: Engine,
  asset: Asset,
  ifAbsent: boolean,
  earlier: Begun | undefined
): Effect.fn.Return<Sent, Failure, FileSystem.FileSystem> {
  if (earlier !== undefined) {
    const resumed = yield* inParts(engine, asset, ifAbsent, () => Effect.succeed(earlier)).pipe(
      Effect.asSome,
      Effect.catchIf(isUseless, () => Effect.succeedNone)
    )
    if (Option.isSome(resumed)) return { ...resumed.value, how: "resumed" }
  }
  if (ifAbsent) yield* absentOrFail(engine, asset)
  const anew = (ifAbsent: boolean) => inParts(engine, asset, ifAbsent, (restore) => begin(engine, asset, restore))
  return yield* anew(ifAbsent).pipe(
    Effect.catchIf(isLost, () => anew(ifAbsent)),
    // what the store has made of the parts is not what they were
    Effect.catchIf(isMismade, () => anew(false))
  )
})
