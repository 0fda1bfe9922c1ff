/**
 * Brings images into the object store: the only driver of the `ObjectStore` port. One request for what is small, parts
 * for what is large, a bounded number of either at a time, retries by `RetryPolicy`, every step in the `Journal`.
 *
 * {@link Upload.stream} is the primitive; what it answers is one outcome per image, never a missing one.
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
import * as Asset from "../image/Asset.ts"
import * as Fixity from "../image/Fixity.ts"
import * as ImageProgress from "../image/ImageProgress.ts"
import { type ImageSource, location } from "../image/ImageSource.ts"
import * as AdaptiveLimit from "./internal/adaptiveLimit.ts"
import { uploadAsset } from "./internal/uploadAsset.ts"
import type { Engine, Existing } from "./internal/uploadEngine.ts"
import { Journal, JournalError } from "./Journal.ts"
import { ObjectStore } from "./ObjectStore.ts"
import { ObjectStoreError } from "./ObjectStoreError.ts"
import { UploadedAsset } from "./UploadedAsset.ts"
import * as UploadProgress from "./UploadProgress.ts"

export type { Existing } from "./internal/uploadEngine.ts"

/**
 * Why an image was not uploaded: the image, the store, or the journal.
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
 * What became of one image: `Uploaded`, or `Failed` with why; `id` is there unless it was the id that failed. What is
 * worth knowing besides is in the uploaded asset's `warnings`, or in those of the failure.
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
 * - `assetPrefix`, `keyPrefix`: what the ids and keys of images begin with that are not probed yet; `MpsConfig` has both.
 * - `concurrency`: images at a time, 8.
 * - `partConcurrency`: parts of one image at a time, 4.
 * - `partSize`: bytes of a part, 16 MiB; more where 10,000 parts would not do. What is not larger goes in one request.
 * - `byteBudget`: bytes under way at a time in all, 96 MiB: this bounds memory, whatever the mix of sizes.
 * - `existing`: {@link Existing}, `skipIdentical`.
 *
 * Within these bounds the number of requests at a time follows the store: halved where it answers 503 or 429 or not in
 * time, one more after as many that went well.
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
 * - `mayReplace`: whether an image may take the place of other bytes under its key; by default none may.
 *
 * All else is for images that are not probed yet ({@link Asset.ProbeOptions}).
 *
 * @category models
 * @since 0.1.0
 */
export interface BatchOptions extends Asset.ProbeOptions {
  readonly mayReplace?: (asset: Asset.Asset) => boolean
}

/**
 * - `one` uploads one probed image.
 * - `stream` takes images, probed or not, and answers with an outcome for each as it is known, in no order.
 * - `all` answers in the order of its images.
 *
 * Of two images of a batch that have one key the second is refused: by the store, or here where it may replace.
 *
 * Once something holds for every image (no such bucket, wrong keys, a clock that is off, a journal that cannot be
 * written), the images that are left fail with the same error, and nothing more is sent.
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
const storeWide = new Set(["NoSuchBucket", "InvalidCredentials", "ClockSkew", "WrongRegion"])

/** What cannot be remembered is not sent: a journal that fails ends the batch. */
const endsTheBatch = (error: UploadError): boolean =>
  error._tag === "JournalError" || (error._tag === "ObjectStoreError" && storeWide.has(error.reason._tag))

/** The error that ended the batch, as that of another image. */
const sameFor = (key: string, error: UploadError): UploadError =>
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

const never = () => false

