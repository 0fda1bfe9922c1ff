/**
 * What is happening, as it happens: for whoever wants to show it. Providing nothing shows nothing.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Asset, UploadedAsset } from "./Asset.ts"
import type { AssetId, JobId, ManifestUri } from "./Ids.ts"
import type { AssetFate } from "./IngestReport.ts"
import type { Job } from "./Job.ts"

/**
 * An event, in the order of the stages: probe, upload, build, submit, await, verify. `bytes` is a length in bytes.
 *
 * @category models
 * @since 0.1.0
 */
export type Event =
  | { readonly _tag: "Probed"; readonly asset: Asset }
  | { readonly _tag: "Refused"; readonly source: string; readonly problem: string }
  | { readonly _tag: "UploadStarted"; readonly id: AssetId; readonly bytes: number }
  | { readonly _tag: "PartUploaded"; readonly id: AssetId; readonly partNumber: number; readonly bytes: number }
  | { readonly _tag: "Uploaded"; readonly uploaded: UploadedAsset }
  | { readonly _tag: "UploadFailed"; readonly id: AssetId; readonly problem: string }
  | { readonly _tag: "ManifestBuilt"; readonly id: ManifestUri; readonly canvases: number }
  | { readonly _tag: "Submitted"; readonly jobId: JobId; readonly assets: number }
  | { readonly _tag: "JobSeen"; readonly job: Job }
  | { readonly _tag: "Verified"; readonly id: AssetId; readonly fate: AssetFate }

/**
 * What is done with each event. It is run by whoever emits it: keep it short.
 *
 * @example
 * ```ts
 * import { Progress } from "@iiif-ingest/core"
 * import { Console, Effect } from "effect"
 *
 * const shown = Effect.provideService(Progress.Progress, (event) => Console.log(event._tag))
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export const Progress: Context.Reference<(event: Event) => Effect.Effect<void>> = Context.Reference<
  (event: Event) => Effect.Effect<void>
>("@iiif-ingest/core/Progress", { defaultValue: () => () => Effect.void })

/**
 * Tells of an event.
 *
 * @category combinators
 * @since 0.1.0
 */
export const emit = (event: Event): Effect.Effect<void> => Effect.flatMap(Progress, (tell) => tell(event))
