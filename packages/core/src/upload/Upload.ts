/**
 * Uploads images to the object store; the only user of the `ObjectStore` port. A small image is sent in one request, a
 * large one in parts, with bounded concurrency. Requests are retried according to `RetryPolicy`, and every step is
 * written to the `Journal`.
 *
 * {@link Upload.stream} is the primitive; it emits exactly one outcome per image.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import { SecureRandom } from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import { AssetId } from "../base/Ids.ts"
import { atLeast } from "../base/internal/atLeast.ts"
import * as Asset from "../image/Asset.ts"
import * as Fixity from "../image/Fixity.ts"
import * as ImageProgress from "../image/ImageProgress.ts"
import { type ImageSource, location } from "../image/ImageSource.ts"
import * as AdaptiveLimit from "./internal/adaptiveLimit.ts"
import { uploadAsset } from "./internal/uploadAsset.ts"
import { type Engine, type Existing, permitsOf } from "./internal/uploadEngine.ts"
import { Journal, JournalError } from "./Journal.ts"
import { ObjectStore } from "./ObjectStore.ts"
import { ObjectStoreError } from "./ObjectStoreError.ts"
import { UploadedAsset } from "./UploadedAsset.ts"
import * as UploadProgress from "./UploadProgress.ts"

export type { Existing } from "./internal/uploadEngine.ts"

/**
 * Why an image was not uploaded: an error of the image, the store, or the journal.
 *
 * @category errors
 * @since 0.1.0
 */
export const UploadError = Schema.Union([Asset.AssetError, ObjectStoreError, JournalError])

/**
 * @category errors
 * @since 0.1.0
 */
export type UploadError = typeof UploadError.Type

/**
 * The outcome for one image: `Uploaded`, or `Failed` with the error. `id` is missing if the image failed before it had
 * one. Warnings are in the uploaded asset's `warnings`, or in those of the failure.
 *
 * @category models
 * @since 0.1.0
 */
export const AssetOutcome = Schema.TaggedUnion({
  Uploaded: { uploaded: UploadedAsset },
  Failed: {
    source: Schema.String,
    id: Schema.optionalKey(AssetId),
    error: UploadError,
    warnings: Schema.Array(Schema.String)
  }
})

/**
 * @category models
 * @since 0.1.0
 */
export type AssetOutcome = typeof AssetOutcome.Type

/**
 * - `assetPrefix`, `keyPrefix`: prefixes of ids and keys for images that are not probed yet; `MpsConfig` has both.
 * - `concurrency`: images uploaded concurrently; 8 by default.
 * - `partConcurrency`: parts of one image uploaded concurrently; 4 by default.
 * - `partSize`: size of a part in bytes, 16 MiB by default; raised if the image would need more than 10,000 parts. An
 *   image no larger than this is sent in one request.
 * - `byteBudget`: total bytes in flight, 96 MiB by default. It bounds memory whatever the mix of image sizes.
 * - `existing`: {@link Existing}; `skipIdentical` by default.
 *
 * Values that are too small count as the smallest possible: 1, or 5 MiB for a part.
 *
 * Within these bounds the number of concurrent requests adapts to the store: it is halved when the store answers 503 or
 * 429 or times out, and raised by one after as many successful requests as it allows.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Asset.Prefixes {
  readonly concurrency?: number
  readonly partConcurrency?: number
  readonly partSize?: number
  readonly byteBudget?: number
  readonly existing?: Existing
}

/**
 * - `mayReplace`: whether an image may replace different bytes stored under its key; by default none may.
 *
 * The other options apply to images that are not probed yet ({@link Asset.ProbeOptions}).
 *
 * @category models
 * @since 0.1.0
 */
export interface BatchOptions extends Asset.ProbeOptions {
  readonly mayReplace?: (asset: Asset.Asset) => boolean
}

