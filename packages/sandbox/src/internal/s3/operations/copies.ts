/** CopyObject and UploadPartCopy, which stream the source through the same code as an upload. */
import * as Effect from "effect/Effect"
import type { FileHandle } from "node:fs/promises"
import { algorithmOf, type Digests, makeDigests } from "../checksums.ts"
import { checkCopySource } from "../conditions.ts"
import type { Context, Operation } from "../context.ts"
import { checkKey, quoted, readDescription } from "../description.ts"
import { s3Error } from "../errors.ts"
import { type ByteRange, parseCopyRange } from "../range.ts"
import type { ObjectRecord } from "../records.ts"
import { header, type S3Request } from "../request.ts"
import { xmlResponse } from "../response.ts"
import { document, element } from "../xml.ts"
import { storePart, uploadOf } from "./multipart.ts"
import { storeObject } from "./objects.ts"

const MAX_COPY = 5 * 1024 ** 3

const parseSource = Effect.fnUntraced(function*(request: S3Request) {
  const field = header(request, "x-amz-copy-source") ?? ""
  const match = /^\/?([^/?]+)\/([^?]+)(\?versionId=.*)?$/.exec(field)
  const invalid = s3Error(
    "InvalidArgument",
    { ArgumentName: "x-amz-copy-source", ArgumentValue: field },
    "Invalid copy source"
  )
  if (match === null) return yield* invalid
  if (match[3] !== undefined) return yield* s3Error("NotImplemented", { Header: "x-amz-copy-source" })
  return yield* Effect.try({
    try: () => ({ bucket: decodeURIComponent(match[1] ?? ""), key: decodeURIComponent(match[2] ?? "") }),
    catch: () => invalid
  })
})

const openSource = Effect.fnUntraced(function*({ request, store }: Context) {
  const { bucket, key } = yield* parseSource(request)
  const source = yield* Effect.acquireRelease(
    store.open(bucket, key),
    (opened) => Effect.promise(() => opened.content.close())
  )
  yield* checkCopySource(request, source.record)
  return source
})

async function* readRange(content: FileHandle, range: ByteRange, digests: Digests): AsyncGenerator<Uint8Array> {
  if (range.end < range.start) return
  for await (const chunk of content.createReadStream({ ...range, autoClose: false, highWaterMark: 256 * 1024 })) {
    digests.update(chunk)
    yield chunk
  }
}

const checkCopySize = (range: ByteRange) =>
  range.end - range.start + 1 > MAX_COPY
    ? Effect.fail(
      s3Error(
        "InvalidRequest",
        {},
        "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120"
      )
    )
    : Effect.void

const copyResult = (
  name: string,
  copied: Pick<ObjectRecord, "etag" | "lastModified">,
  checksums: ReadonlyArray<string>
) =>
  xmlResponse(document(name, [
    element("LastModified", new Date(copied.lastModified).toISOString()),
    element("ETag", quoted(copied.etag)),
    ...checksums
  ]))

const directive = Effect.fnUntraced(function*(request: S3Request) {
  const value = header(request, "x-amz-metadata-directive") ?? "COPY"
  if (value === "COPY" || value === "REPLACE") return value
  return yield* s3Error("InvalidArgument", { ArgumentName: "x-amz-metadata-directive" }, "Unknown metadata directive.")
})

/** The algorithm in the request, or that of the source. */
const copyAlgorithm = Effect.fnUntraced(function*(request: S3Request, source: ObjectRecord) {
  const name = header(request, "x-amz-checksum-algorithm")
  if (name === undefined) return source.checksum?.algorithm
  return algorithmOf(name.toUpperCase()) ??
    (yield* s3Error("InvalidRequest", {}, "Checksum algorithm provided is unsupported."))
})

export const copyObject: Operation = Effect.fnUntraced(function*(context, bucket, key) {
  const { request, store } = context
  yield* store.bucket(bucket)
  yield* checkKey(key)
  const { content, record } = yield* openSource(context)
  const range = { start: 0, end: record.size - 1 }
  yield* checkCopySize(range)
  const metadataDirective = yield* directive(request)
  if (metadataDirective === "COPY" && record.bucket === bucket && record.key === key) {
    const text = "This copy request is illegal because it is trying to copy an object to itself without changing the " +
      "object's metadata, storage class, website redirect location or encryption attributes."
    return yield* s3Error("InvalidRequest", {}, text)
  }
  const requested = yield* readDescription(request)
  const description = metadataDirective === "COPY" ? record.description : requested
  const algorithm = yield* copyAlgorithm(request, record)
  const digests = makeDigests(["MD5", "CRC32", ...(algorithm === undefined ? [] : [algorithm])])
  const copied = yield* storeObject(
    context,
    { bucket, key, description },
    readRange(content, range, digests),
    digests,
    algorithm
  )
  const checksums = copied.checksum === undefined ? [] : [
    element(`Checksum${copied.checksum.algorithm}`, copied.checksum.value),
    element("ChecksumType", copied.checksum.type)
  ]
  return copyResult("CopyObjectResult", copied, checksums)
})

export const uploadPartCopy: Operation = Effect.fnUntraced(function*(context, bucket, key) {
  const { number, upload } = yield* uploadOf(context, bucket, key)
  const { content, record } = yield* openSource(context)
  const field = header(context.request, "x-amz-copy-source-range")
  const range = field === undefined ? { start: 0, end: record.size - 1 } : parseCopyRange(field, record.size)
  if (range === undefined) {
    const details = { ArgumentName: "x-amz-copy-source-range", ArgumentValue: field ?? "" }
    return yield* s3Error(
      "InvalidArgument",
      details,
      `Range specified is not valid for source object of size: ${record.size}`
    )
  }
  yield* checkCopySize(range)
  const algorithm = upload.checksum?.algorithm
  const digests = makeDigests(["MD5", "CRC32", ...(algorithm === undefined ? [] : [algorithm])])
  const part = yield* storePart(context, upload, number, readRange(content, range, digests), digests)
  const checksums = algorithm === undefined || part.checksum === undefined
    ? []
    : [element(`Checksum${algorithm}`, part.checksum)]
  return copyResult("CopyPartResult", part, checksums)
})
