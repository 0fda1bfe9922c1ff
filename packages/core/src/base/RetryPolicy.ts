/**
 * When to try again, how long to wait, and when to give up: the only place where that is decided. The ports send each
 * request once.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"

/**
 * - `upload`: between tries of one object or part.
 * - `read`: between tries of a status or delivery call.
 * - `submit`: between tries of the ingest POST, which is repeated only where the service certainly did not take it.
 * - `poll`: between looks at a job; `jobLimit`: how long a job is waited for in all.
 * - `settle`: between looks at what is not served yet; `settleLimit`: how long in all.
 * - `attemptLimit`: for one request of an upload, whatever its size.
 *
 * Schedules decide only the waits and the count: whether an error may be retried at all is the error's own word, and a
 * server's `Retry-After` lengthens a wait.
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
  readonly settle: Schedule.Schedule<unknown>
  readonly settleLimit: Duration.Duration
  readonly attemptLimit: Duration.Duration
}

/**
 * Waits that double from `first` up to `longest`, shaken by a fifth either way, at most `times`.
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
 * The policy that is used where none is provided: five retries of anything that was sent, a job looked at every half to 15
 * seconds for up to 6 hours (the time after which MPS itself gives a child job up), 10 minutes for what was ingested to
 * be served.
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
  settle: Schedule.min([Schedule.exponential("2 seconds", 1.5), Schedule.spaced("30 seconds")]),
  settleLimit: Duration.minutes(10),
  attemptLimit: Duration.minutes(15)
}

/**
 * The policy in force; provide another to change it.
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
 * An error that says whether it may be retried, and how long the server asked to wait.
 *
 * @category models
 * @since 0.1.0
 */
export interface Retryable {
  readonly reason: { readonly retryable: boolean; readonly retryAfter?: Duration.Duration }
}

/** What a server asks for beyond this would look like a program that hangs. */
const longestWait = Duration.minutes(5)

/**
 * Tries again by a schedule while `may` allows it (by default, while the error says so), not before a server has asked for
 * it, where that is within 5 minutes.
 *
 * @category combinators
 * @since 0.1.0
 */
export const retrying = <E extends Retryable>(
  schedule: Schedule.Schedule<unknown>,
  may: (error: E) => boolean = (error) => error.reason.retryable
) =>
<A, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.retry(
    effect,
    schedule.pipe(
      Schedule.setInputType<E>(),
      Schedule.while(({ input }) => may(input)),
      Schedule.modifyDelay(({ duration, input }) =>
        Effect.succeed(
          input.reason.retryAfter === undefined
            ? duration
            : Duration.max(duration, Duration.min(input.reason.retryAfter, longestWait))
        )
      )
    )
  )