/**
 * - `one` uploads one probed image.
 * - `stream` takes images, probed or not, and emits an outcome for each as soon as it is known, in no particular order.
 * - `all` returns the outcomes in the order of the images.
 *
 * If two images of a batch have the same key, the second is refused: by the store, or by this service if the image may
 * replace an existing object.
 *
 * After an error that affects every image (no such bucket, wrong AWS keys, a wrong clock, a journal that cannot be
 * written), the remaining images fail with the same error and nothing more is sent.
 *
 * @category services
 * @since 0.1.0
 */
export class Upload extends Context.Service<Upload, {
  readonly one: (
    asset: Asset.Asset,
    options?: Pick<BatchOptions, "mayReplace">
  ) => Effect.Effect<UploadedAsset, UploadError>
  readonly stream: <E, R>(
    sources: Stream.Stream<ImageSource | Asset.Asset, E, R>,
    options?: BatchOptions
  ) => Stream.Stream<AssetOutcome, E, R>
  readonly all: (
    sources: Iterable<ImageSource | Asset.Asset>,
    options?: BatchOptions
  ) => Effect.Effect<ReadonlyArray<AssetOutcome>>
}>()("@iiif-ingest/core/upload/Upload") {}

const isAsset = (source: ImageSource | Asset.Asset): source is Asset.Asset => !("_tag" in source)

/** Reasons that do not depend on the image. */
const storeWideReasons = new Set(["NoSuchBucket", "InvalidCredentials", "ClockSkew", "WrongRegion"])

/** A journal error ends the batch too: an upload that cannot be recorded must not be started. */
const endsTheBatch = (error: UploadError): boolean =>
  error._tag === "JournalError" || (error._tag === "ObjectStoreError" && storeWideReasons.has(error.reason._tag))

/** The error that ended the batch, restated for the key of another image. */
const errorFor = (key: string, error: UploadError): UploadError =>
  error._tag === "ObjectStoreError" ? new ObjectStoreError({ ...error, key, reason: error.reason }) : error

const failed = (
  source: string,
  id: AssetId | undefined,
  error: UploadError,
  warnings: ReadonlyArray<string> = []
): AssetOutcome => ({
  _tag: "Failed",
  source,
  error,
  warnings,
  ...(id === undefined ? {} : { id })
})

const replaceNone = () => false

