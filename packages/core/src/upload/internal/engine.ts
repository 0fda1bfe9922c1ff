import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import type * as Semaphore from "effect/Semaphore"
import * as Reason from "../../base/Reason.ts"
import * as RetryPolicy from "../../base/RetryPolicy.ts"
import type { Journal } from "../Journal.ts"
import type { ObjectStore } from "../ObjectStore.ts"
import { ObjectStoreError } from "../ObjectStoreError.ts"
import type { AdaptiveLimit } from "./adaptiveLimit.ts"

/**
 * What to do if an object with the key already exists.
 *
 * - `skipIdentical`: keep the object if it has the same bytes as the image; otherwise refuse the image unless its action
 *   is `update` or `upsert`.
 * - `replace`: replace the object.
 * - `fail`: refuse the image.
 *
 * The bytes are compared by what the store tells of them: the size, the CRC-32 or MD5 of the whole object, or the
 * checksums of its parts, for which the usual sizes of parts are tried ({@link Uncertain}).
 *
 * @category models
 * @since 0.1.0
 */
export type Existing = "skipIdentical" | "replace" | "fail"

/**
 * What to do if the store does not tell enough of an existing object to compare it with the image.
 *
 * - `readBack`: read the object and compare its bytes; refuse the image if reading is not allowed.
 * - `refuse`: refuse the image.
 *
 * An image whose action is `update` or `upsert` replaces such an object in either case.
 *
 * @category models
 * @since 0.1.0
 */
export type Uncertain = "readBack" | "refuse"

/** The dependencies, limits and settings of an `Upload` service. */
export interface Engine {
  readonly store: ObjectStore["Service"]
  readonly journal: Journal["Service"]
  readonly budget: Semaphore.Semaphore
  readonly budgetPermits: number
  readonly limit: AdaptiveLimit
  readonly partSize: number
  readonly wholeSize: number
  readonly partConcurrency: number
  readonly existing: Existing
  readonly uncertain: Uncertain
}

/** Permits for a number of bytes, at least one. A permit stands for 64 KiB. */
export const permitsOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / 65_536))

/** Permits for `bytes`, capped at the whole budget so that a larger image can still be sent, alone. */
const permitsFor = (engine: Engine, bytes: number): number => Math.min(engine.budgetPermits, permitsOf(bytes))

/** Reserves `bytes` of the budget while an effect runs. */
export const withinBudget =
  (engine: Engine, bytes: number) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    engine.budget.withPermits(permitsFor(engine, bytes))(effect)

/**
 * Reservations of `bytes` each that outlive a single effect: `take` one, `release` one, and `releaseAll` that are still
 * held at the end.
 */
export const reservations = (engine: Engine, bytes: number) =>
  Effect.map(Ref.make(0), (held) => {
    const permits = permitsFor(engine, bytes)
    const releaseMany = (count: number) => engine.budget.release(count * permits)
    return {
      take: Effect.uninterruptibleMask((restore) =>
        Effect.andThen(restore(engine.budget.take(permits)), Ref.update(held, (n) => n + 1))
      ),
      release: Effect.andThen(Ref.update(held, (n) => n - 1), releaseMany(1)),
      releaseAll: Effect.flatMap(Ref.getAndSet(held, 0), releaseMany)
    }
  })

/**
 * Sends one request to the store under the concurrency limit, with a timeout per attempt and the policy's retries.
 * `times`: how often the policy's time limit the request may take.
 */
export const withRetries = <A, R>(
  { limit }: Pick<Engine, "limit">,
  operation: ObjectStoreError["operation"],
  key: string,
  effect: Effect.Effect<A, ObjectStoreError, R>,
  times = 1
): Effect.Effect<A, ObjectStoreError, R> =>
  Effect.flatMap(RetryPolicy.RetryPolicy, (policy) => {
    const attemptLimit = Duration.times(policy.attemptLimit, times)
    return effect.pipe(
      Effect.timeoutOrElse({
        duration: attemptLimit,
        orElse: () =>
          Effect.fail(
            new ObjectStoreError({
              operation,
              key,
              reason: new Reason.TimedOut({ host: "the object store", limit: attemptLimit })
            })
          )
      }),
      limit,
      RetryPolicy.retrying(policy.upload)
    )
  })
