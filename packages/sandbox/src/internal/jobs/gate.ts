/** Lets many pass together, or one alone: whoever wants to be alone waits only for those who have passed before. */
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"

export interface Gate {
  readonly together: <A, E, R>(use: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  readonly alone: <A, E, R>(use: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

const EVERYONE = 1_000_000

export const make: Effect.Effect<Gate> = Effect.gen(function*() {
  const entrance = yield* Semaphore.make(1)
  const inside = yield* Semaphore.make(EVERYONE)
  return {
    // Who waits to be alone holds the entrance, so that the many inside become fewer.
    together: (use) => Effect.andThen(entrance.withPermits(1)(Effect.void), inside.withPermits(1)(use)),
    alone: (use) => use.pipe(inside.withPermits(EVERYONE), entrance.withPermits(1))
  }
})
