import * as Reason from "@iiif-ingest/core/base/Reason"
import {
  AccessDenied,
  AlreadyExists,
  ChecksumMismatch,
  ClockSkew,
  ExpiredCredentials,
  InvalidCredentials,
  InvalidPart,
  NoSuchBucket,
  NoSuchUpload,
  type ObjectStoreReason,
  WrongRegion
} from "@iiif-ingest/core/upload/ObjectStoreError"
import * as Duration from "effect/Duration"

/** What is known of one request: where it went, and the head of the answer once there is one. */
export interface Exchange {
  host: string
  status?: number
  headers: Readonly<Record<string, string>>
}

/** What a reason names beside the exchange. */
export interface About {
  readonly bucket: string
  readonly region: string
  readonly elapsed: Duration.Duration
}

/** What is taken from an error of the SDK or of Node. The error itself is not kept: it holds request and headers. */
interface Fault {
  readonly name: string
  readonly message: string
  /** Node's, such as `ECONNRESET`. */
  readonly code: string
  readonly syscall: string
  /** S3's, such as `NoSuchBucket`; empty where the answer had none. */
  readonly s3: string
  readonly region: string | undefined
  readonly bodyText: string
}

const text = (error: object, key: string): string => {
  const value: unknown = Reflect.get(error, key)
  return typeof value === "string" ? value : ""
}

const faultOf = (error: unknown): Fault => {
  const e = typeof error === "object" && error !== null ? error : {}
  return {
    name: text(e, "name"),
    message: text(e, "message"),
    code: text(e, "code"),
    syscall: text(e, "syscall"),
    s3: text(e, "Code"),
    region: text(e, "Region") || undefined,
    bodyText: text(e, "$responseBodyText")
  }
}

const webPage = "a web page, not an answer from S3"

const clean = (detail: string) => Reason.evidence(0, detail).body

const said = (fault: Fault, status: number) =>
  clean(fault.s3 === "" ? `HTTP ${status}` : `${fault.s3}: ${fault.message}`)

/** Node's codes where no connection came about. */
const unreachable =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|EPROTO|CERT_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+|HOSTNAME_MISMATCH|ERR_TLS_\w+|ERR_SSL_\w+|ERR_PROXY_\w+)$/

/** Node's codes where it broke: by the other side, or by an answer that is no HTTP. */
const lost = /^(?:ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|ERR_STREAM_PREMATURE_CLOSE|HPE_\w+)$/

/** No connection, or one that broke or stalled, before the answer or within it. */
const connection = (fault: Fault, { host }: Exchange, about: About): ObjectStoreReason | undefined => {
  const limit = /(\d+) ms/.exec(fault.message)?.[1]
  if (
    unreachable.test(fault.code) || fault.syscall === "connect" ||
    /did not establish a connection|before secure TLS connection/.test(fault.message)
  ) {
    // what went wrong at a proxy is in its own words
    const detail = fault.code.startsWith("ERR_PROXY_") ? fault.message : fault.code
    return new Reason.Unreachable({ host, detail: clean(detail || `no connection within ${limit ?? "?"} ms`) })
  }
  if (lost.test(fault.code)) return new Reason.ConnectionLost({ host, detail: clean(fault.message) })
  if (fault.name === "TimeoutError") {
    return new Reason.TimedOut({ host, limit: limit === undefined ? about.elapsed : Duration.millis(Number(limit)) })
  }
  return undefined
}

/** What stops a request before it is sent. */
const unsent = (fault: Fault, about: About): ObjectStoreReason | undefined => {
  if (/^(?:CredentialsProviderError|TokenProviderError)$/.test(fault.name) || /credential/i.test(fault.message)) {
    return new InvalidCredentials({ detail: clean(fault.message) })
  }
  return /^Region (?:is missing|not accepted)/.test(fault.message)
    ? new WrongRegion({ configured: about.region })
    : undefined
}

const retryAfter = (headers: Exchange["headers"]): { readonly retryAfter?: Duration.Duration } => {
  const value = headers["retry-after"]
  if (value === undefined) return {}
  const millis = /^\d+$/.test(value)
    ? Number(value) * 1000
    : Date.parse(value) - Date.parse(headers["date"] ?? "") // both by the server's clock
  return Number.isFinite(millis) ? { retryAfter: Duration.millis(Math.max(0, millis)) } : {}
}

type Answered = {
  readonly fault: Fault
  readonly status: number
  readonly exchange: Exchange
  readonly about: About
  readonly evidence: Reason.Evidence
}

const invalidCredentials = (a: Answered) => new InvalidCredentials({ detail: said(a.fault, a.status) })
const wrongRegion = (a: Answered) => {
  const expected = a.fault.region ?? a.exchange.headers["x-amz-bucket-region"]
  return new WrongRegion({ configured: a.about.region, ...(expected === undefined ? {} : { expected }) })
}
const clockSkew = (a: Answered) => new ClockSkew({ detail: said(a.fault, a.status) })
const mismatch = (a: Answered) => new ChecksumMismatch({ detail: said(a.fault, a.status) })
const accessDenied = (a: Answered) => new AccessDenied({ detail: said(a.fault, a.status) })
const throttled = (a: Answered) => new Reason.Throttled({ evidence: a.evidence, ...retryAfter(a.exchange.headers) })
const unavailable = (a: Answered) => new Reason.Unavailable({ evidence: a.evidence, ...retryAfter(a.exchange.headers) })
const undecodable = (problem: string) => (a: Answered) => new Reason.Undecodable({ evidence: a.evidence, problem })

