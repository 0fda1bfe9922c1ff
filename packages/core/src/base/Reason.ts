/**
 * Why a call to a server failed: the reasons that `ObjectStore`, `LtsClient` and `Delivery` share. Each port combines
 * them with its own reasons into one closed union.
 *
 * A reason tells what happened and what to do (`message`), whether the call can be retried (`retryable`), and whether
 * the server may have acted on it (`outcome`). It carries the {@link Evidence}, never the request.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { redactText, visible as visibleText, visibleLines } from "./internal/text.ts"

/**
 * Whether the server acted on a call that failed: `"none"` if it certainly did not, `"unknown"` if the response was
 * lost or came from an intermediary.
 *
 * @category models
 * @since 0.1.0
 */
export type Outcome = "none" | "unknown"

/**
 * The part of a server's response that is safe to show: the status, and the first 512 characters of the body with
 * anything that looks like a credential removed. `header` is the one that told, such as
 * `x-amzn-waf-action: challenge`.
 *
 * @category models
 * @since 0.1.0
 */
export const Evidence = Schema.Struct({
  status: Schema.Int,
  contentType: Schema.optionalKey(Schema.String),
  header: Schema.optionalKey(Schema.String),
  body: Schema.String
})

/**
 * @category models
 * @since 0.1.0
 */
export type Evidence = typeof Evidence.Type

/**
 * Creates {@link Evidence} from a response: shortens the body and removes credentials.
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
const bodyExcerpt = ({ body }: Evidence): string => {
  const line = body.replace(/\s+/g, " ").trim()
  return line === "" ? "an empty body" : `"${line.slice(0, 160)}"`
}

/**
 * No connection could be made: refused, unknown host, no route, or a failed TLS handshake. Nothing was sent.
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
    const advice = /^(?:127\.|localhost|\[::1\])/.test(this.host)
      ? "is the sandbox running?"
      : "check the network; outside production, LTS may require the VPN or an allow-listed address"
    return `${this.host} cannot be reached (${this.detail}): ${advice}`
  }
}

/**
 * The connection was lost after the request started, so the server may have acted on it.
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
    return `the connection to ${this.host} was lost before the response was complete (${this.detail})`
  }
}

/**
 * No response within the time limit.
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
    return `${this.host} did not respond within ${Duration.format(this.limit)}`
  }
}

/**
 * HTTP 429, or S3's `SlowDown`: the server is rate limiting and did not process the request.
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
    const wait = this.retryAfter === undefined ? "" : `, retry after ${Duration.format(this.retryAfter)}`
    return `the server is throttling requests (HTTP ${this.evidence.status}${wait}): send fewer at a time`
  }
}

/**
 * HTTP 5xx: the server, or a proxy in front of it, failed.
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
    return `the server failed (HTTP ${this.evidence.status}) and responded with ${bodyExcerpt(this.evidence)}`
  }
}

/**
 * A success status whose body is not what the service sends: a proxy's HTML page, truncated JSON, or JSON of another
 * shape.
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
    return `cannot decode the response (HTTP ${this.evidence.status}): ${this.problem}; it starts with ${
      bodyExcerpt(this.evidence)
    }`
  }
}

/**
 * Any other HTTP 4xx: the server understood the request and rejected it.
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
    return `the server rejected the request (HTTP ${this.evidence.status}): ${bodyExcerpt(this.evidence)}`
  }
}

/**
 * HTTP 202 with an empty body and `x-amzn-waf-action`: a firewall expects a browser to solve a challenge. The service
 * behind it never received the request. Source: docs/mps.md, 2.4.
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
    return `a web application firewall responded instead of the service (HTTP ${this.evidence.status}, challenge): ` +
      "ask LTS to allow this address, or use the VPN"
  }
}

/**
 * Text from elsewhere without anything that looks like a credential (a token, a signature, a private key), for what is
 * to be shown or kept.
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

/**
 * A text whose control, bidirectional and other invisible characters are escaped (`\\u{202e}`), for a terminal or a log:
 * a file name may contain any, and could change what the lines around it seem to say.
 *
 * @example
 * ```ts
 * import { Reason } from "@iiif-ingest/core"
 *
 * Reason.visible("a\u202Egpj.tif") // => "a\\u{202e}gpj.tif"
 * ```
 *
 * @category formatting
 * @since 0.1.0
 */
export const visible = (text: string): string => visibleText(text)
