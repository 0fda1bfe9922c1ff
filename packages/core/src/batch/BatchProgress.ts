/**
 * Progress events of a batch: its manifests. What happens within each is in the events of the other areas.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { ManifestUri } from "../base/Ids.ts"
import type { ManifestOutcome } from "./BatchReport.ts"

/**
 * An event, listed in the order in which they happen.
 *
 * @category models
 * @since 0.1.0
 */
export type Event =
  | { readonly _tag: "BatchStarted"; readonly manifests: number; readonly images: number; readonly bytes: number }
  | { readonly _tag: "ManifestStarted"; readonly id: ManifestUri; readonly name: string; readonly images: number }
  | { readonly _tag: "ManifestEnded"; readonly outcome: ManifestOutcome }

/**
 * The handler of these events; by default they are ignored. It runs in the fiber that emits the event, so keep it
 * short. `Progress.layer` sets the handlers of all areas at once.
 *
 * @category services
 * @since 0.1.0
 */
export const BatchProgress: Context.Reference<(event: Event) => Effect.Effect<void>> = Context.Reference<
  (event: Event) => Effect.Effect<void>
>("@iiif-ingest/core/batch/BatchProgress", { defaultValue: () => () => Effect.void })

/**
 * Passes an event to the handler.
 *
 * @category running
 * @since 0.1.0
 */
export const emit = (event: Event): Effect.Effect<void> => Effect.flatMap(BatchProgress, (handle) => handle(event))
