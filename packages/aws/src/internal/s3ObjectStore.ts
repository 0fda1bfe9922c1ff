import * as Sdk from "@aws-sdk/client-s3"
import * as Buffers from "@iiif-ingest/core/base/Buffers"
import * as Crc32 from "@iiif-ingest/core/image/Crc32"
import {
  bodyLength,
  type ObjectStore,
  type PartReceipt,
  type StoredObject,
  type UploadSession,
  type WriteOptions
} from "@iiif-ingest/core/upload/ObjectStore"
import { ChecksumMismatch, ObjectStoreError, type ObjectStoreReason } from "@iiif-ingest/core/upload/ObjectStoreError"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { Readable } from "node:stream"
import { isWebPage, undecodableResponse } from "./errors.ts"
import { explained } from "./headReason.ts"
import * as Route from "./route.ts"
import { failed, send, type Target } from "./send.ts"
import { ifNoneMatch, sendBody, verified } from "./sendBody.ts"

type Service = ObjectStore["Service"]

/** The most unused memory that is kept for bodies, in bytes. */
const maxPooled = 64 * 1024 * 1024

/** Adds the operation and the key to an error, and a span. */
const named =
  (operation: ObjectStoreError["operation"], key: string) =>
  <A>(effect: Effect.Effect<A, ObjectStoreReason>): Effect.Effect<A, ObjectStoreError> =>
    effect.pipe(
      Effect.mapError((reason) => new ObjectStoreError({ operation, key, reason })),
      // the stack would be the same for each request, and takes longer than signing one
      Effect.withSpan(`S3ObjectStore.${operation}`, { attributes: { key } }, { captureStackTrace: false })
    )

/** Whether HEAD found no object. Its response has no body with a code. */
const isAbsent = (reason: ObjectStoreReason) => reason._tag === "Rejected" && reason.evidence.status === 404

/**
 * What S3 tells of the bytes of an object. A composite checksum, such as "y/Q5Jg==-3", is made of those of the parts. So
 * is an ETag such as "…-3"; any other is the MD5 of the object. Under SSE-KMS and SSE-C, ETags only look like MD5s.
 * Source: Amazon S3 User Guide, "Checking object integrity"; API Reference, "Object".
 */
const evidenceOf = ({ ChecksumCRC32, ChecksumType, ETag, ...output }: Sdk.HeadObjectCommandOutput) => {
  const [sum = "", sumParts] = (ChecksumCRC32 ?? "").split("-")
  const crc32 = Crc32.fromBase64(sum)
  const isPlain = output.SSECustomerAlgorithm === undefined &&
    [undefined, "AES256"].includes(output.ServerSideEncryption)
  const [, md5, md5Parts] = /^"?([0-9a-f]{32})(?:-([0-9]+))?"?$/i.exec(isPlain ? ETag ?? "" : "") ?? []
  const count = Number(sumParts ?? md5Parts ?? output.PartsCount ?? 0)
  const isComposite = sumParts !== undefined || ChecksumType === "COMPOSITE"
  return {
    ...(crc32 === undefined || isComposite ? {} : { crc32 }),
    ...(md5 === undefined || md5Parts !== undefined ? {} : { md5: md5.toLowerCase() }),
    ...(count === 0 ? {} : {
      parts: {
        count,
        ...(md5 === undefined || md5Parts === undefined ? {} : { md5: md5.toLowerCase() }),
        ...(crc32 !== undefined && isComposite ? { crc32 } : {})
      }
    })
  }
}

const findObject = (target: Target, key: string): Effect.Effect<Option.Option<StoredObject>, ObjectStoreReason> =>
  Effect.gen(function*() {
    const command = new Sdk.HeadObjectCommand({ Bucket: target.bucket, Key: key, ChecksumMode: "ENABLED" })
    const { exchange, output } = yield* explained(target, key)(send(target, command))
    const { ContentLength, ContentType, ETag } = output
    if (ETag === undefined || ContentLength === undefined) return yield* undecodableResponse(exchange, "it has no ETag")
    return Option.some({
      key,
      size: ContentLength,
      etag: ETag,
      ...(ContentType === undefined ? {} : { contentType: ContentType }),
      ...evidenceOf(output)
    })
  }).pipe(
    Effect.catchIf(isAbsent, () => Effect.succeedNone)
  )

/** The chunks of a body. Its own iterator, if it is left, waits for a chunk that may never come. */
const chunksOf = (body: Readable): AsyncIterable<Uint8Array> => ({
  [Symbol.asyncIterator]: () => {
    const chunks: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]()
    return {
      next: () => chunks.next(),
      return: () => {
        body.destroy()
        return Promise.resolve({ done: true, value: undefined })
      }
    }
  }
})

/** The bytes of an object. The connection is closed if they are not read to the end. */
const read = (target: Target) => (key: string): Stream.Stream<Uint8Array, ObjectStoreError> => {
  const asError = (reason: ObjectStoreReason) => new ObjectStoreError({ operation: "read", key, reason })
  return Effect.gen(function*() {
    const { exchange, output } = yield* send(target, new Sdk.GetObjectCommand({ Bucket: target.bucket, Key: key }))
    const body: unknown = output.Body
    if (!(body instanceof Readable)) return yield* undecodableResponse(exchange, "it has no body")
    return Stream.fromAsyncIterable(chunksOf(body), (error) => new Cause.UnknownError(error)).pipe(
      Stream.catch(({ cause }) => Stream.fromEffect(failed(target, exchange, cause)))
    )
  }).pipe(Stream.unwrap, Stream.mapError(asError))
}

