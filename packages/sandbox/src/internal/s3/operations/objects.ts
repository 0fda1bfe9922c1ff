/** PutObject, GetObject, HeadObject, DeleteObject. */
import * as Effect from "effect/Effect"
import type { Blob } from "../blobs.ts"
import type { Body } from "../body.ts"
import type { ChecksumAlgorithm, Digests } from "../checksums.ts"
import { checkRead, writeCheck } from "../conditions.ts"
import { type Context, currentSecond, type Operation } from "../context.ts"
import { checkKey, checksumHeaders, objectHeaders, quoted, readDescription } from "../description.ts"
import { s3Error, withHeaders } from "../errors.ts"
import { type ByteRange, parseRange } from "../range.ts"
import type { ObjectRecord } from "../records.ts"
import { header, parameter, type S3Request } from "../request.ts"
import { noContent, type S3Response } from "../response.ts"

const MAX_SINGLE_PUT = 5 * 1024 ** 3

/** Rejects a body that is too large for one request before it is read. */
export const checkSize = (body: Body) => {
  const details = { ProposedSize: `${body.length}`, MaxSizeAllowed: `${MAX_SINGLE_PUT}` }
  return body.length > MAX_SINGLE_PUT ? Effect.fail(s3Error("EntityTooLarge", details)) : Effect.void
}

/** The index fields of newly written content. */
export const contentFields = (blob: Blob, digests: Digests, algorithm: ChecksumAlgorithm | undefined) => {
  const digest = digests.finish()
  return {
    content: blob.id,
    size: blob.size,
    etag: digest("MD5").toString("hex"),
    crc32: digest("CRC32").toString("base64"),
    value: algorithm === undefined ? undefined : digest(algorithm).toString("base64")
  }
}

/** Stores a byte stream as an object. */
export const storeObject = Effect.fnUntraced(function*(
  context: Context,
  target: Pick<ObjectRecord, "bucket" | "key" | "description">,
  bytes: AsyncIterable<Uint8Array>,
  digests: Digests,
  algorithm: ChecksumAlgorithm | undefined
) {
  const check = yield* writeCheck(context.request)
  // Checked before and after the upload, so that a client that will be rejected need not send everything first.
  yield* check(context.store.find(target.bucket, target.key))
  return yield* context.store.blobs.receive(
    bytes,
    Effect.fnUntraced(function*(blob: Blob) {
      const { value, ...content } = contentFields(blob, digests, algorithm)
      const object: ObjectRecord = {
        ...target,
        ...content,
        lastModified: yield* currentSecond,
        ...(algorithm === undefined || value === undefined
          ? {}
          : { checksum: { algorithm, type: "FULL_OBJECT", value } })
      }
      yield* context.store.put(object, blob, check)
      return object
    })
  )
})

export const putObject: Operation = Effect.fnUntraced(function*(context, bucket, key) {
  yield* context.store.bucket(bucket)
  yield* checkKey(key)
  const description = yield* readDescription(context.request)
  const body = yield* context.body
  yield* checkSize(body)
  const algorithm = body.checksum?.algorithm
  const digests = body.digests(["MD5", "CRC32"])
  const { checksum, etag } = yield* storeObject(
    context,
    { bucket, key, description },
    body.bytes(digests),
    digests,
    algorithm
  )
  const checksums = checksum === undefined ? {} : checksumHeaders(checksum.algorithm, checksum.value, checksum.type)
  return { status: 200, headers: { etag: quoted(etag), ...checksums } }
})

/** The range of one part. An object that was not uploaded in parts consists of part 1. */
const rangeOfPart = Effect.fnUntraced(function*(object: ObjectRecord, partNumber: string) {
  const parts = object.parts ?? [{ number: 1, size: object.size }]
  const index = Number(partNumber) - 1
  const part = parts[index]
  if (!/^\d{1,5}$/.test(partNumber) || part === undefined) {
    return yield* s3Error("InvalidRange", { ActualObjectSize: `${object.size}`, PartNumber: partNumber })
  }
  const start = parts.slice(0, index).reduce((sum, { size }) => sum + size, 0)
  return { start, end: start + part.size - 1 }
})

const requestedRange = Effect.fnUntraced(function*(request: S3Request, object: ObjectRecord) {
  const part = parameter(request, "partNumber")
  const field = header(request, "range")
  if (part !== undefined && field !== undefined) {
    return yield* s3Error("InvalidRequest", {}, "Cannot specify both Range header and partNumber query parameter")
  }
  if (part !== undefined) return yield* rangeOfPart(object, part)
  const range = parseRange(field, object.size)
  if (range !== "unsatisfiable") return range
  const details = { RangeRequested: field ?? "", ActualObjectSize: `${object.size}` }
  return yield* withHeaders(s3Error("InvalidRange", details), { "content-range": `bytes */${object.size}` })
})

const rangeHeaders = (
  request: S3Request,
  object: ObjectRecord,
  headers: Readonly<Record<string, string>>,
  range: ByteRange | undefined
): Record<string, string> => {
  if (range === undefined) return { ...headers, "content-length": `${object.size}` }
  const whole = range.end - range.start + 1 === object.size
  const parts = parameter(request, "partNumber") !== undefined && object.parts !== undefined
    ? { "x-amz-mp-parts-count": `${object.parts.length}` }
    : {}
  // Clients would compare the checksum of the whole object with a range of it.
  const applicable = whole
    ? headers
    : Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith("x-amz-checksum-")))
  const contentRange = object.size === 0 ? {} : { "content-range": `bytes ${range.start}-${range.end}/${object.size}` }
  return { ...applicable, ...parts, ...contentRange, "content-length": `${range.end - range.start + 1}` }
}

const describe = Effect.fnUntraced(function*(request: S3Request, object: ObjectRecord) {
  yield* checkRead(request, object)
  const range = yield* requestedRange(request, object)
  const response: S3Response = {
    status: range === undefined ? 200 : 206,
    headers: rangeHeaders(request, object, yield* objectHeaders(object, request), range)
  }
  return { response, range }
})

export const getObject: Operation = Effect.fnUntraced(function*({ request, store }, bucket, key) {
  const { content, record } = yield* Effect.acquireRelease(
    store.open(bucket, key),
    (opened) => Effect.promise(() => opened.content.close())
  )
  const { range, response } = yield* describe(request, record)
  const { end, start } = range ?? { start: 0, end: record.size - 1 }
  return end < start ? response : { ...response, body: { content, start, end } }
})

export const headObject: Operation = Effect.fnUntraced(function*({ request, store }, bucket, key) {
  const { response } = yield* describe(request, yield* store.get(bucket, key))
  return response
})

export const deleteObject: Operation = Effect.fnUntraced(function*({ request, store }, bucket, key) {
  yield* store.delete(bucket, key, yield* writeCheck(request))
  return noContent
})
