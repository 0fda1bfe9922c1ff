/**
 * Progress events of uploads to the bucket.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { AssetId } from "../base/Ids.ts"
import type { UploadedAsset } from "./UploadedAsset.ts"

/**
 * An event, listed in the order in which they happen. `bytes` is a size in bytes.
 *
 * @category models
 * @since 0.1.0
 */
export type Event =
  | { readonly _tag: "UploadStarted"; readonly id: AssetId; readonly bytes: number }
  | { readonly _tag: "PartUploaded"; readonly id: AssetId; readonly partNumber: number; readonly bytes: number }
  | { readonly _tag: "Uploaded"; readonly uploaded: UploadedAsset }
  | { readonly _tag: "UploadFailed"; readonly id: AssetId; readonly problem: string }

/**
 * The handler of these events; by default they are ignored. It runs in the fiber that emits the event, so keep it
 * short. `Progress.layer` sets the handlers of all areas at once.
 *
 * @category services
 * @since 0.1.0
 */
export const UploadProgress: Context.Reference<(event: Event) => Effect.Effect<void>> = Context.Reference<
  (event: Event) => Effect.Effect<void>
>("@iiif-ingest/core/upload/UploadProgress", { defaultValue: () => () => Effect.void })

/**
 * Passes an event to the handler.
 *
 * @category combinators
 * @since 0.1.0
 */
export const emit = (event: Event): Effect.Effect<void> => Effect.flatMap(UploadProgress, (handle) => handle(event))
