/**
 * The port to the bucket that MPS ingests from, with only the operations that an upload needs.
 *
 * A layer is bound to one bucket and sends each request once: retries, splitting into parts, concurrency and resuming
 * belong to `Upload`, the only user of this port. `@iiif-ingest/aws` has the layer for S3; {@link layerMemory} keeps
 * objects in memory for tests.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import type { Crc32 } from "../image/Crc32.ts"
import * as memory from "./internal/memoryObjectStore.ts"
import type { Body, ObjectInfo, PartReceipt, StoredObject, UploadSession, WriteOptions } from "./internal/object.ts"
import type { ObjectStoreError } from "./ObjectStoreError.ts"

export {
  type Body,
  bodyLength,
  bytes,
  fileRange,
  type ObjectInfo,
  PartChecksums,
  PartReceipt,
  StoredObject,
  stream,
  UploadSession,
  type WriteOptions
} from "./internal/object.ts"

/**
 * An object store, bound to one bucket.
 *
 * - `head` returns `None` if there is no such object. Without the ListBucket permission, S3 answers "forbidden" for a
 *   missing object; that is `AccessDenied` and does not mean that the object is absent.
 * - `read` streams the bytes of an object: the last resort to learn what they are.
 * - `put` sends a body in one request and returns the CRC-32 of the bytes sent, which the store has verified.
 * - `begin`, `putPart`, `complete`, `abort`: a multipart upload of at most 10,000 parts of at least 5 MiB each (the
 *   last may be smaller). `complete` takes the CRC-32 of the whole object and fails with `ChecksumMismatch` if the
 *   store's differs.
 *
 * Interrupting an operation closes its connection.
 *
 * @category services
 * @since 0.1.0
 */
export class ObjectStore extends Context.Service<ObjectStore, {
  readonly bucket: string
  readonly head: (key: string) => Effect.Effect<Option.Option<StoredObject>, ObjectStoreError>
  readonly read: (key: string) => Stream.Stream<Uint8Array, ObjectStoreError>
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
}>()("@iiif-ingest/core/upload/ObjectStore") {}

/**
 * An object store in memory with a look at what is in it, by key.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeMemory = (
  fs: FileSystem.FileSystem,
  bucket: string
): {
  readonly store: ObjectStore["Service"]
  readonly objects: ReadonlyMap<string, { readonly bytes: Uint8Array; readonly stored: StoredObject }>
} => memory.make(fs, bucket)

/**
 * An object store in memory, for tests. It performs the same checks as S3 (missing parts, parts that are too small,
 * wrong checksums, conditional writes). Bodies that are file ranges are read through the `FileSystem` in the context.
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
  Effect.map(FileSystem.FileSystem, (fs) => makeMemory(fs, "memory").store)
)
