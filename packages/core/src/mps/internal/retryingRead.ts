import * as Effect from "effect/Effect"
import * as RetryPolicy from "../../base/RetryPolicy.ts"

/** Retries a status or delivery call as the policy's `read` says. */
export const retryingRead = <A, E extends RetryPolicy.Retryable, R>(call: Effect.Effect<A, E, R>) =>
  Effect.flatMap(RetryPolicy.RetryPolicy, (policy) => RetryPolicy.retrying<E>(policy.read)(call))
