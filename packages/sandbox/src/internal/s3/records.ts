/** What the index keeps of buckets, objects and uploads: one JSON file each. Times are milliseconds since 1970. */
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import { Checksum, ChecksumAlgorithm, ChecksumType } from "./checksums.ts"

export const BucketRecord = Schema.Struct({ name: Schema.String, created: Schema.Finite })
export type BucketRecord = typeof BucketRecord.Type

/** What a client says of an object when it begins to store it. */
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
  /** CRC-32 of all bytes, base64: always computed, for the sandbox's own use. */
  crc32: Schema.String,
  /**
   * The checksum that the client sent, and none otherwise. S3 itself computes CRC64NVME where a client sends nothing;
   * here that is left out, because it costs more than the whole upload and no client can rely on it elsewhere.
   */
  checksum: Schema.optionalKey(Checksum),
  /** Of an object that was uploaded in parts. */
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
  /** Of the upload's algorithm, base64. */
  checksum: Schema.optionalKey(Schema.String)
})
export type PartRecord = typeof PartRecord.Type

/** The name under which something is kept: a client's text never becomes part of a path. */
export const recordName = (...parts: ReadonlyArray<string>): string =>
  createHash("sha256").update(parts.join("\0")).digest("hex")
