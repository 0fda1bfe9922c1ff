/** The header fields that describe an object, in requests and responses. */
import * as Effect from "effect/Effect"
import { type ChecksumAlgorithm, headerOf } from "./checksums.ts"
import { s3Error } from "./errors.ts"
import type { Description, ObjectRecord } from "./records.ts"
import { header, headersWith, parameter, type S3Request } from "./request.ts"

const MAX_METADATA_BYTES = 2048
const MAX_KEY_BYTES = 1024
const storedFields = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "expires"
] as const

/** Fields for features that the sandbox lacks, with the allowed values. Ignoring them would claim support. */
const unsupported: ReadonlyArray<readonly [name: string, allowed: ReadonlyArray<string>]> = [
  ["x-amz-acl", ["private", "bucket-owner-full-control"]],
  ["x-amz-storage-class", ["STANDARD"]],
  ["x-amz-server-side-encryption", ["AES256"]],
  ["x-amz-server-side-encryption-customer-algorithm", []],
  ["x-amz-server-side-encryption-aws-kms-key-id", []],
  ["x-amz-object-lock-mode", []],
  ["x-amz-object-lock-legal-hold", []],
  ["x-amz-tagging", []],
  ["x-amz-website-redirect-location", []],
  ["x-amz-write-offset-bytes", []]
]

const checkSupported = Effect.fnUntraced(function*(request: S3Request) {
  for (const [name, allowed] of unsupported) {
    const value = header(request, name)
    if (value !== undefined && !allowed.includes(value)) return yield* s3Error("NotImplemented", { Header: name })
  }
  if (Object.keys(headersWith(request, "x-amz-grant-")).length > 0) {
    return yield* s3Error("NotImplemented", { Header: "x-amz-grant-*" })
  }
})

/** The encoding `aws-chunked` applies to the transfer, not to the object. */
const contentEncoding = (value: string): string =>
  value.split(",").map((coding) => coding.trim()).filter((coding) => coding !== "aws-chunked" && coding !== "").join(
    ","
  )

const storedHeaders = (request: S3Request): Record<string, string> =>
  Object.fromEntries(storedFields.flatMap((name) => {
    const value = header(request, name) ?? ""
    const stored = name === "content-encoding" ? contentEncoding(value) : value
    return stored === "" ? [] : [[name, stored]]
  }))

/** Reads the description of the object to store. */
export const readDescription = Effect.fnUntraced(function*(request: S3Request) {
  yield* checkSupported(request)
  const metadata = headersWith(request, "x-amz-meta-")
  const size = Object.entries(metadata).reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  if (size > MAX_METADATA_BYTES) {
    return yield* s3Error("MetadataTooLarge", { Size: `${size}`, MaxSizeAllowed: `${MAX_METADATA_BYTES}` })
  }
  const description: Description = {
    contentType: header(request, "content-type") ?? "application/octet-stream",
    headers: storedHeaders(request),
    metadata
  }
  return description
})

export const checkKey = (key: string): Effect.Effect<void, ReturnType<typeof s3Error>> => {
  const size = Buffer.byteLength(key)
  const details = { Size: `${size}`, MaxSizeAllowed: `${MAX_KEY_BYTES}` }
  return size > MAX_KEY_BYTES ? Effect.fail(s3Error("KeyTooLongError", details)) : Effect.void
}

export const quoted = (etag: string): string => `"${etag}"`

export const checksumHeaders = (
  algorithm: ChecksumAlgorithm,
  value: string,
  type: string
): Record<string, string> => ({ [headerOf(algorithm)]: value, "x-amz-checksum-type": type })

const overridableFields = [...storedFields, "content-type"] as const

/** What a header field can hold: neither a line break nor a character beyond ISO 8859-1. */
const isFieldValue = (value: string): boolean => /^[\t\x20-\x7e\x80-\xff]*$/.test(value)

/** The header fields that the query replaces. */
const readOverrides = Effect.fnUntraced(function*(request: S3Request) {
  const overrides: Record<string, string> = {}
  for (const name of overridableFields) {
    const ArgumentName = `response-${name}`
    const value = parameter(request, ArgumentName)
    if (value === undefined) continue
    if (!isFieldValue(value)) {
      return yield* s3Error(
        "InvalidArgument",
        { ArgumentName },
        "Header value cannot be represented using ISO-8859-1."
      )
    }
    overrides[name] = value
  }
  return overrides
})

/** The header fields of GetObject and HeadObject; the checksum is included only on request. */
export const objectHeaders = Effect.fnUntraced(function*(object: ObjectRecord, request: S3Request) {
  const { checksum, description } = object
  const metadata = Object.entries(description.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])
  const checksumRequested = header(request, "x-amz-checksum-mode")?.toUpperCase() === "ENABLED"
  const headers: Record<string, string> = {
    ...validators(object),
    "accept-ranges": "bytes",
    "content-type": description.contentType,
    ...description.headers,
    ...Object.fromEntries(metadata),
    ...yield* readOverrides(request),
    ...(checksumRequested && checksum !== undefined
      ? checksumHeaders(checksum.algorithm, checksum.value, checksum.type)
      : {})
  }
  return headers
})

/** ETag and Last-Modified. */
export const validators = (object: ObjectRecord): Record<string, string> => ({
  "etag": quoted(object.etag),
  "last-modified": new Date(object.lastModified).toUTCString()
})
