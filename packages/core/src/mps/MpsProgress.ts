/**
 * Progress events of a request after its images are in the bucket: manifest, submission, job, verification.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { AssetId, JobId, ManifestUri } from "../base/Ids.ts"
import type { AssetFate } from "./Fate.ts"
import type { Job } from "./Job.ts"

/**
 * Why what is waited for is not known to be served: the delivery side does not answer (`NoAnswer`), its answers do not
 * tell (`NoVerdict`: withheld, or unreadable), or it answers that it does not serve it yet (`NotServedYet`).
 *
 * @category models
 * @since 0.1.0
 */
export type DeliveryStanding = "NoAnswer" | "NoVerdict" | "NotServedYet"

/**
 * An event, listed in the order in which they happen.
 *
 * - `StatusTrouble`: the state of a job cannot be had at present. It is asked for again and again, from `since` until
 *   `until` (without a limit, if there is none). It is emitted when the trouble begins and when it becomes another one.
 *   `StatusRecovered`: the service answers again.
 * - `AwaitingDelivery`: `missing` images and manifests, `first` and others, are not known to be served. They are looked
 *   at again and again until `until` (if missing, just this once). It is emitted when that takes longer than the
 *   policy's `noticeAfter`, and when the `standing` changes.
 *
 * @category models
 * @since 0.1.0
 */
export type Event =
  | { readonly _tag: "ManifestBuilt"; readonly id: ManifestUri; readonly canvases: number }
  | { readonly _tag: "Submitted"; readonly jobId: JobId; readonly assets: number }
  | { readonly _tag: "JobSeen"; readonly job: Job }
  | {
    readonly _tag: "StatusTrouble"
    readonly jobId: JobId
    readonly problem: string
    readonly since: DateTime.Utc
    readonly until?: DateTime.Utc
  }
  | { readonly _tag: "StatusRecovered"; readonly jobId: JobId; readonly since: DateTime.Utc }
  | {
    readonly _tag: "AwaitingDelivery"
    readonly standing: DeliveryStanding
    readonly problem: string
    readonly first: AssetId | ManifestUri
    readonly missing: number
    readonly since: DateTime.Utc
    readonly until?: DateTime.Utc
  }
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
