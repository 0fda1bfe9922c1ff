import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { Asset } from "../../image/Asset.ts"
import type { UploadRecord } from "../Journal.ts"
import type { UploadedAsset } from "../UploadedAsset.ts"
import { verifiedCrc32 } from "./fixity.ts"
import { sourceCrc32 } from "./sourceCrc32.ts"
import { wholeBody } from "./uploadBody.ts"
import {
  type Engine,
  failIfChanged,
  failIfNotVerified,
  type Failure,
  howSent,
  infoOf,
  isSameFile,
  recordFinished,
  reportingChange,
  saveState,
  type Sent,
  withinBudget,
  withRetries
} from "./uploadEngine.ts"
import { idTaken, isStillStored, resolveConflict } from "./uploadExisting.ts"
import { uploadParts } from "./uploadParts.ts"
import { abortUpload, resumableUpload } from "./uploadSession.ts"

type Sending = Effect.Effect<Sent, Failure, FileSystem.FileSystem>

/** What an earlier run left in the journal for this image. A multipart upload that cannot be resumed is aborted. */
const earlierRun = Effect.fnUntraced(function*(engine: Engine, asset: Asset) {
  const record = Option.getOrUndefined(yield* engine.journal.upload(engine.store.bucket, asset.key))
  const upload = resumableUpload(record, asset)
  if (record?.session !== undefined && upload === undefined) yield* abortUpload(engine, asset, record.session)
  return {
    record: record !== undefined && isSameFile(record, asset) ? record : undefined,
    upload,
    wasUploaded: record?.crc32 !== undefined
  }
})

/**
 * Uploads an image in one request. If the key turns out to be taken, an earlier attempt whose reply was lost may have
 * put the object there, either in this run or in an earlier one that ended before the reply (`mayBeOurs`).
 */
const putWhole = Effect.fnUntraced(function*(
  engine: Engine,
  asset: Asset,
  ifAbsent: boolean,
  mayBeOurs: boolean
): Effect.fn.Return<Sent, Failure, FileSystem.FileSystem> {
  let attempts = 0
  let isCorrupted = false
  // Verify checksums before the upload: an object in the bucket cannot be removed again.
  yield* engine.fixity
  const body = yield* wholeBody(asset)
  // `fail` refuses every existing object, so a later run must be able to recognize one that this run has put there.
  if (engine.existing === "fail") yield* saveState(engine, asset, {})
  const put = Effect.suspend(() => {
    attempts += 1
    return engine.store.put(asset.key, body, infoOf(asset), { ifAbsent })
  }).pipe(Effect.tapError(({ reason }) => Effect.sync(() => isCorrupted ||= reason._tag === "ChecksumMismatch")))
  const sent = yield* withinBudget(engine, asset.fingerprint.size)(withRetries(engine, "put", asset.key, put)).pipe(
    reportingChange(asset),
    Effect.asSome,
    Effect.catchReason("ObjectStoreError", "AlreadyExists", () => Effect.succeedNone)
  )
  if (Option.isSome(sent)) yield* failIfNotVerified(engine, asset, sent.value.crc32)
  if (Option.isSome(sent)) return yield* recordFinished(engine, asset, sent.value.crc32, howSent(ifAbsent))
  return yield* onExisting(engine, asset, mayBeOurs || attempts > 1).pipe(
    // The object with other bytes was put there by this request, corrupted in transit.
    Effect.catchIf(
      (error) => isCorrupted && error._tag === "AssetError" && error.reason._tag === "IdTaken",
      () => putWhole(engine, asset, false, true)
    )
  )
})

const send = (
  engine: Engine,
  asset: Asset,
  ifAbsent: boolean,
  earlier: Effect.Success<ReturnType<typeof earlierRun>>
): Sending =>
  asset.fingerprint.size > engine.partSize || earlier.upload !== undefined
    ? uploadParts(engine, asset, ifAbsent, earlier.upload).pipe(
      Effect.catchReason("ObjectStoreError", "AlreadyExists", () => onExisting(engine, asset, false))
    )
    : putWhole(engine, asset, ifAbsent, earlier.record !== undefined)

const noEarlierRun = { record: undefined, upload: undefined, wasUploaded: false }

/** Handles an object that already exists under the key: keep it, replace it, or refuse the image. */
const onExisting = (engine: Engine, asset: Asset, mayBeOurs: boolean): Sending =>
  Effect.gen(function*() {
    if (engine.existing === "fail" && !mayBeOurs) return yield* idTaken(asset)
    const local = Effect.flatMap(
      engine.fixity,
      Option.match({ onNone: () => sourceCrc32(asset), onSome: Effect.succeed })
    )
    const same = yield* resolveConflict(engine, asset, local)
    return Option.isSome(same)
      ? yield* recordFinished(engine, asset, same.value, "identical")
      : yield* send(engine, asset, false, noEarlierRun)
  })

/** Whether an earlier run verified all checksums that the image should have. */
const isVerified = (record: UploadRecord, asset: Asset): boolean =>
  (asset.fixity ?? []).every(({ algorithm, value }) =>
    record.fixity?.some((verified) => verified.algorithm === algorithm && verified.value === value) === true
  )

/**
 * Reuses an upload that an earlier run finished. The image is read only if it has checksums that run did not verify.
 */
const reuseEarlierUpload = Effect.fnUntraced(function*(
  engine: Engine,
  asset: Asset,
  record: UploadRecord | undefined
): Effect.fn.Return<Option.Option<Sent>, Failure, FileSystem.FileSystem> {
  const crc32 = record?.crc32
  if (record === undefined || crc32 === undefined) return Option.none()
  if (!(yield* isStillStored(engine, asset, crc32))) return Option.none()
  if (isVerified(record, asset)) return Option.some<Sent>({ crc32, how: "resumed" })
  const sum = yield* engine.fixity
  // The checksums are right but the CRC-32 is not: the file changed although its size and modification time did not.
  if (Option.isSome(sum) && sum.value !== crc32) return Option.none()
  return Option.some(yield* recordFinished(engine, asset, crc32, "resumed"))
})

/** Uploads one probed image unless it is already in the store. */
export const uploadAsset = Effect.fnUntraced(function*(
  shared: Omit<Engine, "fixity">,
  asset: Asset
): Effect.fn.Return<UploadedAsset, Failure, FileSystem.FileSystem> {
  const engine = { ...shared, fixity: yield* Effect.cached(verifiedCrc32(asset)) }
  const earlier = yield* earlierRun(engine, asset)
  // A single put checks the file itself. An upload in parts must not start, nor an earlier one be reused, if the file
  // changed.
  if (earlier.record !== undefined || asset.fingerprint.size > engine.partSize) yield* failIfChanged(asset)
  const reused = yield* reuseEarlierUpload(engine, asset, earlier.record)
  const sent = Option.isSome(reused) ? reused.value : yield* send(engine, asset, engine.existing !== "replace", earlier)
  // The object has since been removed from the bucket, but MPS may have ingested it.
  const how = sent.how === "sent" && earlier.wasUploaded ? "replaced" : sent.how
  return { asset, crc32: sent.crc32, how }
})
