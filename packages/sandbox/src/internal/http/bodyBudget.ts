/** How many bytes of request bodies may be held at once; a body beyond that is left on its way until others are done. */
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import type { IncomingMessage } from "node:http"
import * as RequestBody from "./requestBody.ts"

/** Runs what reads the body of a request, and all that holds it. */
export type BodyBudget = <A, E, R>(request: IncomingMessage, use: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** `each` bounds one body, and is taken for granted where no length is declared; `total` bounds all. */
export const make = ({ each, total }: { readonly each: number; readonly total: number }): BodyBudget => {
  const bytes = Semaphore.makeUnsafe(total)
  return (request, use) => bytes.withPermits(Math.min(RequestBody.declaredLength(request) ?? each, each))(use)
}
