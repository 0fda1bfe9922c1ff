/**
 * A request's body: announced, decoded, hashed as it goes by, and compared with everything the request claims of it.
 *
 * Until `bytes` is read nothing is taken from the socket, and a client that sent `Expect: 100-continue` is told to go on
 * only then: whatever is refused before costs it no upload.
 */
import * as Effect from "effect/Effect"
import type { IncomingMessage, ServerResponse } from "node:http"
import { decodeAwsChunked } from "./awsChunked.ts"
import {
  algorithmOf,
  algorithmOfHeader,
  type ChecksumAlgorithm,
  type Digests,
  isBase64,
  isValue,
  makeDigests
} from "./checksums.ts"
import { S3Error, s3Error } from "./errors.ts"
import { header, headersWith, type S3Request } from "./request.ts"
import type { Payload } from "./sigv4.ts"

/** A checksum that a request claims: its value comes in a header field, or behind the body in a trailer of that name. */
interface ClaimedChecksum {
  readonly algorithm: ChecksumAlgorithm
  readonly name: string
  readonly value: string | undefined
}

export interface Body {
  /** Bytes of the content, without any transfer framing. */
  readonly length: number
  readonly checksum: ClaimedChecksum | undefined
  /** Whether Content-MD5 or a checksum is claimed. */
  readonly isProtected: boolean
  /** The digests that `verified` needs beside the caller's own. */
  readonly digests: (own: Iterable<ChecksumAlgorithm>) => Digests
  /** The content; throws an S3Error at its end when a claim is not true. */
  readonly bytes: (digests: Digests) => AsyncIterable<Uint8Array>
}

const decodeLength = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined

const contentLength = Effect.fnUntraced(function*(request: S3Request, payload: Payload) {
  const name = payload._tag === "Chunked" ? "x-amz-decoded-content-length" : "content-length"
  if (payload._tag !== "Chunked" && header(request, "transfer-encoding") !== undefined) {
    return yield* s3Error("NotImplemented", { Header: "Transfer-Encoding" })
  }
  const length = decodeLength(header(request, name))
  return length ?? (yield* s3Error("MissingContentLength"))
})

const invalidHeader = (name: string) => s3Error("InvalidRequest", {}, `Value for ${name} header is invalid.`)

/** Header fields `x-amz-checksum-*` that hold a checksum, not a setting. */
const checksumFields = (request: S3Request): ReadonlyArray<readonly [name: string, value: string]> =>
  Object.entries(headersWith(request, "x-amz-checksum-"))
    .filter(([name]) => name !== "algorithm" && name !== "mode" && name !== "type")
    .map(([name, value]) => [`x-amz-checksum-${name}`, value])

/** The AWS SDK for JavaScript sends its MD5 checksum as `content-md5`, also as a trailer (as of 3.1169). */
const CONTENT_MD5 = "content-md5"

const supported = (name: string) => {
  const algorithm = name === CONTENT_MD5 ? "MD5" : algorithmOfHeader(name)
  return algorithm === undefined ? Effect.fail(s3Error("NotImplemented", { Header: name })) : Effect.succeed(algorithm)
}

/** The one checksum in a header field, its form checked. */
export const checksumHeader = Effect.fnUntraced(function*(request: S3Request) {
  const [first, ...others] = checksumFields(request)
  if (first === undefined) return undefined
  if (others.length > 0) {
    const text = "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
    return yield* s3Error("InvalidRequest", {}, text)
  }
  const [name, value] = first
  return { algorithm: yield* supported(name), name, value }
})

const checksumTrailer = Effect.fnUntraced(function*(request: S3Request, payload: Payload) {
  const name = header(request, "x-amz-trailer")?.trim().toLowerCase()
  if (name === undefined) return undefined
  if (payload._tag === "Chunked" && payload.trailer) {
    return { algorithm: yield* supported(name), name, value: undefined }
  }
  const text = "x-amz-trailer is only allowed where x-amz-content-sha256 announces a trailer."
  return yield* s3Error("InvalidRequest", {}, text)
})

const contentMd5 = Effect.fnUntraced(function*(request: S3Request) {
  const md5 = header(request, CONTENT_MD5)
  return md5 === undefined || isBase64(md5, 16) ? md5 : yield* s3Error("InvalidDigest", { "Content-MD5": md5 })
})

const claimedChecksum = Effect.fnUntraced(function*(request: S3Request, payload: Payload, md5: string | undefined) {
  const inHeader = yield* checksumHeader(request)
  const inTrailer = yield* checksumTrailer(request, payload)
  if (inHeader !== undefined && !isValue(inHeader.algorithm, inHeader.value)) return yield* invalidHeader(inHeader.name)
  if (inHeader !== undefined && inTrailer !== undefined) {
    return yield* s3Error("InvalidRequest", {}, "Expecting a single x-amz-checksum- header")
  }
  const announced = header(request, "x-amz-sdk-checksum-algorithm")?.toUpperCase()
  const asMd5 = announced === "MD5" && md5 !== undefined
    ? { algorithm: "MD5" as const, name: CONTENT_MD5, value: md5 }
    : undefined
  const claimed: ClaimedChecksum | undefined = inHeader ?? inTrailer ?? asMd5
  if (announced !== undefined && claimed?.algorithm !== algorithmOf(announced)) {
    const text =
      "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers " +
      "were found."
    return yield* s3Error("InvalidRequest", {}, text)
  }
  return claimed
})

