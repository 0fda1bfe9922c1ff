/**
 * Uploads images to the object store; the only user of the `ObjectStore` port. A small image is sent in one request, a
 * large one in parts, with bounded concurrency. Requests are retried according to `RetryPolicy`, and every step is
 * written to the `Journal`.
 *
 * {@link Upload.stream} is the primitive; it emits exactly one outcome per image.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Context from "effect/Context"
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
import { KeptBytes, maxBytes } from "../image/FileReader.ts"
import * as Fixity from "../image/Fixity.ts"
import { type ImageSource, location } from "../image/ImageSource.ts"
import { isAsset, Probe } from "../image/Probe.ts"
import * as AdaptiveLimit from "./internal/adaptiveLimit.ts"
import { type Engine, type Existing, permitsOf, type Uncertain } from "./internal/engine.ts"
import { type Held, withRoom } from "./internal/room.ts"
import { uploadImage } from "./internal/uploadImage.ts"
import { Journal, JournalError } from "./Journal.ts"
import { ObjectStore } from "./ObjectStore.ts"
import { ObjectStoreError } from "./ObjectStoreError.ts"
import { UploadedAsset } from "./UploadedAsset.ts"
import * as UploadProgress from "./UploadProgress.ts"

export type { Existing, Uncertain } from "./internal/engine.ts"

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
 * - `concurrency`: images uploaded concurrently, by all calls together; 8 by default.
 * - `partConcurrency`: parts of one image uploaded concurrently; 4 by default.
 * - `partSize`: size of a part in bytes, 8 MiB by default; raised if the image would need more than 10,000 parts.
 * - `wholeSize`: an image of up to this many bytes is sent in one request, without parts; 16 MiB by default, or
 *   `partSize` if that is given.
 * - `byteBudget`: total bytes in flight, 64 MiB by default. It bounds memory whatever the mix of image sizes, with what
 *   `stream` has read to probe images, and what a later run sends again if this one is killed: the one part or object of
 *   each request that was in flight.
 * - `existing`: {@link Existing}; `skipIdentical` by default.
 * - `uncertain`: {@link Uncertain}; `readBack` by default.
 *
 * Values that are too small count as the smallest possible: 1, or 5 MiB for a part.
 *
 * Within these bounds the number of concurrent requests adapts to the store: it is halved when the store answers 503 or
 * 429 or times out, and raised by one after as many successful requests as it allows.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly concurrency?: number
  readonly partConcurrency?: number
  readonly partSize?: number
  readonly wholeSize?: number
  readonly byteBudget?: number
  readonly existing?: Existing
  readonly uncertain?: Uncertain
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
 *   A file of up to 1 MiB is read once, to probe and to send it, if there is a `FileReader` and room in the byte budget.
 * - `all` returns the outcomes in the order of the images.
 *
 * Images of a batch that collide ({@link Asset.collisions}) are refused by `all` before anything is sent. `stream` does
 * not know the images to come, so of two with the same key it refuses the second.
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

/** Reasons that do not depend on the image. */
const storeWideReasons = new Set([
  "NoSuchBucket",
  "InvalidCredentials",
  "ClockSkew",
  "WrongRegion",
  "ChecksumsUnsupported"
])

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

type MayReplace = (asset: Asset.Asset) => boolean

const replaceNone: MayReplace = () => false
const replaceAll: MayReplace = () => true

/** Collects the warnings of one image, which are known even if it fails. */
const warnInto = (warnings: Array<string>) => (text: string): Effect.Effect<void> =>
  Effect.suspend(() => {
    warnings.push(text)
    return Effect.logWarning(text)
  })

const mebibyte = 1024 * 1024

const makeEngine = (options: Options) =>
  Effect.gen(function*() {
    const concurrency = atLeast(1, options.concurrency ?? 8)
    const partConcurrency = atLeast(1, options.partConcurrency ?? 4)
    const byteBudget = atLeast(1, options.byteBudget ?? 64 * mebibyte)
    const budgetPermits = permitsOf(byteBudget)
    const engine: Engine = {
      store: yield* ObjectStore,
      journal: yield* Journal,
      budget: yield* Semaphore.make(budgetPermits),
      budgetPermits,
      limit: yield* AdaptiveLimit.make(concurrency * partConcurrency),
      partSize: atLeast(5 * mebibyte, options.partSize ?? 8 * mebibyte),
      wholeSize: atLeast(5 * mebibyte, options.wholeSize ?? options.partSize ?? 16 * mebibyte),
      partConcurrency,
      existing: options.existing ?? "skipIdentical",
      uncertain: options.uncertain ?? "readBack"
    }
    // of an infinite budget there is no share to compute
    const share = byteBudget === Infinity ? Infinity : Math.floor(byteBudget / concurrency)
    const slots = yield* Semaphore.make(concurrency === Infinity ? Number.MAX_SAFE_INTEGER : concurrency)
    return { engine, concurrency, inSlot: slots.withPermits(1), keep: Math.min(maxBytes, share) }
  })

/** A conditional write does not detect two images of a stream with the same key if both may replace the object. */
const refuseSecond = (mayReplace: MayReplace) => {
  const sourceByKey = new Map<string, string>()
  return (asset: Asset.Asset): Result.Result<Asset.Asset, Asset.AssetError> => {
    if (!mayReplace(asset)) return Result.succeed(asset)
    const source = location(asset.source)
    const other = sourceByKey.get(asset.key)
    if (other !== undefined) {
      const reason = new Asset.KeyCollision({ key: asset.key, others: [other] })
      return Result.fail(new Asset.AssetError({ source, reason }))
    }
    sourceByKey.set(asset.key, source)
    return Result.succeed(asset)
  }
}