/** S3's error codes. Source: Amazon S3 API Reference, "Error responses". */
const byCode: ReadonlyMap<string, (a: Answered) => ObjectStoreReason> = new Map(Object.entries({
  NoSuchBucket: (a: Answered) => new NoSuchBucket({ bucket: a.about.bucket }),
  AccessDenied: accessDenied,
  AllAccessDisabled: accessDenied,
  AccountProblem: accessDenied,
  InvalidAccessKeyId: invalidCredentials,
  SignatureDoesNotMatch: invalidCredentials,
  InvalidToken: invalidCredentials,
  InvalidSecurity: invalidCredentials,
  NotSignedUp: invalidCredentials,
  ExpiredToken: () => new ExpiredCredentials(),
  ExpiredTokenException: () => new ExpiredCredentials(),
  TokenRefreshRequired: () => new ExpiredCredentials(),
  RequestTimeTooSkewed: clockSkew,
  RequestExpired: clockSkew,
  PermanentRedirect: wrongRegion,
  TemporaryRedirect: wrongRegion,
  IllegalLocationConstraintException: wrongRegion,
  BadDigest: mismatch,
  InvalidDigest: mismatch,
  XAmzContentChecksumMismatch: mismatch,
  XAmzContentSHA256Mismatch: mismatch,
  PreconditionFailed: () => new AlreadyExists(),
  // two conditional writes at the same time: the next attempt finds out who was first
  ConditionalRequestConflict: unavailable,
  OperationAborted: unavailable,
  NoSuchUpload: () => new NoSuchUpload(),
  InvalidPart: () => new InvalidPart(),
  SlowDown: throttled,
  RequestLimitExceeded: throttled,
  Throttling: throttled,
  ThrottlingException: throttled,
  TooManyRequests: throttled,
  BandwidthLimitExceeded: throttled,
  InternalError: unavailable,
  RequestTimeout: (a: Answered) => new Reason.TimedOut({ host: a.exchange.host, limit: a.about.elapsed })
}))

/** Answers without a code: to HEAD, which has no body, and from whatever stands between here and S3. */
const byStatus = (a: Answered): ObjectStoreReason => {
  const region = a.exchange.headers["x-amz-bucket-region"]
  if (a.status < 500 && region !== undefined && region !== a.about.region) return wrongRegion(a)
  if (a.status === 429 || a.status === 503) return throttled(a)
  if (a.status >= 500) return unavailable(a)
  if (a.fault.s3 === "") {
    if (/html/.test(a.evidence.contentType ?? "")) return undecodable(webPage)(a)
    if (a.fault.message.includes("Deserialization error")) return undecodable("not the XML that S3 sends")(a)
    if (a.status < 300) return undecodable("what S3 sends is not in it")(a)
    if (a.status === 301) return wrongRegion(a)
    if (a.status < 400) return undecodable("a redirect, which S3 does not send")(a)
    if (a.status === 403) return accessDenied(a)
    if (a.status === 412) return new AlreadyExists()
  }
  return new Reason.Rejected({ evidence: a.evidence })
}

const answered = (fault: Fault, exchange: Exchange, status: number, about: About): ObjectStoreReason => {
  const body = fault.s3 === "" ? fault.bodyText : `${fault.s3}: ${fault.message}`
  const evidence = Reason.evidence(status, body, exchange.headers["content-type"])
  const a = { fault, status, exchange, about, evidence }
  if (fault.s3 === "AuthorizationHeaderMalformed" && fault.region !== undefined) return wrongRegion(a)
  return (byCode.get(fault.s3) ?? byStatus)(a)
}

/** The port's reason for an error of the SDK; `undefined` for what is neither S3's nor the network's. */
export const toReason = (error: unknown, exchange: Exchange, about: About): ObjectStoreReason | undefined => {
  const fault = faultOf(error)
  const broken = connection(fault, exchange, about)
  if (broken !== undefined) return broken
  return exchange.status === undefined ? unsent(fault, about) : answered(fault, exchange, exchange.status, about)
}

/** Such an error as a defect, without what the SDK hangs on it. */
export const toDefect = (error: unknown): Error => {
  const fault = faultOf(error)
  return new Error(`the AWS SDK failed before anything was sent: ${clean(`${fault.name}: ${fault.message}`)}`)
}

/** S3 has nothing to say to some requests, and is then not known from anyone else but by this. */
export const isWebPage = (exchange: Exchange): boolean => /html/.test(exchange.headers["content-type"] ?? "")

/** A success that does not look like one of S3's: something else answered. */
export const undecodableAnswer = (exchange: Exchange, problem: string): Reason.Undecodable =>
  new Reason.Undecodable({
    evidence: Reason.evidence(exchange.status ?? 200, "", exchange.headers["content-type"]),
    problem: isWebPage(exchange) ? webPage : problem
  })
