import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import type { Asset } from "../../image/Asset.ts"
import type { JournalError, UploadRecord } from "../Journal.ts"
import { AlreadyExists, ObjectStoreError } from "../ObjectStoreError.ts"
import type { UploadedAsset } from "../UploadedAsset.ts"
import { wholeBody } from "./bodies.ts"
import { type Engine, withinBudget, withRetries } from "./engine.ts"
import { inspect } from "./examine.ts"
import { decide, isStillStored, type Occupant, occupantAfter } from "./existing.ts"
import { isUnresumable, isUploadLost, isWronglyAssembled, sendInParts } from "./inParts.ts"
import { abortLimit, abortUpload, type MultipartUpload, startUpload } from "./multipart.ts"
import type { Held } from "./room.ts"
import { howSent, type State, type Stored, type Write } from "./state.ts"
import { crc32Of, provenParts, verifiedCrc32 } from "./sums.ts"
import {
  changed,
  checkSource,
  failIfNotVerified,
  type Failure,
  infoOf,
  likeness,
  probeAgain,
  reportingChange,
  saveState,
  type Task,
  type Touched
} from "./task.ts"

type Step<S extends State["_tag"]> = (
  task: Task,
  state: Extract<State, { readonly _tag: S }>
) => Effect.Effect<State, Failure | Touched, FileSystem.FileSystem>

/** How often a whole image is sent: once; again if the store lost it; again if the store stored it wrongly. */
const maxTries = 3

const unsent = (write: Write, tries = 0): State => ({ _tag: "Unsent", write, tries })

/** Goes on after parts that cannot be used. The store may have made an object of them, of other bytes. */
const withoutParts = (error: Failure | Touched, write: Write, tries: number): State => {
  const reason = error._tag === "ObjectStoreError" ? error.reason : undefined
  return reason?._tag === "ChecksumMismatch" && reason.etag !== undefined && write === "ifAbsent"
    ? { _tag: "Taken", by: { corrupted: reason.etag }, tries }
    : unsent(write, tries)
}

const firstWrite = ({ engine }: Task): Write => engine.existing === "replace" ? "always" : "ifAbsent"

/** A multipart upload that was begun for this file, with the parts that have its bytes. */
const resumable = Effect.fnUntraced(function*(
  task: Task,
  record: UploadRecord
): Effect.fn.Return<MultipartUpload | undefined, Failure, FileSystem.FileSystem> {
  const { partSize, parts, session } = record
  if (session === undefined) return undefined
  const same = likeness(task.asset, record)
  if (same === "different" || partSize === undefined) return void (yield* abortUpload(task, session))
  if (same === "same") return { session, partSize, parts }
  const proven = yield* provenParts(task.asset, partSize, parts)
  yield* saveState(task, { session, partSize, parts: proven })
  return { session, partSize, parts: proven }
})

/** The first state, from what an earlier run left in the journal. */
const first = Effect.fnUntraced(function*(
  task: Task
): Effect.fn.Return<State, Failure | Touched, FileSystem.FileSystem> {
  const { asset, earlier: record, engine } = task
  // A single request checks the file itself; parts must not be sent, nor an earlier upload reused, if it has changed.
  if (record !== undefined || asset.fingerprint.size > engine.wholeSize) yield* checkSource(asset)
  if (record === undefined) return unsent(firstWrite(task))
  const upload = yield* resumable(task, record)
  if (upload !== undefined) return { _tag: "Begun", upload }
  const same = likeness(asset, record)
  return record.crc32 === undefined || same === "different"
    ? unsent(firstWrite(task))
    : { _tag: "Recorded", record: { ...record, crc32: record.crc32 }, doubtful: same === "doubtful" }
})

/** Whether an earlier run verified all checksums that the image should have. */
const isVerified = (record: UploadRecord, asset: Asset): boolean =>
  (asset.fixity ?? []).every(({ algorithm, value }) =>
    record.fixity?.some((verified) => verified.algorithm === algorithm && verified.value === value) === true
  )

/** Reuses what an earlier run stored. The image is read only if it may have changed, or has checksums to verify. */
const reuse: Step<"Recorded"> = Effect.fnUntraced(function*(task, { doubtful, record }) {
  const { crc32, etag } = record
  if (!(yield* isStillStored(task, record))) return unsent(firstWrite(task))
  const stored: Stored = { _tag: "Stored", crc32, how: "resumed", ...(etag === undefined ? {} : { etag }) }
  if (!doubtful && isVerified(record, task.asset)) return { ...stored, journaled: true }
  yield* task.fixity
  return (yield* task.crc32) === crc32 ? stored : unsent(firstWrite(task))
})

