/**
 * The port to the bucket that MPS ingests from: what an upload needs of an object store, and no more.
 *
 * A layer is bound to one bucket. It sends what it is given once: retries, parts, concurrency and resuming belong to
 * `Upload`, the only driver of this port. `@iiif-ingest/aws` has the layer for S3; {@link layerMemory} keeps objects in
 * memory for tests.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type { Fingerprint } from "./Asset.ts"
import { Crc32 } from "./Crc32.ts"
import * as memory from "./internal/memoryObjectStore.ts"
import type { ObjectStoreError, SourceFailed } from "./ObjectStoreError.ts"

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

/**
 * An object store, bound to one bucket.
 *
 * - `head` answers `None` where there is no such object. Without ListBucket S3 says "forbidden" there, which is
 *   `AccessDenied`: unknown, not absent.
 * - `checksum` asks for the CRC-32 of the whole object; `None` where the store has the object and no such checksum.
 * - `put` sends a body in one request and answers with the CRC-32 of the bytes sent, which the store has verified.
 * - `begin`, `putPart`, `complete`, `abort`: an upload in parts of at least 5 MiB (the last may be smaller), at most
 *   10,000. `complete` takes the CRC-32 of the whole object and fails with `ChecksumMismatch` where the store's differs.
 *
 * Interrupting an operation closes its connection.
 *
 * @category services
 * @since 0.1.0
 */
export class ObjectStore extends Context.Service<ObjectStore, {
  readonly bucket: string
  readonly head: (key: string) => Effect.Effect<Option.Option<StoredObject>, ObjectStoreError>
  readonly checksum: (key: string) => Effect.Effect<Option.Option<Crc32>, ObjectStoreError>
  readonly put: (
    key: string,
    body: Body,
    info: ObjectInfo,
    options?: WriteOptions
  ) => Effect.Effect<StoredObject & { readonly crc32: Crc32 }, ObjectStoreError>
  readonly begin: (key: string, info: ObjectInfo) => Effect.Effect<UploadSession, ObjectStoreError>
  readonly putPart: (
    session: UploadSession,
    partNumber: number,
    body: Body
  ) => Effect.Effect<PartReceipt, ObjectStoreError>
  readonly complete: (
    session: UploadSession,
    parts: ReadonlyArray<PartReceipt>,
    whole: { readonly size: number; readonly crc32: Crc32 },
    options?: WriteOptions
  ) => Effect.Effect<StoredObject & { readonly crc32: Crc32 }, ObjectStoreError>
  readonly abort: (session: UploadSession) => Effect.Effect<void, ObjectStoreError>
}>()("@iiif-ingest/core/ObjectStore") {}

/**
 * An object store in memory, for tests: it verifies and refuses as S3 does (missing parts, parts too small, wrong
 * checksums, conditional writes). Bodies that are file ranges are read through the `FileSystem` in the context.
 *
 * @example
 * ```ts
 * import { ObjectStore } from "@iiif-ingest/core"
 * import { NodeFileSystem } from "@effect/platform-node"
 * import { Effect, Layer } from "effect"
 *
 * const stored = Effect.gen(function*() {
 *   const store = yield* ObjectStore.ObjectStore
 *   return yield* store.put("images/a.png", ObjectStore.bytes(new Uint8Array([1, 2, 3])), {
 *     contentType: "image/png",
 *     metadata: {}
 *   })
 * }).pipe(Effect.provide(ObjectStore.layerMemory.pipe(Layer.provide(NodeFileSystem.layer))))
 *
 * console.log((await Effect.runPromise(stored)).size) // => 3
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerMemory: Layer.Layer<ObjectStore, never, FileSystem.FileSystem> = Layer.effect(
  ObjectStore,
  Effect.map(FileSystem.FileSystem, memory.make)
)
