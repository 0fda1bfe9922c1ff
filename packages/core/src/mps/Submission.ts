/**
 * The life of a request in the journal: what is written when, and what the record of an earlier run means for a request
 * that is about to be posted.
 *
 * ```text
 *             post              reply: a job            the job is over
 * (nothing) ───────▶ submitting ────────────▶ submitted ───────────────▶ ended: as success, not as success, not known
 *                        │                                                 ▲
 *                        └─────────── refused, or all of it is served ─────┘
 * ```
 *
 * @since 0.1.0
 */
import type { JobId } from "../base/Ids.ts"
import type { Crc32 } from "../image/Crc32.ts"
import type { SubmissionRecord } from "../upload/Journal.ts"

/**
 * What a request asks for.
 *
 * - `digest`: the SHA-256 of all of it: the assets with their ids, keys, CRC-32s, sizes, policies and metadata, in
 *   order, and the manifest. What only follows from the time of a run is left out: dates and actions that nobody chose.
 * - `bytes`: the CRC-32 of the ids and bytes of its images alone. Without it, the bytes of an image are not known, so
 *   that nobody can tell whether all that is asked for is the same as before.
 *
 * @category models
 * @since 0.1.0
 */
export interface Content {
  readonly digest: string
  readonly bytes?: Crc32
}

type InState<State extends SubmissionRecord["state"]> = Extract<SubmissionRecord, { readonly state: State }>

/**
 * The record of a request that is being posted, or whose reply is not known.
 *
 * @category models
 * @since 0.1.0
 */
export type Submitting = InState<"submitting">

/**
 * The record of a request that has a job.
 *
 * @category models
 * @since 0.1.0
 */
export type Submitted = InState<"submitted">

/**
 * The record of a request that is over.
 *
 * @category models
 * @since 0.1.0
 */
export type Ended = InState<"ended">

/**
 * What an earlier request with the same id means for a request.
 *
 * - `None`: nothing. There was none, or it was refused.
 * - `Over`: it is over, but asked for something else, or did not end as success.
 * - `Unsettled`: it asked for the same, and may or may not have arrived. `isNew` if all of it was new, so that what is
 *   served can prove that it did.
 * - `Going`: it asked for the same, and its job is not known to have ended.
 * - `Ingested`: it asked for the same, and ended as success.
 * - `Superseded`: it asked for something else, and its job, if there is one, is not known to have ended.
 *
 * A record without a digest, from an earlier version, counts as the same if its assets are the same, until it has
 * ended.
 *
 * @category models
 * @since 0.1.0
 */
export type Earlier =
  | { readonly _tag: "None" }
  | { readonly _tag: "Over"; readonly record: Ended }
  | { readonly _tag: "Unsettled"; readonly record: Submitting; readonly isNew: boolean }
  | { readonly _tag: "Going"; readonly record: Submitted }
  | { readonly _tag: "Ingested"; readonly record: Ended }
  | { readonly _tag: "Superseded"; readonly record: Submitting | Submitted }

/**
 * A request, as far as it is compared with an earlier one.
 *
 * @category models
 * @since 0.1.0
 */
export interface Asked {
  readonly identifiers: ReadonlyArray<string>
  readonly content?: Content | undefined
}

const isSameList = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): boolean =>
  a.length === b.length && a.every((identifier, i) => identifier === b[i])

const isSame = (record: SubmissionRecord, { content, identifiers }: Asked): boolean =>
  isSameList(record.identifiers, identifiers) &&
  (record.content === undefined || content === undefined || record.content === content.digest)

/**
 * Reads the journal's record of an earlier request.
 *
 * @category getters
 * @since 0.1.0
 */
export const earlier = (record: SubmissionRecord | undefined, asked: Asked): Earlier => {
  if (record === undefined) return { _tag: "None" }
  switch (record.state) {
    case "submitting":
      return isSame(record, asked)
        ? { _tag: "Unsettled", record, isNew: record.proof !== undefined && record.proof === asked.content?.bytes }
        : { _tag: "Superseded", record }
    case "submitted":
      return isSame(record, asked) ? { _tag: "Going", record } : { _tag: "Superseded", record }
    case "ended":
      if (record.jobId === undefined && record.succeeded === false) return { _tag: "None" }
      return record.succeeded === true && asked.content?.bytes !== undefined && record.content === asked.content.digest
        ? { _tag: "Ingested", record }
        : { _tag: "Over", record }
  }
}

/**
 * The record to write before a request is posted, at a time in milliseconds since 1970. `proof` is the CRC-32 of its
 * images, given if finding all of them served would prove that the request arrived.
 *
 * @category constructors
 * @since 0.1.0
 */
export const begin = (
  id: string,
  { content, identifiers }: Asked,
  at: number,
  { proof, resubmitted = false }: { readonly proof?: Crc32 | undefined; readonly resubmitted?: boolean } = {}
): Submitting => ({
  id,
  identifiers,
  state: "submitting",
  at,
  ...(content === undefined ? {} : { content: content.digest }),
  ...(proof === undefined ? {} : { proof }),
  ...(resubmitted ? { resubmitted } : {})
})

const common = ({ content, id, identifiers, resubmitted }: SubmissionRecord, at: number) => ({
  id,
  identifiers,
  ...(content === undefined ? {} : { content }),
  at,
  ...(resubmitted === undefined ? {} : { resubmitted })
})

/**
 * The record to write when the service has replied with a job.
 *
 * @category constructors
 * @since 0.1.0
 */
export const accepted = (record: Submitting, jobId: JobId, at: number): Submitted => ({
  ...common(record, at),
  state: "submitted",
  jobId
})

/**
 * The record to write when a request is over. `succeeded`: whether its job ended as success, with no error for any of
 * its assets; `undefined` if that is not known.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ended = (record: SubmissionRecord, succeeded: boolean | undefined, at: number): Ended => ({
  ...common(record, at),
  state: "ended",
  ...("jobId" in record && record.jobId !== undefined ? { jobId: record.jobId } : {}),
  ...(succeeded === undefined ? {} : { succeeded })
})
