/**
 * Submits a request so that MPS receives it once, even if the reply to an earlier attempt was lost or the process died.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { JobId } from "../base/Ids.ts"
import { nowMillis, timeOf, untilText } from "../base/internal/time.ts"
import * as RetryPolicy from "../base/RetryPolicy.ts"
import type { JournalError } from "../upload/Journal.ts"
import { Ingest, SubmissionUnknown } from "./Ingest.ts"
import type { IngestRequest, MediaAsset } from "./IngestRequest.ts"
import { identifiersOf } from "./internal/identifiers.ts"
import { servedProves } from "./internal/servedProves.ts"
import type { LtsError } from "./LtsClient.ts"
import * as MpsProgress from "./MpsProgress.ts"
import { Status } from "./Status.ts"
import * as Submission from "./Submission.ts"
import type { Settled } from "./Verify.ts"

/**
 * Why a request was not submitted.
 *
 * @category errors
 * @since 0.1.0
 */
export type SubmitError = LtsError | JournalError | SubmissionUnknown

/**
 * The result of submitting. `record` is the journal's record of the request, to be ended by `Ingest.ended`.
 *
 * - `Job`: the request has a job to wait for. `resubmitted` if it was posted again because an earlier one may have been
 *   lost, because its job did not end as success, or because what it made is not served.
 * - `Served`: the reply was lost, and everything that was asked for is served; no job is known.
 * - `Ingested`: nothing was posted, since an earlier run ingested the same and its job ended as success.
 *
 * @category models
 * @since 0.1.0
 */
export type Submitted =
  | {
    readonly _tag: "Job"
    readonly jobId: JobId
    readonly resubmitted: boolean
    readonly record: Submission.Submitted
  }
  | { readonly _tag: "Served"; readonly record: Submission.Submitting }
  | { readonly _tag: "Ingested"; readonly record: Submission.Ended }

/**
 * - `id`: identifies the request in the journal; the manifest's address.
 * - `content`: what the request asks for (`Ingest.content`), which tells a later run whether it asks for the same.
 * - `onUnknown`: what to do if a request may or may not have arrived, and what it asked for is not served.
 * - `onUnchanged`: what to do if an earlier run posted the same: `verify` what it made (the default), or `submit` it
 *   again, whatever came of it. The job of an earlier run that has not ended is waited for in either case.
 * - `settle`: finds out whether everything in the request is served (`Verify.settle`); `since` is when it was posted.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<R> {
  readonly id: string
  readonly request: IngestRequest
  readonly content?: Submission.Content
  readonly onUnknown: "resubmit" | "stop"
  readonly onUnchanged?: "verify" | "submit"
  readonly settle: (since: number) => Effect.Effect<Settled, never, R>
}

/**
 * Submits a request once. What an earlier run did with it is in the journal:
 *
 * - Nothing, or it was refused, failed, or asked for something else: it is posted. If the earlier request's job has not
 *   ended, it is waited for first, since two jobs for the same assets may end in any order.
 * - The same was ingested, and its job ended as success: nothing is posted (`Ingested`).
 * - The same was posted, and its job is not known to have ended: nothing is posted, and the job is waited for.
 * - The same may or may not have arrived, since the process died before the reply was in the journal. What is served
 *   settles it, and so it does if a reply is lost in this run.
 *
 * To settle it, the images are looked at one after the other. The first that is not served when the policy's
 * `deliveryLimit` is over, counted from when the request was posted, shows that the request did not arrive: it is posted
 * again as `upsert`, which is safe even if it did. If all are served, it arrived. If what is served cannot be seen to
 * the end (delivery is unreachable, or withholds it), that settles nothing: it fails with `SubmissionUnknown`, and a
 * later run looks again. Where what is served would prove nothing (an image may replace an earlier one), the request is
 * posted again at once.
 *
 * @category submitting
 * @since 0.1.0
 */
