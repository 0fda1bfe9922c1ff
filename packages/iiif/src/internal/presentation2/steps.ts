import * as Effect from "effect/Effect"

const stepsAtOnce = 32

/** Runs work that pauses after every step, so that it can be interrupted and lets other work go on. */
export const runSteps = <A>(work: () => Generator<void, A>): Effect.Effect<A> =>
  Effect.gen(function*() {
    const steps = work()
    for (let count = 1;; count++) {
      const step = steps.next()
      if (step.done === true) return step.value
      if (count % stepsAtOnce === 0) yield* Effect.yieldNow
    }
  })
