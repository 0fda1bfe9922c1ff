/** GetObjectAttributes. */
import * as Effect from "effect/Effect"
import { checkRead } from "../conditions.ts"
import type { Operation } from "../context.ts"
import { validators } from "../description.ts"
import { s3Error } from "../errors.ts"
import type { ObjectRecord } from "../records.ts"
import { header, type S3Request } from "../request.ts"
import { xmlResponse } from "../response.ts"
import { document, element, optional } from "../xml.ts"

const attributeNames = new Set(["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"])
const MAX_PARTS = 1000

const requestedAttributes = Effect.fnUntraced(function*(request: S3Request) {
  const names = (header(request, "x-amz-object-attributes") ?? "").split(",").map((name) => name.trim())
  if (names.every((name) => attributeNames.has(name))) return new Set(names)
  const details = { ArgumentName: "x-amz-object-attributes" }
  return yield* s3Error("InvalidArgument", details, "Invalid attribute name specified.")
})

const countHeader = (request: S3Request, name: string, fallback: number): number => {
  const text = header(request, name)
  return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : fallback
}

const checksumElement = ({ checksum }: ObjectRecord) =>
  checksum === undefined ? undefined : element("Checksum", [
    element(`Checksum${checksum.algorithm}`, checksum.value.replace(/-\d+$/, "")),
    element("ChecksumType", checksum.type)
  ])

/** Like S3, lists individual parts only if they have checksums. */
const partElements = (object: ObjectRecord, request: S3Request) => {
  const { checksum, parts } = object
  if (parts === undefined) return undefined
  const marker = countHeader(request, "x-amz-part-number-marker", 0)
  const limit = Math.min(MAX_PARTS, countHeader(request, "x-amz-max-parts", MAX_PARTS))
  const listed = checksum === undefined ? [] : parts.filter(({ number }) => number > marker)
  const page = listed.slice(0, limit)
  return element("ObjectParts", [
    element("PartsCount", parts.length),
    element("PartNumberMarker", marker),
    optional("NextPartNumberMarker", page.at(-1)?.number),
    element("MaxParts", limit),
    element("IsTruncated", listed.length > page.length),
    ...page.map((part) =>
      element("Part", [
        element("PartNumber", part.number),
        element("Size", part.size),
        optional(`Checksum${checksum?.algorithm}`, part.checksum)
      ])
    )
  ])
}

export const getObjectAttributes: Operation = Effect.fnUntraced(function*({ request, store }, bucket, key) {
  const object = yield* store.get(bucket, key)
  yield* checkRead(request, object)
  const names = yield* requestedAttributes(request)
  const ifRequested = (name: string, content: string | undefined) => names.has(name) ? content : undefined
  const body = document("GetObjectAttributesResponse", [
    ifRequested("ETag", element("ETag", object.etag)),
    ifRequested("Checksum", checksumElement(object)),
    ifRequested("ObjectParts", partElements(object, request)),
    ifRequested("StorageClass", element("StorageClass", "STANDARD")),
    ifRequested("ObjectSize", element("ObjectSize", object.size))
  ])
  return xmlResponse(body, { "last-modified": validators(object)["last-modified"] ?? "" })
})
