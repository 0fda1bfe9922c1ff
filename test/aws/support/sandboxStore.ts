import { S3Client, S3ObjectStore } from "@iiif-ingest/aws"
import { ObjectStore } from "@iiif-ingest/core/upload/ObjectStore"
import { Sandbox } from "@iiif-ingest/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** A client with the sandbox's keys, or with those in `options`. */
export const sandboxClient = (options: S3Client.Options = {}): Layer.Layer<S3Client.S3Client, never, Sandbox> =>
  Layer.unwrap(
    Effect.map(
      Sandbox,
      ({ s3 }) => S3Client.layer({ endpoint: s3.endpoint, region: s3.region, credentials: s3, ...options })
    )
  )

/** The store of the sandbox's bucket. */
export const sandboxStore = (
  options: S3Client.Options = {},
  storeOptions: S3ObjectStore.Options = {}
): Layer.Layer<ObjectStore, never, Sandbox> =>
  Layer.unwrap(Effect.map(Sandbox, ({ s3 }) => S3ObjectStore.layerBucket(s3.bucket, storeOptions))).pipe(
    Layer.provide(sandboxClient(options))
  )
