/** The steps of a client: the arguments are checked, then each is one call of a service. */
import type { ImageSource } from "@iiif-ingest/core/image/ImageSource"
import * as Ingest from "@iiif-ingest/core/mps/Ingest"
import type { Descriptions } from "@iiif-ingest/core/mps/IngestImage"
import * as Manifests from "@iiif-ingest/core/mps/Manifests"
import * as Status from "@iiif-ingest/core/mps/Status"
import * as Upload from "@iiif-ingest/core/upload/Upload"
import type { InBucket, StoredOptions } from "@iiif-ingest/core/upload/UploadedAsset"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Arguments from "./arguments.ts"

/** An asset in the bucket, or what is known of it. */
type Asset = InBucket | StoredOptions

export const upload = Effect.fnUntraced(function*(
  images: Iterable<ImageSource>,
  options: Upload.BatchOptions | null | undefined
) {
  const sources = yield* Effect.fromResult(Arguments.sources(images))
  const given = yield* Effect.fromResult(Arguments.uploadOptions(options))
  const service = yield* Upload.Upload
  return yield* service.all(sources, given)
})

export const build = Effect.fnUntraced(function*(
  description: Manifests.Description,
  assets: ReadonlyArray<Asset>,
  options: { readonly uri?: string; readonly descriptions?: Descriptions } | null | undefined
) {
  yield* Effect.fromResult(Arguments.description(description))
  const inBucket = yield* Effect.fromResult(Arguments.assets(assets))
  const given = yield* Effect.fromResult(Arguments.buildOptions(options))
  const manifests = yield* Manifests.Manifests
  const uri = given.uri ?? (yield* manifests.uri(description.name))
  return yield* manifests.build(uri, description, inBucket.map(({ asset }) => asset), given.descriptions)
})

export const submit = Effect.fnUntraced(function*(
  options: Omit<Ingest.Input, "assets"> & { readonly assets: ReadonlyArray<Asset>; readonly id?: string }
) {
  yield* Effect.fromResult(Arguments.submission(options))
  const { assets, id, ...others } = options
  const input = { ...others, assets: yield* Effect.fromResult(Arguments.assets(assets)) }
  const ingest = yield* Ingest.Ingest
  const request = yield* ingest.request(input)
  return yield* ingest.submit(id ?? Ingest.idOf(request), request, Ingest.content(input, request))
})

export const jobStatus = Effect.fnUntraced(function*(id: string) {
  const jobId = yield* Effect.fromResult(Arguments.jobId(id))
  const status = yield* Status.Status
  return yield* status.get(jobId)
})

export const awaitJob = Effect.fnUntraced(function*(
  id: string,
  options: { readonly limit?: Duration.Input } | null | undefined
) {
  const jobId = yield* Effect.fromResult(Arguments.jobId(id))
  const limit = yield* Effect.fromResult(Arguments.limit(options?.limit))
  const status = yield* Status.Status
  return yield* status.await(jobId, limit)
})