export const once = Effect.fnUntraced(function*<R>(
  options: Options<R>
): Effect.fn.Return<Submitted, SubmitError, Ingest | Status | R> {
  const { content, id, onUnchanged = "verify", request } = options
  const earlier = yield* (yield* Ingest).earlier(id, request, content)
  switch (earlier._tag) {
    case "None":
      return yield* postFirst(options, servedProves(request))
    case "Over":
      return yield* postFirst(options, false, isSameAgain(earlier.record, content))
    case "Superseded":
      if (earlier.record.state === "submitted") yield* waitForEarlier(earlier.record)
      return yield* postFirst(options, false)
    case "Ingested":
      return onUnchanged === "submit" ? yield* postFirst(options, false) : earlier
    case "Going":
      return {
        _tag: "Job",
        jobId: earlier.record.jobId,
        resubmitted: earlier.record.resubmitted === true,
        record: earlier.record
      }
    case "Unsettled": {
      if (onUnchanged === "submit") return yield* again(options)
      const { isNew, record } = earlier
      const canProve = isNew || (record.content === undefined && servedProves(request))
      return yield* settle(options, record, "an earlier run ended while posting it", canProve)
    }
  }
})

/**
 * Posts a request again as `upsert`, because what an earlier one asked for is not served.
 *
 * @category submitting
 * @since 0.1.0
 */
export const again = (
  options: Pick<Options<never>, "id" | "request" | "content">
): Effect.Effect<Submitted, LtsError | JournalError, Ingest> =>
  post({ ...options, request: asUpsert(options.request) }, true)

const post = Effect.fnUntraced(function*(
  { content, id, request }: Pick<Options<never>, "id" | "request" | "content">,
  resubmitted = false
) {
  const identifiers = identifiersOf(request)
  const { jobId } = yield* (yield* Ingest).submit(id, request, content, resubmitted)
  yield* MpsProgress.emit({ _tag: "Submitted", jobId, assets: identifiers.length })
  const at = yield* nowMillis
  const record = Submission.accepted(Submission.begin(id, { identifiers, content }, at, { resubmitted }), jobId, at)
  return { _tag: "Job" as const, jobId, resubmitted, record }
})

/** Whether a request asks for what an earlier job of its did not make, or not all of it. */
const isSameAgain = ({ content, jobId }: Submission.Ended, asked: Submission.Content | undefined): boolean =>
  jobId !== undefined && content !== undefined && content === asked?.digest

/**
 * Posts a request for the first time, or again after a job that did not make all of it; `canProve` says whether what is
 * served can prove that it arrived.
 */
const postFirst = Effect.fnUntraced(function*<R>(options: Options<R>, canProve: boolean, resubmitted = false) {
  const posted = yield* nowMillis
  const { content, id, request } = options
  const record = Submission.begin(id, { identifiers: identifiersOf(request), content }, posted)
  return yield* post(options, resubmitted).pipe(
    Effect.catchIf(
      (error) => error._tag === "LtsError" && error.reason.outcome === "unknown",
      (error) => settle(options, record, error.message, canProve)
    )
  )
})

/** Finds out whether a request arrived; `cause` says why it may not have. */
const settle = Effect.fnUntraced(function*<R>(
  options: Options<R>,
  record: Submission.Submitting,
  cause: string,
  canProve: boolean
): Effect.fn.Return<Submitted, SubmitError, Ingest | R> {
  const { id, onUnknown } = options
  if (canProve) {
    const now = yield* nowMillis
    const since = Math.min(record.at ?? now, now)
    const until = since + Duration.toMillis((yield* RetryPolicy.RetryPolicy).deliveryLimit)
    yield* Effect.logWarning(
      "the ingest request may or may not have arrived: checking whether what it asked for is served" +
        `${until > now ? `, ${untilText(timeOf(until))}` : ""} (${cause})`
    )
    const settled = yield* options.settle(since)
    if (settled._tag === "Served") return { _tag: "Served", record }
    if (settled._tag === "Unclear") {
      return yield* new SubmissionUnknown({ id, detail: cause, unseen: settled.problem })
    }
  }
  if (onUnknown === "stop") return yield* new SubmissionUnknown({ id, detail: cause })
  yield* Effect.logWarning(`posting the ingest request again, as upsert (${cause})`)
  return yield* again(options)
})

/** Waits for the job of a request that is superseded. However that ends, the new request is then posted. */
const waitForEarlier = Effect.fnUntraced(function*({ id, jobId }: Submission.Submitted) {
  yield* Effect.logInfo(`an earlier run asked for something else for ${id}: waiting for its job ${jobId} to end first`)
  yield* (yield* Status).await(jobId).pipe(
    Effect.catch((error) => Effect.logWarning(`it is not known whether job ${jobId} has ended: ${error.message}`))
  )
})

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
