import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"

/** A module could not be loaded when it was first needed: too many open files, or its package was replaced. */
export class NotLoaded extends Error {}

/** Loads a module that is needed only by a program that sends something. Dies with {@link NotLoaded}. */
export const load = <A>(module: () => Promise<A>): Effect.Effect<A> =>
  Effect.promise(() =>
    module().catch((error: unknown) => {
      throw new NotLoaded(`the AWS SDK could not be loaded: ${error instanceof Error ? error.message : String(error)}`)
    })
  )

/** Fails, with what is made of the message, where a module could not be loaded. */
export const failingUnloaded =
  <E>(fail: (message: string) => Effect.Effect<never, E>) => <A>(effect: Effect.Effect<A>): Effect.Effect<A, E> =>
    Effect.catchDefect(effect, (defect) => defect instanceof NotLoaded ? fail(defect.message) : Effect.die(defect))

/**
 * Caches a success. A failure is not kept: the next use tries again. On Node 22, which keeps a failed import itself, that
 * ends with the same failure.
 */
export const once = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<Effect.Effect<A, E>> =>
  Effect.cachedWithTTL(effect, (exit) => Exit.isSuccess(exit) ? Duration.infinity : Duration.zero)
