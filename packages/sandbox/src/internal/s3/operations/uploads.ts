/** ListParts and ListMultipartUploads. */
import * as Effect from "effect/Effect"
import type { Operation } from "../context.ts"
import { quoted } from "../description.ts"
import { compareKeys, paginate } from "../listing.ts"
import type { UploadRecord } from "../records.ts"
import { parameter } from "../request.ts"
import { xmlResponse } from "../response.ts"
import { document, element, optional } from "../xml.ts"
import { commonPrefixes, countParameter, nameEncoding } from "./listings.ts"
import { findUpload, partsOf } from "./multipart.ts"

const owner = (name: string) => element(name, [element("ID", "sandbox"), element("DisplayName", "sandbox")])

const checksumFields = ({ checksum }: UploadRecord) => [
  optional("ChecksumAlgorithm", checksum?.algorithm),
  optional("ChecksumType", checksum?.type)
]

export const listParts: Operation = Effect.fnUntraced(function*(context, bucket, key) {
  const { request, store } = context
  const upload = yield* findUpload(context, bucket, key)
  const limit = yield* countParameter(request, "max-parts")
  const marker = Number(parameter(request, "part-number-marker") ?? 0)
  const remaining = partsOf(store, upload).filter(({ number }) => !(number <= marker))
  const page = remaining.slice(0, limit)
  const algorithm = upload.checksum?.algorithm
  return xmlResponse(document("ListPartsResult", [
    element("Bucket", bucket),
    element("Key", key),
    element("UploadId", upload.id),
    owner("Initiator"),
    owner("Owner"),
    element("StorageClass", "STANDARD"),
    element("PartNumberMarker", Number.isNaN(marker) ? 0 : marker),
    optional("NextPartNumberMarker", page.at(-1)?.number),
    element("MaxParts", limit),
    element("IsTruncated", remaining.length > page.length),
    ...checksumFields(upload),
    ...page.map((part) =>
      element("Part", [
        element("PartNumber", part.number),
        element("LastModified", new Date(part.lastModified).toISOString()),
        element("ETag", quoted(part.etag)),
        element("Size", part.size),
        algorithm === undefined ? undefined : optional(`Checksum${algorithm}`, part.checksum)
      ])
    )
  ]))
})

/** Whether an upload follows both markers; `upload-id-marker` applies only together with `key-marker`. */
const follows = (keyMarker: string, idMarker: string) => ({ id, key }: UploadRecord): boolean => {
  const order = compareKeys(key, keyMarker)
  return order > 0 || (order === 0 && id > idMarker)
}

export const listMultipartUploads: Operation = Effect.fnUntraced(function*({ request, store }, bucket) {
  yield* store.bucket(bucket)
  const limit = yield* countParameter(request, "max-uploads")
  const { encode, type } = yield* nameEncoding(request)
  const prefix = parameter(request, "prefix") ?? ""
  const delimiter = parameter(request, "delimiter")
  const sorted = Array.from(store.uploads.values())
    .filter((upload) => upload.bucket === bucket)
    .sort((a, b) => compareKeys(a.key, b.key) || (a.id < b.id ? -1 : 1))
  const keyMarker = parameter(request, "key-marker")
  const idMarker = parameter(request, "upload-id-marker")
  const page = keyMarker === undefined || idMarker === undefined
    ? paginate(sorted, { prefix, delimiter, after: keyMarker, limit })
    : paginate(sorted.filter(follows(keyMarker, idMarker)), { prefix, delimiter, after: undefined, limit })
  const last = page.items.at(-1)
  return xmlResponse(document("ListMultipartUploadsResult", [
    element("Bucket", bucket),
    element("KeyMarker", encode(keyMarker ?? "")),
    element("UploadIdMarker", idMarker ?? ""),
    optional("NextKeyMarker", page.next === undefined ? undefined : encode(page.next)),
    optional("NextUploadIdMarker", last !== undefined && last.key === page.next ? last.id : undefined),
    element("Prefix", encode(prefix)),
    optional("Delimiter", delimiter === undefined ? undefined : encode(delimiter)),
    element("MaxUploads", limit),
    optional("EncodingType", type),
    element("IsTruncated", page.next !== undefined),
    ...page.items.map((upload) =>
      element("Upload", [
        element("Key", encode(upload.key)),
        element("UploadId", upload.id),
        owner("Initiator"),
        owner("Owner"),
        element("StorageClass", "STANDARD"),
        element("Initiated", new Date(upload.initiated).toISOString()),
        ...checksumFields(upload)
      ])
    ),
    ...commonPrefixes(page.prefixes, encode)
  ]))
})
