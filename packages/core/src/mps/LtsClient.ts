/**
 * The port to the ingest API of MPS: three calls, each sent once. Retries belong to `Ingest` and `Status`.
 * `@iiif-ingest/lts-http` has the layer over HTTP; {@link layerScripted} answers from a script, for tests.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import { JobId } from "../base/Ids.ts"
import * as Reason from "../base/Reason.ts"
import type { IngestRequest } from "./IngestRequest.ts"
import type { Job } from "./Job.ts"

/** The first 160 characters of an answer, in quotation marks. */
const quotedStart = ({ body }: Reason.Evidence): string => `"${body.slice(0, 160)}"`

/**
 * HTTP 401: the token was not accepted. `anew`: nor was another one that was signed for it.
 *
 * @category errors
 * @since 0.1.0
 */
export class Unauthorized extends Schema.TaggedError<Unauthorized>()("Unauthorized", {
  evidence: Reason.Evidence,
  anew: Schema.optionalKey(Schema.Literal(true))
}) {
  readonly retryable: boolean = false
  readonly outcome: Reason.Outcome = "none"
  override get message() {
    return "the token was not accepted (HTTP 401): check issuer, kid and private key, that the key is registered for " +
      `this environment, and this machine's clock; the server said ${quotedStart(this.evidence)}`
  }
}

/**
 * HTTP 403: the token is valid but the action is not allowed, or the address is not allow-listed. `anew`: also with
 * another token that was signed for it.
 *
 * @category errors
 * @since 0.1.0
 */
export class Forbidden extends Schema.TaggedError<Forbidden>()("Forbidden", {
  evidence: Reason.Evidence,
  anew: Schema.optionalKey(Schema.Literal(true))
}) {
  readonly retryable: boolean = false
  readonly outcome: Reason.Outcome = "none"
  override get message() {
    return "the request is not allowed (HTTP 403): check the permissions of the kid, and the VPN or the allow-listed " +
      `address; the server said ${quotedStart(this.evidence)}`
  }
}

/**
 * HTTP 404: there is no such job, or no such service at this address.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotFound extends Schema.TaggedError<NotFound>()("NotFound", {
  url: Schema.String,
  evidence: Reason.Evidence
}) {
  readonly retryable: boolean = false
  readonly outcome: Reason.Outcome = "none"
  override get message() {
    return `there is nothing at ${this.url} (HTTP 404): check the job's id and LTS_IIIF_INGEST_URL`
  }
}

/**
 * HTTP 413: the request is larger than the service accepts.
 *
 * @category errors
 * @since 0.1.0
 */
export class TooLarge extends Schema.TaggedError<TooLarge>()("TooLarge", {
  bytes: Schema.Int,
  evidence: Reason.Evidence
}) {
  readonly retryable: boolean = false
  readonly outcome: Reason.Outcome = "none"
  override get message() {
    return `the request of ${this.bytes} bytes is too large for the service (HTTP 413): send fewer assets at a time`
  }
}

/**
 * HTTP 3xx in answer to the ingest POST. It is not followed, because the token would be sent to the redirect target.
 *
 * @category errors
 * @since 0.1.0
 */
export class Redirected extends Schema.TaggedError<Redirected>()("Redirected", {
  location: Schema.String,
  evidence: Reason.Evidence
}) {
  readonly retryable: boolean = false
  readonly outcome: Reason.Outcome = "none"
  override get message() {
    return `the service redirects to ${this.location} (HTTP ${this.evidence.status}), and a token is never sent to a ` +
      "redirect target: set LTS_IIIF_INGEST_URL if the service has moved"
  }
}

/**
 * A success without a job id: the service may have accepted the request nevertheless.
 *
 * @category errors
 * @since 0.1.0
 */
export class NoJobId extends Schema.TaggedError<NoJobId>()("NoJobId", { evidence: Reason.Evidence }) {
  readonly retryable: boolean = false
  readonly outcome: Reason.Outcome = "unknown"
  override get message() {
    return `the service answered HTTP ${this.evidence.status} without a job id; it said ${quotedStart(this.evidence)}`
  }
}

/**
 * No token was available, or it may not be sent to this address (only to https or this machine).
 *
 * @category errors
 * @since 0.1.0
 */
export class TokenUnavailable extends Schema.TaggedError<TokenUnavailable>()("TokenUnavailable", {
  detail: Schema.String
}) {
  readonly retryable: boolean = false
  readonly outcome: Reason.Outcome = "none"
  override get message() {
    return `no token could be sent: ${this.detail}`
  }
}

/**
 * Why a call of the ingest API failed: the reasons specific to this port and those that all ports share.
 *
 * @category errors
 * @since 0.1.0
 */
