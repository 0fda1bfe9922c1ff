/** ListObjects and ListObjectsV2. */
import * as Effect from "effect/Effect"
import type { Operation } from "../context.ts"
import { quoted } from "../description.ts"
import { s3Error } from "../errors.ts"
import { paginate } from "../listing.ts"
import type { ObjectRecord } from "../records.ts"
import { parameter, type S3Request } from "../request.ts"
import { xmlResponse } from "../response.ts"
import { document, element, optional } from "../xml.ts"

const MAX_KEYS = 1000

/** A count parameter, capped at the page limit of S3. */
export const countParameter = Effect.fnUntraced(function*(request: S3Request, name: string) {
  const text = parameter(request, name)
  if (text === undefined) return MAX_KEYS
  if (/^\d{1,10}$/.test(text)) return Math.min(MAX_KEYS, Number(text))
  const details = { ArgumentName: name, ArgumentValue: text }
  return yield* s3Error("InvalidArgument", details, `Provided ${name} not an integer or within integer range`)
})

/** How names are encoded; `encoding-type=url` supports names that XML cannot represent. */
export const nameEncoding = Effect.fnUntraced(function*(request: S3Request) {
  const type = parameter(request, "encoding-type")
  if (type === undefined) return { type, encode: (name: string) => name }
  if (type !== "url") {
    return yield* s3Error(
      "InvalidArgument",
      { ArgumentName: "encoding-type" },
      "Invalid Encoding Method specified in Request"
    )
  }
  return { type, encode: (name: string) => encodeURIComponent(name).replaceAll("%2F", "/") }
})

type Encode = (name: string) => string

const contents = (objects: ReadonlyArray<ObjectRecord>, encode: Encode, owner: boolean) =>
  objects.map((object) =>
    element("Contents", [
      element("Key", encode(object.key)),
      element("LastModified", new Date(object.lastModified).toISOString()),
      element("ETag", quoted(object.etag)),
      optional("ChecksumAlgorithm", object.checksum?.algorithm),
      optional("ChecksumType", object.checksum?.type),
      element("Size", object.size),
      owner ? element("Owner", [element("ID", "sandbox")]) : undefined,
      element("StorageClass", "STANDARD")
    ])
  )

export const commonPrefixes = (prefixes: ReadonlyArray<string>, encode: Encode) =>
  prefixes.map((prefix) => element("CommonPrefixes", [element("Prefix", encode(prefix))]))

const encodeToken = (key: string): string => Buffer.from(`1${key}`).toString("base64url")

const decodeToken = Effect.fnUntraced(function*(token: string | undefined) {
  if (token === undefined) return undefined
  const text = Buffer.from(token, "base64url").toString()
  if (text.startsWith("1") && encodeToken(text.slice(1)) === token) return text.slice(1)
  return yield* s3Error(
    "InvalidArgument",
    { ArgumentName: "continuation-token" },
    "The continuation token provided is incorrect"
  )
})

export const listObjectsV2: Operation = Effect.fnUntraced(function*({ request, store }, bucket) {
  yield* store.bucket(bucket)
  const limit = yield* countParameter(request, "max-keys")
  const { encode, type } = yield* nameEncoding(request)
  const token = parameter(request, "continuation-token")
  const startAfter = parameter(request, "start-after")
  const prefix = parameter(request, "prefix") ?? ""
  const delimiter = parameter(request, "delimiter")
  const after = (yield* decodeToken(token)) ?? startAfter
  const page = paginate(store.list(bucket), { prefix, delimiter, after, limit })
  return xmlResponse(document("ListBucketResult", [
    element("Name", bucket),
    element("Prefix", encode(prefix)),
    optional("StartAfter", startAfter === undefined ? undefined : encode(startAfter)),
    optional("ContinuationToken", token),
    optional("NextContinuationToken", page.next === undefined ? undefined : encodeToken(page.next)),
    element("KeyCount", page.items.length + page.prefixes.length),
    element("MaxKeys", limit),
    optional("Delimiter", delimiter === undefined ? undefined : encode(delimiter)),
    optional("EncodingType", type),
    element("IsTruncated", page.next !== undefined),
    ...contents(page.items, encode, parameter(request, "fetch-owner") === "true"),
    ...commonPrefixes(page.prefixes, encode)
  ]))
})

export const listObjects: Operation = Effect.fnUntraced(function*({ request, store }, bucket) {
  yield* store.bucket(bucket)
  const limit = yield* countParameter(request, "max-keys")
  const { encode, type } = yield* nameEncoding(request)
  const prefix = parameter(request, "prefix") ?? ""
  const delimiter = parameter(request, "delimiter")
  const marker = parameter(request, "marker")
  const page = paginate(store.list(bucket), { prefix, delimiter, after: marker, limit })
  return xmlResponse(document("ListBucketResult", [
    element("Name", bucket),
    element("Prefix", encode(prefix)),
    element("Marker", encode(marker ?? "")),
    // Without a delimiter, clients use the last key.
    optional("NextMarker", delimiter === undefined || page.next === undefined ? undefined : encode(page.next)),
    element("MaxKeys", limit),
    optional("Delimiter", delimiter === undefined ? undefined : encode(delimiter)),
    optional("EncodingType", type),
    element("IsTruncated", page.next !== undefined),
    ...contents(page.items, encode, true),
    ...commonPrefixes(page.prefixes, encode)
  ]))
})
