/** CreateMultipartUpload, UploadPart, AbortMultipartUpload. */
import * as Effect from "effect/Effect"
import type { Blob } from "../blobs.ts"
import { algorithmOf, type ChecksumType, defaultType, type Digests, headerOf, isCombinable } from "../checksums.ts"
import { type Context, currentSecond, type Operation } from "../context.ts"
import { checkKey, quoted, readDescription } from "../description.ts"
import { s3Error } from "../errors.ts"
import type { PartRecord, UploadRecord } from "../records.ts"
import { header, parameter, type S3Request } from "../request.ts"
import { noContent, xmlResponse } from "../response.ts"
import { partName, type Store } from "../store.ts"
import { document, element } from "../xml.ts"
import { checkSize, contentFields } from "./objects.ts"

const MAX_PART_NUMBER = 10_000

/** Finds the upload of the request, which must belong to this key. */
export const findUpload = Effect.fnUntraced(function*({ request, store }: Context, bucket: string, key: string) {
  yield* store.bucket(bucket)
  const id = parameter(request, "uploadId") ?? ""
  const upload = store.uploads.get(id)
  if (upload === undefined || upload.bucket !== bucket || upload.key !== key) {
    return yield* s3Error("NoSuchUpload", { UploadId: id })
  }
  return upload
})

/** The upload and part number of the request. */
export const uploadOf = Effect.fnUntraced(function*(context: Context, bucket: string, key: string) {
  const text = parameter(context.request, "partNumber") ?? ""
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (number < 1 || number > MAX_PART_NUMBER) {
    const details = { ArgumentName: "partNumber", ArgumentValue: text }
    return yield* s3Error(
      "InvalidArgument",
      details,
      `Part number must be an integer between 1 and ${MAX_PART_NUMBER}, inclusive`
    )
  }
  return { number, upload: yield* findUpload(context, bucket, key) }
})

const parseType = (name: string | undefined): ChecksumType | "unknown" | undefined =>
  name === undefined || name === "FULL_OBJECT" || name === "COMPOSITE" ? name : "unknown"

const requestedChecksum = Effect.fnUntraced(function*(request: S3Request) {
  const invalid = (why: string) => s3Error("InvalidRequest", {}, why)
  const name = header(request, "x-amz-checksum-algorithm")
  const type = parseType(header(request, "x-amz-checksum-type")?.toUpperCase())
  if (name === undefined) {
    if (type === undefined) return undefined
    return yield* invalid("The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.")
  }
  const algorithm = algorithmOf(name.toUpperCase())
  if (algorithm === undefined) return yield* invalid("Checksum algorithm provided is unsupported.")
  if (type === "unknown") return yield* invalid("Value for x-amz-checksum-type header is invalid.")
  const chosen = type ?? defaultType(algorithm)
  if (chosen === "FULL_OBJECT" ? !isCombinable(algorithm) : algorithm === "CRC64NVME") {
    return yield* invalid(
      `The ${chosen} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`
    )
  }
  return { algorithm, type: chosen }
})

const ID_DIGITS = 48

export const createMultipartUpload: Operation = Effect.fnUntraced(function*({ ids, request, store }, bucket, key) {
  yield* store.bucket(bucket)
  yield* checkKey(key)
  const description = yield* readDescription(request)
  const checksum = yield* requestedChecksum(request)
  const upload: UploadRecord = {
    id: ids.next(ID_DIGITS, (id) => store.uploads.get(id) !== undefined),
    bucket,
    key,
    initiated: yield* currentSecond,
    description,
    ...(checksum === undefined ? {} : { checksum })
  }
  yield* store.uploads.set(upload.id, upload)
  const body = document("InitiateMultipartUploadResult", [
    element("Bucket", bucket),
    element("Key", key),
    element("UploadId", upload.id)
  ])
  return xmlResponse(
    body,
    checksum === undefined ? {} : {
      "x-amz-checksum-algorithm": checksum.algorithm,
      "x-amz-checksum-type": checksum.type
    }
  )
})

