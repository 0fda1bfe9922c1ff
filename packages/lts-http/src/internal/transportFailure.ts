import * as Reason from "@iiif-ingest/core/base/Reason"
import { codedError, fromUnknown } from "@iiif-ingest/core/base/TransportFailure"
import type * as Duration from "effect/Duration"
import type { HttpClientError } from "effect/http/HttpClientError"

/** Why no complete response was received. */
export type TransportReason = Reason.Unreachable | Reason.ConnectionLost | Reason.TimedOut

/** An error without a code may quote a header, so its message is not repeated. */
const detailOf = (cause: unknown): string => {
  const error = codedError(cause)
  if (error === undefined) return "no further detail"
  const { code, message } = error
  if (message === "") return code
  return (message.includes(code) ? message : `${code}: ${message}`).slice(0, 200)
}

/**
 * The reason for an error of the `HttpClient`, after `elapsed`. A failure that is not known to have happened before the
 * request was sent counts as `ConnectionLost`: the server may have acted on it.
 */
export const transportFailure = (host: string, error: HttpClientError, elapsed: Duration.Duration): TransportReason => {
  const { _tag } = error.reason
  if (_tag === "InvalidUrlError") return new Reason.Unreachable({ host, detail: "not an http(s) address" })
  const failure = _tag === "EncodeError" ? { _tag: "Unreachable" as const } : fromUnknown(error)
  if (failure?._tag === "TimedOut") return new Reason.TimedOut({ host, limit: failure.limit ?? elapsed })
  const detail = detailOf(error)
  return failure?._tag === "Unreachable"
    ? new Reason.Unreachable({ host, detail })
    : new Reason.ConnectionLost({ host, detail })
}