/** Sends the rest of a multipart upload that an earlier run began, or all if the store cannot use it any more. */
const resume: Step<"Begun"> = (task, { upload }) =>
  sendInParts(task, { write: firstWrite(task), tries: 0 }, () => Effect.succeed(upload)).pipe(
    Effect.map((stored): State => ({ ...stored, how: "resumed" })),
    Effect.catchIf(isUnresumable, (error) => Effect.succeed(withoutParts(error, firstWrite(task), 0)))
  )

interface Attempts {
  readonly count: number
  /** The ETag of an object that was stored with other bytes than were sent. */
  readonly corrupted?: string
}

/** Who may have put an object where a conditional write found one. */
const occupant = (task: Task, { corrupted, count }: Attempts): Occupant =>
  corrupted === undefined ? occupantAfter(task, count) : { corrupted }

/** Notes that a request has failed and may still read what is held. A store that finds an object reads no body. */
const noting = ({ gaveUp }: Held) => <A>(put: Effect.Effect<A, ObjectStoreError>): Effect.Effect<A, ObjectStoreError> =>
  Effect.onError(put, (cause) => {
    const error = Option.getOrUndefined(Cause.findErrorOption(cause))
    return error?.reason._tag === "AlreadyExists" ? Effect.void : Ref.set(gaveUp, true)
  })

/**
 * Sends an image in one request. If there is an object under the key, an earlier attempt whose reply was lost may have
 * put it there.
 */
const sendWhole: Step<"Unsent"> = Effect.fnUntraced(function*(task, { tries, write }) {
  const { asset, engine, held } = task
  const attempts = yield* Ref.make<Attempts>({ count: 0 })
  // Verify checksums before the upload: an object in the bucket cannot be removed again.
  yield* task.fixity
  const body = wholeBody(asset, held?.bytes)
  // `fail` refuses every existing object, so a later run must be able to recognize one that this run has put there.
  if (engine.existing === "fail") yield* saveState(task, {})
  const put = Ref.update(attempts, (a) => ({ ...a, count: a.count + 1 })).pipe(
    Effect.andThen(engine.store.put(asset.key, body, infoOf(asset), { ifAbsent: write === "ifAbsent" })),
    Effect.tapError(({ reason }) =>
      reason._tag === "ChecksumMismatch"
        ? Ref.update(attempts, (a) => ({ ...a, ...(reason.etag === undefined ? {} : { corrupted: reason.etag }) }))
        : Effect.void
    ),
    held === undefined ? identity : noting(held)
  )
  const sending = withRetries(engine, "put", asset.key, put)
  const sent = yield* (held === undefined ? withinBudget(engine, asset.fingerprint.size)(sending) : sending).pipe(
    reportingChange(asset),
    Effect.asSome,
    Effect.catchReason("ObjectStoreError", "AlreadyExists", () => Effect.succeedNone)
  )
  if (Option.isNone(sent)) return { _tag: "Taken", by: occupant(task, yield* Ref.get(attempts)), tries: tries + 1 }
  const { crc32, etag } = sent.value
  yield* failIfNotVerified(task, crc32)
  return { _tag: "Stored", crc32, how: howSent(write), ...(etag === undefined ? {} : { etag }) }
})

/** Sends a large image in parts, unless there is an object under the key, which is looked for before. */
const sendLarge: Step<"Unsent"> = Effect.fnUntraced(function*(task, { tries, write }) {
  const found = write === "ifAbsent" ? yield* inspect(task) : "absent"
  if (typeof found === "object") return { _tag: "Taken", by: occupantAfter(task, tries + 1), found, tries }
  return yield* sendInParts(task, { write, tries }, (restore) => startUpload(task, restore)).pipe(
    Effect.map((stored): State => stored),
    Effect.catchIf(
      (error) => tries === 0 && isUploadLost(error),
      () => Effect.succeed(unsent(write, tries + 1))
    ),
    Effect.catchIf(
      (error) => tries + 1 < maxTries && isWronglyAssembled(error),
      (error) => Effect.succeed(withoutParts(error, write, tries + 1))
    )
  )
})

