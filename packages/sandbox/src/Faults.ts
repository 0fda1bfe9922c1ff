/**
 * Fault rules: which requests the sandbox makes fail on purpose, how, and how often. The layer option, the `faults`
 * service and `PUT /_sandbox/faults` share one schema; every rule is a plain JSON value.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { OPERATIONS } from "./internal/faults/operations.ts"

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const Status = Schema.Int.check(Schema.isBetween({ minimum: 200, maximum: 599 }))
const FieldValue = Schema.String.check(
  Schema.isPattern(/^[\t\u0020-\u007e\u0080-\u00ff]*$/, { expected: "a value that a header field can have" })
)
const FIELD_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/
/** The sandbox sends these itself, of the body that it sends; a second one makes a reply that nobody can read. */
const FRAMING = /^(?:content-length|transfer-encoding|trailer)$/i
const HeaderFields = Schema.Record(Schema.String, FieldValue).check(
  Schema.makeFilter((fields) =>
    Object.keys(fields).every((name) => FIELD_NAME.test(name) && !FRAMING.test(name)) ||
    "Expected names that header fields can have, except content-length, transfer-encoding and trailer"
  )
)

const KNOWN: ReadonlySet<string> = new Set(OPERATIONS)
/** A text and not a union of literals, so that a rule can be put together from any text, and is checked when it is set. */
const Operation = Schema.String.check(
  Schema.makeFilter((op) => KNOWN.has(op) || `Expected an operation: one of ${OPERATIONS.join(", ")}`)
)

/**
 * Which requests a rule applies to; omitted fields match everything.
 *
 * - `method`: the HTTP method, in upper case.
 * - `path`: a glob matched against the decoded path without its query: `*` matches any characters except `/`, `**`
 *   matches any characters.
 * - `op`: an S3 operation (`PutObject`, `UploadPart`, `ListParts`, ...) or `Initialize`, `JobStatus`, `Version`,
 *   `Manifest`, `ManifestName` (the NRS-style URL), `Embed` (the viewer's API), `ImageInfo`, `Image`, `SpawnChildren`
 *   (the start of a job), `IngestAsset` (a child of a job); `Unknown` to S3 and `NotFound` elsewhere. A name that is none
 *   of these is refused, since it would never match.
 * - `assetId`: a glob matched against the asset of a child job or of an image URL, with or without its namespace:
 *   `AT:ID`, `ID` or `PAGE*`.
 *
 * @category models
 * @since 0.1.0
 */
export const FaultMatch = Schema.Struct({
  method: Schema.optionalKey(Schema.String),
  path: Schema.optionalKey(Schema.String),
  op: Schema.optionalKey(Operation),
  assetId: Schema.optionalKey(Schema.String)
})

/**
 * @category models
 * @since 0.1.0
 */
export type FaultMatch = typeof FaultMatch.Type

/**
 * What goes wrong.
 *
 * - `status`: replies with this status without handling the request. The sandbox sends `content-length` itself, so that it
 *   cannot be among the headers.
 * - `delay`: waits this many milliseconds, then continues with the rules that follow; no other effect does.
 * - `reset`: resets the TCP connection after N bytes of the request body have arrived, or after N bytes of the response
 *   body have been sent; immediately if neither is given. A shorter body is not affected.
 * - `deny`: S3 `AccessDenied`; 403 elsewhere.
 * - `throttle`: S3 503 `SlowDown`; 429 elsewhere.
 * - `expiredToken`: S3 `ExpiredToken`, only for requests that carry a session token; 401 elsewhere.
 * - `html`: a proxy's error page (502 by default).
 * - `lostReply`: handles the request completely, then closes the connection without a reply.
 * - `hang`: takes the request and never replies; nothing is handled.
 * - `gatewayTimeout`: handles the request completely, loses its reply, and is a balancer's 504 page `millis` after the
 *   request (default: 60,000, the limit of MPS's balancer). Not for S3.
 * - `emptyAccepted`: a web application firewall's challenge: 202, no body, `x-amzn-waf-action: challenge`.
 * - `truncate`: handles the request and ends the response body after `bytes` (default: half of it). Not for S3.
 * - `malformed`: handles the request and replies with JSON of a different shape. Not for S3.
 * - `redirect`: redirects to `location` (302 by default).
 * - `jobState`: the status endpoint reports these states, one per read, then the actual state again (`then: "actual"`,
 *   the default) or the last of them from then on (`then: "last"`). Only for `JobStatus`.
 * - `late`: an asset or a manifest is 404 until `millis` after it was first ingested, on the clock of the jobs. Only for
 *   the delivery of what has been ingested.
 * - `childFailure`: the matching child of a job fails with this message. Only for `IngestAsset`.
 * - `spawnFailure`: the job cannot create its children and fails with this message. Only for `SpawnChildren`.
 * - `stuck`: the step never ends, and so neither does its job, until the sandbox is started again or reset. Only for
 *   `IngestAsset` and `SpawnChildren`.
 * - `restart`: the service restarts: it resets every connection, loses the steps that run, and goes on with its jobs
 *   from what it had stored. Once, if the rule has no `times`. Only for `IngestAsset` and `SpawnChildren`.
 *
 * @category models
 * @since 0.1.0
 */
