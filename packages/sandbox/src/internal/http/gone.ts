/** Completes when the client has gone, so that nothing is done that nobody waits for. */
import * as Effect from "effect/Effect"
import type { Exchange } from "./exchange.ts"

export const gone = ({ response }: Exchange): Effect.Effect<void> =>
  Effect.callback((resume) => {
    const done = () => resume(Effect.void)
    if (response.destroyed) return done()
    response.once("close", done)
    return Effect.sync(() => void response.off("close", done))
  })