/** The raw body; leaving it early leaves the socket open, so that an error can still be answered. */
const rawBytes = async function*(message: IncomingMessage, response: ServerResponse): AsyncGenerator<Uint8Array> {
  if (message.headers.expect?.toLowerCase() === "100-continue") response.writeContinue()
  const source: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => message.iterator({ destroyOnReturn: false })
  }
  try {
    yield* source
  } catch (cause) {
    throw message.complete
      ? cause
      : s3Error("IncompleteBody", {}, "The connection was closed before the body was complete.")
  }
}

interface Claims {
  readonly md5: string | undefined
  readonly checksum: ClaimedChecksum | undefined
  readonly payload: Payload
}

const verifyClaims = (claims: Claims, trailers: ReadonlyMap<string, string>, digests: Digests) => {
  const actual = digests.finish()
  const { checksum, md5, payload } = claims
  const sha256 = payload._tag === "Hashed" ? actual("SHA256").toString("hex") : undefined
  if (payload._tag === "Hashed" && sha256 !== payload.sha256) {
    throw s3Error("XAmzContentSHA256Mismatch", {
      ClientComputedContentSHA256: payload.sha256,
      S3ComputedContentSHA256: sha256 ?? ""
    })
  }
  if (md5 !== undefined && md5 !== actual("MD5").toString("base64")) {
    const text = "The Content-MD5 you specified did not match what we received."
    throw s3Error("BadDigest", { ExpectedDigest: md5, CalculatedDigest: actual("MD5").toString("base64") }, text)
  }
  if (checksum === undefined) {
    if (trailers.size > 0) throw s3Error("MalformedTrailerError")
    return
  }
  const { name } = checksum
  const value = checksum.value ?? trailers.get(name)
  if (value === undefined || trailers.size > (checksum.value === undefined ? 1 : 0)) {
    throw s3Error("MalformedTrailerError", { Trailer: name })
  }
  if (!isValue(checksum.algorithm, value)) {
    throw s3Error("InvalidRequest", {}, `Value for ${name} trailing header is invalid.`)
  }
  if (value !== actual(checksum.algorithm).toString("base64")) {
    throw s3Error("BadDigest", {}, `The ${checksum.algorithm} you specified did not match the calculated checksum.`)
  }
}

/** Checks all that is claimed of a body before its first byte is read; the checksum fields only if they are of the body. */
export const openBody = Effect.fnUntraced(function*(
  request: S3Request,
  response: ServerResponse,
  payload: Payload,
  options: { readonly checksum: boolean }
) {
  const length = yield* contentLength(request, payload)
  const md5 = yield* contentMd5(request)
  const checksum = options.checksum ? yield* claimedChecksum(request, payload, md5) : undefined
  const claims: Claims = { md5, checksum, payload }
  const needed = [
    ...(payload._tag === "Hashed" ? ["SHA256" as const] : []),
    ...(md5 === undefined ? [] : ["MD5" as const]),
    ...(checksum === undefined ? [] : [checksum.algorithm])
  ]
  const bytes = async function*(digests: Digests): AsyncGenerator<Uint8Array> {
    let trailers: ReadonlyMap<string, string> = new Map()
    const raw = rawBytes(request.message, response)
    const content = payload._tag === "Chunked"
      ? decodeAwsChunked(raw, { ...payload, decodedLength: length }, (fields) => trailers = fields)
      : raw
    for await (const chunk of content) {
      digests.update(chunk)
      yield chunk
    }
    verifyClaims(claims, trailers, digests)
  }
  const body: Body = {
    length,
    checksum,
    isProtected: md5 !== undefined || checksum !== undefined,
    digests: (own) => makeDigests([...own, ...needed]),
    bytes
  }
  return body
})

/** The whole of a small text body (the XML requests), at most `limit` bytes. */
export const readText = Effect.fnUntraced(function*(body: Body, limit: number) {
  if (body.length > limit) return yield* s3Error("MaxMessageLengthExceeded", { MaxMessageLengthBytes: `${limit}` })
  return yield* Effect.tryPromise({
    try: async () => {
      const chunks: Array<Uint8Array> = []
      for await (const chunk of body.bytes(body.digests([]))) chunks.push(chunk)
      return Buffer.concat(chunks).toString("utf8")
    },
    catch: (cause) => {
      if (cause instanceof S3Error) return cause
      throw cause
    }
  })
})
