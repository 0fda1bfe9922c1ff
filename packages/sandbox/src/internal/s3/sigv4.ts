/**
 * Verifies AWS Signature Version 4 on requests, in the Authorization header or in the query (presigned).
 *
 * Source: Amazon S3 API Reference, "Authenticating Requests (AWS Signature Version 4)". S3 differs from other services:
 * the path is encoded once and never normalised, and the payload's hash is a header field of its own.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { createHash, createHmac, timingSafeEqual } from "node:crypto"
import { type S3Error, s3Error } from "./errors.ts"
import { header, parameter, type S3Request } from "./request.ts"

/** A pair of keys that the endpoint accepts; one with a session token is accepted with that token only. */
export interface S3Credential {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expired?: boolean
}

interface VerifyOptions {
  readonly region: string
  readonly credential: (accessKeyId: string, sessionToken: string | undefined) => S3Credential | undefined
}

/** What signed chunks are verified with: each signature covers the one before it. */
export interface ChunkSigning {
  readonly key: Buffer
  readonly timestamp: string
  readonly scope: string
  readonly seed: string
}

/** How the signature speaks of the body. */
export type Payload =
  | { readonly _tag: "Unsigned" }
  | { readonly _tag: "Hashed"; readonly sha256: string }
  | { readonly _tag: "Chunked"; readonly trailer: boolean; readonly signing?: ChunkSigning }

interface Claim {
  readonly accessKeyId: string
  readonly date: string
  readonly region: string
  readonly service: string
  readonly signedHeaders: ReadonlyArray<string>
  readonly signature: string
  readonly timestamp: string
  readonly sessionToken: string | undefined
  readonly payloadHash: string
  /** Seconds that a presigned URL is good for. */
  readonly expires?: number
}

const ALGORITHM = "AWS4-HMAC-SHA256"
const MAX_SKEW_MILLIS = 15 * 60 * 1000
const MAX_EXPIRES_SECONDS = 7 * 24 * 3600

const sha256Hex = (text: string): string => createHash("sha256").update(text, "latin1").digest("hex")
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text, "latin1").digest()