const make = (options: Options) =>
  Effect.gen(function*() {
    const context = yield* Effect.context<FileSystem.FileSystem | SecureRandom>()
    const concurrency = options.concurrency ?? 8
    const partConcurrency = options.partConcurrency ?? 4
    const engine: Omit<Engine, "mayReplace" | "warn" | "fixity"> = {
      store: yield* ObjectStore,
      journal: yield* Journal,
      budget: yield* Semaphore.make(budgetPermits(options.byteBudget ?? 96 * 1024 * 1024)),
      budgetPermits: budgetPermits(options.byteBudget ?? 96 * 1024 * 1024),
      limit: yield* AdaptiveLimit.make(concurrency * partConcurrency),
      partSize: Math.max(options.partSize ?? 16 * 1024 * 1024, 5 * 1024 * 1024),
      partConcurrency,
      existing: options.existing ?? "skipIdentical"
    }

    /** Uploads one image; what is worth knowing of it however that ends is added to `warnings`. */
    const one = Effect.fn("Upload.one")(function*(
      asset: Asset.Asset,
      mayReplace: Engine["mayReplace"],
      warnings: Array<string>
    ) {
      yield* Effect.annotateCurrentSpan({ id: asset.id, key: asset.key, bytes: asset.fingerprint.size })
      yield* UploadProgress.emit({ _tag: "UploadStarted", id: asset.id, bytes: asset.fingerprint.size })
      const warn = (text: string) => Effect.andThen(Effect.sync(() => warnings.push(text)), Effect.logWarning(text))
      const sent = yield* uploadAsset({ ...engine, mayReplace, warn }, asset).pipe(
        Effect.provideContext(context),
        Effect.tapError((error) => UploadProgress.emit({ _tag: "UploadFailed", id: asset.id, problem: error.message }))
      )
      const uploaded = { ...sent, asset: { ...asset, warnings: [...asset.warnings, ...warnings] } }
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

    /** One batch: what ends all of it is remembered. */
    const batch = Effect.fnUntraced(function*({ mayReplace = never, ...probing }: BatchOptions = {}) {
      const verdict = yield* Ref.make<UploadError | undefined>(undefined)
      const fixity = yield* Fixity.lists
      /** Where replacing is allowed the store would not mind that two images of a batch have one place. */
      const replacing = new Map<string, string>()
      const collision = (asset: Asset.Asset) => {
        if (engine.existing !== "replace" && !mayReplace(asset)) return undefined
        const name = location(asset.source)
        const other = replacing.get(asset.key)
        if (other === undefined) return void replacing.set(asset.key, name)
        const reason = new Asset.KeyCollision({ key: asset.key, others: [other] })
        return new Asset.AssetError({ source: name, reason })
      }
      return (source: ImageSource | Asset.Asset): Effect.Effect<AssetOutcome> =>
        Effect.gen(function*() {
          const name = location(isAsset(source) ? source.source : source)
          const probed = yield* Effect.result(probe(source, { fixity, ...probing }))
          if (probed._tag === "Failure") return failed(name, undefined, probed.failure)
          const asset = probed.success
          const said = yield* Ref.get(verdict)
          if (said !== undefined) return failed(name, asset.id, sameFor(asset.key, said))
          const collided = collision(asset)
          if (collided !== undefined) return failed(name, asset.id, collided, asset.warnings)
          const warnings: Array<string> = []
          const uploaded = yield* Effect.result(one(asset, mayReplace, warnings))
          if (Result.isSuccess(uploaded)) return { _tag: "Uploaded", uploaded: uploaded.success }
          if (endsTheBatch(uploaded.failure)) yield* Ref.set(verdict, uploaded.failure)
          return failed(name, asset.id, uploaded.failure, [...asset.warnings, ...warnings])
        })
    })

    return Upload.of({
      one: (asset, { mayReplace = never } = {}) => Effect.suspend(() => one(asset, mayReplace, [])),
      stream: (sources, options) =>
        Stream.unwrap(
          Effect.map(batch(options), (outcome) => Stream.mapEffect(sources, outcome, { concurrency, unordered: true }))
        ),
      all: (sources, options) =>
        Effect.flatMap(batch(options), (outcome) => Effect.forEach(sources, outcome, { concurrency }))
    })
  })

/** The budget is counted in units of 64 KiB, so that a few hundred permits stand for it. */
const budgetPermits = (bytes: number): number => Math.max(1, Math.ceil(bytes / 65_536))

/**
 * Uploads to the `ObjectStore` in the context. `IngestProgram.layer` makes one with the prefixes of `MpsConfig`.
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
