import * as Effect from "effect/Effect"

/**
 * What goes wrong with a call: `Refuse` fails it with nothing done, `Lose` carries it out and loses the reply, `Answer`
 * does nothing and gives another answer.
 *
 * @category models
 * @since 0.1.0
 */
export type Fault<Reason, Answer = never> =
  | { readonly _tag: "Refuse"; readonly reason: Reason }
  | { readonly _tag: "Lose"; readonly reason: Reason }
  | { readonly _tag: "Answer"; readonly answer: Answer }

/**
 * Decides what goes wrong with a call; `undefined` if nothing does.
 *
 * @category models
 * @since 0.1.0
 */
export type Script<Call, Reason, Answer = never> = (call: Call) => Fault<Reason, Answer> | undefined

/** Counts calls by name, from 1. */
export const counter = (): (name: string) => number => {
  const counts = new Map<string, number>()
  return (name) => {
    const count = (counts.get(name) ?? 0) + 1
    counts.set(name, count)
    return count
  }
}

/** Carries out a call as its script says. */
export const scripted = <Call, Reason, Answer>(script: Script<Call, Reason, Answer> | undefined) =>
<A, E, R>(
  call: Call,
  run: Effect.Effect<A, E, R>,
  toError: (reason: Reason) => E
): Effect.Effect<A | Answer, E, R> =>
  Effect.suspend((): Effect.Effect<A | Answer, E, R> => {
    const fault = script?.(call)
    if (fault === undefined) return run
    if (fault._tag === "Answer") return Effect.succeed(fault.answer)
    const failure = Effect.fail(toError(fault.reason))
    return fault._tag === "Refuse" ? failure : Effect.andThen(run, failure)
  })