/** Percent-encodes all but the unreserved characters of RFC 3986. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

const encodePath = (path: string): string => path.split("/").map((part) => encode(decodeURIComponent(part))).join("/")

/** Milliseconds of a timestamp such as `20130524T000000Z`. */
const parseTimestamp = (text: string): number | undefined => {
  const fields = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(text)?.slice(1).map(Number)
  if (fields === undefined) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

const parseScope = (credential: string) => {
  // The access key id itself may hold slashes.
  const parts = credential.split("/")
  const [date, region, service, end] = parts.slice(-4)
  const accessKeyId = parts.slice(0, -4).join("/")
  if (!accessKeyId || !date || !region || !service || end !== "aws4_request") return undefined
  return { accessKeyId, date, region, service }
}

const unsupportedMechanism = s3Error(
  "InvalidRequest",
  {},
  `The authorization mechanism you have provided is not supported. Please use ${ALGORITHM}.`
)

const claimOfHeader = Effect.fnUntraced(function*(request: S3Request, authorization: string) {
  const malformed = (why: string) =>
    s3Error("AuthorizationHeaderMalformed", {}, `The authorization header is malformed; ${why}`)
  const [algorithm = "", rest = ""] = authorization.split(/\s+(.*)/s, 2)
  if (algorithm === "AWS" || algorithm.startsWith("AWS4-")) {
    if (algorithm !== ALGORITHM) {
      return yield* unsupportedMechanism
    }
  } else return yield* s3Error("InvalidArgument", { ArgumentName: "Authorization" }, "Unsupported Authorization Type")
  const fields = new Map(
    rest.split(",").map((field) => {
      const [name = "", value = ""] = field.trim().split(/=(.*)/s, 2)
      return [name, value] as const
    })
  )
  const scope = parseScope(fields.get("Credential") ?? "")
  const signedHeaders = fields.get("SignedHeaders") ?? ""
  const signature = fields.get("Signature") ?? ""
  if (scope === undefined) {
    return yield* malformed(
      "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."
    )
  }
  if (signedHeaders === "" || signature === "") return yield* malformed("SignedHeaders or Signature is missing.")
  const timestamp = header(request, "x-amz-date")
  if (timestamp === undefined || parseTimestamp(timestamp) === undefined) {
    return yield* s3Error("AccessDenied", {}, "AWS authentication requires a valid x-amz-date header")
  }
  const payloadHash = header(request, "x-amz-content-sha256")
  if (payloadHash === undefined) {
    return yield* s3Error("InvalidRequest", {}, "Missing required header for this request: x-amz-content-sha256")
  }
  const sessionToken = header(request, "x-amz-security-token")
  const claim: Claim = {
    ...scope,
    signedHeaders: signedHeaders.split(";"),
    signature,
    timestamp,
    sessionToken,
    payloadHash
  }
  return claim
})

const claimOfQuery = Effect.fnUntraced(function*(request: S3Request) {
  const malformed = (why: string) => s3Error("AuthorizationQueryParametersError", {}, why)
  const algorithm = parameter(request, "X-Amz-Algorithm")
  const scope = parseScope(parameter(request, "X-Amz-Credential") ?? "")
  const timestamp = parameter(request, "X-Amz-Date")
  const expires = Number(parameter(request, "X-Amz-Expires") ?? Number.NaN)
  const signedHeaders = parameter(request, "X-Amz-SignedHeaders")
  const signature = parameter(request, "X-Amz-Signature")
  if (algorithm !== ALGORITHM) return yield* malformed(`X-Amz-Algorithm only supports "${ALGORITHM}"`)
  if (scope === undefined) return yield* malformed("Error parsing the X-Amz-Credential parameter")
  if (timestamp === undefined || parseTimestamp(timestamp) === undefined) {
    return yield* malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
  }
  if (!Number.isInteger(expires) || expires < 0 || expires > MAX_EXPIRES_SECONDS) {
    return yield* malformed("X-Amz-Expires must be between 0 and a week (in seconds); that is less than 604800")
  }
  if (!signedHeaders || !signature) return yield* malformed("X-Amz-SignedHeaders or X-Amz-Signature is missing")
  const claim: Claim = {
    ...scope,
    signedHeaders: signedHeaders.split(";"),
    signature,
    timestamp,
    sessionToken: parameter(request, "X-Amz-Security-Token"),
    payloadHash: header(request, "x-amz-content-sha256") ?? "UNSIGNED-PAYLOAD",
    expires
  }
  return claim
})

const claimOf = (request: S3Request): Effect.Effect<Claim, S3Error> => {
  const authorization = header(request, "authorization")
  const presigned = parameter(request, "X-Amz-Algorithm") !== undefined ||
    parameter(request, "X-Amz-Signature") !== undefined
  if (authorization !== undefined && presigned) {
    return Effect.fail(s3Error("InvalidArgument", {}, "Only one auth mechanism allowed"))
  }
  if (authorization !== undefined) return claimOfHeader(request, authorization)
  // Presigned by Signature Version 2, which boto still does unless told otherwise.
  if (parameter(request, "AWSAccessKeyId") !== undefined) return Effect.fail(unsupportedMechanism)
  return presigned ? claimOfQuery(request) : Effect.fail(s3Error("AccessDenied"))
}

const checkTime = Effect.fnUntraced(function*(claim: Claim) {
  const now = yield* Clock.currentTimeMillis
  const signed = parseTimestamp(claim.timestamp) ?? Number.NaN
  const skew = Math.abs(now - signed)
  const presigned = claim.expires !== undefined
  if (presigned && now > signed + claim.expires * 1000) {
    const details = {
      Expires: new Date(signed + claim.expires * 1000).toISOString(),
      ServerTime: new Date(now).toISOString()
    }
    return yield* s3Error("AccessDenied", { "X-Amz-Expires": `${claim.expires}`, ...details }, "Request has expired")
  }
  if (presigned ? signed > now + MAX_SKEW_MILLIS : skew > MAX_SKEW_MILLIS) {
    return yield* s3Error("RequestTimeTooSkewed", {
      RequestTime: claim.timestamp,
      ServerTime: new Date(now).toISOString(),
      MaxAllowedSkewMilliseconds: `${MAX_SKEW_MILLIS}`
    })
  }
})

const checkScope = Effect.fnUntraced(function*(claim: Claim, region: string) {
  const code = claim.expires === undefined ? "AuthorizationHeaderMalformed" : "AuthorizationQueryParametersError"
  const wrong = (why: string, details = {}) =>
    s3Error(code, details, `${claim.expires === undefined ? "The authorization header is malformed; " : ""}${why}`)
  if (claim.service !== "s3") {
    return yield* wrong(`incorrect service "${claim.service}". This endpoint belongs to "s3".`)
  }
  if (claim.region !== region) {
    return yield* wrong(`the region '${claim.region}' is wrong; expecting '${region}'`, { Region: region })
  }
  if (claim.date !== claim.timestamp.slice(0, 8)) {
    return yield* wrong(
      `invalid credential date "${claim.date}". This date is not the same as X-Amz-Date: "${claim.timestamp}".`
    )
  }
})

const findCredential = Effect.fnUntraced(function*(claim: Claim, find: VerifyOptions["credential"]) {
  const { accessKeyId, sessionToken } = claim
  const credential = find(accessKeyId, sessionToken)
  if (credential === undefined || (credential.sessionToken !== undefined && sessionToken === undefined)) {
    return yield* s3Error(sessionToken === undefined ? "InvalidAccessKeyId" : "InvalidToken", {
      AWSAccessKeyId: accessKeyId
    })
  }
  if (credential.sessionToken !== sessionToken) return yield* s3Error("InvalidToken", { AWSAccessKeyId: accessKeyId })
  if (credential.expired === true) return yield* s3Error("ExpiredToken")
  return credential
})

/** Host and every `x-amz-` field must be covered, or they could be changed on the way. */
const checkSignedHeaders = Effect.fnUntraced(function*(request: S3Request, claim: Claim) {
  const unsigned = Object.keys(request.message.headersDistinct).filter((name) =>
    (name === "host" || name.startsWith("x-amz-")) && !claim.signedHeaders.includes(name) &&
    !(claim.expires !== undefined && name === "x-amz-content-sha256")
  )
  if (unsigned.length > 0) {
    const text = "There were headers present in the request which were not signed"
    return yield* s3Error("AccessDenied", { HeadersNotSigned: unsigned.join(", ") }, text)
  }
})

const canonicalQuery = (request: S3Request): string =>
  request.query
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0)
    .map(([name, value]) => `${name}=${value}`)
    .join("&")

