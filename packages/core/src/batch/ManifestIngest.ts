/**
 * The port of a batch to the program that ingests one manifest. `ingestProgram` is behind it on one machine; a fleet can
 * put a workflow in its place.
 *
 * @since 0.1.0
 */
import type * as Manifest from "@iiif-ingest/iiif/Manifest"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { AssetId } from "../base/Ids.ts"
import type * as Ingest from "../mps/Ingest.ts"
import type * as IngestImage from "../mps/IngestImage.ts"
import type { IngestReport } from "../mps/IngestReport.ts"
import type { Action } from "../mps/IngestRequest.ts"
import type * as Input from "../mps/Input.ts"
import type { LtsError } from "../mps/LtsClient.ts"
import type * as Manifests from "../mps/Manifests.ts"
import type { JournalError } from "../upload/Journal.ts"

/**
 * One manifest with its images; every option is that of `IngestProgram.Options`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly images: ReadonlyArray<IngestImage.IngestImage>
  readonly manifest: Manifests.Description
  readonly action?: Action
  readonly replace?: boolean | ReadonlyArray<AssetId>
  readonly onUploadFailure?: "withholdManifest" | "submitRest"
  readonly onUnknownSubmit?: "resubmit" | "stop"
  readonly onUnchanged?: "verify" | "submit"
}

/**
 * Why a manifest has no report.
 *
 * @category errors
 * @since 0.1.0
 */
export type ManifestIngestError =
  | Input.InputInvalid
  | Manifest.ManifestError
  | LtsError
  | JournalError
  | Ingest.SubmissionUnknown

/**
 * `ingest` ingests one manifest and reports the fate of each of its images, in their order.
 *
 * @category services
 * @since 0.1.0
 */
export class ManifestIngest extends Context.Service<ManifestIngest, {
  readonly ingest: (options: Options) => Effect.Effect<IngestReport, ManifestIngestError>
}>()("@iiif-ingest/core/batch/ManifestIngest") {}
