/** CompleteMultipartUpload. */
import * as Effect from "effect/Effect"
import { createReadStream } from "node:fs"
import type { Blob } from "../blobs.ts"
import { checksumHeader, readText } from "../body.ts"
import { type Checksum, checksumOfParts, digestOf } from "../checksums.ts"
import { writeCheck } from "../conditions.ts"
import { type Context, currentSecond, type Operation } from "../context.ts"
import { quoted } from "../description.ts"
import { s3Error } from "../errors.ts"
import type { ObjectRecord, PartRecord, UploadRecord } from "../records.ts"
import { header, type S3Request } from "../request.ts"
import { xmlResponse } from "../response.ts"
import { type Check, partName, type Store } from "../store.ts"
import { document, element } from "../xml.ts"
import { childrenOf, childText, parseXml, type XmlElement } from "../xmlReader.ts"
import { findUpload, forgetUpload } from "./multipart.ts"

const MAX_BODY = 8 * 1024 * 1024
const MAX_PARTS = 10_000
const MIN_PART_BYTES = 5 * 1024 * 1024

interface ListedPart {
  readonly number: number
  readonly etag: string
  readonly element: XmlElement
}

const readParts = Effect.fnUntraced(function*(text: string) {
  const root = yield* Effect.fromResult(parseXml(text))
  const listed = childrenOf(root, "Part").map((part): ListedPart => ({
    number: Number(/^\s*(\d{1,5})\s*$/.exec(childText(part, "PartNumber") ?? "")?.[1] ?? Number.NaN),
    etag: (childText(part, "ETag") ?? "").trim().replace(/^"(.*)"$/, "$1"),
    element: part
  }))
  const valid = listed.every(({ etag, number }) => number >= 1 && number <= MAX_PARTS && etag !== "")
  if (root.name !== "CompleteMultipartUpload" || listed.length === 0 || !valid) return yield* s3Error("MalformedXML")
  if (listed.some(({ number }, index) => number <= (listed[index - 1]?.number ?? 0))) {
    return yield* s3Error("InvalidPartOrder")
  }
  return listed
})

const findPart = Effect.fnUntraced(function*(store: Store, upload: UploadRecord, listed: ListedPart) {
  const invalid = s3Error("InvalidPart", { UploadId: upload.id, PartNumber: `${listed.number}`, ETag: listed.etag })
  const part = store.parts.get(partName(upload.id, listed.number))
  if (part === undefined || part.etag !== listed.etag) return yield* invalid
  if (upload.checksum === undefined) return part
  const { algorithm, type } = upload.checksum
  const checksum = childText(listed.element, `Checksum${algorithm}`)?.trim()
  if (checksum === undefined && type === "COMPOSITE") {
    const text =
      `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include ` +
      `the checksum for each part. It was missing for part ${listed.number} in the request.`
    return yield* s3Error("InvalidRequest", {}, text)
  }
  return checksum === undefined || checksum === part.checksum ? part : yield* invalid
})

const checkSizes = (parts: ReadonlyArray<PartRecord>) => {
  const small = parts.slice(0, -1).find(({ size }) => size < MIN_PART_BYTES)
  return small === undefined ? Effect.void : Effect.fail(s3Error("EntityTooSmall", {
    ProposedSize: `${small.size}`,
    MinSizeAllowed: `${MIN_PART_BYTES}`,
    PartNumber: `${small.number}`,
    ETag: small.etag
  }))
}

const wholeChecksum = ({ checksum }: UploadRecord, parts: ReadonlyArray<PartRecord>): Checksum | undefined =>
  checksum === undefined
    ? undefined
    : checksumOfParts(
      checksum.algorithm,
      checksum.type,
      parts.map((part) => ({ value: part.checksum ?? "", length: part.size }))
    )

/** Checks what the request declares about the whole object. */
const checkDeclared = Effect.fnUntraced(function*(request: S3Request, checksum: Checksum | undefined, size: number) {
  const invalid = (text: string) => s3Error("InvalidRequest", {}, text)
  const type = header(request, "x-amz-checksum-type")?.toUpperCase()
  if (type !== undefined && type !== checksum?.type) {
    return yield* invalid(
      `The upload was created using the ${
        checksum?.type ?? "null"
      } checksum mode. The complete request must use the same ` +
        "checksum mode."
    )
  }
  const expectedSize = header(request, "x-amz-mp-object-size")
  if (expectedSize !== undefined && expectedSize !== `${size}`) {
    return yield* invalid(
      `The provided 'x-amz-mp-object-size' header value ${expectedSize} does not match what was computed: ${size}`
    )
  }
  const declared = yield* checksumHeader(request)
  if (declared === undefined) return
  if (declared.algorithm !== checksum?.algorithm) {
    return yield* invalid(`The upload was not created using a ${declared.algorithm.toLowerCase()} checksum.`)
  }
  if (declared.value !== checksum.value) {
    return yield* s3Error(
      "BadDigest",
      {},
      `The ${declared.algorithm} you specified did not match the calculated checksum.`
    )
  }
})

