import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { Asset } from "../../image/Asset.ts"
import type { UploadRecord } from "../Journal.ts"
import type { UploadedAsset } from "../UploadedAsset.ts"
import { checked } from "./fixity.ts"
import { sourceCrc32 } from "./sourceCrc32.ts"
import { wholeBody } from "./uploadBody.ts"
import {
  asChecked,
  attempted,
  type Engine,
  type Failure,
  finished,
  howSent,
  infoOf,
  isSameFile,
  journalled,
  orChanged,
  type Sent,
  unchanged,
  withinBudget
} from "./uploadEngine.ts"
import { isStillThere, settle, taken } from "./uploadExisting.ts"
import { uploadParts } from "./uploadParts.ts"
import { beginningOf, takeBack } from "./uploadSession.ts"

type Sending = Effect.Effect<Sent, Failure, FileSystem.FileSystem>

/** What an earlier run left of the very file: how it went, and parts to go on from. What is of no use is taken back. */
const recordOf = Effect.fnUntraced(function*(engine: Engine, asset: Asset) {
  const record = Option.getOrUndefined(yield* engine.journal.upload(engine.store.bucket, asset.key))
  const begun = beginningOf(record, asset)
  if (record?.session !== undefined && begun === undefined) yield* takeBack(engine, asset, record.session)
  return {
    record: record !== undefined && isSameFile(record, asset) ? record : undefined,
    begun,
    wasThere: record?.crc32 !== undefined
  }
})

/**
 * Puts an image in one request. Where the key is taken though nothing may be there, the request itself may have taken
 * it, its answer lost: in this run, or in one that ended before it could say so (`mayBeThere`).
 */
const putWhole = Effect.fnUntraced(function*(
  engine: Engine,
  asset: Asset,
  ifAbsent: boolean,
  mayBeThere: boolean
): Effect.fn.Return<Sent, Failure, FileSystem.FileSystem> {
  let attempts = 0
  let isWrong = false
  yield* engine.fixity // before anything is stored: it could not be taken back
  const body = yield* wholeBody(asset)
  // only here must it be known later whether the object is one of ours
  if (engine.existing === "fail") yield* journalled(engine, asset, {})
  const put = Effect.suspend(() => {
    attempts += 1
    return engine.store.put(asset.key, body, infoOf(asset), { ifAbsent })
  }).pipe(Effect.tapError(({ reason }) => Effect.sync(() => isWrong ||= reason._tag === "ChecksumMismatch")))
  const sent = yield* withinBudget(engine, asset.fingerprint.size)(attempted(engine, "put", asset.key, put)).pipe(
    orChanged(asset),
    Effect.asSome,
    Effect.catchReason("ObjectStoreError", "AlreadyExists", () => Effect.succeedNone)
  )
  if (Option.isSome(sent)) yield* asChecked(engine, asset, sent.value.crc32)
  if (Option.isSome(sent)) return yield* finished(engine, asset, sent.value.crc32, howSent(ifAbsent))
  return yield* onExisting(engine, asset, mayBeThere || attempts > 1).pipe(
    // other bytes, put there by this very request
    Effect.catchIf(
      (error) => isWrong && error._tag === "AssetError" && error.reason._tag === "IdTaken",
      () => putWhole(engine, asset, false, true)
    )
  )
})

/** `earlier` is what an earlier run left to go on from. */
const send = (
  engine: Engine,
  asset: Asset,
  ifAbsent: boolean,
  earlier: Effect.Success<ReturnType<typeof recordOf>>
): Sending =>
  asset.fingerprint.size > engine.partSize || earlier.begun !== undefined
    ? uploadParts(engine, asset, ifAbsent, earlier.begun).pipe(
      Effect.catchReason("ObjectStoreError", "AlreadyExists", () => onExisting(engine, asset, false))
    )
    : putWhole(engine, asset, ifAbsent, earlier.record !== undefined)

const nothing = { record: undefined, begun: undefined, wasThere: false }

/** There is an object under the key: leave it, replace it, or refuse the image. */
const onExisting = (engine: Engine, asset: Asset, mayBeOurs: boolean): Sending =>
  Effect.gen(function*() {
    if (engine.existing === "fail" && !mayBeOurs) return yield* taken(asset)
    const local = Effect.flatMap(
      engine.fixity,
      Option.match({ onNone: () => sourceCrc32(asset), onSome: Effect.succeed })
    )
    const same = yield* settle(engine, asset, local)
    return Option.isSome(same)
      ? yield* finished(engine, asset, same.value, "identical")
      : yield* send(engine, asset, false, nothing)
  })

/** Whether an earlier run found that the image has all checksums it is to have. */
const isProved = (record: UploadRecord, asset: Asset): boolean =>
  (asset.fixity ?? []).every(({ algorithm, value }) =>
    record.fixity?.some((proved) => proved.algorithm === algorithm && proved.value === value) === true
  )

/** What an earlier run finished and the store still has needs no reading, unless a checksum has come to be known since. */
const fromEarlierRun = Effect.fnUntraced(function*(
  engine: Engine,
  asset: Asset,
  record: UploadRecord | undefined
): Effect.fn.Return<Option.Option<Sent>, Failure, FileSystem.FileSystem> {
  const crc32 = record?.crc32
  if (record === undefined || crc32 === undefined) return Option.none()
  if (!(yield* isStillThere(engine, asset, crc32))) return Option.none()
  if (isProved(record, asset)) return Option.some<Sent>({ crc32, how: "resumed" })
  const sum = yield* engine.fixity
  // bytes with the right checksums, and not those of the record though size and time are the same
  if (Option.isSome(sum) && sum.value !== crc32) return Option.none()
  return Option.some(yield* finished(engine, asset, crc32, "resumed"))
})

/** Uploads one probed image, or finds that it is there. */
export const uploadAsset = Effect.fnUntraced(function*(
  shared: Omit<Engine, "fixity">,
  asset: Asset
): Effect.fn.Return<UploadedAsset, Failure, FileSystem.FileSystem> {
  const engine = { ...shared, fixity: yield* Effect.cached(checked(asset)) }
  const earlier = yield* recordOf(engine, asset)
  // what goes in one request the store looks at itself; what may not be sent at all nobody else would
  if (earlier.record !== undefined || asset.fingerprint.size > engine.partSize) yield* unchanged(asset)
  const there = yield* fromEarlierRun(engine, asset, earlier.record)
  const sent = Option.isSome(there) ? there.value : yield* send(engine, asset, engine.existing !== "replace", earlier)
  // whoever took the object away, what was made of it may well be there
  const how = sent.how === "sent" && earlier.wasThere ? "replaced" : sent.how
  return { asset, crc32: sent.crc32, how }
})