const make = (options: Options) =>
  Effect.gen(function*() {
    const { concurrency, engine, inSlot, keep } = yield* makeEngine(options)
    // Only these services are kept: spans, the retry policy and the like are those of each caller.
    const fs = yield* FileSystem.FileSystem
    const prober = yield* Probe

    const traced = Effect.fnUntraced(function*(
      asset: Asset.Asset,
      mayReplace: MayReplace,
      warnings: Array<string>,
      held: Held | undefined
    ) {
      yield* UploadProgress.emit({ _tag: "UploadStarted", id: asset.id, bytes: asset.fingerprint.size })
      const result = yield* uploadImage(engine, asset, {
        held,
        mayReplace: mayReplace(asset),
        warn: warnInto(warnings)
      }).pipe(
        Effect.provideService(FileSystem.FileSystem, fs),
        Effect.tapError((error) => UploadProgress.emit({ _tag: "UploadFailed", id: asset.id, problem: error.message }))
      )
      const uploaded = { ...result, asset: { ...result.asset, warnings: [...asset.warnings, ...warnings] } }
      yield* Effect.logDebug(`${asset.key}: ${uploaded.how}, ${asset.fingerprint.size} bytes, CRC-32 ${uploaded.crc32}`)
      yield* UploadProgress.emit({ _tag: "Uploaded", uploaded })
      return uploaded
    })

    const upload = (...[asset, ...options]: Parameters<typeof traced>) =>
      Effect.withSpan(traced(asset, ...options), "Upload.one", {
        attributes: { id: asset.id, key: asset.key, bytes: asset.fingerprint.size },
        captureStackTrace: false // it would be the same for each image, and takes longer than signing a request
      })

    /** Makes the function that uploads each probed image of one batch. */
    const batch = (mayReplace: MayReplace) =>
      Effect.map(
        Ref.make<UploadError | undefined>(undefined),
        (batchError) =>
          Effect.fnUntraced(function*(
            source: ImageSource | Asset.Asset,
            probed: Result.Result<Asset.Asset, Asset.AssetError>,
            held?: Held
          ): Effect.fn.Return<AssetOutcome> {
            const name = location(isAsset(source) ? source.source : source)
            if (Result.isFailure(probed)) return failed(name, undefined, probed.failure)
            const asset = probed.success
            const ended = yield* Ref.get(batchError)
            if (ended !== undefined) return failed(name, asset.id, errorFor(asset.key, ended))
            const warnings: Array<string> = []
            const uploaded = yield* Effect.result(upload(asset, mayReplace, warnings, held))
            if (Result.isSuccess(uploaded)) return { _tag: "Uploaded", uploaded: uploaded.success }
            if (endsTheBatch(uploaded.failure)) yield* Ref.set(batchError, uploaded.failure)
            return failed(name, asset.id, uploaded.failure, [...asset.warnings, ...warnings])
          })
      )

    const one = (asset: Asset.Asset, { mayReplace = replaceNone }: Pick<BatchOptions, "mayReplace"> = {}) =>
      inSlot(Effect.suspend(() => upload(asset, mayReplace, [], undefined)))

    const stream = Effect.fnUntraced(function*<E, R>(
      sources: Stream.Stream<ImageSource | Asset.Asset, E, R>,
      { mayReplace = replaceNone, ...probing }: BatchOptions = {}
    ) {
      const outcome = yield* batch(mayReplace)
      const fixity = yield* Fixity.lists
      const refused = refuseSecond(engine.existing === "replace" ? replaceAll : mayReplace)
      /** What was read of a small file to probe it is also what is sent. */
      const probeAndUpload = (source: ImageSource) =>
        withRoom(engine, source._tag === "FileSource" ? keep : 0, (room) =>
          Effect.gen(function*() {
            const probed = yield* Effect.result(prober.one(source, { fixity, ...probing })).pipe(
              Effect.provideService(KeptBytes, room?.kept)
            )
            return yield* outcome(source, Result.flatMap(probed, refused), room && (yield* room.held))
          }))
      return Stream.mapEffect(
        sources,
        (source) => inSlot(isAsset(source) ? outcome(source, refused(source)) : probeAndUpload(source)),
        { concurrency, unordered: true }
      )
    })

    const all = Effect.fnUntraced(function*(
      sources: Iterable<ImageSource | Asset.Asset>,
      { mayReplace = replaceNone, ...probing }: BatchOptions = {}
    ) {
      const images = Array.from(sources)
      const outcome = yield* batch(mayReplace)
      const probed = yield* prober.all(images, probing)
      return yield* Effect.forEach(Arr.zip(images, probed), ([source, result]) => inSlot(outcome(source, result)), {
        concurrency
      })
    })

    return Upload.of({ one, stream: (sources, options) => Stream.unwrap(stream(sources, options)), all })
  })

/**
 * Uploads to the `ObjectStore` in the context. `IngestProgram.layer` provides one.
 *
 * @example
 * ```ts
 * import { Upload } from "@iiif-ingest/core"
 *
 * const upload = Upload.layer({ concurrency: 4 })
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Options = {}
): Layer.Layer<Upload, never, ObjectStore | Journal | Probe | FileSystem.FileSystem> =>
  Layer.effect(Upload, make(options))
