/**
 * Ingests a batch of images with all services: probe, upload, build, submit, await, verify.
 *
 * @since 0.1.0
 */
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { ManifestUri } from "./base/Ids.ts"
import { ownServices } from "./base/internal/ownServices.ts"
import { visible } from "./base/internal/text.ts"
import { MpsConfig } from "./config/MpsConfig.ts"
import * as Asset from "./image/Asset.ts"
import * as Crc32 from "./image/Crc32.ts"
import * as Fixity from "./image/Fixity.ts"
import { type ImageSource, location } from "./image/ImageSource.ts"
import * as Probe from "./image/Probe.ts"
import type { AssetReport, IngestReport } from "./IngestReport.ts"
import * as Input from "./Input.ts"
import { loggingWhatIsLeft } from "./internal/leftBehind.ts"
import type { Delivery } from "./mps/Delivery.ts"
import { AssetFate, ManifestFate } from "./mps/Fate.ts"
import * as Ingest from "./mps/Ingest.ts"
import * as IngestImage from "./mps/IngestImage.ts"
import type { Action, IngestRequest } from "./mps/IngestRequest.ts"
import type { LtsClient, LtsError } from "./mps/LtsClient.ts"
import * as ManifestRules from "./mps/ManifestRules.ts"
import * as Manifests from "./mps/Manifests.ts"
import * as MpsProgress from "./mps/MpsProgress.ts"
import * as Status from "./mps/Status.ts"
import * as Submit from "./mps/Submit.ts"
import * as Verify from "./mps/Verify.ts"
import type { Journal, JournalError, SubmissionRecord } from "./upload/Journal.ts"
import type { ObjectStore } from "./upload/ObjectStore.ts"
import * as Upload from "./upload/Upload.ts"
import type { UploadedAsset } from "./upload/UploadedAsset.ts"

/**
 * - `images`: the images, in the order of the pages.
 * - `manifest`: the description to build the manifest from, or a complete manifest that is sent unchanged
 *   (`{ asIs: json }`).
 * - `onUploadFailure`: what to do if some images are refused or not uploaded: `withholdManifest` (submit nothing; the
 *   default), or `submitRest` (submit the others; the report names each omission).
 * - `onUnknownSubmit`: what to do if the reply to the request was lost and what it asked for is not served after the
 *   policy's `deliveryLimit`: `resubmit` (submit the same again, as `upsert`; the default), or `stop`.
 * - `verify`: whether and how to check what is served; with `false`, every fate is `NotVerified`.
 * - `randomIds`, `fixity`: {@link Asset.ProbeOptions}.
 * - `action`: the action of images without one; `update` or `upsert` lets an image replace an earlier one.
 * - `wire`: the format of the request and manifest.
 *
 * The other options are those of {@link Ingest.Input}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Omit<Ingest.Input, "assets" | "descriptions" | "manifest"> {
  readonly images: ReadonlyArray<IngestImage.IngestImage>
  readonly manifest: Manifests.Description | { readonly asIs: { readonly [key: string]: Schema.Json } }
  readonly onUploadFailure?: "withholdManifest" | "submitRest"
  readonly onUnknownSubmit?: "resubmit" | "stop"
  readonly verify?: false | Verify.Options
  readonly randomIds?: boolean
  readonly fixity?: false
}

/**
 * An error that ends a run without a report: options of a wrong type, an invalid manifest, a request that was refused or lost, or a journal that
 * cannot be written. All other problems are fates in the report.
 *
 * @category errors
 * @since 0.1.0
 */
export type IngestProgramError =
  | Input.InputInvalid
  | Manifest.ManifestError
  | LtsError
  | JournalError
  | Ingest.SubmissionUnknown

/** One image and how far it has been processed. */
type Entry =
  | { readonly _tag: "Refused"; readonly source: ImageSource; readonly error: Asset.AssetError }
  | { readonly _tag: "Probed"; readonly asset: Asset.Asset; readonly description: IngestImage.Description }
  | {
    readonly _tag: "Done"
    readonly asset: Asset.Asset
    readonly description: IngestImage.Description
    readonly outcome: Upload.AssetOutcome
  }

/** Gives an image without an action that of the run. */
const withAction = (image: IngestImage.IngestImage, action: Action | undefined): IngestImage.IngestImage =>
  action === undefined ? image : IngestImage.make(image.source, { action, ...image.description })

/** The descriptions of the images, by asset id. */
const descriptionsOf = (entries: ReadonlyArray<Entry>): IngestImage.Descriptions =>
  new Map(entries.flatMap((entry) => entry._tag === "Refused" ? [] : [[entry.asset.id, entry.description] as const]))

