/**
 * Verifies AWS Signature Version 4 of requests, in the Authorization header or in the query string (presigned).
 *
 * Source: Amazon S3 API Reference, "Authenticating Requests (AWS Signature Version 4)". S3 differs from other services:
 * the path is encoded once and never normalized, and the hash of the payload is a separate header field.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { createHash, createHmac, timingSafeEqual } from "node:crypto"
import { type S3Error, s3Error } from "./errors.ts"
import { header, parameter, type S3Request } from "./request.ts"

/** A credential that the endpoint accepts; one with a session token is accepted only with that token. */
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

/** The values that verify signed chunks; each chunk signature covers the previous one, starting with the seed. */
export interface ChunkSigning {
  readonly key: Buffer
  readonly timestamp: string
  readonly scope: string
  /** The signature of the request itself ("seed signature" in AWS's documentation). */
  readonly seedSignature: string
}

/** How the signature covers the body. */
export type Payload =
  | { readonly _tag: "Unsigned" }
  | { readonly _tag: "Hashed"; readonly sha256: string }
  | { readonly _tag: "Chunked"; readonly trailer: boolean; readonly signing?: ChunkSigning }

interface SignatureFields {
  readonly accessKeyId: string
  readonly date: string
  readonly region: string
  readonly service: string
  readonly signedHeaders: ReadonlyArray<string>
  readonly signature: string
  readonly timestamp: string
  readonly sessionToken: string | undefined
  readonly payloadHash: string
  /** Seconds until a presigned URL expires. */
  readonly expires?: number
}

const ALGORITHM = "AWS4-HMAC-SHA256"
const MAX_SKEW_MILLIS = 15 * 60 * 1000
const MAX_EXPIRES_SECONDS = 7 * 24 * 3600

const sha256Hex = (text: string): string => createHash("sha256").update(text, "latin1").digest("hex")
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text, "latin1").digest()

