/**
 * Ingests a batch of images with all services: probe, upload, build, submit, await, verify.
 *
 * @since 0.1.0
 */
import type * as Manifest from "@iiif-ingest/iiif/Manifest"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Schema from "effect/Schema"
import type { AssetId } from "./base/Ids.ts"
import { ownServices } from "./base/internal/ownServices.ts"
import { MpsConfig } from "./config/MpsConfig.ts"
import type * as Asset from "./image/Asset.ts"
import * as Probe from "./image/Probe.ts"
import {
  assetsOf,
  descriptionsOf,
  type Entry,
  isFine,
  probeAll,
  reportOf,
  uploadAll,
  uploadedOf
} from "./internal/entries.ts"
import { follow, type Followed } from "./internal/follow.ts"
import { loggingWhatIsLeft } from "./internal/leftBehind.ts"
import { planManifest, type Planned } from "./internal/plannedManifest.ts"
import { recordLooks, recordSubmitted } from "./internal/record.ts"
import type { Delivery } from "./mps/Delivery.ts"
import { AssetFate, ManifestFate } from "./mps/Fate.ts"
import * as Ingest from "./mps/Ingest.ts"
import type * as IngestImage from "./mps/IngestImage.ts"
import type { IngestReport } from "./mps/IngestReport.ts"
import * as Input from "./mps/Input.ts"
import type { LtsClient, LtsError } from "./mps/LtsClient.ts"
import * as Manifests from "./mps/Manifests.ts"
import * as MpsProgress from "./mps/MpsProgress.ts"
import * as Status from "./mps/Status.ts"
import * as Submit from "./mps/Submit.ts"
import * as Verify from "./mps/Verify.ts"
import type { Journal, JournalError } from "./upload/Journal.ts"
import type { ObjectStore } from "./upload/ObjectStore.ts"
import * as Upload from "./upload/Upload.ts"

/**
 * - `images`: the images, in the order of the pages.
 * - `manifest`: the description to build the manifest from, or a complete manifest that is sent unchanged
 *   (`{ asIs: json }`), or `false` to ingest the images without a manifest.
 * - `onUploadFailure`: what to do if some images are refused or not uploaded: `withholdManifest` (submit nothing; the
 *   default), or `submitRest` (submit the others; the report names each omission).
 * - `onUnknownSubmit`: what to do if the reply to the request was lost and what it asked for is not served after the
 *   policy's `deliveryLimit`, or if what an earlier run ingested does not exist after it: `resubmit` (submit the same
 *   again, as `upsert`; the default), or `stop`.
 * - `onUnchanged`: what to do if, by the journal, an earlier run ingested exactly the same (bytes, descriptions,
 *   policies, order, manifest) and its job ended as success: `verify` that it is served (the default), or `submit` it
 *   again. Use `submit` if it may have been changed from elsewhere since.
 * - `verify`: whether and how to check what is served; with `false`, every fate is `NotVerified`.
 * - `action`: the action of images without one; `update` or `upsert` lets an image replace an earlier one.
 * - `replace`: whether images without an action may replace other bytes under their keys: all, or those with these ids;
 *   by default none may. Unlike an `action`, it is not part of what is asked for: what is unchanged stays so.
 * - `wire`: the format of the request and manifest.
 *
 * The other options are those of {@link Asset.ProbeOptions} and {@link Ingest.Input}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options
  extends Omit<Ingest.Input, "assets" | "descriptions" | "manifest">, Omit<Asset.ProbeOptions, "fixity">
{
  readonly images: ReadonlyArray<IngestImage.IngestImage>
  readonly manifest: Manifests.Description | { readonly asIs: { readonly [key: string]: Schema.Json } } | false
  readonly onUploadFailure?: "withholdManifest" | "submitRest"
  readonly onUnknownSubmit?: "resubmit" | "stop"
  readonly onUnchanged?: "verify" | "submit"
  readonly replace?: boolean | ReadonlyArray<AssetId>
  readonly verify?: false | Verify.Options
  readonly fixity?: false
}

/**
 * An error that ends a run without a report: options of a wrong type, an invalid manifest, a request that was refused or
 * lost, or a journal that cannot be written. All other problems are fates in the report.
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

/**
 * Ingests images, from probing to verification, and reports the fate of every asset.
 *
 * What was ingested, and how it was seen to be served, is kept in `Holdings`, by default nowhere.
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
  | Probe.Probe
  | Upload.Upload
  | Manifests.Manifests
  | Ingest.Ingest
  | Status.Status
  | Verify.Verify
> {
  yield* Effect.fromResult(Input.check(options))
  const probed = yield* probeAll(options)
  if (!mayGoOn(options, probed)) {
    return notSubmitted(probed, probed.length === 0 ? "there are no images" : "some images were refused")
  }
  const descriptions = descriptionsOf(probed)
  const assets = assetsOf(probed)
  const planned = yield* planManifest(options, assets, descriptions)

  const entries = yield* uploadAll(probed, options.replace)
  if (!mayGoOn(options, entries)) return notSubmitted(entries, "some images were not uploaded")

  const uploaded = assetsOf(entries)
  const manifest = uploaded.length === assets.length
    ? planned
    : yield* planManifest(options, uploaded, descriptions, planned?.id)
  if (manifest !== undefined) yield* emitBuilt(manifest)

  const submission = yield* makeSubmission(options, entries, manifest)
  const submitted = yield* Submit.once(submission)
  const expected = { assets: uploaded, manifest }
  const holds = { request: submission.request, uploaded: uploadedOf(entries), manifest }

  const seen = Effect.fnUntraced(function*(submitted: Submit.Submitted) {
    yield* recordSubmitted(holds, submitted.record)
    return yield* follow(submitted, expected, options.verify)
  })
  const finished = Effect.fnUntraced(function*(submitted: Submit.Submitted, followed: Followed) {
    const report = reported(entries, manifest, submitted, followed)
    yield* recordLooks(holds, submission.id, report)
    return report
  })

  const followed = yield* seen(submitted)
  if (submitted._tag !== "Ingested" || !followed.absent || options.onUnknownSubmit === "stop") {
    return yield* finished(submitted, followed)
  }

  yield* Effect.logWarning("what an earlier run ingested is not served: posting the request again, as upsert")
  const resubmitted = yield* Submit.again(submission)
  return yield* finished(resubmitted, yield* seen(resubmitted))
}, loggingWhatIsLeft)

/** Whether there are images to go on with, and none or some may be missing. */
const mayGoOn = ({ onUploadFailure }: Options, entries: ReadonlyArray<Entry>): boolean =>
  entries.some(isFine) && (onUploadFailure === "submitRest" || entries.every(isFine))