async function* concatenate(store: Store, parts: ReadonlyArray<PartRecord>): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield* createReadStream(store.blobs.fileOf(part.content), { highWaterMark: 1024 * 1024 })
}

/** Fails if the upload was aborted or a part was replaced while the parts were being read. */
const checkUnchanged = (store: Store, upload: UploadRecord, parts: ReadonlyArray<PartRecord>) =>
  Effect.suspend(() => {
    if (store.uploads.get(upload.id) === undefined) return Effect.fail(s3Error("NoSuchUpload", { UploadId: upload.id }))
    const replaced = parts.find((part) => store.parts.get(partName(upload.id, part.number)) !== part)
    return replaced === undefined
      ? Effect.void
      : Effect.fail(
        s3Error("InvalidPart", { UploadId: upload.id, PartNumber: `${replaced.number}`, ETag: replaced.etag })
      )
  })

const describeObject = (upload: UploadRecord, parts: ReadonlyArray<PartRecord>, checksum: Checksum | undefined) => {
  const md5 = digestOf("MD5", Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, "hex"))))
  const crc32 = checksumOfParts("CRC32", "FULL_OBJECT", parts.map((part) => ({ value: part.crc32, length: part.size })))
  return {
    bucket: upload.bucket,
    key: upload.key,
    description: upload.description,
    size: parts.reduce((sum, { size }) => sum + size, 0),
    etag: `${md5.toString("hex")}-${parts.length}`,
    crc32: crc32.value,
    ...(checksum === undefined ? {} : { checksum }),
    parts: parts.map(({ checksum, number, size }) => ({
      number,
      size,
      ...(checksum === undefined ? {} : { checksum })
    }))
  }
}

const assemble = Effect.fnUntraced(function*(
  { store }: Context,
  upload: UploadRecord,
  parts: ReadonlyArray<PartRecord>,
  object: ReturnType<typeof describeObject>,
  check: Check
) {
  const unchanged = checkUnchanged(store, upload, parts)
  const lastModified = yield* currentSecond
  const commit = (blob: Blob) => {
    const record: ObjectRecord = { ...object, content: blob.id, lastModified }
    return store.put(record, blob, (current) => unchanged.pipe(Effect.andThen(check(current))))
  }
  yield* store.blobs.receive(concatenate(store, parts), commit).pipe(
    // A missing file may be due to a removed part; report that instead.
    Effect.tapError((error) => error._tag === "StorageError" ? unchanged : Effect.void)
  )
  yield* forgetUpload(store, upload).pipe(store.exclusive)
})

const checksumElements = (checksum: Checksum | undefined): ReadonlyArray<string> =>
  checksum === undefined
    ? []
    : [element(`Checksum${checksum.algorithm}`, checksum.value), element("ChecksumType", checksum.type)]

export const completeMultipartUpload: Operation = Effect.fnUntraced(function*(context, bucket, key) {
  const { request, store } = context
  const upload = yield* findUpload(context, bucket, key)
  const listed = yield* readParts(yield* readText(yield* context.bodyWithoutChecksum, MAX_BODY))
  const parts = yield* Effect.forEach(listed, (part) => findPart(store, upload, part))
  yield* checkSizes(parts)
  const checksum = wholeChecksum(upload, parts)
  const object = describeObject(upload, parts, checksum)
  yield* checkDeclared(request, checksum, object.size)
  const check = yield* writeCheck(request)
  yield* check(store.find(bucket, key))
  yield* assemble(context, upload, parts, object, check)
  return xmlResponse(document("CompleteMultipartUploadResult", [
    element("Location", `http://${header(request, "host") ?? ""}${request.path}`),
    element("Bucket", bucket),
    element("Key", key),
    element("ETag", quoted(object.etag)),
    ...checksumElements(checksum)
  ]))
})
