/**
 * A request body: decoded, hashed while it streams, and verified against the checksums and lengths in the request.
 *
 * Nothing is read from the socket until `bytes` is read, and only then does a client that sent `Expect: 100-continue`
 * receive a `100 Continue`. A request that is rejected earlier therefore costs the client no upload.
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

/** A checksum that a request declares. Its value is in the header field `name` or in a trailer of that name. */
interface DeclaredChecksum {
  readonly algorithm: ChecksumAlgorithm
  readonly name: string
  readonly value: string | undefined
}

export interface Body {
  /** Length of the content in bytes, without any framing. */
  readonly length: number
  readonly checksum: DeclaredChecksum | undefined
  /** Whether the request declares Content-MD5 or a checksum. */
  readonly isProtected: boolean
  /** Digests for `own` and for everything that `bytes` verifies. */
  readonly digests: (own: Iterable<ChecksumAlgorithm>) => Digests
  /** The content; throws an S3Error at its end if a declared value does not match. */
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

/** The `x-amz-checksum-*` header fields that contain a checksum rather than a setting. */
const checksumFields = (request: S3Request): ReadonlyArray<readonly [name: string, value: string]> =>
  Object.entries(headersWith(request, "x-amz-checksum-"))
    .filter(([name]) => name !== "algorithm" && name !== "mode" && name !== "type")
    .map(([name, value]) => [`x-amz-checksum-${name}`, value])

/** The AWS SDK for JavaScript (as of 3.1169) sends its MD5 checksum as `content-md5`, even in a trailer. */
const CONTENT_MD5 = "content-md5"

const supported = (name: string) => {
  const algorithm = name === CONTENT_MD5 ? "MD5" : algorithmOfHeader(name)
  return algorithm === undefined ? Effect.fail(s3Error("NotImplemented", { Header: name })) : Effect.succeed(algorithm)
}

/** The checksum in a header field, of which there may be only one. */
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
  const text = "x-amz-trailer is only allowed if x-amz-content-sha256 announces a trailer."
  return yield* s3Error("InvalidRequest", {}, text)
})

const contentMd5 = Effect.fnUntraced(function*(request: S3Request) {
  const md5 = header(request, CONTENT_MD5)
  return md5 === undefined || isBase64(md5, 16) ? md5 : yield* s3Error("InvalidDigest", { "Content-MD5": md5 })
})

const declaredChecksum = Effect.fnUntraced(function*(request: S3Request, payload: Payload, md5: string | undefined) {
  const inHeader = yield* checksumHeader(request)
  const inTrailer = yield* checksumTrailer(request, payload)
  if (inHeader !== undefined && !isValue(inHeader.algorithm, inHeader.value)) return yield* invalidHeader(inHeader.name)
  if (inHeader !== undefined && inTrailer !== undefined) {
    return yield* s3Error("InvalidRequest", {}, "Expecting a single x-amz-checksum- header")
  }
  const announced = header(request, "x-amz-sdk-checksum-algorithm")?.toUpperCase()
  const md5Checksum = announced === "MD5" && md5 !== undefined
    ? { algorithm: "MD5" as const, name: CONTENT_MD5, value: md5 }
    : undefined
  const found: DeclaredChecksum | undefined = inHeader ?? inTrailer ?? md5Checksum
  if (announced !== undefined && found?.algorithm !== algorithmOf(announced)) {
    const text =
      "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers " +
      "were found."
    return yield* s3Error("InvalidRequest", {}, text)
  }
  return found
})

/** The raw body. Ending the iteration early leaves the socket open, so that an error reply can still be sent. */
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

interface Declared {
  readonly md5: string | undefined
  readonly checksum: DeclaredChecksum | undefined
  readonly payload: Payload
}

const verifyDeclared = (declared: Declared, trailers: ReadonlyMap<string, string>, digests: Digests) => {
  const actual = digests.finish()
  const { checksum, md5, payload } = declared
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

/** Checks the header fields about the body before its first byte is read; checksum fields only with `checksum`. */
export const openBody = Effect.fnUntraced(function*(
  request: S3Request,
  response: ServerResponse,
  payload: Payload,
  options: { readonly checksum: boolean }
) {
  const length = yield* contentLength(request, payload)
  const md5 = yield* contentMd5(request)
  const checksum = options.checksum ? yield* declaredChecksum(request, payload, md5) : undefined
  const declared: Declared = { md5, checksum, payload }
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
    verifyDeclared(declared, trailers, digests)
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

/** Reads a whole text body (an XML request) of at most `limit` bytes. */
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
