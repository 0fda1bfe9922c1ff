/** Runs renders, a few at a time: of the large ones only one, so that it needs no more memory, and the small ones pass. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Semaphore from "effect/Semaphore"
import { availableParallelism } from "node:os"
import { LARGE_PIXELS } from "./limits.ts"

export interface Renders {
  /** Runs the render of so many pixels when its turn has come. */
  readonly run: <A>(pixels: number, render: Effect.Effect<A>) => Effect.Effect<A>
}

export const make: Effect.Effect<Renders> = Effect.gen(function*() {
  const small = yield* Semaphore.make(2 * availableParallelism())
  const large = yield* Semaphore.make(1)
  return {
    run: (pixels, render) =>
      Effect.uninterruptibleMask(Effect.fnUntraced(function*(restore) {
        const lane = pixels > LARGE_PIXELS ? large : small
        // libvips cannot be interrupted: what it has begun counts until it ends, even if nobody waits for it any more.
        const fiber = yield* Effect.forkDetach(lane.withPermits(1)(Effect.uninterruptible(render)))
        return yield* Effect.onInterrupt(restore(Fiber.join(fiber)), () => Effect.sync(() => fiber.interruptUnsafe()))
      }))
  }
})
