/**
 * What the error of an HTTP transport means for the request: nothing was sent, the connection broke, or time ran out.
 *
 * Node, undici, `fetch` and the AWS SDK each wrap the socket's error in errors of their own, so the chain of `cause`s
 * is searched for the innermost error that has a `code`. Only plain strings are taken from an error; the error itself,
 * which may hold a request and its headers, is not kept.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import { isObjectKeyword } from "effect/Predicate"

/**
 * The code, system call and message of a socket's error. `syscall` and `message` may be empty; `code` never is.
 *
 * @category models
 * @since 0.1.0
 */
export interface CodedError {
  readonly code: string
  readonly syscall: string
  readonly message: string
}

/**
 * - `Unreachable`: there was no connection, so nothing was sent.
 * - `ConnectionLost`: the connection broke, and the server may have acted on the request.
 * - `TimedOut`: no connection activity in time. `limit` is the limit that the error names, if it names one.
 *
 * `error` is the coded error, if there was one. An error without a code is not repeated, since its message may quote a
 * header.
 *
 * @category models
 * @since 0.1.0
 */
export interface TransportFailure {
  readonly _tag: "Unreachable" | "ConnectionLost" | "TimedOut"
  readonly error?: CodedError
  readonly limit?: Duration.Duration
}

/** Causes may form a cycle. */
const maxDepth = 9

const stringAt = (error: object, key: string): string => {
  const value: unknown = Reflect.get(error, key)
  return typeof value === "string" ? value : ""
}

/** The first of the errors that Node collects if it can connect to none of a host's addresses. */
const connectError = (error: object): unknown => {
  const errors: unknown = Reflect.get(error, "errors")
  if (!Array.isArray(errors)) return undefined
  const isConnect = (one: unknown) => isObjectKeyword(one) && stringAt(one, "syscall") === "connect"
  return errors.every(isConnect) ? errors[0] : undefined
}

const chainOf = (error: unknown): ReadonlyArray<object> => {
  const chain: Array<object> = []
  let current = error
  while (isObjectKeyword(current) && chain.length < maxDepth) {
    chain.push(current)
    current = Reflect.get(current, "cause") ?? connectError(current)
  }
  return chain
}

const codedOf = (chain: ReadonlyArray<object>): CodedError | undefined => {
  const error = chain.findLast((error) => stringAt(error, "code") !== "")
  return error === undefined
    ? undefined
    : { code: stringAt(error, "code"), syscall: stringAt(error, "syscall"), message: stringAt(error, "message") }
}

/**
 * The innermost error in a chain of causes that has a code.
 *
 * @example
 * ```ts
 * import * as TransportFailure from "@iiif-ingest/core/base/TransportFailure"
 *
 * const socket = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", syscall: "read" })
 * TransportFailure.codedError(new TypeError("fetch failed", { cause: socket }))
 * // => { code: "ECONNRESET", syscall: "read", message: "read ECONNRESET" }
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const codedError = (error: unknown): CodedError | undefined => codedOf(chainOf(error))

const anyOf = (...codes: ReadonlyArray<string>): RegExp => new RegExp(`^(?:${codes.join("|")})$`)

/** Routing. On a connection that is already open these come from a read or a write, and then it is lost. */
const routeCodes = anyOf("EHOSTUNREACH", "EHOSTDOWN", "ENETUNREACH", "ENETDOWN")

const isOpen = ({ syscall }: CodedError): boolean => /^(?:read|writev?|shutdown)$/.test(syscall)

/**
 * Name resolution, the listener, certificates, the start of TLS, the proxy. Any other error of TLS may come from a
 * connection that is already open. Sources: Node's, OpenSSL's and undici's errors.
 */
const unreachableCodes = anyOf(
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_\\w+",
  "EADDRNOTAVAIL",
  "CERT_\\w+",
  "DEPTH_ZERO_\\w+",
  "SELF_SIGNED_\\w+",
  "UNABLE_TO_\\w+",
  "HOSTNAME_MISMATCH",
  "INVALID_CA",
  "INVALID_PURPOSE",
  "ERR_TLS_\\w+",
  "ERR_SSL_(?:WRONG_VERSION_NUMBER|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE|HTTPS?_(?:PROXY_)?REQUEST)",
  "ERR_SSL_(?:CERTIFICATE_VERIFY_FAILED|UNSAFE_LEGACY_RENEGOTIATION_DISABLED)",
  "ERR_SSL_\\w*(?:HANDSHAKE_FAILURE|ALERT_PROTOCOL_VERSION|UNRECOGNIZED_NAME|TOO_SMALL|TOO_WEAK)",
  "ERR_PROXY_\\w+",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_PRX_\\w+"
)

/** The connection was closed by the other side, or the response was not HTTP. */
const lostCodes = anyOf(
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "EPROTO",
  "ETIMEDOUT",
  "ERR_SSL_\\w+",
  "ERR_STREAM_PREMATURE_CLOSE",
  "HPE_\\w+",
  "UND_ERR_SOCKET",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_HEADERS_OVERFLOW",
  "UND_ERR_RES_\\w+",
  "UND_ERR_CLOSED",
  "UND_ERR_DESTROYED",
  "UND_ERR_ABORTED"
)

/** Failures before the request was sent whose code alone does not show it: Node's TLS, and undici's proxy tunnel. */
const unsentMessage =
  /before secure TLS connection was established|wrong version number|HTTP Tunneling|Proxy Authentication Required/

const isUnreachable = (error: CodedError): boolean =>
  unreachableCodes.test(error.code) || error.syscall === "connect" || unsentMessage.test(error.message) ||
  (routeCodes.test(error.code) && !isOpen(error))

const isLost = (error: CodedError): boolean => lostCodes.test(error.code) || routeCodes.test(error.code)

/** The limit of a timeout, which the AWS SDK gives only in the message. */
const limitOf = (message: string): { readonly limit?: Duration.Duration } => {
  const millis = /(\d+) ms/.exec(message)?.[1]
  return millis === undefined ? {} : { limit: Duration.millis(Number(millis)) }
}

/** An error named `TimeoutError` has no code, both in the AWS SDK and as the reason of `AbortSignal.timeout`. */
const timeoutOf = (chain: ReadonlyArray<object>): TransportFailure | undefined => {
  const error = chain.findLast((error) => stringAt(error, "name") === "TimeoutError")
  if (error === undefined) return undefined
  const message = stringAt(error, "message")
  const _tag = message.includes("did not establish a connection") ? "Unreachable" : "TimedOut"
  return { _tag, ...limitOf(message) }
}

/**
 * Classifies an error of a transport. The result is `undefined` if the error is not known to be one: a failure that may
 * have happened at any point should then count as `ConnectionLost`, since the server may have acted on the request.
 *
 * @example
 * ```ts
 * import * as TransportFailure from "@iiif-ingest/core/base/TransportFailure"
 *
 * const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", syscall: "connect" })
 * TransportFailure.fromUnknown(new TypeError("fetch failed", { cause: refused }))?._tag // => "Unreachable"
 * TransportFailure.fromUnknown(new TypeError("x is not a function")) // => undefined
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromUnknown = (error: unknown): TransportFailure | undefined => {
  const chain = chainOf(error)
  const coded = codedOf(chain)
  if (coded !== undefined && isUnreachable(coded)) return { _tag: "Unreachable", error: coded }
  if (coded !== undefined && isLost(coded)) return { _tag: "ConnectionLost", error: coded }
  return timeoutOf(chain)
}
