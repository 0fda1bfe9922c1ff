import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Semaphore from "effect/Semaphore"
import type { ObjectStoreError } from "../ObjectStoreError.ts"

/** Runs a request as soon as the number of concurrent requests allows it. */
export type AdaptiveLimit = <A, R>(
  request: Effect.Effect<A, ObjectStoreError, R>
) => Effect.Effect<A, ObjectStoreError, R>

/** Signs that the store is overloaded: 429, 503 or a timeout. */
const isOverload = (exit: Exit.Exit<unknown, ObjectStoreError>): boolean => {
  const error = Option.getOrUndefined(Exit.findErrorOption(exit))
  return error?.reason._tag === "Throttled" || error?.reason._tag === "TimedOut"
}

/**
 * A concurrency limit that adapts to the store, between 1 and `max`: after as many successful requests as the limit it
 * is raised by one; after an overload error it is set to half of the requests in flight. Requests that started before
 * the limit was halved do not halve it again, so one burst of errors halves it once.
 */
export const make = (max: number): Effect.Effect<AdaptiveLimit> =>
  Effect.map(Semaphore.make(max), (permits) => {
    let limit = max
    let inFlight = 0
    let successes = 0
    let halvings = 0

    const setLimit = (next: number): Effect.Effect<void> => {
      successes = 0
      if (next === limit) return Effect.void
      limit = next
      return permits.resize(next)
    }

    const after = (exit: Exit.Exit<unknown, ObjectStoreError>, halvingsAtStart: number): Effect.Effect<void> => {
      const inFlightBefore = inFlight
      inFlight -= 1
      if (isOverload(exit)) {
        if (halvingsAtStart !== halvings) return Effect.void
        halvings += 1
        return setLimit(Math.max(1, Math.floor(Math.min(limit, inFlightBefore) / 2)))
      }
      if (!Exit.isSuccess(exit)) return Effect.void
      successes += 1
      return successes < limit ? Effect.void : setLimit(Math.min(max, limit + 1))
    }

    return (request) =>
      permits.withPermit(Effect.suspend(() => {
        const halvingsAtStart = halvings
        inFlight += 1
        return Effect.onExit(request, (exit) => after(exit, halvingsAtStart))
      }))
  })
