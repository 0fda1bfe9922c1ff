/**
 * Submits a request so that MPS receives it once, even if the reply to an earlier attempt was lost.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { JobId } from "../base/Ids.ts"
import type { Crc32 } from "../image/Crc32.ts"
import type { JournalError, SubmissionRecord } from "../upload/Journal.ts"
import { Ingest, SubmissionUnknown } from "./Ingest.ts"
import type { IngestRequest, MediaAsset } from "./IngestRequest.ts"
import { servedProves } from "./internal/servedProves.ts"
import type { LtsError } from "./LtsClient.ts"
import * as MpsProgress from "./MpsProgress.ts"

/**
 * Why a request was not submitted.
 *
 * @category errors
 * @since 0.1.0
 */
export type SubmitError = LtsError | JournalError | SubmissionUnknown

/**
 * The result of submitting: the job, if one is known; whether the request was posted again because an earlier one may
 * have been lost; and the journal's record, which has to be ended with the job.
 *
 * @category models
 * @since 0.1.0
 */
export interface Submitted {
  readonly jobId: JobId | undefined
  readonly resubmitted: boolean
  readonly record: SubmissionRecord
}

/**
 * - `id`: identifies the request in the journal; the manifest's address.
 * - `content`: the CRC-32 of the requested content, which tells a later run whether it requests the same.
 * - `onUnknown`: what to do if a request may or may not have arrived, and what it asked for is not served.
 * - `isServed`: checks whether everything in the request is served.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<R> {
  readonly id: string
  readonly request: IngestRequest
  readonly content?: Crc32
  readonly onUnknown: "resubmit" | "stop"
  readonly isServed: Effect.Effect<boolean, never, R>
}

const withUpsert = (item: MediaAsset): MediaAsset => "action" in item ? { ...item, action: "upsert" } : item

/** The same request with `upsert`, which is safe even if the first one did arrive. */
const asUpsert = (request: IngestRequest): IngestRequest => ({
  ...request,
  globalSettings: { ...request.globalSettings, actionDefault: "upsert" },
  assets: {
    audio: request.assets.audio.map(withUpsert),
    video: request.assets.video.map(withUpsert),
    text: request.assets.text.map(withUpsert),
    image: request.assets.image.map((image) => ({ ...image, action: "upsert" }))
  }
})

/**
 * Submits a request once. If an earlier request may have been accepted (its reply was lost, or the process died before
 * the reply was journaled), it first checks whether what it asked for is served, and posts again only if it is not.
 *
 * @category submitting
 * @since 0.1.0
 */
export const once = Effect.fnUntraced(function*<R>(
  options: Options<R>
): Effect.fn.Return<Submitted, SubmitError, Ingest | R> {
  const { content, id, request } = options
  const ingest = yield* Ingest
  const identifiers = request.assets.image.map((image) => image.identifier)

  const post = (body: IngestRequest, resubmitted: boolean) =>
    Effect.gen(function*() {
      const { jobId } = yield* ingest.submit(id, body, content)
      yield* MpsProgress.emit({ _tag: "Submitted", jobId, assets: identifiers.length })
      const record: SubmissionRecord = { id, state: "submitted", identifiers, jobId }
      return { jobId, resubmitted, record }
    })

  /** `cause` says why the request may not have arrived; `canProve` whether what is served can prove that it did. */
  const afterLostReply = (cause: string, canProve: boolean): Effect.Effect<Submitted, SubmitError, R> =>
    Effect.gen(function*() {
      yield* Effect.logWarning(
        "the ingest request may or may not have arrived: checking whether what it asked for is served"
      )
      if (canProve && (yield* options.isServed)) {
        return { jobId: undefined, resubmitted: false, record: { id, state: "submitting" as const, identifiers } }
      }
      if (options.onUnknown === "stop") return yield* new SubmissionUnknown({ id, detail: cause })
      return yield* post(asUpsert(request), true)
    })

  const earlier = yield* ingest.lookup(id, request)
  if (Option.isSome(earlier)) {
    const { jobId, proof } = earlier.value
    const canProve = servedProves(request) || (content !== undefined && proof === content)
    return jobId === undefined
      ? yield* afterLostReply("an earlier run ended while posting it", canProve)
      : { jobId, resubmitted: false, record: earlier.value }
  }
  return yield* post(request, false).pipe(
    Effect.catchIf(
      (error) => error._tag === "LtsError" && error.reason.outcome === "unknown",
      (error) => afterLostReply(error.message, servedProves(request))
    )
  )
})
