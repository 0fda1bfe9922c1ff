import type * as DateTime from "effect/DateTime"
import * as DateTimes from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import type { JobId } from "../../base/Ids.ts"
import { untilText } from "../../base/internal/time.ts"
import * as RetryPolicy from "../../base/RetryPolicy.ts"
import * as Job from "../Job.ts"
import type { LtsClient, LtsError } from "../LtsClient.ts"
import * as MpsProgress from "../MpsProgress.ts"

/** Trouble that lasts: since when, and the error last seen. */
export interface Trouble {
  readonly since: DateTime.Utc
  readonly error: LtsError
}

/** What is known of a job that is being watched. */
export interface Course {
  readonly job: Job.Job | undefined
  readonly trouble: Trouble | undefined
  /** Since when nothing came but refusals that may be final. */
  readonly refusedSince: DateTime.Utc | undefined
}

const initial: Course = { job: undefined, trouble: undefined, refusedSince: undefined }

/**
 * Refusals that are final if they last: that there is no such job, if it was never seen; that a call without a token is
 * not allowed, as a firewall says too, or a service while the VPN is down.
 */
const mayBeFinal = ({ reason }: LtsError, job: Job.Job | undefined): boolean =>
  reason._tag === "Unauthorized" || reason._tag === "Forbidden" ||
  (job === undefined && (reason._tag === "NotFound" || reason._tag === "Rejected"))

/** Whether an error can never change. */
const isFinal = (
  error: LtsError,
  { job, refusedSince }: Course,
  now: DateTime.Utc,
  limit: Duration.Duration
): boolean => {
  const { reason } = error
  if ((reason._tag === "Unauthorized" || reason._tag === "Forbidden") && reason.anew === true) return true
  if (job !== undefined && reason._tag === "NotFound") return true
  return refusedSince !== undefined && Duration.isGreaterThanOrEqualTo(DateTimes.distance(refusedSince, now), limit)
}

const troubled = (course: Course, error: LtsError, now: DateTime.Utc): Course => ({
  ...course,
  trouble: { since: course.trouble?.since ?? now, error },
  refusedSince: mayBeFinal(error, course.job) ? course.refusedSince ?? now : undefined
})

const tellTrouble = Effect.fnUntraced(
  function*(jobId: JobId, { error, since }: Trouble, before: Trouble | undefined, until: DateTime.Utc | undefined) {
    if (before === undefined) {
      yield* Effect.logWarning(
        `the state of job ${jobId} cannot be had, asking again ${untilText(until)}: ${error.message}`
      )
    }
    if (before?.error.reason._tag === error.reason._tag) return
    const problem = error.reason.message
    yield* MpsProgress.emit({
      _tag: "StatusTrouble",
      jobId,
      problem,
      since,
      ...(until === undefined ? {} : { until })
    })
  }
)

const tellRecovery = Effect.fnUntraced(function*(jobId: JobId, { since }: Trouble, now: DateTime.Utc) {
  const lasted = Duration.format(DateTimes.distance(since, now))
  yield* Effect.logInfo(`the state of job ${jobId} can be had again, after ${lasted}`)
  yield* MpsProgress.emit({ _tag: "StatusRecovered", jobId, since })
})

/**
 * Asks for a job again and again, and emits the answers. Trouble is waited out, told of when it begins and when it is
 * over; only an error that can never change ends the stream. `course` is kept up to date.
 */
export const answers = (
  client: LtsClient["Service"],
  id: JobId,
  course: Ref.Ref<Course>,
  until: DateTime.Utc | undefined
): Stream.Stream<Job.Job, LtsError> => {
  const ask = Effect.fnUntraced(function*(policy: RetryPolicy.Policy) {
    const answer = yield* Effect.result(client.jobStatus(id))
    const now = yield* DateTimes.now
    const before = yield* Ref.get(course)
    if (answer._tag === "Success") {
      yield* Ref.set(course, { ...initial, job: answer.success })
      if (before.trouble !== undefined) yield* tellRecovery(id, before.trouble, now)
      return answer.success
    }
    const error = answer.failure
    const after = troubled(before, error, now)
    yield* Ref.set(course, after)
    if (isFinal(error, after, now, policy.deliveryLimit)) return yield* error
    if (after.trouble !== undefined) yield* tellTrouble(id, after.trouble, before.trouble, until)
    return error
  })
  const spaced = (poll: RetryPolicy.Policy["poll"]) =>
    poll.pipe(
      Schedule.setInputType<Job.Job | LtsError>(),
      Schedule.modifyDelay(({ duration, input }) =>
        Effect.succeed(RetryPolicy.atLeastRetryAfter(duration, retryAfterOf(input)))
      )
    )
  return Stream.unwrap(
    Effect.map(
      RetryPolicy.RetryPolicy,
      (policy) => Stream.fromEffectSchedule(ask(policy), spaced(policy.poll))
    )
  ).pipe(Stream.filter(isJob))
}

const isJob = (seen: Job.Job | LtsError): seen is Job.Job => !("reason" in seen)

const retryAfterOf = (seen: Job.Job | LtsError): Duration.Duration | undefined =>
  isJob(seen) || !("retryAfter" in seen.reason) ? undefined : seen.reason.retryAfter

export const makeCourse: Effect.Effect<Ref.Ref<Course>> = Ref.make(initial)