export const LtsReason = Schema.Union([
  Unauthorized,
  Forbidden,
  NotFound,
  TooLarge,
  Redirected,
  NoJobId,
  TokenUnavailable,
  Reason.Unreachable,
  Reason.ConnectionLost,
  Reason.TimedOut,
  Reason.Throttled,
  Reason.Unavailable,
  Reason.Challenged,
  Reason.Undecodable,
  Reason.Rejected
])

/**
 * @category errors
 * @since 0.1.0
 */
export type LtsReason = typeof LtsReason.Type

/**
 * The error of this port: which call failed, and why.
 *
 * @category errors
 * @since 0.1.0
 */
export class LtsError extends Schema.TaggedError<LtsError>()("LtsError", {
  operation: Schema.Literals(["initialize", "jobStatus", "version"]),
  reason: LtsReason
}) {
  override get message() {
    return `${this.operation}: ${this.reason.message}`
  }
}

/**
 * The service's answer to a request that it accepted: the job, the identifiers of the assets it recognized (if it names
 * them), and the whole answer.
 *
 * @category models
 * @since 0.1.0
 */
export const Submission = Schema.Struct({
  jobId: JobId,
  identifiers: Schema.Array(Schema.String),
  raw: Schema.Json
})

/**
 * @category models
 * @since 0.1.0
 */
export type Submission = typeof Submission.Type

/**
 * The ingest API.
 *
 * @category services
 * @since 0.1.0
 */
export class LtsClient extends Context.Service<LtsClient, {
  readonly initialize: (request: IngestRequest) => Effect.Effect<Submission, LtsError>
  readonly jobStatus: (id: JobId) => Effect.Effect<Job, LtsError>
  readonly version: Effect.Effect<Schema.Json, LtsError>
}>()("@iiif-ingest/core/mps/LtsClient") {}

/**
 * The script of {@link layerScripted}: the replies to each call in order; the last one is repeated indefinitely.
 *
 * @category models
 * @since 0.1.0
 */
export interface Script {
  readonly initialize?: ReadonlyArray<Submission | LtsReason>
  readonly jobStatus?: ReadonlyArray<Pick<Job, "state"> & Partial<Job> | LtsReason>
  readonly version?: ReadonlyArray<Schema.Json | LtsReason>
}

const isReason = Schema.is(LtsReason)

/** Makes an effect that returns the next reply of a list each time, and repeats the last one. */
const player = <A>(replies: ReadonlyArray<A>, fallback: A): Effect.Effect<Effect.Effect<A>> =>
  Effect.map(Ref.make(0), (position) =>
    Ref.getAndUpdate(position, (n) => n + 1).pipe(
      Effect.map((n) => replies[Math.min(n, replies.length - 1)] ?? fallback)
    ))

const answer = <A>(operation: LtsError["operation"], reply: A | LtsReason): Effect.Effect<A, LtsError> =>
  isReason(reply) ? Effect.fail(new LtsError({ operation, reason: reply })) : Effect.succeed(reply)

/** The default job of a script; its id has the form of MPS's ids. */
const scriptedJob = JobId.make("000000000000000000000001")

/**
 * A client that answers from a script, for tests without a network. Without a script it accepts every request.
 *
 * @example
 * ```ts
 * import { LtsClient } from "@iiif-ingest/core"
 *
 * const slow = LtsClient.layerScripted({
 *   jobStatus: [{ state: "queued" }, { state: "running" }, { state: "success" }]
 * })
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerScripted = (script: Script = {}): Layer.Layer<LtsClient> =>
  Layer.effect(
    LtsClient,
    Effect.gen(function*() {
      const initialize = yield* player<Submission | LtsReason>(script.initialize ?? [], {
        jobId: scriptedJob,
        identifiers: [],
        raw: {}
      })
      const jobStatus = yield* player<Pick<Job, "state"> & Partial<Job> | LtsReason>(script.jobStatus ?? [], {
        state: "success"
      })
      const version = yield* player<Schema.Json | LtsReason>(script.version ?? [], { version: "scripted" })
      return LtsClient.of({
        initialize: (request) =>
          Effect.flatMap(initialize, (reply) => answer("initialize", reply)).pipe(
            Effect.map((submission) => ({
              ...submission,
              identifiers: submission.identifiers.length > 0
                ? submission.identifiers
                : request.assets.image.map((image) => image.identifier)
            }))
          ),
        jobStatus: (id) =>
          Effect.flatMap(jobStatus, (reply) => answer("jobStatus", reply)).pipe(
            Effect.map((job) => ({ id, raw: { data: { job_status: job.state } }, ...job }))
          ),
        version: Effect.flatMap(version, (reply) => answer("version", reply))
      })
    })
  )
