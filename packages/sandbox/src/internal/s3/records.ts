/** The index records of buckets, objects and uploads, one JSON file each. Times are in milliseconds since 1970. */
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import { Checksum, ChecksumAlgorithm, ChecksumType } from "./checksums.ts"

export const BucketRecord = Schema.Struct({ name: Schema.String, created: Schema.Finite })
export type BucketRecord = typeof BucketRecord.Type

/** The description of an object, sent by the client with the request that creates it. */
export const Description = Schema.Struct({
  contentType: Schema.String,
  /** Cache-Control, Content-Disposition, Content-Encoding, Content-Language, Expires, as sent. */
  headers: Schema.Record(Schema.String, Schema.String),
  /** The `x-amz-meta-` fields without that prefix. */
  metadata: Schema.Record(Schema.String, Schema.String)
})
export type Description = typeof Description.Type

const ObjectPart = Schema.Struct({
  number: Schema.Int,
  size: Schema.Int,
  checksum: Schema.optionalKey(Schema.String)
})

export const ObjectRecord = Schema.Struct({
  bucket: Schema.String,
  key: Schema.String,
  content: Schema.String,
  size: Schema.Int,
  /** Without quotes. */
  etag: Schema.String,
  lastModified: Schema.Finite,
  description: Description,
  /** CRC-32 of the whole object in base64; always computed, for the sandbox's own use. */
  crc32: Schema.String,
  /**
   * Present only if the client sent a checksum. S3 computes CRC64NVME if it did not; the sandbox omits that, because it
   * costs more than the upload itself and clients cannot rely on it elsewhere.
   */
  checksum: Schema.optionalKey(Checksum),
  /** Present only if the object was uploaded in parts. */
  parts: Schema.optionalKey(Schema.Array(ObjectPart))
})
export type ObjectRecord = typeof ObjectRecord.Type

export const UploadRecord = Schema.Struct({
  id: Schema.String,
  bucket: Schema.String,
  key: Schema.String,
  initiated: Schema.Finite,
  description: Description,
  checksum: Schema.optionalKey(Schema.Struct({ algorithm: ChecksumAlgorithm, type: ChecksumType }))
})
export type UploadRecord = typeof UploadRecord.Type

export const PartRecord = Schema.Struct({
  upload: Schema.String,
  number: Schema.Int,
  content: Schema.String,
  size: Schema.Int,
  etag: Schema.String,
  lastModified: Schema.Finite,
  crc32: Schema.String,
  /** With the upload's algorithm, in base64. */
  checksum: Schema.optionalKey(Schema.String)
})
export type PartRecord = typeof PartRecord.Type

/** The name of a record, hashed so that no text from a client becomes part of a path. */
export const recordName = (...parts: ReadonlyArray<string>): string =>
  createHash("sha256").update(parts.join("\0")).digest("hex")
