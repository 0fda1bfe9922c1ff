import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { Crc32 } from "../../image/Crc32.ts"
import type { Fingerprint } from "../../image/Fingerprint.ts"
import type { SourceFailed } from "../ObjectStoreError.ts"

/**
 * The bytes of one request: a range of a file (`offset` and `length` in bytes), bytes in memory, or a stream, whose
 * `length` in bytes is needed wherever the store has to announce it. A file that is not `as` it was when it was looked
 * at is `SourceFailed`, and nothing of it is stored.
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
 * A range of a file, as it was when it was looked at where that is given.
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
 * Bytes in memory.
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
 * How many bytes a body has.
 *
 * @category getters
 * @since 0.1.0
 */
export const bodyLength = (body: Body): number => body._tag === "Bytes" ? body.bytes.length : body.length

/**
 * What is kept with an object: its media type, and names and values for the store's user metadata (ASCII; values that
 * are not are percent-encoded by whoever sets them).
 *
 * @category models
 * @since 0.1.0
 */
export interface ObjectInfo {
  readonly contentType: string
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * An object as the store has it. `crc32` is the CRC-32 of the bytes as they were sent, or of the bytes as the store
 * reports them on `head`; it is missing where the store keeps none.
 *
 * @category models
 * @since 0.1.0
 */
export const StoredObject = Schema.Struct({
  key: Schema.String,
  size: Schema.Int,
  etag: Schema.optionalKey(Schema.String),
  contentType: Schema.optionalKey(Schema.String),
  crc32: Schema.optionalKey(Crc32)
})

/**
 * @category models
 * @since 0.1.0
 */
export type StoredObject = typeof StoredObject.Type

/**
 * A multipart upload that was begun. `token` is the store's own and means nothing outside it; a journal can keep the
 * whole.
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
 * Proof that one part (numbered from 1, `size` in bytes) arrived. `token` is the store's own; a journal can keep the
 * whole.
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
 * What may be asked of a put or a completed upload: `ifAbsent` fails with `AlreadyExists` where the key is taken.
 *
 * @category models
 * @since 0.1.0
 */
export interface WriteOptions {
  readonly ifAbsent?: boolean
}
