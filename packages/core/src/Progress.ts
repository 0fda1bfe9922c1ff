/**
 * Progress events of a run, for displaying them. Each area has its own reference for the handler of its events;
 * {@link layer} sets them all.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as BatchProgress from "./batch/BatchProgress.ts"
import * as ImageProgress from "./image/ImageProgress.ts"
import * as MpsProgress from "./mps/MpsProgress.ts"
import * as UploadProgress from "./upload/UploadProgress.ts"

/**
 * An event of any stage. The stages are, in order: probe, upload, build, submit, await, verify; a batch has
 * those of each of its manifests, and its own.
 *
 * @category models
 * @since 0.1.0
 */
export type Event = ImageProgress.Event | UploadProgress.Event | MpsProgress.Event | BatchProgress.Event

/**
 * Handles an event. It runs in the fiber that emits the event, so keep it short.
 *
 * @category models
 * @since 0.1.0
 */
export type Handler = (event: Event) => Effect.Effect<void>

/**
 * The current handlers of all areas as one, for a handler that passes events on to them.
 *
 * @category combinators
 * @since 0.1.0
 */
export const current: Effect.Effect<Handler> = Effect.gen(function*() {
  const image = yield* ImageProgress.ImageProgress
  const upload = yield* UploadProgress.UploadProgress
  const mps = yield* MpsProgress.MpsProgress
  const batch = yield* BatchProgress.BatchProgress
  return (event) => {
    switch (event._tag) {
      case "Probed":
      case "Refused":
        return image(event)
      case "UploadStarted":
      case "PartUploaded":
      case "Uploaded":
      case "UploadFailed":
        return upload(event)
      case "BatchStarted":
      case "ManifestStarted":
      case "ManifestEnded":
        return batch(event)
      default:
        return mps(event)
    }
  }
})

/**
 * Sets one handler for the events of all areas.
 *
 * @example
 * ```ts
 * import { Progress } from "@iiif-ingest/core"
 * import { Console, Effect } from "effect"
 *
 * const shown = Effect.provide(Progress.layer((event) => Console.log(event._tag)))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (handler: Handler): Layer.Layer<never> =>
  Layer.succeedContext(
    Context.make(ImageProgress.ImageProgress, handler).pipe(
      Context.add(UploadProgress.UploadProgress, handler),
      Context.add(MpsProgress.MpsProgress, handler),
      Context.add(BatchProgress.BatchProgress, handler)
    )
  )
