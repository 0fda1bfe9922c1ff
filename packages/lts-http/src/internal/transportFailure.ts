import * as Reason from "@iiif-ingest/core/base/Reason"
import type { HttpClientError } from "effect/http/HttpClientError"

/** What Node's and undici's errors say of themselves, as far as it is used. */
interface Fault {
  readonly code: string
  readonly syscall: string
  readonly message: string
}

const text = (from: object, key: string): string => {
  const value: unknown = Reflect.get(from, key)
  return typeof value === "string" ? value : ""
}

/** The transports wrap the error of the socket in errors of their own: the innermost that has a code is the cause. */
const faultOf = (error: unknown, depth = 0): Fault | undefined => {
  if (typeof error !== "object" || error === null || depth > 8) return undefined
  const within: unknown = Reflect.get(error, "cause")
  const inner = faultOf(within, depth + 1)
  if (inner !== undefined) return inner
  const code = text(error, "code")
  return code === "" ? undefined : { code, syscall: text(error, "syscall"), message: text(error, "message") }
}

/** No name, no route, no listener, no TLS session, no way through a proxy: nothing of the request was sent. */
const unreachableCodes = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTDOWN",
  "ENETDOWN",
  "EADDRNOTAVAIL",
  "EPROTO",
  "UND_ERR_CONNECT_TIMEOUT",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "HOSTNAME_MISMATCH",
  "INVALID_CA",
  "INVALID_PURPOSE"
])

const isUnreachable = (fault: Fault): boolean =>
  unreachableCodes.has(fault.code) ||
  fault.syscall === "connect" ||
  /^(?:CERT_|ERR_TLS_|ERR_SSL_|ERR_PROXY_|UND_ERR_PRX_)/.test(fault.code) ||
  /before secure TLS connection was established|HTTP Tunneling|Proxy Authentication Required/.test(fault.message)

/** Errors with a code speak of sockets and certificates; others might repeat a header, so only their absence is told. */
const detailOf = (fault: Fault | undefined): string => {
  if (fault === undefined) return "no further detail"
  const { code, message } = fault
  if (message === "") return code
  return (message.includes(code) ? message : `${code}: ${message}`).slice(0, 200)
}

/**
 * Names why no answer came. What is not known to have happened before the request was sent counts as lost on the way:
 * the server may have acted on it.
 */
export const transportFailure = (
  host: string,
  error: HttpClientError
): Reason.Unreachable | Reason.ConnectionLost => {
  const fault = faultOf(error)
  const { _tag } = error.reason
  const unsent = _tag === "InvalidUrlError" || _tag === "EncodeError" || (fault !== undefined && isUnreachable(fault))
  const detail = _tag === "InvalidUrlError" ? "not an http(s) address" : detailOf(fault)
  return unsent ? new Reason.Unreachable({ host, detail }) : new Reason.ConnectionLost({ host, detail })
}
