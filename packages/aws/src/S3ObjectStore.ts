/**
 * The layer of core's `ObjectStore` over Amazon S3 and stores like it.
 *
 * - Every body goes with its CRC-32 (`zlib.crc32`, native), which the store verifies and keeps; what it reports is
 *   compared. `S3Client.Options.checksums` has the setting for stores that know none.
 * - Bodies up to 16 MiB are read whole before they are sent, into buffers that are used again (at most 64 MiB of them
 *   wait), larger ones in windows of 1 MiB. A file that changes or is removed while it is read, and a stream of another
 *   length than announced, is `SourceFailed`; nothing is stored then.
 * - Bodies that are read whole are sent past the SDK's commands, which cost two to three times as much as the sending
 *   itself, over the client's own connections and by its signer ({@link Options}).
 * - `ifAbsent` needs a store that knows `If-None-Match` (S3 does, on both put and complete).
 *
 * @since 0.1.0
 */
import { MpsConfig } from "@iiif-ingest/core/config/MpsConfig"
import { ObjectStore } from "@iiif-ingest/core/upload/ObjectStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as internal from "./internal/s3ObjectStore.ts"
import { S3Client } from "./S3Client.ts"

/**
 * - `bodies`: how they are sent. `direct` (default): by the shortest way, where the client has nothing that only the
 *   SDK's commands know how to use (middleware or a request handler of your own, a plain-HTTP proxy). `commands`:
 *   always by commands. Both send the same bytes with the same checks.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly bodies?: "direct" | "commands"
}

/**
 * The ingest bucket in `MpsConfig`. Before the first byte is sent, keys and address are held against the environment:
 * the sandbox's keys go only to a sandbox on this machine, and nothing else goes there. A contradiction is
 * `InvalidCredentials`.
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
    Effect.gen(function*() {
      const { bucket, environment } = yield* MpsConfig
      const { client } = yield* S3Client
      return internal.make({ client, bucket, environment: environment.name }, options.bodies ?? "direct")
    })
  )

/**
 * A bucket of any name, with no rule about keys and addresses.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerBucket = (bucket: string, options: Options = {}): Layer.Layer<ObjectStore, never, S3Client> =>
  Layer.effect(
    ObjectStore,
    Effect.map(S3Client, ({ client }) => internal.make({ client, bucket }, options.bodies ?? "direct"))
  )
