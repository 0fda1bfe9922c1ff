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
import * as Asset from "./Asset.ts"
import * as Fixity from "./Fixity.ts"
import { AssetId } from "./Ids.ts"
import { type ImageSource, location } from "./ImageSource.ts"
import * as AdaptiveLimit from "./internal/adaptiveLimit.ts"
import { uploadAsset } from "./internal/uploadAsset.ts"
import type { Engine } from "./internal/uploadEngine.ts"
import { mayReplace } from "./internal/uploadExisting.ts"
import { Journal, JournalError } from "./Journal.ts"
import { MpsConfig } from "./MpsConfig.ts"
import { ObjectStore } from "./ObjectStore.ts"
import { ObjectStoreError } from "./ObjectStoreError.ts"
import * as Progress from "./Progress.ts"

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
  Uploaded: { uploaded: Asset.UploadedAsset },
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
 * What to do where an object is already under the key.
 *
 * - `skipIdentical`: leave it if its CRC-32 is that of the image; refuse the image if it is another, unless its action
 *   is `update` or `upsert`; put the image there if the store does not tell.
 * - `replace`: put the image there.
 * - `fail`: refuse the image.
 *
 * @category models
 * @since 0.1.0
 */
export type Existing = "skipIdentical" | "replace" | "fail"

/**
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
export interface Options {
  readonly concurrency?: number
  readonly partConcurrency?: number
  readonly partSize?: number
  readonly byteBudget?: number
  readonly existing?: Existing
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
  readonly one: (asset: Asset.Asset) => Effect.Effect<Asset.UploadedAsset, UploadError>
  readonly stream: <E, R>(
    sources: Stream.Stream<ImageSource | Asset.Asset, E, R>,
    options?: Asset.ProbeOptions
  ) => Stream.Stream<AssetOutcome, E, R>
  readonly all: (
    sources: Iterable<ImageSource | Asset.Asset>,
    options?: Asset.ProbeOptions
  ) => Effect.Effect<ReadonlyArray<AssetOutcome>>
}>()("@iiif-ingest/core/Upload") {}

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

const make = (options: Options) =>
  Effect.gen(function*() {
    const context = yield* Effect.context<FileSystem.FileSystem | SecureRandom>()
    const config = yield* MpsConfig
    const concurrency = options.concurrency ?? 8
    const partConcurrency = options.partConcurrency ?? 4
    const engine: Omit<Engine, "warn" | "fixity"> = {
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
    const one = Effect.fn("Upload.one")(function*(asset: Asset.Asset, warnings: Array<string>) {
      yield* Effect.annotateCurrentSpan({ id: asset.id, key: asset.key, bytes: asset.fingerprint.size })
      yield* Progress.emit({ _tag: "UploadStarted", id: asset.id, bytes: asset.fingerprint.size })
      const warn = (text: string) => Effect.andThen(Effect.sync(() => warnings.push(text)), Effect.logWarning(text))
      const sent = yield* uploadAsset({ ...engine, warn }, asset).pipe(
        Effect.provideContext(context),
        Effect.tapError((error) => Progress.emit({ _tag: "UploadFailed", id: asset.id, problem: error.message }))
      )
      const uploaded = { ...sent, asset: { ...asset, warnings: [...asset.warnings, ...warnings] } }
      yield* Effect.logDebug(`${asset.key}: ${uploaded.how}, ${asset.fingerprint.size} bytes, CRC-32 ${uploaded.crc32}`)
      yield* Progress.emit({ _tag: "Uploaded", uploaded })
      return uploaded
    })

    const probe = (source: ImageSource | Asset.Asset, probing: Asset.ProbeOptions) =>
      isAsset(source)
        ? Effect.succeed(source)
        : Asset.probe(config, source, probing).pipe(
          Effect.provideContext(context),
          Effect.tap((asset) => Progress.emit({ _tag: "Probed", asset })),
          Effect.tapError((e) => Progress.emit({ _tag: "Refused", source: location(source), problem: e.message }))
        )

    /** One batch: what ends all of it is remembered. */
    const batch = Effect.gen(function*() {
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
      return (
        source: ImageSource | Asset.Asset,
        probing: Asset.ProbeOptions | undefined
      ): Effect.Effect<AssetOutcome> =>
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
          const uploaded = yield* Effect.result(one(asset, warnings))
          if (Result.isSuccess(uploaded)) return { _tag: "Uploaded", uploaded: uploaded.success }
          if (endsTheBatch(uploaded.failure)) yield* Ref.set(verdict, uploaded.failure)
          return failed(name, asset.id, uploaded.failure, [...asset.warnings, ...warnings])
        })
    })

    return Upload.of({
      one: (asset) => Effect.suspend(() => one(asset, [])),
      stream: (sources, probing) =>
        Stream.unwrap(
          Effect.map(
            batch,
            (outcome) =>
              Stream.mapEffect(sources, (source) => outcome(source, probing), { concurrency, unordered: true })
          )
        ),
      all: (sources, probing) =>
        Effect.flatMap(
          batch,
          (outcome) => Effect.forEach(sources, (source) => outcome(source, probing), { concurrency })
        )
    })
  })

/** The budget is counted in units of 64 KiB, so that a few hundred permits stand for it. */
const budgetPermits = (bytes: number): number => Math.max(1, Math.ceil(bytes / 65_536))

/**
 * Uploads with {@link Options} of your own.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerWith = (
  options: Options
): Layer.Layer<Upload, never, ObjectStore | Journal | MpsConfig | FileSystem.FileSystem | SecureRandom> =>
  Layer.effect(Upload, make(options))

/**
 * Uploads with the defaults of {@link Options}.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<
  Upload,
  never,
  ObjectStore | Journal | MpsConfig | FileSystem.FileSystem | SecureRandom
> = layerWith({})