export const FaultEffect = Schema.Union([
  Schema.Struct({
    type: Schema.Literal("status"),
    status: Status,
    body: Schema.optionalKey(Schema.String),
    headers: Schema.optionalKey(HeaderFields)
  }),
  Schema.Struct({ type: Schema.Literal("delay"), millis: Count }),
  Schema.Struct({
    type: Schema.Literal("reset"),
    afterRequestBytes: Schema.optionalKey(Count),
    afterResponseBytes: Schema.optionalKey(Count)
  }),
  Schema.Struct({ type: Schema.Literal("deny") }),
  Schema.Struct({ type: Schema.Literal("throttle"), retryAfterSeconds: Schema.optionalKey(Count) }),
  Schema.Struct({ type: Schema.Literal("expiredToken") }),
  Schema.Struct({ type: Schema.Literal("html"), status: Schema.optionalKey(Status) }),
  Schema.Struct({ type: Schema.Literal("lostReply") }),
  Schema.Struct({ type: Schema.Literal("hang") }),
  Schema.Struct({ type: Schema.Literal("gatewayTimeout"), millis: Schema.optionalKey(Count) }),
  Schema.Struct({ type: Schema.Literal("emptyAccepted") }),
  Schema.Struct({ type: Schema.Literal("truncate"), bytes: Schema.optionalKey(Count) }),
  Schema.Struct({ type: Schema.Literal("malformed"), body: Schema.optionalKey(Schema.Json) }),
  Schema.Struct({
    type: Schema.Literal("redirect"),
    location: FieldValue,
    status: Schema.optionalKey(Schema.Literals([301, 302, 303, 307, 308]))
  }),
  Schema.Struct({
    type: Schema.Literal("jobState"),
    states: Schema.NonEmptyArray(Schema.String),
    then: Schema.optionalKey(Schema.Literals(["actual", "last"]))
  }),
  Schema.Struct({ type: Schema.Literal("late"), millis: Count }),
  Schema.Struct({ type: Schema.Literal("childFailure"), message: Schema.String }),
  Schema.Struct({ type: Schema.Literal("spawnFailure"), message: Schema.String }),
  Schema.Struct({ type: Schema.Literal("stuck") }),
  Schema.Struct({ type: Schema.Literal("restart") })
])

/**
 * @category models
 * @since 0.1.0
 */
export type FaultEffect = typeof FaultEffect.Type

/**
 * A rule: the first rule that matches and is not exhausted applies, except that delays accumulate and matching
 * continues.
 *
 * `times` limits how often it applies (default: no limit). `probability` (0 to 1, default 1) is drawn from a seeded
 * generator per rule, so the same requests meet the same faults.
 *
 * @example
 * ```ts
 * import * as Faults from "@iiif-ingest/sandbox/Faults"
 *
 * const slowDownTwice: Faults.FaultRule = {
 *   match: { op: "PutObject" },
 *   times: 2,
 *   effect: { type: "throttle", retryAfterSeconds: 0 }
 * }
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export const FaultRule = Schema.Struct({
  match: FaultMatch,
  times: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThan(0))),
  probability: Schema.optionalKey(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))),
  effect: FaultEffect
})

/**
 * @category models
 * @since 0.1.0
 */
export type FaultRule = typeof FaultRule.Type

/**
 * A rule and how often it has applied; `scenario` names the scenario that it is of, if it is of one.
 *
 * @category models
 * @since 0.1.0
 */
export interface FaultHits {
  readonly rule: FaultRule
  readonly hits: number
  readonly scenario?: string
}