const commitPart = (store: Store, part: PartRecord, blob: Blob) =>
  Effect.gen(function*() {
    if (store.uploads.get(part.upload) === undefined) return yield* s3Error("NoSuchUpload", { UploadId: part.upload })
    const name = partName(part.upload, part.number)
    const replaced = store.parts.get(name)
    yield* store.parts.set(name, part)
    blob.keep()
    if (replaced !== undefined) yield* store.blobs.remove(replaced.content)
  }).pipe(store.exclusive)

/** Stores a byte stream as a part, replacing any part with the same number. */
export const storePart = (
  { store }: Context,
  upload: UploadRecord,
  number: number,
  bytes: AsyncIterable<Uint8Array>,
  digests: Digests
) =>
  store.blobs.receive(
    bytes,
    Effect.fnUntraced(function*(blob: Blob) {
      const { value, ...content } = contentFields(blob, digests, upload.checksum?.algorithm)
      const part: PartRecord = {
        upload: upload.id,
        number,
        ...content,
        lastModified: yield* currentSecond,
        ...(value === undefined ? {} : { checksum: value })
      }
      yield* commitPart(store, part, blob)
      return part
    })
  )

/**
 * An upload without an algorithm accepts parts with any checksum (the AWS SDK for JavaScript then sends CRC32). A
 * composite checksum is computed from the checksums of the parts, so each part must have one.
 */
const checkAlgorithm = ({ checksum }: UploadRecord, sentAlgorithm: string | undefined) => {
  const compatible = checksum === undefined || sentAlgorithm === checksum.algorithm ||
    (sentAlgorithm === undefined && checksum.type === "FULL_OBJECT")
  if (compatible) return Effect.void
  const text = `Checksum Type mismatch occurred, expected checksum Type: ${checksum.algorithm.toLowerCase()}, ` +
    `actual checksum Type: ${sentAlgorithm?.toLowerCase() ?? "null"}`
  return Effect.fail(s3Error("InvalidRequest", {}, text))
}

export const uploadPart: Operation = Effect.fnUntraced(function*(context, bucket, key) {
  const { number, upload } = yield* uploadOf(context, bucket, key)
  const body = yield* context.body
  yield* checkSize(body)
  yield* checkAlgorithm(upload, body.checksum?.algorithm)
  const requiredAlgorithm = upload.checksum?.algorithm
  const digests = body.digests(["MD5", "CRC32", ...(requiredAlgorithm === undefined ? [] : [requiredAlgorithm])])
  const part = yield* storePart(context, upload, number, body.bytes(digests), digests)
  const algorithm = requiredAlgorithm ?? body.checksum?.algorithm
  const checksum = algorithm === undefined
    ? {}
    : { [headerOf(algorithm)]: digests.finish()(algorithm).toString("base64") }
  return { status: 200, headers: { etag: quoted(part.etag), ...checksum } }
})

/** The parts of an upload in order. */
export const partsOf = (store: Store, upload: UploadRecord): ReadonlyArray<PartRecord> =>
  Array.from(store.parts.values()).filter((part) => part.upload === upload.id).sort((a, b) => a.number - b.number)

/** Removes an upload and its parts; must run inside `Store.exclusive`. */
export const forgetUpload = Effect.fnUntraced(function*(store: Store, upload: UploadRecord) {
  yield* store.uploads.remove(upload.id)
  yield* Effect.forEach(
    partsOf(store, upload),
    (part) =>
      store.parts.remove(partName(upload.id, part.number)).pipe(Effect.andThen(store.blobs.remove(part.content))),
    {
      discard: true
    }
  )
})

export const abortMultipartUpload: Operation = Effect.fnUntraced(function*(context, bucket, key) {
  const { store } = context
  yield* Effect.gen(function*() {
    yield* forgetUpload(store, yield* findUpload(context, bucket, key))
  }).pipe(store.exclusive)
  return noContent
})