const canonicalHeader = (request: S3Request, name: string): string =>
  (request.message.headersDistinct[name] ?? []).map((value) => value.trim().replace(/ +/g, " ")).join(",")

const canonicalRequest = (request: S3Request, claim: Claim): string =>
  [
    request.method,
    encodePath(request.path),
    canonicalQuery(request),
    ...claim.signedHeaders.map((name) => `${name}:${canonicalHeader(request, name)}`),
    "",
    claim.signedHeaders.join(";"),
    claim.payloadHash
  ].join("\n")

/** The key of one day, region and service. */
const signingKey = (secret: string, date: string, region: string): Buffer =>
  hmac(hmac(hmac(hmac(Buffer.from(`AWS4${secret}`), date), region), "s3"), "aws4_request")

export const sign = (key: Buffer, text: string): string => hmac(key, text).toString("hex")

/** Compares without telling by its duration how much was right. */
export const isSameSignature = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a, "latin1"), Buffer.from(b, "latin1"))

// A session token is a secret: it is sent in the canonical request, but not shown again.
const withoutToken = (canonical: string): string =>
  canonical.replace(/^(x-amz-security-token:).*$/m, "$1...").replace(/(X-Amz-Security-Token=)[^&\n]*/, "$1...")

const payloadOf = (hash: string, signing: ChunkSigning): Effect.Effect<Payload, S3Error> => {
  if (hash === "UNSIGNED-PAYLOAD") return Effect.succeed({ _tag: "Unsigned" })
  if (/^[0-9a-f]{64}$/.test(hash)) return Effect.succeed({ _tag: "Hashed", sha256: hash })
  if (hash === "STREAMING-UNSIGNED-PAYLOAD-TRAILER") return Effect.succeed({ _tag: "Chunked", trailer: true })
  if (hash === "STREAMING-AWS4-HMAC-SHA256-PAYLOAD") return Effect.succeed({ _tag: "Chunked", trailer: false, signing })
  if (hash === "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER") {
    return Effect.succeed({ _tag: "Chunked", trailer: true, signing })
  }
  const text = "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, " +
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value."
  return Effect.fail(s3Error("InvalidArgument", { ArgumentName: "x-amz-content-sha256", ArgumentValue: hash }, text))
}

/** Who may send this request, and how its body is to be read; refuses what S3 refuses, in S3's order. */
export const verifySignature = Effect.fnUntraced(function*(request: S3Request, options: VerifyOptions) {
  const claim = yield* claimOf(request)
  yield* checkTime(claim)
  yield* checkScope(claim, options.region)
  const credential = yield* findCredential(claim, options.credential)
  yield* checkSignedHeaders(request, claim)
  const canonical = canonicalRequest(request, claim)
  const scope = `${claim.date}/${claim.region}/s3/aws4_request`
  const stringToSign = [ALGORITHM, claim.timestamp, scope, sha256Hex(canonical)].join("\n")
  const key = signingKey(credential.secretAccessKey, claim.date, claim.region)
  if (!isSameSignature(sign(key, stringToSign), claim.signature)) {
    return yield* s3Error("SignatureDoesNotMatch", {
      AWSAccessKeyId: claim.accessKeyId,
      StringToSign: stringToSign,
      SignatureProvided: claim.signature,
      CanonicalRequest: withoutToken(canonical)
    })
  }
  return yield* payloadOf(claim.payloadHash, { key, timestamp: claim.timestamp, scope, seed: claim.signature })
})
