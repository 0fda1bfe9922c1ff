import * as Effect from "effect/Effect"

/**
 * What goes wrong with a call: `Refuse` fails it with nothing done, `Lose` does it and loses the reply.
 *
 * @category models
 * @since 0.1.0
 */
export type Fault<Reason> =
  | { readonly _tag: "Refuse"; readonly reason: Reason }
  | { readonly _tag: "Lose"; readonly reason: Reason }

/**
 * Decides what goes wrong with a call; `undefined` where nothing does.
 *
 * @category models
 * @since 0.1.0
 */
export type Script<Call, Reason> = (call: Call) => Fault<Reason> | undefined

/** Counts calls by name, from 1. */
export const counter = (): (name: string) => number => {
  const counts = new Map<string, number>()
  return (name) => {
    const count = (counts.get(name) ?? 0) + 1
    counts.set(name, count)
    return count
  }
}

/** Does a call as the script has it. */
export const scripted =
  <Call, Reason>(script: Script<Call, Reason> | undefined) =>
  <A, E, R>(call: Call, run: Effect.Effect<A, E, R>, toError: (reason: Reason) => E): Effect.Effect<A, E, R> =>
    Effect.suspend(() => {
      const fault = script?.(call)
      if (fault === undefined) return run
      const failure = Effect.fail(toError(fault.reason))
      return fault._tag === "Refuse" ? failure : Effect.andThen(run, failure)
    })
