import * as Reason from "@iiif-ingest/core/base/Reason"
import { fromHeaders } from "@iiif-ingest/core/base/RetryAfter"
import * as TransportFailure from "@iiif-ingest/core/base/TransportFailure"
import {
  AccessDenied,
  AlreadyExists,
  ChecksumMismatch,
  ChecksumsUnsupported,
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
import type { Sending } from "./sending.ts"

/** One request: its host, and the head of the response once there is one. */
export interface Exchange {
  host: string
  /** The body was sent without a hash in the head, so no corruption can be behind a mismatch of one. */
  isUnhashed?: boolean
  status?: number
  headers: Readonly<Record<string, string>>
  /** How far the request is sent, once there is a response, if Node's request is known. */
  sending?: Sending | undefined
}

/** The other values that a reason may need. */
export interface RequestInfo {
  readonly bucket: string
  readonly region: string
  /** Whether the checksums that are sent are those that newer stores support. */
  readonly newChecksums: boolean
  readonly elapsed: Duration.Duration
  /** In milliseconds since 1970. */
  readonly now: number
}

const webPage = "a web page instead of a response from S3"

const clean = (detail: string) => Reason.evidence(0, detail).body

const describe = (fault: Fault, status: number) =>
  clean(fault.s3 === "" ? `HTTP ${status}` : `${fault.s3}: ${fault.message}`)

/** No connection, or one that broke or stalled, before or during the response. */
const fromTransport = (error: unknown, { host }: Exchange, { elapsed }: RequestInfo): ObjectStoreReason | undefined => {
  const failure = TransportFailure.fromUnknown(error)
  if (failure === undefined) return undefined
  const { code = "", message = "" } = failure.error ?? {}
  const limit = failure.limit ?? elapsed
  switch (failure._tag) {
    case "Unreachable": {
      // only the message explains the failure of a proxy
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

/** A failure before the request was sent. */
const unsent = (fault: Fault, info: RequestInfo): ObjectStoreReason | undefined => {
  if (isProviderFault(fault) || /credential/i.test(fault.message)) {
    return new InvalidCredentials({ detail: clean(fault.message) })
  }
  return isRegionFault(fault) ? new WrongRegion({ configured: info.region }) : undefined
}

interface Failure {
  readonly fault: Fault
  readonly status: number
  readonly exchange: Exchange
  readonly info: RequestInfo
  readonly evidence: Reason.Evidence
}

const invalidCredentials = (f: Failure) => new InvalidCredentials({ detail: describe(f.fault, f.status) })

/** The region of the bucket, from the field or header of S3, or from the message, where other stores have it. */
const regionOf = ({ exchange, fault }: Failure): string | undefined =>
  fault.region ?? exchange.headers["x-amz-bucket-region"] ?? /expecting '([a-z\d-]{1,40})'/.exec(fault.message)?.[1]

const wrongRegion = (f: Failure) => {
  const expected = regionOf(f)
  return new WrongRegion({ configured: f.info.region, ...(expected === undefined ? {} : { expected }) })
}
const clockSkew = (f: Failure) => new ClockSkew({ detail: describe(f.fault, f.status) })
const mismatch = (f: Failure) => new ChecksumMismatch({ detail: describe(f.fault, f.status) })
const accessDenied = (f: Failure) => new AccessDenied({ detail: describe(f.fault, f.status) })
const throttled = (f: Failure) =>
  new Reason.Throttled({ evidence: f.evidence, ...fromHeaders(f.exchange.headers, f.info.now) })
const unavailable = (f: Failure) =>
  new Reason.Unavailable({ evidence: f.evidence, ...fromHeaders(f.exchange.headers, f.info.now) })
const undecodable = (problem: string) => (f: Failure) => new Reason.Undecodable({ evidence: f.evidence, problem })

const aboutChecksums = /checksum|crc32|x-amz-trailer|trailing|aws-chunked|content-sha256|md5/i

/**
 * Whether a store that does not know CRC-32, trailers or unsigned bodies refused them, as Ceph before 18 and others do:
 * by the length of the body, by comparing the placeholder with a hash of the body, or by name.
 */
const refusesChecksums = ({ exchange, fault, info, status }: Failure): boolean => {
  if (!info.newChecksums) return false
  if (fault.s3 === "XAmzContentSHA256Mismatch") return exchange.isUnhashed === true
  return status === 411 ||
    (/^(?:NotImplemented|Invalid(?:Request|Argument))$/.test(fault.s3) &&
      aboutChecksums.test(fault.message + fault.bodyText))
}

/** S3's error codes. Source: Amazon S3 API Reference, "Error responses". */
const byCode: ReadonlyMap<string, (f: Failure) => ObjectStoreReason> = new Map(Object.entries({
  NoSuchBucket: (f: Failure) => new NoSuchBucket({ bucket: f.info.bucket }),
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
  // two conditional writes at the same time: a retry finds out which was first
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
  RequestTimeout: (f: Failure) => new Reason.TimedOut({ host: f.exchange.host, limit: f.info.elapsed })
}))

/** Responses without a code: to HEAD, which has no body, and from a proxy or gateway in front of S3. */
const byStatus = (f: Failure): ObjectStoreReason => {
  const region = f.exchange.headers["x-amz-bucket-region"]
  if (f.status < 500 && region !== undefined && region !== f.info.region) return wrongRegion(f)
  if (f.status === 429 || f.status === 503) return throttled(f)
  if (f.status >= 500) return unavailable(f)
  if (f.fault.s3 === "") {
    if (/html/.test(f.evidence.contentType ?? "")) return undecodable(webPage)(f)
    if (isUnreadable(f.fault)) return undecodable("not the XML that S3 sends")(f)
    if (f.status < 300) return undecodable("the fields that S3 sends are missing")(f)
    if (f.status === 301) return wrongRegion(f)
    if (f.status < 400) return undecodable("a redirect, which S3 does not send")(f)
    if (f.status === 403) return accessDenied(f)
    if (f.status === 412) return new AlreadyExists()
  }
  return new Reason.Rejected({ evidence: f.evidence })
}

const fromResponse = (fault: Fault, exchange: Exchange, status: number, info: RequestInfo): ObjectStoreReason => {
  const body = fault.s3 === "" ? fault.bodyText : `${fault.s3}: ${fault.message}`
  const evidence = Reason.evidence(status, body, exchange.headers["content-type"])
  const f: Failure = { fault, status, exchange, info, evidence }
  if (fault.s3 === "AuthorizationHeaderMalformed" && regionOf(f) !== undefined) return wrongRegion(f)
  if (refusesChecksums(f)) return new ChecksumsUnsupported({ detail: describe(fault, status) })
  return (byCode.get(fault.s3) ?? byStatus)(f)
}

/** The port's reason for an error of the SDK, or `undefined` if it comes from neither S3 nor the network. */
export const toReason = (error: unknown, exchange: Exchange, info: RequestInfo): ObjectStoreReason | undefined => {
  const fault = faultOf(error)
  // its cause may be the provider's own connection, not one to the store
  if (exchange.status === undefined && isProviderFault(fault)) return unsent(fault, info)
  const transportReason = fromTransport(error, exchange, info)
  if (transportReason !== undefined) return transportReason
  return exchange.status === undefined ? unsent(fault, info) : fromResponse(fault, exchange, exchange.status, info)
}

/** An error with no reason, as a defect without the request and headers that the SDK attaches. */
export const toDefect = (error: unknown): Error => {
  const fault = faultOf(error)
  return new Error(`the AWS SDK failed before anything was sent: ${clean(`${fault.name}: ${fault.message}`)}`)
}

/** Distinguishes a proxy's page from S3's response to a request whose success has no body. */
export const isWebPage = (exchange: Exchange): boolean => /html/.test(exchange.headers["content-type"] ?? "")

/** A success that S3 cannot have sent: something else responded. */
export const undecodableResponse = (exchange: Exchange, problem: string): Reason.Undecodable =>
  new Reason.Undecodable({
    evidence: Reason.evidence(exchange.status ?? 200, "", exchange.headers["content-type"]),
    problem: isWebPage(exchange) ? webPage : problem
  })
