import * as Sdk from "@aws-sdk/client-s3"
import * as Crc32 from "@iiif-ingest/core/image/Crc32"
import { type Body, bodyLength } from "@iiif-ingest/core/upload/ObjectStore"
import { ChecksumMismatch, type ObjectStoreReason, type SourceFailed } from "@iiif-ingest/core/upload/ObjectStoreError"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { createHash, hash } from "node:crypto"
import type { Readable } from "node:stream"
import { crc32 } from "node:zlib"
import type { Buffers } from "./buffers.ts"
import * as Content from "./content.ts"
import { type Exchange, undecodableAnswer } from "./errors.ts"
import { type FileRange, opened, readRange, streamRange } from "./fileSource.ts"
import * as Pump from "./pump.ts"
import type { Route } from "./route.ts"
import { signsWithSystemClock } from "./sdk/bucketSettings.ts"
import { send, type Target } from "./send.ts"
import { sendDirect } from "./sendDirect.ts"
import type { Write } from "./write.ts"

/** What the store took: its tag, and the CRC-32 of the bytes sent, which it has verified. */
export interface Accepted {
  readonly etag: string
  readonly crc32: Crc32.Crc32
}

/** The part of a command that is about its body. */
interface Outgoing {
  readonly Body: Uint8Array | Readable
  readonly ContentLength: number
  readonly ChecksumAlgorithm?: "CRC32"
  readonly ChecksumCRC32?: string
  readonly ContentMD5?: string
}

/** The largest body that is held whole, in bytes, so that its checksum can go in the head. */
const inOnePiece = 16 * 1024 * 1024

/** Up to here a file is read whole in any case, in bytes: one read, and one write for head and body. */
const smallFile = 1024 * 1024

/** Of a condition that is not there, nothing is sent. */
export const unlessPresent = (ifAbsent: boolean) => ifAbsent ? { IfNoneMatch: "*" } : {}

const sendWrite = (target: Target, write: Write, outgoing: Outgoing, summed: boolean) => {
  if (write._tag === "Part") {
    const { partNumber, session } = write
    const command = new Sdk.UploadPartCommand({
      Bucket: target.bucket,
      Key: session.key,
      UploadId: session.token,
      PartNumber: partNumber,
      ...outgoing
    })
    return send(target, command, summed)
  }
  const command = new Sdk.PutObjectCommand({
    Bucket: target.bucket,
    Key: write.key,
    ContentType: write.info.contentType,
    Metadata: write.info.metadata,
    ...unlessPresent(write.ifAbsent),
    ...outgoing
  })
  return send(target, command, summed)
}

/** Whether the store reports what was sent. Where it reports nothing, it has checked the head's or the trailer's. */
export const verified = (
  sent: Crc32.Crc32,
  { ChecksumCRC32, ETag }: { readonly ChecksumCRC32?: string | undefined; readonly ETag?: string | undefined },
  exchange: Exchange
): Effect.Effect<Accepted, ObjectStoreReason> => {
  if (ETag === undefined) return Effect.fail(undecodableAnswer(exchange, "it has no ETag"))
  const reported = ChecksumCRC32 === undefined ? undefined : Crc32.fromBase64(ChecksumCRC32)
  if (reported === undefined || reported === sent) return Effect.succeed({ etag: ETag, crc32: sent })
  return Effect.fail(
    new ChecksumMismatch({ detail: `CRC-32 ${Crc32.toHex(sent)} was sent, the store has ${Crc32.toHex(reported)}` })
  )
}

/** The bytes of a body, in a buffer of `buffers` unless they are in memory already. */
const whole = (body: Body, buffers: Buffers): Effect.Effect<Uint8Array, SourceFailed> => {
  if (body._tag === "Bytes") return Effect.succeed(body.bytes)
  const into = buffers.take(body.length)
  const filled = body._tag === "FileRange" ? readRange(body, into) : Pump.collect(body.stream, into)
  return Effect.as(filled, into).pipe(Effect.tapError(() => Effect.sync(() => buffers.give(into))))
}

const commanded = (target: Target, write: Write, bytes: Uint8Array, sum: Crc32.Crc32, oldStore: boolean) =>
  sendWrite(target, write, {
    Body: bytes,
    ContentLength: bytes.length,
    ...(oldStore ? { ContentMD5: hash("md5", bytes, "base64") } : { ChecksumCRC32: Crc32.toBase64(sum) })
  }, true)

