/**
 * Follows a job to its end.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { JobId } from "../base/Ids.ts"
import { formatTime, timeOf } from "../base/internal/time.ts"
import * as RetryPolicy from "../base/RetryPolicy.ts"
import { retryingRead } from "./internal/retryingRead.ts"
import { answers, type Course, makeCourse } from "./internal/statusWatch.ts"
import * as Job from "./Job.ts"
import { LtsClient, type LtsError } from "./LtsClient.ts"
import * as MpsProgress from "./MpsProgress.ts"

/**
 * The job did not end within the time limit. It continues in MPS and can be checked again by its id. `trouble` says what
 * kept its state from being known in the end, if anything did.
 *
 * @category errors
 * @since 0.1.0
 */
export class JobNotEnded extends Schema.TaggedError<JobNotEnded>()("JobNotEnded", {
  jobId: JobId,
  limit: Schema.DurationFromMillis,
  lastState: Schema.String,
  trouble: Schema.optionalKey(Schema.String)
}) {
  override get message() {
    const state = `job ${this.jobId} is still "${this.lastState}" after ${Duration.format(this.limit)}`
    const advice = "check again later by its id"
    return this.trouble === undefined
      ? `${state}: ${advice}`
      : `${state}, and its state cannot be had ${this.trouble}: ${advice}`
  }
}

/**
 * - `get` requests the status once (with retries if the answer was lost).
 * - `watch` emits an answer whenever the state has changed; the last one is final. A job that goes back (from `running`
 *   to `queued`, when a worker died) or whose state is unknown counts as still running.
 * - `await` waits for the job to end, for at most `limit`; by default the policy's `jobLimit`.
 * - `version` requests the version of the service, which shows whether it answers at all.
 *
 * `watch` and `await` poll as often as the policy's `poll` says, and wait out trouble of any length: a service that
 * fails, throttles, cannot be reached or does not answer, a firewall's challenge, a proxy's or VPN's page in its place,
 * a redirect. Log and progress events say so once when it begins, and once when it is over. Only this ends them:
 *
 * - the final state of the job: `success` or `failed`;
 * - HTTP 404 for a job that was seen before: the service no longer has it;
 * - HTTP 404 (or another refusal than 401, 403 and 429) for a job that was never seen, once the service has answered so
 *   for the policy's `deliveryLimit`: its id is wrong;
 * - HTTP 401 or 403 after the client has signed another token and asked once more; where no token is sent with the
 *   request, once the service has answered so for the policy's `deliveryLimit`, since a firewall answers so too, and a
 *   service while the VPN is down;
 * - for `await`, its limit, with `JobNotEnded`.
 *
 * @category services
 * @since 0.1.0
 */
export class Status extends Context.Service<Status, {
  readonly get: (id: JobId) => Effect.Effect<Job.Job, LtsError>
  readonly watch: (id: JobId) => Stream.Stream<Job.Job, LtsError>
  readonly await: (
    id: JobId,
    options?: { readonly limit?: Duration.Input }
  ) => Effect.Effect<Job.JobResult, LtsError | JobNotEnded>
  readonly version: Effect.Effect<Schema.Json, LtsError>
}>()("@iiif-ingest/core/mps/Status") {}

const notEnded = (jobId: JobId, limit: Duration.Duration, { job, trouble }: Course): JobNotEnded =>
  new JobNotEnded({
    jobId,
    limit,
    lastState: job?.state ?? "not seen yet",
    ...(trouble === undefined
      ? {}
      : { trouble: `since ${formatTime(trouble.since)} (${trouble.error.reason.message})` })
  })

const make = Effect.gen(function*() {
  const client = yield* LtsClient

  /** Emits the changes of a job's state; the last one is final. */
  const changes = (id: JobId, course: Ref.Ref<Course>, until?: DateTime.Utc) =>
    answers(client, id, course, until).pipe(
      Stream.takeUntil((job) => Job.phase(job) !== "Going"),
      Stream.changesWith((a, b) => a.state === b.state),
      Stream.tap((job) => Effect.logDebug(`job ${job.id}: ${job.state}`)),
      Stream.tap((job) => MpsProgress.emit({ _tag: "JobSeen", job }))
    )

  return Status.of({
    get: Effect.fn("Status.get")((id: JobId) => retryingRead(client.jobStatus(id))),
    watch: (id) => Stream.unwrap(Effect.map(makeCourse, (course) => changes(id, course))),
    await: Effect.fn("Status.await")(function*(id, options) {
      const policy = yield* RetryPolicy.RetryPolicy
      const limit = options?.limit === undefined ? policy.jobLimit : Duration.fromInputUnsafe(options.limit)
      const until = timeOf(DateTime.toEpochMillis(yield* DateTime.now) + Duration.toMillis(limit))
      const course = yield* makeCourse
      const last = yield* changes(id, course, until).pipe(
        Stream.filter((job) => Job.phase(job) !== "Going"),
        Stream.runHead,
        Effect.timeoutOrElse({ duration: limit, orElse: () => Effect.succeedNone })
      )
      return Option.isSome(last) ? Job.result(last.value) : yield* notEnded(id, limit, yield* Ref.get(course))
    }),
    version: retryingRead(client.version)
  })
})

/**
 * Reads jobs through `LtsClient`, as often and as long as `RetryPolicy` says.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Status, never, LtsClient> = Layer.effect(Status, make)
