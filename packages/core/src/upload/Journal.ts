/**
 * The port to what a run remembers: what was planned, begun and finished, so that a run that was cut off goes on where
 * it stopped, and a request is never posted twice by mistake.
 *
 * {@link layerMemory} forgets with the process. Nothing secret is ever written to a journal.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { JobId } from "../base/Ids.ts"
import { Crc32 } from "../image/Crc32.ts"
import { Fingerprint } from "../image/Fingerprint.ts"
import { Checksum } from "../image/Fixity.ts"
import { PartReceipt, UploadSession } from "./ObjectStore.ts"

/**
 * An object under its bucket and key: the state of the file it was made from, the multipart upload and the parts that
 * arrived (in the order they did), and once it is complete its CRC-32 and the checksums that it was found to have.
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
  fixity: Schema.optionalKey(Schema.Array(Checksum))
})

/**
 * @category models
 * @since 0.1.0
 */
export type UploadRecord = typeof UploadRecord.Type

/**
 * A request: `submitting` is written before it is posted, `submitted` with the job's id after it, `ended` when the job
 * is over. `id` is the manifest's address, or what the caller chose where there is no manifest. `proof` is there where
 * everything asked for was new, so that it is served only if a request arrived: the CRC-32 of what was asked for.
 *
 * @category models
 * @since 0.1.0
 */
export const SubmissionRecord = Schema.Struct({
  id: Schema.String,
  state: Schema.Literals(["submitting", "submitted", "ended"]),
  identifiers: Schema.Array(Schema.String),
  jobId: Schema.optionalKey(JobId),
  proof: Schema.optionalKey(Crc32)
})

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
    return `journal: ${this.operation} failed: ${this.detail}`
  }
}

/**
 * What a run remembers. `durable` says whether it outlives the process: where it does not, an upload that is cut off is
 * taken back rather than left to be resumed. `savePart` adds one receipt to the upload of a key; a part that is sent again takes the place
 * of the one before. A `saveSubmission` has reached the disk when it returns.
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
  const at = (bucket: string, key: string) => `${bucket}/${key}`
  return {
    durable: false,
    upload: (bucket, key) => Effect.sync(() => Option.fromUndefinedOr(uploads.get(at(bucket, key)))),
    saveUpload: (record) => Effect.sync(() => void uploads.set(at(record.bucket, record.key), record)),
    savePart: (bucket, key, part) =>
      Effect.sync(() => {
        const record = uploads.get(at(bucket, key))
        if (record === undefined) return
        const parts = [...record.parts.filter((p) => p.partNumber !== part.partNumber), part]
        uploads.set(at(bucket, key), { ...record, parts })
      }),
    submission: (id) => Effect.sync(() => Option.fromUndefinedOr(submissions.get(id))),
    saveSubmission: (record) => Effect.sync(() => void submissions.set(record.id, record))
  }
}

/**
 * A journal that lives as long as its layer.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerMemory: Layer.Layer<Journal> = Layer.sync(Journal, make)
