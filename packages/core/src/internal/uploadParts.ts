import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { type Asset, AssetError, SourceChanged, type UploadedAsset } from "../Asset.ts"
import * as Crc32 from "../Crc32.ts"
import { location } from "../ImageSource.ts"
import type { UploadRecord } from "../Journal.ts"
import { bodyLength, type PartReceipt, type UploadSession } from "../ObjectStore.ts"
import { AlreadyExists, ObjectStoreError } from "../ObjectStoreError.ts"
import * as Progress from "../Progress.ts"
import { attempted, type Engine, type Failure, howSent, infoOf, unchanged, withinBudget } from "./uploadAsset.ts"
import { type Part, partBodies } from "./uploadBody.ts"

/** S3's limit on the number of parts. */
const maximumParts = 10_000

const mebibyte = 1024 * 1024

/** The configured part size, or in whole MiB as much more as 10,000 parts need. */
const partSizeFor = (size: number, configured: number): number =>
  Math.max(configured, Math.ceil(size / maximumParts / mebibyte) * mebibyte)

interface Begun {
  readonly session: UploadSession
  readonly partSize: number
  readonly parts: ReadonlyArray<PartReceipt>
}

/** An upload that an earlier run began of the very same file. */
const beginningOf = (record: UploadRecord | undefined, asset: Asset): Begun | undefined => {
  const { modifiedMillis, size } = asset.fingerprint
  if (record?.session === undefined || record.partSize === undefined || record.crc32 !== undefined) return undefined
  if (modifiedMillis === undefined || asset.source._tag !== "FileSource") return undefined
  return record.fingerprint.size === size && record.fingerprint.modifiedMillis === modifiedMillis
    ? { session: record.session, partSize: record.partSize, parts: record.parts }
    : undefined
}

const begin = Effect.fnUntraced(function*(engine: Engine, asset: Asset): Effect.fn.Return<Begun, Failure> {
  const partSize = partSizeFor(asset.fingerprint.size, engine.partSize)
  const session = yield* attempted(engine.store.begin(asset.key, infoOf(asset)), asset.key)
  yield* engine.journal.saveUpload({
    bucket: engine.store.bucket,
    key: asset.key,
    fingerprint: asset.fingerprint,
    session,
    partSize,
    parts: []
  })
  return { session, partSize, parts: [] }
})

const sendPart = (engine: Engine, asset: Asset, begun: Begun) => (part: Part) => {
  const bytes = bodyLength(part.body)
  return Effect.gen(function*() {
    const put = engine.store.putPart(begun.session, part.partNumber, part.body)
    const receipt = yield* withinBudget(engine, bytes)(attempted(put, asset.key))
    yield* engine.journal.savePart(engine.store.bucket, asset.key, receipt)
    yield* Progress.emit({ _tag: "PartUploaded", id: asset.id, partNumber: part.partNumber, bytes })
    return receipt
  })
}

const sendMissing = (engine: Engine, asset: Asset, begun: Begun) => {
  const arrived = new Set(begun.parts.map((part) => part.partNumber))
  return partBodies(asset, begun.partSize).pipe(
    Stream.mapError((reason) => new ObjectStoreError({ operation: "putPart", key: asset.key, reason })),
    Stream.filter((part) => !arrived.has(part.partNumber)),
    Stream.mapEffect(sendPart(engine, asset, begun), { concurrency: engine.partConcurrency, unordered: true }),
    Stream.runCollect,
    Effect.map((sent) => [...begun.parts, ...sent].sort((a, b) => a.partNumber - b.partNumber))
  )
}

/** Size and CRC-32 of the whole from its parts, without reading a byte again. */
const joined = (parts: ReadonlyArray<PartReceipt>) =>
  parts.reduce((whole, part) => ({
    size: whole.size + part.size,
    crc32: Crc32.combine(whole.crc32, part.crc32, part.size)
  }), { size: 0, crc32: Crc32.empty })

const complete = Effect.fnUntraced(function*(engine: Engine, asset: Asset, begun: Begun, ifAbsent: boolean) {
  const parts = yield* sendMissing(engine, asset, begun)
  yield* unchanged(asset)
  const whole = joined(parts)
  if (whole.size !== asset.fingerprint.size) {
    const detail = `it had ${asset.fingerprint.size} bytes and ${whole.size} came`
    return yield* new AssetError({ source: location(asset.source), reason: new SourceChanged({ detail }) })
  }
  yield* attempted(engine.store.complete(begun.session, parts, whole, { ifAbsent }), asset.key)
  yield* engine.journal.saveUpload({
    bucket: engine.store.bucket,
    key: asset.key,
    fingerprint: asset.fingerprint,
    parts: [],
    crc32: whole.crc32
  })
  return whole.crc32
})

/** Errors after which a later run can go on where this one stopped. */
const resumable = (exit: Exit.Exit<unknown, Failure>): boolean =>
  Exit.isFailure(exit) && Option.match(Exit.findErrorOption(exit), {
    onNone: () => true,
    onSome: (error) => error._tag === "ObjectStoreError" && error.reason.retryable
  })

/** Takes a multipart upload back, in at most two seconds: the store would keep and charge its parts. */
const takeBack = (engine: Engine, asset: Asset, begun: Begun) =>
  engine.store.abort(begun.session).pipe(
    Effect.timeout("2 seconds"),
    Effect.catch((error) =>
      Effect.logWarning(`the parts of ${asset.key} that were sent could not be taken back: ${error.message}`)
    )
  )

const finish = (engine: Engine, asset: Asset, begun: Begun, ifAbsent: boolean) =>
  complete(engine, asset, begun, ifAbsent).pipe(
    Effect.onExit((exit) =>
      Exit.isSuccess(exit) || (engine.journal.durable && resumable(exit))
        ? Effect.void
        : takeBack(engine, asset, begun)
    )
  )

/** A large image already there is found before its parts are sent, not after. */
const absentOrFail = Effect.fnUntraced(function*(engine: Engine, asset: Asset) {
  const there = yield* attempted(engine.store.head(asset.key), asset.key).pipe(
    Effect.catchReason("ObjectStoreError", "AccessDenied", () => Effect.succeedNone)
  )
  if (Option.isSome(there)) {
    return yield* new ObjectStoreError({ operation: "begin", key: asset.key, reason: new AlreadyExists() })
  }
})

/** Uploads a large image in parts, going on where an earlier run of the same file stopped. */
export const uploadParts = Effect.fnUntraced(function*(
  engine: Engine,
  asset: Asset,
  ifAbsent: boolean
): Effect.fn.Return<Omit<UploadedAsset, "asset">, Failure, FileSystem.FileSystem> {
  const record = Option.getOrUndefined(yield* engine.journal.upload(engine.store.bucket, asset.key))
  const earlier = beginningOf(record, asset)
  if (earlier !== undefined) {
    const resumed = yield* finish(engine, asset, earlier, ifAbsent).pipe(
      Effect.asSome,
      Effect.catchReason("ObjectStoreError", "NoSuchUpload", () => Effect.succeedNone)
    )
    if (Option.isSome(resumed)) return { crc32: resumed.value, how: "resumed" }
  }
  if (ifAbsent) yield* absentOrFail(engine, asset)
  const begun = yield* begin(engine, asset)
  return { crc32: yield* finish(engine, asset, begun, ifAbsent), how: howSent(ifAbsent) }
})