const sendWhole = Effect.fnUntraced(function*(target: Target, write: Write, body: Body, oldStore: boolean) {
  const bytes = yield* whole(body, target.buffers)
  const sum = Crc32.Crc32.make(crc32(bytes))
  const { exchange, output } = yield* commanded(target, write, bytes, sum, oldStore)
  const accepted = yield* verified(sum, output, exchange)
  if (body._tag !== "Bytes") target.buffers.give(bytes)
  return accepted
})

const md5 = (stream: Stream.Stream<Uint8Array, SourceFailed>) =>
  Stream.runFold(stream, () => createHash("md5"), (hash, chunk) => hash.update(chunk)).pipe(
    Effect.map((hash) => hash.digest("base64"))
  )

/**
 * Where the store takes it, the SDK puts the CRC-32 behind the body (`aws-chunked` with a trailer). An old store gets
 * the MD5 of a file in the head, at the price of reading it twice; a stream cannot be read twice and goes unchecked.
 */
const sendStreamed = Effect.fnUntraced(
  function*(target: Target, write: Write, body: Exclude<Body, { _tag: "Bytes" }>, oldStore: boolean) {
    const source = body._tag === "Stream" ? body.stream : streamRange(body)
    const sums = !oldStore
      ? { ChecksumAlgorithm: "CRC32" as const }
      : body._tag === "FileRange"
      ? { ContentMD5: yield* md5(source) }
      : {}
    const { readable, run } = Pump.make(source, body.length)
    const outgoing = { Body: readable, ContentLength: body.length, ...sums }
    const [sum, { exchange, output }] = yield* Effect.all([run, sendWrite(target, write, outgoing, false)], {
      concurrency: 2
    }).pipe(Effect.ensuring(Effect.sync(() => readable.destroy())))
    return yield* verified(sum, output, exchange)
  }
)

const sendByCommand = Effect.fnUntraced(function*(target: Target, write: Write, body: Body) {
  const oldStore = (yield* Effect.promise(() => target.client.config.requestChecksumCalculation())) === "WHEN_REQUIRED"
  return body._tag === "Bytes" || bodyLength(body) <= inOnePiece
    ? yield* sendWhole(target, write, body, oldStore)
    : yield* sendStreamed(target, write, body, oldStore)
})

/** A file that is not small is read while it is sent. */
const sendFile = (target: Target, route: Route, write: Write, range: FileRange) =>
  Effect.scoped(Effect.gen(function*() {
    const file = yield* opened(range)
    const content = Content.ofFile(file, range.offset, range.length, target.buffers)
    yield* Effect.addFinalizer(() => Effect.promise(content.end))
    const { exchange, output } = yield* sendDirect(target, route, write, content)
    return yield* verified(content.crc32(), output, exchange)
  }))

const sendBytes = Effect.fnUntraced(function*(target: Target, route: Route, write: Write, body: Body) {
  const bytes = yield* whole(body, target.buffers)
  const content = Content.ofBytes(bytes, { oldStore: route.oldStore, hashed: !route.safe })
  const { exchange, output } = yield* sendDirect(target, route, write, content)
  const accepted = yield* verified(content.crc32(), output, exchange)
  if (body._tag !== "Bytes") target.buffers.give(bytes)
  return accepted
})

/** Whether a body's checksum may go behind its bytes, which then need not be held. */
const isTrailed = (route: Route, body: Body): body is FileRange =>
  body._tag === "FileRange" && body.length > smallFile && route.safe && !route.oldStore

const sendByRoute = (target: Target, route: Route, write: Write, body: Body) =>
  isTrailed(route, body) ? sendFile(target, route, write, body) : sendBytes(target, route, write, body)

/** Whether the short way takes a body: what it would have to hold whole must not be large. */
const takes = (route: Route, body: Body): boolean =>
  body._tag === "Bytes" || bodyLength(body) <= inOnePiece ||
  (body._tag === "FileRange" && route.safe && !route.oldStore)

/** Sends a body once: the one place that bytes leave by. */
export const sendBody = Effect.fnUntraced(function*(target: Target, write: Write, body: Body) {
  const route = signsWithSystemClock(target.client) ? yield* target.route : undefined
  return route !== undefined && takes(route, body)
    ? yield* sendByRoute(target, route, write, body)
    : yield* sendByCommand(target, write, body)
})
