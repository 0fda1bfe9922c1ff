import * as Sdk from "@aws-sdk/client-s3"
import type { Buffers } from "@iiif-ingest/core/base/Buffers"
import * as Crc32 from "@iiif-ingest/core/image/Crc32"
import { FileReader, maxBytes } from "@iiif-ingest/core/image/FileReader"
import * as Fingerprint from "@iiif-ingest/core/image/Fingerprint"
import { type Body, bodyLength } from "@iiif-ingest/core/upload/ObjectStore"
import { ChecksumMismatch, type ObjectStoreReason, type SourceFailed } from "@iiif-ingest/core/upload/ObjectStoreError"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { createHash, hash } from "node:crypto"
import type { Readable } from "node:stream"
import { crc32 } from "node:zlib"
import * as Content from "./content.ts"
import { type Exchange, undecodableResponse } from "./errors.ts"
import { type FileRange, opened, readRange, streamRange } from "./fileSource.ts"
import * as Pump from "./pump.ts"
import type { Route } from "./route.ts"
import { signsWithSystemClock } from "./sdk/bucketSettings.ts"
import { send, type Target } from "./send.ts"
import { sendDirect } from "./sendDirect.ts"
import type { Write } from "./write.ts"

/** The ETag of a stored body, and the CRC-32 of its bytes, which the store has verified. */
export interface Accepted {
  readonly etag: string
  readonly crc32: Crc32.Crc32
}

/** The fields of a command that describe its body. */
interface BodyFields {
  readonly Body: Uint8Array | Readable
  readonly ContentLength: number
  readonly ChecksumAlgorithm?: "CRC32"
  readonly ChecksumCRC32?: string
  readonly ContentMD5?: string
}

/** The largest body that is held in memory, in bytes, so that its checksum can be sent in a header. */
const maxInMemory = 16 * 1024 * 1024

export const ifNoneMatch = (ifAbsent: boolean) => ifAbsent ? { IfNoneMatch: "*" } : {}

const sendWrite = (target: Target, write: Write, fields: BodyFields, hasChecksum: boolean) => {
  if (write._tag === "Part") {
    const { partNumber, session } = write
    const command = new Sdk.UploadPartCommand({
      Bucket: target.bucket,
      Key: session.key,
      UploadId: session.token,
      PartNumber: partNumber,
      ...fields
    })
    return send(target, command, hasChecksum)
  }
  const command = new Sdk.PutObjectCommand({
    Bucket: target.bucket,
    Key: write.key,
    ContentType: write.info.contentType,
    Metadata: write.info.metadata,
    ...ifNoneMatch(write.ifAbsent),
    ...fields
  })
  return send(target, command, hasChecksum)
}

/** Compares the checksum that the store reports. A store that reports none has checked the header or the trailer. */
export const verified = (
  sent: Crc32.Crc32,
  { ChecksumCRC32, ETag }: { readonly ChecksumCRC32?: string | undefined; readonly ETag?: string | undefined },
  exchange: Exchange
): Effect.Effect<Accepted, ObjectStoreReason> => {
  if (ETag === undefined) return Effect.fail(undecodableResponse(exchange, "it has no ETag"))
  const reported = ChecksumCRC32 === undefined ? undefined : Crc32.fromBase64(ChecksumCRC32)
  if (reported === undefined || reported === sent) return Effect.succeed({ etag: ETag, crc32: sent })
  return Effect.fail(
    new ChecksumMismatch({
      detail: `CRC-32 ${Crc32.toHex(sent)} was sent, but the store reports ${Crc32.toHex(reported)}`,
      etag: ETag
    })
  )
}

/** A body in memory. It is released once nothing reads it any more: its request has succeeded. */
interface InMemory {
  readonly bytes: Uint8Array
  readonly release: (bytes: Uint8Array) => void
}

/** Reads a small file at one go, if that is possible and the file is as expected. */
const readSmall = Effect.fnUntraced(function*(
  { as, length, offset, path }: FileRange
): Effect.fn.Return<InMemory | undefined> {
  if (offset !== 0 || length > maxBytes) return undefined
  const { read, release } = yield* FileReader
  const { bytes, info } = (yield* read(path, length, "body")) ?? {}
  if (bytes === undefined || info === undefined) return undefined
  const isExpected = bytes.length === length && (as === undefined || Fingerprint.mayBeSame(as, Fingerprint.of(info)))
  if (!isExpected) release(bytes)
  return isExpected ? { bytes, release } : undefined
})

const readInto = Effect.fnUntraced(function*(
  body: Exclude<Body, { _tag: "Bytes" }>,
  buffers: Buffers
): Effect.fn.Return<InMemory, SourceFailed> {
  const bytes = buffers.acquire(body.length)
  const filling = body._tag === "FileRange" ? readRange(body, bytes) : Pump.collect(body.stream, bytes)
  yield* Effect.tapError(filling, () => Effect.sync(() => buffers.release(bytes)))
  return { bytes, release: buffers.release }
})

