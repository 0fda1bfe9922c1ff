/**
 * A layer of core's `ObjectStore` for Amazon S3 and S3-compatible stores.
 *
 * - Every body is sent with its CRC-32 (`zlib.crc32`, native), which the store verifies and keeps. A checksum that the
 *   store reports is compared. For stores without CRC-32 see `S3Client.Options.checksums`.
 * - A file of more than 1 MiB is read while it is sent, with its CRC-32 as a trailer. Where that is not possible (over
 *   unencrypted http, to a store without CRC-32, for a stream), up to 16 MiB are first read into a pool of buffers (at
 *   most 64 MiB of them unused), and larger bodies are streamed through the SDK's commands. If a file is changed or
 *   removed while it is being read, or a stream does not have the given length, the operation fails with
 *   `SourceFailed` and nothing is stored.
 * - Where possible, bodies are sent without the SDK's commands, which would cost up to twice as much, over the client's
 *   own connections ({@link Options}).
 * - `ifAbsent` requires a store that supports `If-None-Match`, as S3 does for both put and complete.
 * - The SDK is loaded when the first request is to be sent.
 *
 * @since 0.1.0
 */
import { Unreachable } from "@iiif-ingest/core/base/Reason"
import { MpsConfig } from "@iiif-ingest/core/config/MpsConfig"
import { ObjectStore } from "@iiif-ingest/core/upload/ObjectStore"
import { ObjectStoreError, type ObjectStoreReason } from "@iiif-ingest/core/upload/ObjectStoreError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { failingUnloaded, load, once } from "./internal/load.ts"
import type { Location } from "./internal/s3ObjectStore.ts"
import { S3Client } from "./S3Client.ts"

/**
 * Options of the store.
 *
 * - `bodies`: how bodies are sent. `direct` (default): without the SDK's commands, unless the client has something that
 *   only they can use (custom middleware or a custom request handler, an HTTP proxy for http addresses). `commands`:
 *   always by commands. Both send the same bytes with the same checks.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly bodies?: "direct" | "commands"
}

const loadStore = load(() => import("./internal/s3ObjectStore.ts"))

/** The port's operations on a store that is made when the first of them is run. */
const lazily = (
  bucket: string,
  store: Effect.Effect<ObjectStore["Service"], ObjectStoreReason>
): ObjectStore["Service"] => {
  const named = (operation: ObjectStoreError["operation"], key: string) =>
    Effect.mapError(store, (reason) => new ObjectStoreError({ operation, key, reason }))
  return {
    bucket,
    head: (key) => Effect.flatMap(named("head", key), (store) => store.head(key)),
    read: (key) => Stream.unwrap(Effect.map(named("read", key), (store) => store.read(key))),
    put: (key, ...body) => Effect.flatMap(named("put", key), (store) => store.put(key, ...body)),
    begin: (key, info) => Effect.flatMap(named("begin", key), (store) => store.begin(key, info)),
    putPart: (session, ...part) =>
      Effect.flatMap(named("putPart", session.key), (store) => store.putPart(session, ...part)),
    complete: (session, ...whole) =>
      Effect.flatMap(named("complete", session.key), (store) => store.complete(session, ...whole)),
    abort: (session) => Effect.flatMap(named("abort", session.key), (store) => store.abort(session))
  }
}

const make = Effect.fnUntraced(function*(location: Location, options: Options) {
  const { client } = yield* S3Client
  const store = Effect.map(
    Effect.all([loadStore, client]),
    ([internal, client]) => internal.make({ ...location, client }, options.bodies ?? "direct")
  ).pipe(failingUnloaded((detail) => Effect.fail(new Unreachable({ host: "S3", detail }))))
  return lazily(location.bucket, yield* once(store))
})

/**
 * The ingest bucket in `MpsConfig`. Before anything is sent, the keys and the address are checked against the
 * environment: the sandbox's keys are sent only to a sandbox on this machine, and no other keys are sent there. A
 * mismatch is `InvalidCredentials`.
 *
 * @example
 * ```ts
 * import { S3Client, S3ObjectStore } from "@iiif-ingest/aws"
 * import { MpsConfig } from "@iiif-ingest/core"
 * import { Layer } from "effect"
 *
 * const store = S3ObjectStore.layer().pipe(
 *   Layer.provide(S3Client.layerConfig),
 *   Layer.provide(MpsConfig.layerConfig)
 * )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options = {}): Layer.Layer<ObjectStore, never, S3Client | MpsConfig> =>
  Layer.effect(
    ObjectStore,
    Effect.flatMap(MpsConfig, ({ bucket, environment }) => make({ bucket, environment: environment.name }, options))
  )

/**
 * A bucket by name. Keys and addresses are not checked against an environment.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerBucket = (bucket: string, options: Options = {}): Layer.Layer<ObjectStore, never, S3Client> =>
  Layer.effect(ObjectStore, make({ bucket }, options))