const make = (options: Options) =>
  Effect.gen(function*() {
    const context = yield* Effect.context<FileSystem.FileSystem | SecureRandom>()
    const concurrency = atLeast(1, options.concurrency ?? 8)
    const partConcurrency = atLeast(1, options.partConcurrency ?? 4)
    const budgetPermits = permitsOf(atLeast(1, options.byteBudget ?? 96 * 1024 * 1024))
    const engine: Omit<Engine, "mayReplace" | "warn" | "fixity"> = {
      store: yield* ObjectStore,
      journal: yield* Journal,
      budget: yield* Semaphore.make(budgetPermits),
      budgetPermits,
      limit: yield* AdaptiveLimit.make(concurrency * partConcurrency),
      partSize: atLeast(5 * 1024 * 1024, options.partSize ?? 16 * 1024 * 1024),
      partConcurrency,
      existing: options.existing ?? "skipIdentical"
    }

    /** Uploads one image. Warnings are added to `warnings`, which the caller can read even if the upload fails. */
    const one = Effect.fn("Upload.one")(function*(
      asset: Asset.Asset,
      mayReplace: Engine["mayReplace"],
      warnings: Array<string>
    ) {
      yield* Effect.annotateCurrentSpan({ id: asset.id, key: asset.key, bytes: asset.fingerprint.size })
      yield* UploadProgress.emit({ _tag: "UploadStarted", id: asset.id, bytes: asset.fingerprint.size })
      const warn = (text: string) => Effect.andThen(Effect.sync(() => warnings.push(text)), Effect.logWarning(text))
      const result = yield* uploadAsset({ ...engine, mayReplace, warn }, asset).pipe(
        Effect.provideContext(context),
        Effect.tapError((error) => UploadProgress.emit({ _tag: "UploadFailed", id: asset.id, problem: error.message }))
      )
      const uploaded = { ...result, asset: { ...asset, warnings: [...asset.warnings, ...warnings] } }
      yield* Effect.logDebug(`${asset.key}: ${uploaded.how}, ${asset.fingerprint.size} bytes, CRC-32 ${uploaded.crc32}`)
      yield* UploadProgress.emit({ _tag: "Uploaded", uploaded })
      return uploaded
    })

    const probe = (source: ImageSource | Asset.Asset, probing: Asset.ProbeOptions) =>
      isAsset(source)
        ? Effect.succeed(source)
        : Asset.probe(options, source, probing).pipe(
          Effect.provideContext(context),
          Effect.tap((asset) => ImageProgress.emit({ _tag: "Probed", asset })),
          Effect.tapError((e) => ImageProgress.emit({ _tag: "Refused", source: location(source), problem: e.message }))
        )

    /** Makes the function that handles each image of one batch. */
    const batch = Effect.fnUntraced(function*({ mayReplace = replaceNone, ...probing }: BatchOptions = {}) {
      const batchError = yield* Ref.make<UploadError | undefined>(undefined)
      const fixity = yield* Fixity.lists
      // A conditional write does not detect two images of a batch with the same key if both may replace the object.
      const sourceByKey = new Map<string, string>()
      const collision = (asset: Asset.Asset) => {
        if (engine.existing !== "replace" && !mayReplace(asset)) return undefined
        const name = location(asset.source)
        const other = sourceByKey.get(asset.key)
        if (other === undefined) return void sourceByKey.set(asset.key, name)
        const reason = new Asset.KeyCollision({ key: asset.key, others: [other] })
        return new Asset.AssetError({ source: name, reason })
      }
      return (source: ImageSource | Asset.Asset): Effect.Effect<AssetOutcome> =>
        Effect.gen(function*() {
          const name = location(isAsset(source) ? source.source : source)
          const probed = yield* Effect.result(probe(source, { fixity, ...probing }))
          if (probed._tag === "Failure") return failed(name, undefined, probed.failure)
          const asset = probed.success
          const ended = yield* Ref.get(batchError)
          if (ended !== undefined) return failed(name, asset.id, errorFor(asset.key, ended))
          const collided = collision(asset)
          if (collided !== undefined) return failed(name, asset.id, collided, asset.warnings)
          const warnings: Array<string> = []
          const uploaded = yield* Effect.result(one(asset, mayReplace, warnings))
          if (Result.isSuccess(uploaded)) return { _tag: "Uploaded", uploaded: uploaded.success }
          if (endsTheBatch(uploaded.failure)) yield* Ref.set(batchError, uploaded.failure)
          return failed(name, asset.id, uploaded.failure, [...asset.warnings, ...warnings])
        })
    })

    return Upload.of({
      one: (asset, { mayReplace = replaceNone } = {}) => Effect.suspend(() => one(asset, mayReplace, [])),
      stream: (sources, options) =>
        Stream.unwrap(
          Effect.map(batch(options), (outcome) => Stream.mapEffect(sources, outcome, { concurrency, unordered: true }))
        ),
      all: (sources, options) =>
        Effect.flatMap(batch(options), (outcome) => Effect.forEach(sources, outcome, { concurrency }))
    })
  })

/**
 * Uploads to the `ObjectStore` in the context. `IngestProgram.layer` provides one with the prefixes of `MpsConfig`.
 *
 * @example
 * ```ts
 * import { Upload } from "@iiif-ingest/core"
 *
 * const upload = Upload.layer({ assetPrefix: "", keyPrefix: "images", concurrency: 4 })
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Options
): Layer.Layer<Upload, never, ObjectStore | Journal | FileSystem.FileSystem | SecureRandom> =>
  Layer.effect(Upload, make(options))
