/**
 * When to retry, how long to wait, and when to give up. This is the only place that decides; the ports send each
 * request once.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import * as Schedule from "effect/Schedule"

/**
 * The schedules and time limits for retries and polling.
 *
 * - `upload`: retries of one object or part.
 * - `read`: retries of a status or delivery call.
 * - `submit`: retries of the ingest POST, which is repeated only if the service certainly did not accept it.
 * - `poll`: polling of a job's status; `jobLimit`: the total time to wait for a job.
 * - `delivery`: polling for assets and manifests that are not served yet; `deliveryLimit`: the total time to wait for
 *   all of them together.
 * - `noticeAfter`: how long something is waited for before that is said, in the log and as a progress event.
 * - `attemptLimit`: the time limit of one request of an upload, whatever its size, and of reading each GiB of an object.
 *
 * A schedule decides only the delays and the number of retries. Whether an error can be retried at all is a property of
 * the error, and a server's `Retry-After` lengthens the delay.
 *
 * @category models
 * @since 0.1.0
 */
export interface Policy {
  readonly upload: Schedule.Schedule<unknown>
  readonly read: Schedule.Schedule<unknown>
  readonly submit: Schedule.Schedule<unknown>
  readonly poll: Schedule.Schedule<unknown>
  readonly jobLimit: Duration.Duration
  readonly delivery: Schedule.Schedule<unknown>
  readonly deliveryLimit: Duration.Duration
  readonly noticeAfter: Duration.Duration
  readonly attemptLimit: Duration.Duration
}

/**
 * Exponential backoff: delays that double from `first` up to `longest`, jittered by up to 20% either way, for at most
 * `times` retries.
 *
 * @category constructors
 * @since 0.1.0
 */
export const backoff = (options: {
  readonly first: Duration.Input
  readonly longest: Duration.Input
  readonly times: number
}): Schedule.Schedule<unknown> =>
  Schedule.min([Schedule.exponential(options.first), Schedule.spaced(options.longest)]).pipe(
    Schedule.jittered,
    Schedule.upTo({ times: options.times })
  )

/**
 * The default policy: five retries of every request, a job polled every 0.5 to 15 seconds for up to 6 hours (after
 * which MPS itself gives up on a child job), and 10 minutes for ingested images and manifests to be served. A wait is
 * reported after 5 seconds.
 *
 * @category constants
 * @since 0.1.0
 */
export const standard: Policy = {
  upload: backoff({ first: "250 millis", longest: "20 seconds", times: 5 }),
  read: backoff({ first: "500 millis", longest: "20 seconds", times: 5 }),
  submit: backoff({ first: "1 second", longest: "20 seconds", times: 5 }),
  poll: Schedule.min([Schedule.exponential("500 millis", 1.5), Schedule.spaced("15 seconds")]),
  jobLimit: Duration.hours(6),
  delivery: Schedule.min([Schedule.exponential("2 seconds", 1.5), Schedule.spaced("30 seconds")]),
  deliveryLimit: Duration.minutes(10),
  noticeAfter: Duration.seconds(5),
  attemptLimit: Duration.minutes(15)
}

/**
 * The policy in use; provide another one to change it.
 *
 * @example
 * ```ts
 * import { RetryPolicy } from "@iiif-ingest/core"
 * import { Effect } from "effect"
 *
 * const patient = Effect.provideService(RetryPolicy.RetryPolicy, {
 *   ...RetryPolicy.standard,
 *   upload: RetryPolicy.backoff({ first: "1 second", longest: "1 minute", times: 20 })
 * })
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export const RetryPolicy: Context.Reference<Policy> = Context.Reference<Policy>("@iiif-ingest/core/base/RetryPolicy", {
  defaultValue: () => standard
})

/**
 * An error that tells whether it can be retried and how long the server asked to wait.
 *
 * @category models
 * @since 0.1.0
 */
export interface Retryable {
  readonly reason: { readonly retryable: boolean; readonly retryAfter?: Duration.Duration }
}

/** Limit on `Retry-After`: a longer wait would look as if the program hangs. */
const maxRetryAfter = Duration.minutes(5)

/**
 * Lengthens a delay to the server's `Retry-After`, of which at most 5 minutes count.
 *
 * @category combinators
 * @since 0.1.0
 */
export const atLeastRetryAfter = (delay: Duration.Duration, retryAfter: Duration.Duration | undefined) =>
  retryAfter === undefined ? delay : Duration.max(delay, Duration.min(retryAfter, maxRetryAfter))

/**
 * Retries on a schedule while `may` allows it (by default, while the error is retryable). A delay is never shorter than
 * the server's `Retry-After`, of which at most 5 minutes count.
 *
 * @category combinators
 * @since 0.1.0
 */
export const retrying = <E extends Retryable>(
  schedule: Schedule.Schedule<unknown>,
  may: (error: E) => boolean = (error) => error.reason.retryable
) =>
<A, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.catchIf(effect, may, (error) =>
    Effect.flatMap(
      afterFailure(error, effect),
      Effect.retry(schedule.pipe(
        Schedule.setInputType<E>(),
        Schedule.while(({ input }) => may(input)),
        Schedule.modifyDelay(({ duration, input }) =>
          Effect.succeed(atLeastRetryAfter(duration, input.reason.retryAfter))
        )
      ))
    ))

/** An effect that has failed once already. Most never do, and need no schedule. */
const afterFailure = <A, E, R>(error: E, effect: Effect.Effect<A, E, R>): Effect.Effect<Effect.Effect<A, E, R>> =>
  Effect.map(
    Ref.make(true),
    (isFirst) => Effect.flatMap(Ref.getAndSet(isFirst, false), (isFirst) => isFirst ? Effect.fail(error) : effect)
  )
