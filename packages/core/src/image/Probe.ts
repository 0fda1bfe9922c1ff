/**
 * Probes images: reads headers, derives ids and keys, and finds images of a batch that collide. Nothing is sent.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import { SecureRandom } from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Asset from "./Asset.ts"
import * as Fixity from "./Fixity.ts"
import * as ImageProgress from "./ImageProgress.ts"
import { type ImageSource, location } from "./ImageSource.ts"

/**
 * `check`: a further check of each image, by its position in the batch, before it is read; none by default.
 *
 * @category models
 * @since 0.1.0
 */
export interface BatchOptions extends Asset.ProbeOptions {
  readonly check?: (source: ImageSource, index: number) => Result.Result<void, Asset.AssetError>
}

/**
 * - `one` probes one image.
 * - `all` probes a batch and returns a result for each image, in order. Images with the same key, or with ids that
 *   differ only by case, are all refused ({@link Asset.collisions}). Assets are passed through, and can collide too.
 *
 * Both emit a progress event for each image that they probe.
 *
 * @category services
 * @since 0.1.0
 */
export class Probe extends Context.Service<Probe, {
  readonly one: (source: ImageSource, options?: Asset.ProbeOptions) => Effect.Effect<Asset.Asset, Asset.AssetError>
  readonly all: (
    sources: Iterable<ImageSource | Asset.Asset>,
    options?: BatchOptions
  ) => Effect.Effect<ReadonlyArray<Result.Result<Asset.Asset, Asset.AssetError>>>
}>()("@iiif-ingest/core/image/Probe") {}

/** How many headers are read at a time. */
const concurrency = 8

/**
 * Whether an image was probed already.
 *
 * @category guards
 * @since 0.1.0
 */
export const isAsset = (source: ImageSource | Asset.Asset): source is Asset.Asset => !("_tag" in source)

const noCheck = () => Result.void

const report = (source: ImageSource, result: Result.Result<Asset.Asset, Asset.AssetError>) =>
  ImageProgress.emit(
    Result.isSuccess(result)
      ? { _tag: "Probed", asset: result.success }
      : { _tag: "Refused", source: location(source), problem: result.failure.message }
  )

const make = (prefixes: Asset.Prefixes) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const random = yield* SecureRandom

    const probe = (source: ImageSource, options?: Asset.ProbeOptions) =>
      Asset.probe(prefixes, source, options).pipe(
        Effect.provideService(FileSystem.FileSystem, fs),
        Effect.provideService(SecureRandom, random),
        Effect.result
      )

    return Probe.of({
      one: (source, options) =>
        Effect.flatMap(probe(source, options), (result) =>
          Effect.andThen(report(source, result), Effect.fromResult(result))),
      all: Effect.fnUntraced(function*(sources, { check = noCheck, ...options } = {}) {
        const probing = { ...options, fixity: options.fixity ?? (yield* Fixity.lists) }
        const checked = (source: ImageSource, index: number) =>
          Result.match(check(source, index), {
            onFailure: (error) =>
              Effect.succeed(Result.fail(error)),
            onSuccess: () => probe(source, probing)
          })
        const probed = yield* Effect.forEach(
          sources,
          (source, index) =>
            Effect.map(
              isAsset(source) ? Effect.succeed(Result.succeed(source)) : checked(source, index),
              (result) => ({ source, result })
            ),
          { concurrency }
        )
        const collisions = Asset.collisions(
          probed.flatMap(({ result }) => Result.isSuccess(result) ? [result.success] : [])
        )
        return yield* Effect.forEach(probed, ({ result, source }) => {
          const distinct = Result.flatMap(result, (asset) => {
            const collision = collisions.get(asset)
            return collision === undefined ? Result.succeed(asset) : Result.fail(collision)
          })
          return Effect.as(isAsset(source) ? Effect.void : report(source, distinct), distinct)
        })
      })
    })
  })

/**
 * Probes with the given prefixes of ids and keys. `IngestProgram.layer` provides one with those of `MpsConfig`.
 *
 * @example
 * ```ts
 * import { ImageSource, Probe } from "@iiif-ingest/core"
 * import { NodeFileSystem } from "@effect/platform-node"
 * import { Effect, Layer } from "effect"
 * import * as SecureRandom from "effect/crypto/SecureRandom"
 *
 * const key = Probe.Probe.use((probe) => probe.one(ImageSource.file("examples/images/coffee.png"))).pipe(
 *   Effect.map((asset) => asset.key),
 *   Effect.provide(
 *     Probe.layer({ assetPrefix: "", keyPrefix: "images" }).pipe(
 *       Layer.provide([NodeFileSystem.layer, SecureRandom.layerWebCrypto])
 *     )
 *   )
 * )
 *
 * console.log(await Effect.runPromise(key)) // => "images/coffee.png"
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  prefixes: Asset.Prefixes
): Layer.Layer<Probe, never, FileSystem.FileSystem | SecureRandom> => Layer.effect(Probe, make(prefixes))
