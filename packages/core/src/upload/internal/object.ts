import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { Crc32 } from "../../image/Crc32.ts"
import type { Fingerprint } from "../../image/Fingerprint.ts"
import type { SourceFailed } from "../ObjectStoreError.ts"

/**
 * The bytes of one request: a range of a file (`offset` and `length` in bytes), bytes in memory, or a stream, whose
 * `length` in bytes the store has to know in advance. If a file no longer matches the fingerprint `as`, sending
 * it fails with `SourceFailed` and nothing is stored.
 *
 * @category models
 * @since 0.1.0
 */
export type Body =
  | {
    readonly _tag: "FileRange"
    readonly path: string
    readonly offset: number
    readonly length: number
    readonly as?: Fingerprint
  }
  | { readonly _tag: "Bytes"; readonly bytes: Uint8Array }
  | {
    readonly _tag: "Stream"
    readonly stream: Stream.Stream<Uint8Array, SourceFailed>
    readonly length: number
  }

/**
 * A range of a file. If the fingerprint `as` is given, the file must still match it when it is sent.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fileRange = (path: string, offset: number, length: number, as?: Fingerprint): Body => ({
  _tag: "FileRange",
  path,
  offset,
  length,
  ...(as === undefined ? {} : { as })
})

/**
 * Bytes in memory. A store reads them only until its operation ends: their memory may be used again then.
 *
 * @category constructors
 * @since 0.1.0
 */
export const bytes = (bytes: Uint8Array): Body => ({ _tag: "Bytes", bytes })

/**
 * A stream of exactly `length` bytes.
 *
 * @category constructors
 * @since 0.1.0
 */
export const stream = (stream: Stream.Stream<Uint8Array, SourceFailed>, length: number): Body => ({
  _tag: "Stream",
  stream,
  length
})

/**
 * The length of a body in bytes.
 *
 * @category getters
 * @since 0.1.0
 */
export const bodyLength = (body: Body): number => body._tag === "Bytes" ? body.bytes.length : body.length

/**
 * What is stored with an object: its media type, and its user metadata (ASCII; the caller percent-encodes other
 * values).
 *
 * @category models
 * @since 0.1.0
 */
export interface ObjectInfo {
  readonly contentType: string
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * The checksums that a store made of the parts in which an object was sent: their number, and the MD5 or CRC-32 of the
 * parts' own MD5s or CRC-32s, in order, as in `{md5}-{count}` (the ETag of such an object) and `{crc32}-{count}`. The
 * sizes of the parts are not known.
 *
 * @category models
 * @since 0.1.0
 */
export const PartChecksums = Schema.Struct({
  count: Schema.Int,
  md5: Schema.optionalKey(Schema.String),
  crc32: Schema.optionalKey(Crc32)
})

/**
 * @category models
 * @since 0.1.0
 */
export type PartChecksums = typeof PartChecksums.Type

/**
 * An object in the store, with what the store tells of its bytes: after `put` and `complete`, the CRC-32 of the bytes
 * that were sent; from `head`, whatever the store keeps.
 *
 * - `etag`: changes with the object; opaque.
 * - `crc32`, `md5`: of the whole object; `md5` in hexadecimal digits.
 * - `parts`: {@link PartChecksums}.
 *
 * @category models
 * @since 0.1.0
 */
export const StoredObject = Schema.Struct({
  key: Schema.String,
  size: Schema.Int,
  etag: Schema.optionalKey(Schema.String),
  contentType: Schema.optionalKey(Schema.String),
  crc32: Schema.optionalKey(Crc32),
  md5: Schema.optionalKey(Schema.String),
  parts: Schema.optionalKey(PartChecksums)
})

/**
 * @category models
 * @since 0.1.0
 */
export type StoredObject = typeof StoredObject.Type

/**
 * A multipart upload in progress. `token` is opaque to everything but the store; the value can be journaled.
 *
 * @category models
 * @since 0.1.0
 */
export const UploadSession = Schema.Struct({ key: Schema.String, token: Schema.String })

/**
 * @category models
 * @since 0.1.0
 */
export type UploadSession = typeof UploadSession.Type

/**
 * The store's confirmation of one uploaded part (numbered from 1, `size` in bytes). `token` is opaque to everything but
 * the store; the value can be journaled.
 *
 * @category models
 * @since 0.1.0
 */
export const PartReceipt = Schema.Struct({
  partNumber: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_000 })),
  size: Schema.Int,
  crc32: Crc32,
  token: Schema.String
})

/**
 * @category models
 * @since 0.1.0
 */
export type PartReceipt = typeof PartReceipt.Type

/**
 * Options of `put` and `complete`. With `ifAbsent` they fail with `AlreadyExists` if an object with the key exists.
 *
 * @category models
 * @since 0.1.0
 */
export interface WriteOptions {
  readonly ifAbsent?: boolean
}
