import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Semaphore from "effect/Semaphore"
import type { ObjectStoreError } from "../ObjectStoreError.ts"

/** How many requests go to the store at a time. */
export type AdaptiveLimit = <A, R>(
  request: Effect.Effect<A, ObjectStoreError, R>
) => Effect.Effect<A, ObjectStoreError, R>

/** What a store says that has too much to do: 429 and 503, or nothing in time. */
const isOverload = (exit: Exit.Exit<unknown, ObjectStoreError>): boolean => {
  const error = Option.getOrUndefined(Exit.findErrorOption(exit))
  return error?.reason._tag === "Throttled" || error?.reason._tag === "TimedOut"
}

/**
 * A limit that follows the store: one more after as many requests in a row as the limit allows at a time have ended
 * well, half of what was under way after one that the store had no room for, never less than 1 or more than `most`.
 * What began before the limit was halved says nothing about the new one: one burst of refusals halves it once.
 */
export const make = (most: number): Effect.Effect<AdaptiveLimit> =>
  Effect.map(Semaphore.make(most), (permits) => {
    let limit = most
    let underWay = 0
    let clean = 0
    let halvings = 0

    const become = (next: number): Effect.Effect<void> => {
      clean = 0
      if (next === limit) return Effect.void
      limit = next
      return permits.resize(next)
    }

    const after = (exit: Exit.Exit<unknown, ObjectStoreError>, begunAt: number): Effect.Effect<void> => {
      const atATime = underWay
      underWay -= 1
      if (isOverload(exit)) {
        if (begunAt !== halvings) return Effect.void
        halvings += 1
        return become(Math.max(1, Math.floor(Math.min(limit, atATime) / 2)))
      }
      if (!Exit.isSuccess(exit)) return Effect.void
      clean += 1
      return clean < limit ? Effect.void : become(Math.min(most, limit + 1))
    }

    return (request) =>
      permits.withPermit(Effect.suspend(() => {
        const begunAt = halvings
        underWay += 1
        return Effect.onExit(request, (exit) => after(exit, begunAt))
      }))
  })
