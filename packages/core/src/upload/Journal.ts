/**
 * The port to the journal of a run: what it uploaded and what it submitted. With it an interrupted run resumes where it
 * stopped, and a request is never posted twice by mistake.
 *
 * {@link layerMemory} lasts as long as the process. Secrets are never written to a journal.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { JobId } from "../base/Ids.ts"
import { visible } from "../base/internal/text.ts"
import { Crc32 } from "../image/Crc32.ts"
import { Fingerprint } from "../image/Fingerprint.ts"
import { Checksum } from "../image/Fixity.ts"
import { PartReceipt, UploadSession } from "./ObjectStore.ts"

/**
 * The upload of one object, identified by its bucket and key: the fingerprint of the source file, the multipart upload
 * and its uploaded parts (in order of arrival), and once complete the object's CRC-32, its ETag and its verified
 * checksums.
 *
 * @category models
 * @since 0.1.0
 */
export const UploadRecord = Schema.Struct({
  bucket: Schema.String,
  key: Schema.String,
  fingerprint: Fingerprint,
  session: Schema.optionalKey(UploadSession),
  partSize: Schema.optionalKey(Schema.Int),
  parts: Schema.Array(PartReceipt),
  crc32: Schema.optionalKey(Crc32),
  etag: Schema.optionalKey(Schema.String),
  fixity: Schema.optionalKey(Schema.Array(Checksum))
})

/**
 * @category models
 * @since 0.1.0
 */
export type UploadRecord = typeof UploadRecord.Type

const request = {
  id: Schema.String,
  identifiers: Schema.Array(Schema.String),
  content: Schema.optionalKey(Schema.String),
  at: Schema.optionalKey(Schema.Int),
  resubmitted: Schema.optionalKey(Schema.Boolean)
}

/**
 * A request: `submitting` is written before it is posted, `submitted` with the job's id after it, `ended` when the job
 * is over. What follows from each is in `mps/Submission`.
 *
 * - `id`: the manifest's address, or chosen by the caller if there is no manifest.
 * - `identifiers`: those of the requested assets, in order.
 * - `content`: the digest of all that is requested. It is missing in journals from before it was recorded.
 * - `at`: when this state was written, in milliseconds since 1970; missing like `content`.
 * - `resubmitted`: whether it was posted although an earlier one for the same may have arrived, so that a run that only
 *   finds its job can say so.
 * - `proof`: the CRC-32 of the images' ids and bytes. It is present only if everything in the request was new, so that
 *   finding it served proves that a request arrived.
 * - `succeeded`: whether the job ended as success, with no error for any asset; missing if that is not known.
 *
 * @category models
 * @since 0.1.0
 */
export const SubmissionRecord = Schema.Union([
  Schema.Struct({ ...request, state: Schema.Literal("submitting"), proof: Schema.optionalKey(Crc32) }),
  Schema.Struct({ ...request, state: Schema.Literal("submitted"), jobId: JobId }),
  Schema.Struct({
    ...request,
    state: Schema.Literal("ended"),
    jobId: Schema.optionalKey(JobId),
    succeeded: Schema.optionalKey(Schema.Boolean)
  })
])

/**
 * @category models
 * @since 0.1.0
 */
export type SubmissionRecord = typeof SubmissionRecord.Type

/**
 * The journal could not be read or written; `detail` says what to do.
 *
 * @category errors
 * @since 0.1.0
 */
export class JournalError extends Schema.TaggedError<JournalError>()("JournalError", {
  operation: Schema.Literals(["open", "read", "write"]),
  detail: Schema.String
}) {
  override get message() {
    return `journal: ${this.operation} failed: ${visible(this.detail)}`
  }
}

/**
 * The journal of a run. `durable` says whether it outlives the process; if it does not, an interrupted multipart upload
 * is aborted instead of being kept for a later run. `savePart` adds one receipt to the upload of a key and replaces an
 * earlier receipt of the same part. A durable journal has written a submission to disk when `saveSubmission` returns.
 *
 * @category services
 * @since 0.1.0
 */
export class Journal extends Context.Service<Journal, {
  readonly durable: boolean
  readonly upload: (bucket: string, key: string) => Effect.Effect<Option.Option<UploadRecord>, JournalError>
  readonly saveUpload: (record: UploadRecord) => Effect.Effect<void, JournalError>
  readonly savePart: (bucket: string, key: string, part: PartReceipt) => Effect.Effect<void, JournalError>
  readonly submission: (id: string) => Effect.Effect<Option.Option<SubmissionRecord>, JournalError>
  readonly saveSubmission: (record: SubmissionRecord) => Effect.Effect<void, JournalError>
}>()("@iiif-ingest/core/upload/Journal") {}

const make = (): Journal["Service"] => {
  const uploads = new Map<string, UploadRecord>()
  const submissions = new Map<string, SubmissionRecord>()
  const keyOf = (bucket: string, key: string) => `${bucket}/${key}`
  return {
    durable: false,
    upload: (bucket, key) => Effect.sync(() => Option.fromUndefinedOr(uploads.get(keyOf(bucket, key)))),
    saveUpload: (record) => Effect.sync(() => void uploads.set(keyOf(record.bucket, record.key), record)),
    savePart: (bucket, key, part) =>
      Effect.sync(() => {
        const record = uploads.get(keyOf(bucket, key))
        if (record === undefined) return
        const parts = [...record.parts.filter((p) => p.partNumber !== part.partNumber), part]
        uploads.set(keyOf(bucket, key), { ...record, parts })
      }),
    submission: (id) => Effect.sync(() => Option.fromUndefinedOr(submissions.get(id))),
    saveSubmission: (record) => Effect.sync(() => void submissions.set(record.id, record))
  }
}

/**
 * A journal in memory that lasts as long as its layer.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerMemory: Layer.Layer<Journal> = Layer.sync(Journal, make)