/** Percent-encodes everything except the unreserved characters of RFC 3986. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

const encodePath = (path: string): string => path.split("/").map((part) => encode(decodeURIComponent(part))).join("/")

/** Parses a timestamp such as `20130524T000000Z` into milliseconds since 1970. */
const parseTimestamp = (text: string): number | undefined => {
  const fields = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(text)?.slice(1).map(Number)
  if (fields === undefined) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

const parseScope = (credential: string) => {
  // The access key id itself may contain slashes.
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

const fieldsFromHeader = Effect.fnUntraced(function*(request: S3Request, authorization: string) {
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
  const auth: SignatureFields = {
    ...scope,
    signedHeaders: signedHeaders.split(";"),
    signature,
    timestamp,
    sessionToken,
    payloadHash
  }
  return auth
})

const fieldsFromQuery = Effect.fnUntraced(function*(request: S3Request) {
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
  const auth: SignatureFields = {
    ...scope,
    signedHeaders: signedHeaders.split(";"),
    signature,
    timestamp,
    sessionToken: parameter(request, "X-Amz-Security-Token"),
    payloadHash: header(request, "x-amz-content-sha256") ?? "UNSIGNED-PAYLOAD",
    expires
  }
  return auth
})

const signatureFields = (request: S3Request): Effect.Effect<SignatureFields, S3Error> => {
  const authorization = header(request, "authorization")
  const presigned = parameter(request, "X-Amz-Algorithm") !== undefined ||
    parameter(request, "X-Amz-Signature") !== undefined
  if (authorization !== undefined && presigned) {
    return Effect.fail(s3Error("InvalidArgument", {}, "Only one auth mechanism allowed"))
  }
  if (authorization !== undefined) return fieldsFromHeader(request, authorization)
  // Presigned with Signature Version 2, which is still the default of boto.
  if (parameter(request, "AWSAccessKeyId") !== undefined) return Effect.fail(unsupportedMechanism)
  return presigned ? fieldsFromQuery(request) : Effect.fail(s3Error("AccessDenied"))
}

const checkTime = Effect.fnUntraced(function*(auth: SignatureFields) {
  const now = yield* Clock.currentTimeMillis
  const signed = parseTimestamp(auth.timestamp) ?? Number.NaN
  const skew = Math.abs(now - signed)
  const presigned = auth.expires !== undefined
  if (presigned && now > signed + auth.expires * 1000) {
    const details = {
      Expires: new Date(signed + auth.expires * 1000).toISOString(),
      ServerTime: new Date(now).toISOString()
    }
    return yield* s3Error("AccessDenied", { "X-Amz-Expires": `${auth.expires}`, ...details }, "Request has expired")
  }
  if (presigned ? signed > now + MAX_SKEW_MILLIS : skew > MAX_SKEW_MILLIS) {
    return yield* s3Error("RequestTimeTooSkewed", {
      RequestTime: auth.timestamp,
      ServerTime: new Date(now).toISOString(),
      MaxAllowedSkewMilliseconds: `${MAX_SKEW_MILLIS}`
    })
  }
})

const checkScope = Effect.fnUntraced(function*(auth: SignatureFields, region: string) {
  const code = auth.expires === undefined ? "AuthorizationHeaderMalformed" : "AuthorizationQueryParametersError"
  const wrong = (why: string, details = {}) =>
    s3Error(code, details, `${auth.expires === undefined ? "The authorization header is malformed; " : ""}${why}`)
  if (auth.service !== "s3") {
    return yield* wrong(`incorrect service "${auth.service}". This endpoint belongs to "s3".`)
  }
  if (auth.region !== region) {
    return yield* wrong(`the region '${auth.region}' is wrong; expecting '${region}'`, { Region: region })
  }
  if (auth.date !== auth.timestamp.slice(0, 8)) {
    return yield* wrong(
      `invalid credential date "${auth.date}". This date is not the same as X-Amz-Date: "${auth.timestamp}".`
    )
  }
})

const findCredential = Effect.fnUntraced(function*(auth: SignatureFields, find: VerifyOptions["credential"]) {
  const { accessKeyId, sessionToken } = auth
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

/** Host and every `x-amz-` field must be signed, or they could be changed in transit. */
const checkSignedHeaders = Effect.fnUntraced(function*(request: S3Request, auth: SignatureFields) {
  const unsigned = Object.keys(request.message.headersDistinct).filter((name) =>
    (name === "host" || name.startsWith("x-amz-")) && !auth.signedHeaders.includes(name) &&
    !(auth.expires !== undefined && name === "x-amz-content-sha256")
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

const canonicalRequest = (request: S3Request, auth: SignatureFields): string =>
  [
    request.method,
    encodePath(request.path),
    canonicalQuery(request),
    ...auth.signedHeaders.map((name) => `${name}:${canonicalHeader(request, name)}`),
    "",
    auth.signedHeaders.join(";"),
    auth.payloadHash
  ].join("\n")

/** The signing key for a day and region. */
export const signingKey = (secret: string, date: string, region: string): Buffer =>
  hmac(hmac(hmac(hmac(Buffer.from(`AWS4${secret}`), date), region), "s3"), "aws4_request")

export const sign = (key: Buffer, text: string): string => hmac(key, text).toString("hex")

/** Compares signatures in constant time. */
export const isSameSignature = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a, "latin1"), Buffer.from(b, "latin1"))

// The canonical request contains the session token, which is a secret and must not appear in the error response.
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

/** Verifies the signature and returns how it covers the body. Checks are in the order of S3. */
export const verifySignature = Effect.fnUntraced(function*(request: S3Request, options: VerifyOptions) {
  const auth = yield* signatureFields(request)
  yield* checkTime(auth)
  yield* checkScope(auth, options.region)
  const credential = yield* findCredential(auth, options.credential)
  yield* checkSignedHeaders(request, auth)
  const canonical = canonicalRequest(request, auth)
  const scope = `${auth.date}/${auth.region}/s3/aws4_request`
  const stringToSign = [ALGORITHM, auth.timestamp, scope, sha256Hex(canonical)].join("\n")
  const key = signingKey(credential.secretAccessKey, auth.date, auth.region)
  if (!isSameSignature(sign(key, stringToSign), auth.signature)) {
    return yield* s3Error("SignatureDoesNotMatch", {
      AWSAccessKeyId: auth.accessKeyId,
      StringToSign: stringToSign,
      SignatureProvided: auth.signature,
      CanonicalRequest: withoutToken(canonical)
    })
  }
  return yield* payloadOf(auth.payloadHash, { key, timestamp: auth.timestamp, scope, seedSignature: auth.signature })
})