const probeAll = Effect.fnUntraced(function*(options: Options) {
  const probe = yield* Probe.Probe
  const probing = { randomIds: options.randomIds ?? false, fixity: options.fixity ?? (yield* Fixity.lists) }
  const images = options.images.map((image) => withAction(image, options.action))
  const checks = images.map(IngestImage.check)
  const results = yield* probe.all(images.map(({ source }) => source), {
    ...probing,
    check: (_, index) => checks[index] ?? Result.void
  })
  return images.flatMap(({ description, source }, index): ReadonlyArray<Entry> => {
    const result = results[index]
    if (result === undefined) return []
    return [
      Result.isSuccess(result)
        ? { _tag: "Probed", asset: result.success, description }
        : { _tag: "Refused", source, error: result.failure }
    ]
  })
})

const uploadAll = Effect.fnUntraced(function*(entries: ReadonlyArray<Entry>) {
  const upload = yield* Upload.Upload
  const descriptions = descriptionsOf(entries)
  const outcomes = yield* upload.all(entries.flatMap((entry) => entry._tag === "Probed" ? [entry.asset] : []), {
    mayReplace: ({ id }) => ["update", "upsert"].includes(descriptions.get(id)?.action ?? "create")
  })
  const remaining = outcomes[Symbol.iterator]()
  return entries.map((entry): Entry => {
    if (entry._tag !== "Probed") return entry
    const next = remaining.next()
    return next.done === true ? entry : { ...entry, _tag: "Done", outcome: next.value }
  })
})

const uploadedOf = (entries: ReadonlyArray<Entry>): ReadonlyArray<UploadedAsset> =>
  entries.flatMap((entry) => entry._tag === "Done" && entry.outcome._tag === "Uploaded" ? [entry.outcome.uploaded] : [])

const noneFailed = (entries: ReadonlyArray<Entry>): boolean =>
  entries.length > 0 && entries.every((entry) =>
    entry._tag !== "Refused" && (entry._tag === "Probed" ||
      entry.outcome._tag === "Uploaded")
  )

/** Reports an image; `fate` is called for the fate of one that was uploaded. */
const reportOf = (entry: Entry, fate: (uploaded: UploadedAsset) => AssetFate): AssetReport => {
  if (entry._tag === "Refused") {
    return {
      source: location(entry.source),
      warnings: [],
      fate: AssetFate.cases.Refused.make({ problem: entry.error.reason.message })
    }
  }
  const { asset } = entry
  const report = { source: location(asset.source), id: asset.id }
  if (entry._tag === "Probed") return { ...report, warnings: asset.warnings, fate: AssetFate.cases.NotSent.make({}) }
  return {
    ...report,
    warnings: entry.outcome._tag === "Uploaded" ? entry.outcome.uploaded.asset.warnings : entry.outcome.warnings,
    fate: entry.outcome._tag === "Uploaded"
      ? fate(entry.outcome.uploaded)
      : AssetFate.cases.UploadFailed.make({ problem: entry.outcome.error.message })
  }
}

/** The report of a run that ends before anything is submitted. */
const notSubmitted = (entries: ReadonlyArray<Entry>, problem: string): IngestReport => ({
  manifest: ManifestFate.cases.None.make({ problem }),
  resubmitted: false,
  assets: entries.map((entry) => reportOf(entry, ({ asset }) => AssetFate.cases.NotSubmitted.make({ key: asset.key })))
})

interface Prepared {
  readonly id: ManifestUri
  readonly json: { readonly [key: string]: Schema.Json }
}

const decodeUri = Schema.decodeUnknownOption(ManifestUri)

const isBuilt = (manifest: Options["manifest"]): manifest is Manifests.Description => !("asIs" in manifest)

const asIsManifest = (
  json: { readonly [key: string]: Schema.Json }
): Effect.Effect<Prepared, Manifest.ManifestError> => {
  const id = decodeUri(json["id"] ?? json["@id"])
  if (Option.isSome(id)) return Effect.succeed({ id: id.value, json })
  const path = "id" in json ? "id" : "@id"
  const message = "a manifest needs its http(s) address as id (@id in Presentation 2)"
  return Effect.fail(
    new Manifest.ManifestError({ findings: [ManifestRules.finding("manifest-id", path, message)] })
  )
}

const prepare = Effect.fnUntraced(function*(
  { manifest, wire }: Options,
  uri: Option.Option<ManifestUri>,
  assets: ReadonlyArray<Asset.Asset>,
  descriptions: IngestImage.Descriptions
): Effect.fn.Return<Prepared, Manifest.ManifestError, Manifests.Manifests> {
  if (!isBuilt(manifest)) return yield* asIsManifest(manifest.asIs)
  const manifests = yield* Manifests.Manifests
  const id = Option.isSome(uri) ? uri.value : yield* manifests.uri(manifest.name)
  const description = wire === undefined ? manifest : { wire, ...manifest }
  return { id, json: yield* manifests.build(id, description, assets, descriptions) }
})