const send: Step<"Unsent"> = (task, state) =>
  task.asset.fingerprint.size > task.engine.wholeSize ? sendLarge(task, state) : sendWhole(task, state)

/** Keeps the object under the key, replaces it, or refuses the image. */
const settle: Step<"Taken"> = Effect.fnUntraced(function*(task, { by, found, tries }) {
  const decision = yield* decide(task, by, { found })
  switch (decision._tag) {
    case "Keep":
      return { ...decision, _tag: "Stored", how: "identical" }
    case "Replace":
      return unsent("always", tries)
    case "Gone":
      if (tries < maxTries) return unsent("ifAbsent", tries + 1)
      return yield* new ObjectStoreError({ operation: "put", key: task.asset.key, reason: new AlreadyExists() })
  }
})

const next = (task: Task, state: Exclude<State, Stored>) => {
  switch (state._tag) {
    case "Recorded":
      return reuse(task, state)
    case "Begun":
      return resume(task, state)
    case "Unsent":
      return send(task, state)
    case "Taken":
      return settle(task, state)
  }
}

/** Journals a stored image before its result is reported. */
const journalStored = (task: Task, { crc32, etag, journaled }: Stored) =>
  journaled === true ? Effect.void : saveState(task, {
    crc32,
    ...(etag === undefined ? {} : { etag }),
    ...(task.asset.fixity === undefined
      ? {}
      : { fixity: task.asset.fixity.map(({ algorithm, value }) => ({ algorithm, value })) })
  })

/** Goes from state to state until the image is stored. */
const run = Effect.fnUntraced(function*(
  task: Task
): Effect.fn.Return<UploadedAsset, Failure | Touched, FileSystem.FileSystem> {
  let state = yield* first(task)
  while (state._tag !== "Stored") state = yield* next(task, state)
  yield* journalStored(task, state)
  // The object has since been removed from the bucket, but MPS may have ingested it.
  const how = state.how === "sent" && task.earlier?.crc32 !== undefined ? "replaced" : state.how
  return { asset: task.asset, crc32: state.crc32, how }
})

type Options = Pick<Task, "held" | "mayReplace" | "warn">

const makeTask = Effect.fnUntraced(function*(
  engine: Engine,
  asset: Asset,
  options: Options
): Effect.fn.Return<Task, JournalError> {
  const image = { asset, bytes: options.held?.bytes }
  const fixity = yield* Effect.cached(verifiedCrc32(image))
  const crc32 = yield* Effect.cached(
    Effect.flatMap(fixity, Option.match({ onNone: () => crc32Of(image), onSome: Effect.succeed }))
  )
  const earlier = Option.getOrUndefined(yield* engine.journal.upload(engine.store.bucket, asset.key))
  return { engine, asset, ...options, fixity, crc32, earlier }
})

/** Aborts what was kept of an upload that cannot go on. */
const abandon = ({ asset, engine, ...options }: Pick<Task, "asset" | "engine" | keyof Options>) =>
  Effect.gen(function*() {
    const task = yield* makeTask(engine, asset, options)
    if (task.earlier?.session !== undefined) yield* abortUpload(task, task.earlier.session, abortLimit)
  })

/** How often an upload goes on after the file was touched. */
const maxTouches = 3

/**
 * Uploads one probed image unless it is already in the store. If the file is touched meanwhile, it is probed again, and
 * the upload resumes as one of an earlier run does: with the parts that have the file's bytes.
 */
export const uploadImage = Effect.fnUntraced(function*(
  engine: Engine,
  probed: Asset,
  options: Options
): Effect.fn.Return<UploadedAsset, Failure, FileSystem.FileSystem> {
  let asset = probed
  let { held } = options
  for (let touches = 0; touches <= maxTouches; touches++) {
    const task = yield* makeTask(engine, asset, { ...options, held })
    const uploaded = yield* run(task).pipe(
      Effect.asSome,
      Effect.catchTag("Touched", () => Effect.succeedNone)
    )
    if (Option.isSome(uploaded)) return uploaded.value
    asset = yield* Effect.tapError(probeAgain(asset), () => abandon(task))
    held = held && { ...held, bytes: undefined }
  }
  yield* abandon({ engine, asset, ...options })
  return yield* changed(asset, "it is being changed again and again")
})