/** Reads a body into memory that is used again, unless it is in memory already. */
const readAll = Effect.fnUntraced(function*(
  body: Body,
  buffers: Buffers
): Effect.fn.Return<InMemory, SourceFailed> {
  if (body._tag === "Bytes") return { bytes: body.bytes, release: () => {} }
  const small = body._tag === "FileRange" ? yield* readSmall(body) : undefined
  return small ?? (yield* readInto(body, buffers))
})

const commandBytes = (target: Target, write: Write, bytes: Uint8Array, checksum: Crc32.Crc32, md5Only: boolean) =>
  sendWrite(target, write, {
    Body: bytes,
    ContentLength: bytes.length,
    ...(md5Only ? { ContentMD5: hash("md5", bytes, "base64") } : { ChecksumCRC32: Crc32.toBase64(checksum) })
  }, true)

const sendWhole = Effect.fnUntraced(function*(target: Target, write: Write, body: Body, md5Only: boolean) {
  const { bytes, release } = yield* readAll(body, target.buffers)
  const checksum = Crc32.Crc32.make(crc32(bytes))
  const { exchange, output } = yield* commandBytes(target, write, bytes, checksum, md5Only)
  const accepted = yield* verified(checksum, output, exchange)
  // a request handler of the caller's own may have the answer and still read the body
  if (exchange.sending !== undefined) release(bytes)
  return accepted
})

const md5 = (stream: Stream.Stream<Uint8Array, SourceFailed>) =>
  Stream.runFold(stream, () => createHash("md5"), (hash, chunk) => hash.update(chunk)).pipe(
    Effect.map((hash) => hash.digest("base64"))
  )

/**
 * The SDK sends the CRC-32 as a trailer (`aws-chunked`) if the store supports it. Otherwise the MD5 of a file is sent
 * in a header, at the cost of reading the file twice; a stream cannot be read twice and is sent without a checksum.
 */
const sendStreamed = Effect.fnUntraced(
  function*(target: Target, write: Write, body: Exclude<Body, { _tag: "Bytes" }>, md5Only: boolean) {
    const source = body._tag === "Stream" ? body.stream : streamRange(body)
    const checksumFields = !md5Only
      ? { ChecksumAlgorithm: "CRC32" as const }
      : body._tag === "FileRange"
      ? { ContentMD5: yield* md5(source) }
      : {}
    const { readable, run } = Pump.make(source, body.length)
    const fields = { Body: readable, ContentLength: body.length, ...checksumFields }
    const [checksum, { exchange, output }] = yield* Effect.all([run, sendWrite(target, write, fields, false)], {
      concurrency: 2
    }).pipe(Effect.ensuring(Effect.sync(() => readable.destroy())))
    return yield* verified(checksum, output, exchange)
  }
)

const sendByCommand = Effect.fnUntraced(function*(target: Target, write: Write, body: Body) {
  const md5Only = (yield* Effect.promise(() => target.client.config.requestChecksumCalculation())) === "WHEN_REQUIRED"
  return body._tag === "Bytes" || bodyLength(body) <= maxInMemory
    ? yield* sendWhole(target, write, body, md5Only)
    : yield* sendStreamed(target, write, body, md5Only)
})

/** Reads a file while it is sent. */
const sendFile = (target: Target, route: Route, write: Write, range: FileRange) =>
  Effect.scoped(Effect.gen(function*() {
    const file = yield* opened(range)
    const content = Content.ofFile(file, range.offset, range.length, target.buffers)
    yield* Effect.addFinalizer(() => Effect.promise(content.end))
    const { exchange, output } = yield* sendDirect(target, route, write, content)
    return yield* verified(content.crc32(), output, exchange)
  }))

const sendBytes = Effect.fnUntraced(function*(target: Target, route: Route, write: Write, body: Body) {
  const { bytes, release } = yield* readAll(body, target.buffers)
  const content = Content.ofBytes(bytes, { md5Only: route.md5Only, hashPayload: !route.safe })
  const { exchange, output } = yield* sendDirect(target, route, write, content)
  const accepted = yield* verified(content.crc32(), output, exchange)
  release(bytes)
  return accepted
})

/**
 * Whether the checksum of a body is sent as a trailer, so that the body need not be held in memory. A small file always
 * is: one read, and one write for headers and body.
 */
const hasTrailer = (route: Route, body: Body): body is FileRange =>
  body._tag === "FileRange" && body.length > maxBytes && route.safe && !route.md5Only

const sendByRoute = (target: Target, route: Route, write: Write, body: Body) =>
  hasTrailer(route, body) ? sendFile(target, route, write, body) : sendBytes(target, route, write, body)

/** Whether a body can be sent without commands: one that has to be held in memory must not be large. */
const canSendDirect = (route: Route, body: Body): boolean =>
  body._tag === "Bytes" || bodyLength(body) <= maxInMemory ||
  (body._tag === "FileRange" && route.safe && !route.md5Only)

/** Sends a body once. */
export const sendBody = Effect.fnUntraced(function*(target: Target, write: Write, body: Body) {
  const route = signsWithSystemClock(target.client) ? yield* target.route : undefined
  return route !== undefined && canSendDirect(route, body)
    ? yield* sendByRoute(target, route, write, body)
    : yield* sendByCommand(target, write, body)
})
