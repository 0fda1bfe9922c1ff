/**
 * Why a call to a server failed: the reasons that `ObjectStore`, `LtsClient` and `Delivery` have in common. Each port
 * joins them with its own into one closed union.
 *
 * A reason says what happened and what to do (`message`), whether the same call may be tried again (`retryable`), and
 * whether the server may have acted on it all the same (`outcome`). It carries the {@link Evidence}, never the request.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { redactText } from "./internal/text.ts"
import { visibleLines } from "./internal/text.ts"

/**
 * Whether the server acted on a call that failed: `"none"` where it certainly did not, `"unknown"` where the answer
 * was lost or came from something in between.
 *
 * @category models
 * @since 0.1.0
 */
export type Outcome = "none" | "unknown"

/**
 * What a server answered, as far as it can be shown: the status, and the first 512 characters of the body with
 * anything that looks like a credential taken out.
 *
 * @category models
 * @since 0.1.0
 */
export const Evidence = Schema.Struct({
  status: Schema.Int,
  contentType: Schema.optionalKey(Schema.String),
  body: Schema.String
})

/**
 * @category models
 * @since 0.1.0
 */
export type Evidence = typeof Evidence.Type

/**
 * Makes {@link Evidence} of an answer, shortened and with credentials taken out.
 *
 * @category constructors
 * @since 0.1.0
 */
export const evidence = (status: number, body: string, contentType?: string): Evidence => ({
  status,
  body: visibleLines(redactText(body.slice(0, 4096))).slice(0, 512),
  ...(contentType === undefined ? {} : { contentType })
})

/** The body on one line, for a message. */
const said = (e: Evidence): string => {
  const line = e.body.replace(/\s+/g, " ").trim()
  return line === "" ? "an empty body" : `"${line.slice(0, 160)}"`
}

/**
 * No connection: refused, no such host, no route, a failed TLS handshake. Nothing was sent.
 *
 * @category errors
 * @since 0.1.0
 */
export class Unreachable extends Schema.TaggedError<Unreachable>()("Unreachable", {
  host: Schema.String,
  detail: Schema.String
}) {
  readonly retryable: boolean = true
  readonly outcome: Outcome = "none"
  override get message() {
    const what = /^(?:127\.|localhost|\[::1\])/.test(this.host)
      ? "is the sandbox running?"
      : "check the network; outside production LTS may ask for the VPN or an allow-listed address"
    return `${this.host} cannot be reached (${this.detail}): ${what}`
  }
}

/**
 * The connection broke after the request began: whether the server acted on it is not known.
 *
 * @category errors
 * @since 0.1.0
 */
export class ConnectionLost extends Schema.TaggedError<ConnectionLost>()("ConnectionLost", {
  host: Schema.String,
  detail: Schema.String
}) {
  readonly retryable: boolean = true
  readonly outcome: Outcome = "unknown"
  override get message() {
    return `the connection to ${this.host} broke before its answer was complete (${this.detail})`
  }
}

/**
 * No answer within the time limit.
 *
 * @category errors
 * @since 0.1.0
 */
export class TimedOut extends Schema.TaggedError<TimedOut>()("TimedOut", {
  host: Schema.String,
  limit: Schema.DurationFromMillis
}) {
  readonly retryable: boolean = true
  readonly outcome: Outcome = "unknown"
  override get message() {
    return `${this.host} did not answer within ${Duration.format(this.limit)}`
  }
}

/**
 * HTTP 429, or S3's `SlowDown`: the server asks for patience and did nothing.
 *
 * @category errors
 * @since 0.1.0
 */
export class Throttled extends Schema.TaggedError<Throttled>()("Throttled", {
  evidence: Evidence,
  retryAfter: Schema.optionalKey(Schema.DurationFromMillis)
}) {
  readonly retryable: boolean = true
  readonly outcome: Outcome = "none"
  override get message() {
    const wait = this.retryAfter === undefined ? "" : `, and asks to wait ${Duration.format(this.retryAfter)}`
    return `the server is throttling (HTTP ${this.evidence.status}${wait}): use fewer requests at a time`
  }
}

/**
 * HTTP 5xx: the server, or a proxy before it, failed.
 *
 * @category errors
 * @since 0.1.0
 */
export class Unavailable extends Schema.TaggedError<Unavailable>()("Unavailable", {
  evidence: Evidence,
  retryAfter: Schema.optionalKey(Schema.DurationFromMillis)
}) {
  readonly retryable: boolean = true
  readonly outcome: Outcome = "unknown"
  override get message() {
    return `the server failed (HTTP ${this.evidence.status}): it answered ${said(this.evidence)}`
  }
}

/**
 * A success status whose body is not what the service sends: a proxy's HTML page, JSON cut off, JSON of another shape.
 *
 * @category errors
 * @since 0.1.0
 */
export class Undecodable extends Schema.TaggedError<Undecodable>()("Undecodable", {
  evidence: Evidence,
  problem: Schema.String
}) {
  readonly retryable: boolean = false
  readonly outcome: Outcome = "unknown"
  override get message() {
    return `the answer (HTTP ${this.evidence.status}) cannot be read: ${this.problem}; it began ${said(this.evidence)}`
  }
}

/**
 * HTTP 4xx without a name of its own: the server understood and said no.
 *
 * @category errors
 * @since 0.1.0
 */
export class Rejected extends Schema.TaggedError<Rejected>()("Rejected", {
  evidence: Evidence
}) {
  readonly retryable: boolean = false
  readonly outcome: Outcome = "none"
  override get message() {
    return `the server rejected the request (HTTP ${this.evidence.status}): ${said(this.evidence)}`
  }
}

/**
 * HTTP 202 with an empty body and `x-amzn-waf-action`: a firewall wants a browser to solve a challenge. The service
 * behind it never saw the request. Source: docs/mps.md, 2.4.
 *
 * @category errors
 * @since 0.1.0
 */
export class Challenged extends Schema.TaggedError<Challenged>()("Challenged", {
  evidence: Evidence
}) {
  readonly retryable: boolean = false
  readonly outcome: Outcome = "none"
  override get message() {
    return `a web application firewall answered instead of the service (HTTP ${this.evidence.status}, challenge): ` +
      "ask LTS to allow this address, or use the VPN"
  }
}

/**
 * Text from elsewhere without anything that looks like a credential (a token, a signature, a private key), for what is to
 * be shown or kept.
 *
 * @example
 * ```ts
 * import { Reason } from "@iiif-ingest/core"
 *
 * Reason.redacted("Authorization: Bearer abc.def-123") // => "Authorization: <redacted>"
 * ```
 *
 * @category formatting
 * @since 0.1.0
 */
export const redacted: (text: string) => string = redactText
