import * as Effect from "effect/Effect"

/** How long work goes on before others have their turn, in milliseconds. */
const turn = 5

/**
 * Runs work that may pause after every step, so that it can be interrupted and lets other work go on. Steps differ too
 * much for pausing after a number of them.
 */
export const runSteps = <A>(work: () => Generator<void, A>): Effect.Effect<A> =>
  Effect.gen(function*() {
    const steps = work()
    for (let until = performance.now() + turn;;) {
      const step = steps.next()
      if (step.done === true) return step.value
      if (performance.now() < until) continue
      yield* Effect.yieldNow
      until = performance.now() + turn
    }
  })

/** Does work without pauses, where little is expected. */
export const atOnce = <A>(work: Generator<void, A>): A => {
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
  }
}
