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
import { type Fault, faultOf, isProviderFault, isRegionFault, isUnreadable } from "./sdk/fault.ts"

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
  /** In milliseconds since 1970. */
  readonly now: number
}

const webPage = "a web page, not an answer from S3"

const clean = (detail: string) => Reason.evidence(0, detail).body

const said = (fault: Fault, status: number) =>
  clean(fault.s3 === "" ? `HTTP ${status}` : `${fault.s3}: ${fault.message}`)

/** No connection, or one that broke or stalled, before the answer or within it. */
const connection = (error: unknown, { host }: Exchange, { elapsed }: About): ObjectStoreReason | undefined => {
  const failure = TransportFailure.fromUnknown(error)
  if (failure === undefined) return undefined
  const { code = "", message = "" } = failure.error ?? {}
  const limit = failure.limit ?? elapsed
  switch (failure._tag) {
    case "Unreachable": {
      // a proxy's failure is explained only in its message
      const detail = code.startsWith("ERR_PROXY_")
        ? message
        : code || `no connection within ${Duration.toMillis(limit)} ms`
      return new Reason.Unreachable({ host, detail: clean(detail) })
    }
    case "ConnectionLost":
      return new Reason.ConnectionLost({ host, detail: clean(message) })
    case "TimedOut":
      return new Reason.TimedOut({ host, limit })
  }
}

/** What stops a request before it is sent. */
const unsent = (fault: Fault, about: About): ObjectStoreReason | undefined => {
  if (isProviderFault(fault) || /credential/i.test(fault.message)) {
    return new InvalidCredentials({ detail: clean(fault.message) })
  }
  return isRegionFault(fault) ? new WrongRegion({ configured: about.region }) : undefined
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
const throttled = (a: Answered) =>
  new Reason.Throttled({ evidence: a.evidence, ...fromHeaders(a.exchange.headers, a.about.now) })
const unavailable = (a: Answered) =>
  new Reason.Unavailable({ evidence: a.evidence, ...fromHeaders(a.exchange.headers, a.about.now) })
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
    if (isUnreadable(a.fault)) return undecodable("not the XML that S3 sends")(a)
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
  // its cause may be a connection of the provider's own, which says nothing of the store's
  if (exchange.status === undefined && isProviderFault(fault)) return unsent(fault, about)
  const broken = connection(error, exchange, about)
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