const versionOf = (json: { readonly [key: string]: Schema.Json }): "2" | "3" =>
  "@id" in json && !("id" in json) ? "2" : "3"

const verifyAll = Effect.fnUntraced(function*(
  options: Options,
  manifest: Prepared,
  uploaded: ReadonlyArray<UploadedAsset>,
  wait: boolean
) {
  if (options.verify === false) {
    return {
      manifest: ManifestFate.cases.NotVerified.make({ url: manifest.id }),
      fates: uploaded.map(({ asset }): AssetFate => AssetFate.cases.NotVerified.make({ key: asset.key }))
    }
  }
  const verify = yield* Verify.Verify
  const how = { wait, ...options.verify }
  const fates = yield* verify.assets(uploaded.map(({ asset }) => asset), how)
  return {
    manifest: yield* verify.manifest(manifest.id, { version: versionOf(manifest.json), json: manifest.json }, how),
    fates
  }
})

const isGone = (error: LtsError | Status.JobNotEnded): boolean =>
  error._tag === "LtsError" && error.reason._tag === "NotFound"

/**
 * Waits for the job. An error while waiting goes into the report, since the job itself continues. The journal marks the
 * request as ended only if the job is over: it ended, or the service no longer knows it.
 */
const awaitJob = Effect.fnUntraced(function*(id: NonNullable<IngestReport["job"]>["id"], record: SubmissionRecord) {
  const status = yield* Status.Status
  const ended = yield* Effect.result(status.await(id))
  if (Result.isSuccess(ended) || isGone(ended.failure)) yield* (yield* Ingest.Ingest).ended(record)
  return Result.isSuccess(ended) ? { id, result: ended.success } : { id, problem: ended.failure.message }
})

/** The CRC-32 of the images' ids and bytes, by which a later run can tell that it requests the same content. */
const contentOf = (uploaded: ReadonlyArray<UploadedAsset>): Crc32.Crc32 =>
  Crc32.update(
    Crc32.empty,
    new TextEncoder().encode(uploaded.map(({ asset, crc32 }) => `${asset.id} ${crc32}\n`).join(""))
  )

/** Whether a text contains an id as a word; an id of one or two characters must follow its namespace. */
const mentions = (text: string, id: string): boolean =>
  new RegExp(`${id.length < 3 ? ":" : "(?<![A-Za-z0-9])"}${id}(?![A-Za-z0-9])`).test(text)

/** If the job reported an error for the asset, what is served may be an earlier image with the same id. */
const afterErrors = (
  { id }: Asset.Asset,
  fate: AssetFate | undefined,
  errors: ReadonlyArray<string>
): AssetFate | undefined => {
  const error = errors.find((text) => mentions(text, id))
  if (error === undefined || fate?._tag !== "Served") return fate
  const problem = `the job reported an error for it (${visible(error)}), and what is served may be an earlier image`
  return AssetFate.cases.Unknown.make({ url: fate.url, problem })
}

const ingest = Effect.fnUntraced(function*(
  options: Options,
  manifest: Prepared,
  entries: ReadonlyArray<Entry>
): Effect.fn.Return<
  IngestReport,
  IngestProgramError,
  Ingest.Ingest | Status.Status | Verify.Verify
> {
  const uploaded = uploadedOf(entries)
  const service = yield* Ingest.Ingest
  const request: IngestRequest = yield* service.request({
    ...options,
    assets: uploaded,
    descriptions: descriptionsOf(entries),
    manifest: manifest.json
  })
  const submitted = yield* Submit.once({
    id: manifest.id,
    request,
    content: contentOf(uploaded),
    onUnknown: options.onUnknownSubmit ?? "resubmit",
    isServed: Effect.map(
      verifyAll({ ...options, verify: options.verify === false ? {} : options.verify ?? {} }, manifest, uploaded, true),
      (seen) => seen.manifest._tag === "Served" && seen.fates.every((fate) => fate._tag === "Served")
    )
  })
  const job = submitted.jobId === undefined ? undefined : yield* awaitJob(submitted.jobId, submitted.record)
  if (job === undefined) yield* service.ended(submitted.record)
  const seen = yield* verifyAll(options, manifest, uploaded, job?.result?.succeeded !== false)
  const errors = job?.result?.errors ?? []
  const fateOf = new Map(
    uploaded.map(({ asset }, index) => [asset, afterErrors(asset, seen.fates[index], errors)] as const)
  )
  return {
    manifestId: manifest.id,
    manifest: seen.manifest,
    ...(job === undefined ? {} : { job }),
    resubmitted: submitted.resubmitted,
    assets: entries.map((entry) =>
      reportOf(entry, ({ asset }) => fateOf.get(asset) ?? AssetFate.cases.NotVerified.make({ key: asset.key }))
    )
  }
})