const keepsChecksums = (target: Target) =>
  Effect.map(
    Effect.promise(() => target.client.config.requestChecksumCalculation()),
    (mode) => mode === "WHEN_SUPPORTED"
  )

const begin = (target: Target): Service["begin"] => (key, info) =>
  Effect.gen(function*() {
    const command = new Sdk.CreateMultipartUploadCommand({
      Bucket: target.bucket,
      Key: key,
      ContentType: info.contentType,
      Metadata: info.metadata,
      ...((yield* keepsChecksums(target)) ? { ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" } : {})
    })
    const { exchange, output } = yield* send(target, command)
    if (output.UploadId === undefined) return yield* undecodableResponse(exchange, "it has no UploadId")
    return { key, token: output.UploadId }
  }).pipe(named("begin", key))

/** Checks in place of a store without CRC-32 that the parts, each verified when it was sent, make up the object. */
const checkParts = (
  parts: ReadonlyArray<PartReceipt>,
  whole: { readonly size: number; readonly crc32: Crc32.Crc32 }
) => {
  const size = parts.reduce((n, part) => n + part.size, 0)
  const crc32 = parts.reduce((crc, part) => Crc32.combine(crc, part.crc32, part.size), Crc32.empty)
  return size === whole.size && crc32 === whole.crc32 ?
    Effect.void :
    Effect.fail(
      new ChecksumMismatch({
        detail: `expected CRC-32 ${Crc32.toHex(whole.crc32)} over ${whole.size} bytes, ` +
          `but the parts have ${Crc32.toHex(crc32)} over ${size}`
      })
    )
}

const completeCommand = (
  target: Target,
  session: UploadSession,
  parts: ReadonlyArray<PartReceipt>,
  whole: { readonly size: number; readonly crc32: Crc32.Crc32 },
  options: { readonly ifAbsent: boolean; readonly checksums: boolean }
) =>
  new Sdk.CompleteMultipartUploadCommand({
    Bucket: target.bucket,
    Key: session.key,
    UploadId: session.token,
    MultipartUpload: {
      Parts: parts.map((part) => ({
        PartNumber: part.partNumber,
        ETag: part.token,
        ...(options.checksums ? { ChecksumCRC32: Crc32.toBase64(part.crc32) } : {})
      }))
    },
    ...(options.checksums
      ? { ChecksumCRC32: Crc32.toBase64(whole.crc32), ChecksumType: "FULL_OBJECT", MpuObjectSize: whole.size }
      : {}),
    ...ifNoneMatch(options.ifAbsent)
  })

const complete = (target: Target): Service["complete"] => (session, parts, whole, options?: WriteOptions) =>
  Effect.gen(function*() {
    const checksums = yield* keepsChecksums(target)
    if (!checksums) yield* checkParts(parts, whole)
    const command = completeCommand(target, session, parts, whole, { ifAbsent: options?.ifAbsent === true, checksums })
    const { exchange, output } = yield* send(target, command)
    const { crc32, etag } = yield* verified(whole.crc32, output, exchange)
    return { key: session.key, size: whole.size, etag, crc32 }
  }).pipe(named("complete", session.key))

const abort = (target: Target): Service["abort"] => ({ key, token }) =>
  Effect.gen(function*() {
    const command = new Sdk.AbortMultipartUploadCommand({ Bucket: target.bucket, Key: key, UploadId: token })
    const { exchange } = yield* send(target, command)
    if (isWebPage(exchange)) return yield* undecodableResponse(exchange, "a web page instead of a response from S3")
  }).pipe(named("abort", key))

/** A bucket, and the environment that it belongs to. */
export type Location = Pick<Target, "bucket" | "environment">

/** The operations of the port. Each sends one request. */
export const make = (options: Location & Pick<Target, "client">, bodies: "direct" | "commands"): Service => {
  const route = bodies === "commands"
    ? Effect.succeed<Route.Route | undefined>(undefined)
    : Route.make(options.client, options.bucket)
  const target = { ...options, buffers: Buffers.make(maxPooled), route }
  return {
    bucket: target.bucket,
    head: (key) => findObject(target, key).pipe(named("head", key)),
    read: read(target),
    put: (key, body, info, options) =>
      sendBody(target, { _tag: "Put", key, info, ifAbsent: options?.ifAbsent === true }, body).pipe(
        Effect.map(({ crc32, etag }) => ({ key, size: bodyLength(body), etag, contentType: info.contentType, crc32 })),
        named("put", key)
      ),
    begin: begin(target),
    putPart: (session, partNumber, body) =>
      sendBody(target, { _tag: "Part", session, partNumber }, body).pipe(
        Effect.map(({ crc32, etag }) => ({ partNumber, size: bodyLength(body), crc32, token: etag })),
        named("putPart", session.key)
      ),
    complete: complete(target),
    abort: abort(target)
  }
}
