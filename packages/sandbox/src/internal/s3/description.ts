/** The header fields that describe an object, from a request and to an answer. */
import * as Effect from "effect/Effect"
import { type ChecksumAlgorithm, headerOf } from "./checksums.ts"
import { s3Error } from "./errors.ts"
import type { Description, ObjectRecord } from "./records.ts"
import { header, headersWith, parameter, type S3Request } from "./request.ts"

const MAX_METADATA_BYTES = 2048
const MAX_KEY_BYTES = 1024
const kept = ["cache-control", "content-disposition", "content-encoding", "content-language", "expires"] as const

/** Fields that ask for something no bucket here has; ignoring them would promise it. */
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

/** The coding `aws-chunked` is of the transfer, not of the object. */
const contentEncoding = (value: string): string =>
  value.split(",").map((coding) => coding.trim()).filter((coding) => coding !== "aws-chunked" && coding !== "").join(
    ","
  )

const keptHeaders = (request: S3Request): Record<string, string> =>
  Object.fromEntries(kept.flatMap((name) => {
    const value = header(request, name) ?? ""
    const stored = name === "content-encoding" ? contentEncoding(value) : value
    return stored === "" ? [] : [[name, stored]]
  }))

/** What the request says of the object that it stores. */
export const readDescription = Effect.fnUntraced(function*(request: S3Request) {
  yield* checkSupported(request)
  const metadata = headersWith(request, "x-amz-meta-")
  const size = Object.entries(metadata).reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  if (size > MAX_METADATA_BYTES) {
    return yield* s3Error("MetadataTooLarge", { Size: `${size}`, MaxSizeAllowed: `${MAX_METADATA_BYTES}` })
  }
  const description: Description = {
    contentType: header(request, "content-type") ?? "application/octet-stream",
    headers: keptHeaders(request),
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

/** The fields of Get and Head; the checksum only where it is asked for. */
export const objectHeaders = (object: ObjectRecord, request: S3Request): Record<string, string> => {
  const { checksum, description } = object
  const metadata = Object.entries(description.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])
  const overrides = [...kept, "content-type"].flatMap((name) => {
    const value = parameter(request, `response-${name}`)
    return value === undefined ? [] : [[name, value]]
  })
  const asked = header(request, "x-amz-checksum-mode")?.toUpperCase() === "ENABLED"
  return {
    ...validators(object),
    "accept-ranges": "bytes",
    "content-type": description.contentType,
    ...description.headers,
    ...Object.fromEntries(metadata),
    ...Object.fromEntries(overrides),
    ...(asked && checksum !== undefined ? checksumHeaders(checksum.algorithm, checksum.value, checksum.type) : {})
  }
}

/** ETag and Last-Modified. */
export const validators = (object: ObjectRecord): Record<string, string> => ({
  "etag": quoted(object.etag),
  "last-modified": new Date(object.lastModified).toUTCString()
})
