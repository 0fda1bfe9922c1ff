/**
 * Progress events of probing images.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Asset } from "./Asset.ts"

/**
 * A progress event; events are emitted in the order in which they happen.
 *
 * @category models
 * @since 0.1.0
 */
export type Event =
  | { readonly _tag: "Probed"; readonly asset: Asset }
  | { readonly _tag: "Refused"; readonly source: string; readonly problem: string }

/**
 * The handler of these events; by default they are ignored. It runs in the fiber that emits the event: keep it short.
 * `Progress.layer` sets the handlers of all areas at once.
 *
 * @category services
 * @since 0.1.0
 */
export const ImageProgress: Context.Reference<(event: Event) => Effect.Effect<void>> = Context.Reference<
  (event: Event) => Effect.Effect<void>
>("@iiif-ingest/core/image/ImageProgress", { defaultValue: () => () => Effect.void })

/**
 * Hands an event to the handler.
 *
 * @category combinators
 * @since 0.1.0
 */
export const emit = (event: Event): Effect.Effect<void> => Effect.flatMap(ImageProgress, (handle) => handle(event))
