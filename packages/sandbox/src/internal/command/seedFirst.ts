/** Brings the demo seed into a sandbox that has just started, before its faults strike. */
import * as Effect from "effect/Effect"
import type { Sandbox } from "../../Sandbox.ts"
import type { Fault } from "../../Scenarios.ts"

export const seedFirst = Effect.fnUntraced(
  function*({ faults, seed }: Sandbox["Service"], later: ReadonlyArray<Fault>) {
    yield* faults.clear
    yield* seed
    yield* faults.set(later)
  }
)
