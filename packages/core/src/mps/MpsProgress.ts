/**
 * Progress events of a request after its images are in the bucket: manifest, submission, job, verification.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { AssetId, JobId, ManifestUri } from "../base/Ids.ts"
import type { AssetFate } from "./Fate.ts"
import type { Job } from "./Job.ts"

/**
 * An event, listed in the order in which they happen.
 *
 * @category models
 * @since 0.1.0
 */
export type Event =
  | { readonly _tag: "ManifestBuilt"; readonly id: ManifestUri; readonly canvases: number }
  | { readonly _tag: "Submitted"; readonly jobId: JobId; readonly assets: number }
  | { readonly _tag: "JobSeen"; readonly job: Job }
  | { readonly _tag: "Verified"; readonly id: AssetId; readonly fate: AssetFate }

/**
 * The handler of these events; by default they are ignored. It runs in the fiber that emits the event, so keep it
 * short. `Progress.layer` sets the handlers of all areas at once.
 *
 * @category services
 * @since 0.1.0
 */
export const MpsProgress: Context.Reference<(event: Event) => Effect.Effect<void>> = Context.Reference<
  (event: Event) => Effect.Effect<void>
>("@iiif-ingest/core/mps/MpsProgress", { defaultValue: () => () => Effect.void })

/**
 * Passes an event to the handler.
 *
 * @category combinators
 * @since 0.1.0
 */
export const emit = (event: Event): Effect.Effect<void> => Effect.flatMap(MpsProgress, (handle) => handle(event))