/**
 * Ingests images, from probing to verification, and reports the fate of every asset.
 *
 * The headers, the ids and the manifest of the whole batch are checked before the first byte is sent. The program fails
 * only if nothing can be reported ({@link IngestProgramError}); all other problems are in the {@link IngestReport}. If
 * it fails or is interrupted after something was sent, a warning in the log says what is left behind.
 *
 * @example
 * ```ts
 * import { Fate, IngestImage, IngestProgram, TestMps } from "@iiif-ingest/core"
 * import { NodeFileSystem } from "@effect/platform-node"
 * import { Effect, Layer } from "effect"
 *
 * const inMemory = TestMps.layer({ jobDuration: "10 millis" }).pipe(Layer.provideMerge(NodeFileSystem.layer))
 *
 * const report = await Effect.runPromise(
 *   IngestProgram.ingestProgram({
 *     images: [IngestImage.file("examples/images/coffee.png", { label: "Coffee" })],
 *     manifest: { name: "COFFEE", label: "Coffee" }
 *   }).pipe(Effect.provide(inMemory))
 * )
 *
 * console.log(report.assets.map((asset) => Fate.describeAsset(asset.fate))) // => ["served, 600 x 400"]
 * ```
 *
 * @category programs
 * @since 0.1.0
 */
export const ingestProgram = Effect.fn("ingestProgram")(function*(
  options: Options
): Effect.fn.Return<
  IngestReport,
  IngestProgramError,
  | Upload.Upload
  | Manifests.Manifests
  | Ingest.Ingest
  | Status.Status
  | Verify.Verify
  | Probe.Probe
> {
  yield* Effect.fromResult(Input.check(options))
  const submitRest = options.onUploadFailure === "submitRest"
  const probed = yield* probeAll(options)
  const assets = probed.flatMap((entry) => entry._tag === "Probed" ? [entry.asset] : [])
  if (assets.length === 0 || !(submitRest || noneFailed(probed))) {
    return notSubmitted(probed, options.images.length === 0 ? "there are no images" : "some images were refused")
  }
  const descriptions = descriptionsOf(probed)
  const planned = yield* prepare(options, Option.none(), assets, descriptions)

  const entries = yield* uploadAll(probed)
  const uploaded = uploadedOf(entries)
  if (uploaded.length === 0 || !(submitRest || noneFailed(entries))) {
    return notSubmitted(entries, "some images were not uploaded")
  }

  const manifest = uploaded.length === assets.length
    ? planned
    : yield* prepare(options, Option.some(planned.id), uploaded.map(({ asset }) => asset), descriptions)
  const canvases = Verify.canvasSizes(manifest.json).length
  yield* MpsProgress.emit({ _tag: "ManifestBuilt", id: manifest.id, canvases })
  return yield* ingest(options, manifest, entries)
}, loggingWhatIsLeft)

/**
 * `upload`: options of the upload, such as its concurrency.
 *
 * @category models
 * @since 0.1.0
 */
export interface LayerOptions {
  readonly upload?: Upload.Options
}

/**
 * `Probe.layer` with the prefixes of `MpsConfig`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerProbe: Layer.Layer<Probe.Probe, never, MpsConfig | FileSystem.FileSystem> = Layer.unwrap(
  Effect.map(MpsConfig, ({ assetPrefix, keyPrefix }) => Probe.layer({ assetPrefix, keyPrefix }))
).pipe(Layer.provide(SecureRandom.layerWebCrypto))

/**
 * `Upload.layer` on {@link layerProbe}, for programs that only upload.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerUpload = (
  options: Upload.Options = {}
): Layer.Layer<Upload.Upload | Probe.Probe, never, ObjectStore | Journal | MpsConfig | FileSystem.FileSystem> =>
  Upload.layer(options).pipe(Layer.provideMerge(layerProbe))

/**
 * All services of {@link ingestProgram}. It requires the ports `ObjectStore`, `LtsClient`, `Delivery` and `Journal`,
 * and `MpsConfig` and a `FileSystem`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: LayerOptions = {}): Layer.Layer<
  Upload.Upload | Probe.Probe | Manifests.Manifests | Ingest.Ingest | Status.Status | Verify.Verify,
  never,
  ObjectStore | LtsClient | Delivery | Journal | MpsConfig | FileSystem.FileSystem
> =>
  ownServices(
    Layer.mergeAll(
      layerUpload(options.upload),
      Layer.provide(Manifests.layer, SecureRandom.layerWebCrypto),
      Ingest.layer,
      Status.layer,
      Verify.layer
    )
  )