const emitBuilt = ({ id, json }: Planned) =>
  MpsProgress.emit({ _tag: "ManifestBuilt", id, canvases: Verify.canvasSizes(json).length })

/** The request for what was uploaded, and what to do if it may have been posted before. */
const makeSubmission = Effect.fnUntraced(function*(
  options: Options,
  entries: ReadonlyArray<Entry>,
  manifest: Planned | undefined
) {
  const input: Ingest.Input = {
    ...options,
    assets: uploadedOf(entries),
    descriptions: descriptionsOf(entries),
    manifest: manifest?.json ?? {}
  }
  const request = yield* (yield* Ingest.Ingest).request(input)
  const verify = yield* Verify.Verify
  const submission: Submit.Options<never> = {
    id: Ingest.idOf(request),
    request,
    content: Ingest.content(input, request),
    onUnknown: options.onUnknownSubmit ?? "resubmit",
    // An object that was not in the bucket before shows that what was ingested was not this, whatever the journal says.
    onUnchanged: uploadedOf(entries).some(({ how }) => how === "sent") ? "submit" : options.onUnchanged ?? "verify",
    settle: (since) => verify.settle({ assets: assetsOf(entries), manifest }, { since })
  }
  return submission
})

/** The report of a run that ends before anything is submitted. */
const notSubmitted = (entries: ReadonlyArray<Entry>, problem: string): IngestReport => ({
  manifest: ManifestFate.cases.None.make({ problem }),
  resubmitted: false,
  assets: entries.map((entry) => reportOf(entry, ({ key }) => AssetFate.cases.NotSubmitted.make({ key })))
})

/** The report of a run that submitted its images, or found that an earlier one did. */
const reported = (
  entries: ReadonlyArray<Entry>,
  manifest: Planned | undefined,
  submitted: Submit.Submitted,
  { fates, job, manifestFate }: Followed
): IngestReport => ({
  ...(manifest === undefined ? {} : { manifestId: manifest.id }),
  manifest: manifestFate,
  ...(job === undefined ? {} : { job }),
  resubmitted: submitted._tag === "Job" ? submitted.resubmitted : submitted.record.resubmitted === true,
  assets: entries.map((entry) =>
    reportOf(entry, ({ id, key }) => fates.get(id) ?? AssetFate.cases.NotVerified.make({ key }))
  )
})

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
