/**
 * Follows a job to its end.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { JobId } from "../base/Ids.ts"
import * as RetryPolicy from "../base/RetryPolicy.ts"
import { retryingRead } from "./internal/retryingRead.ts"
import * as Job from "./Job.ts"
import { LtsClient, type LtsError } from "./LtsClient.ts"
import * as MpsProgress from "./MpsProgress.ts"

/**
 * The job did not end within the time limit. It continues in MPS and can be checked again by its id.
 *
 * @category errors
 * @since 0.1.0
 */
export class JobNotEnded extends Schema.TaggedError<JobNotEnded>()("JobNotEnded", {
  jobId: JobId,
  limit: Schema.DurationFromMillis,
  lastState: Schema.String
}) {
  override get message() {
    return `job ${this.jobId} is still "${this.lastState}" after ${
      Duration.format(this.limit)
    }: check again later by its id`
  }
}

/**
 * - `get` requests the status once (with retries if the answer was lost).
 * - `watch` emits an answer whenever the state has changed; the last one is final. A job that goes back (from `running`
 *   to `queued`, when a worker died) or whose state is unknown counts as still running.
 * - `await` waits for the job to end, for at most `limit`; by default the policy's `jobLimit`.
 * - `version` requests the version of the service, which shows whether it answers at all.
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

const make = Effect.gen(function*() {
  const client = yield* LtsClient

  const get = Effect.fn("Status.get")((id: JobId) => retryingRead(client.jobStatus(id)))

  const watch = (id: JobId) =>
    Stream.unwrap(Effect.map(RetryPolicy.RetryPolicy, (policy) => Stream.fromEffectSchedule(get(id), policy.poll)))
      .pipe(
        Stream.takeUntil((job) => Job.phase(job) !== "Going"),
        Stream.changesWith((a, b) => a.state === b.state),
        Stream.tap((job) => Effect.logDebug(`job ${job.id}: ${job.state}`)),
        Stream.tap((job) => MpsProgress.emit({ _tag: "JobSeen", job }))
      )

  return Status.of({
    get,
    watch,
    await: Effect.fn("Status.await")(function*(id, options) {
      const policy = yield* RetryPolicy.RetryPolicy
      const limit = options?.limit === undefined ? policy.jobLimit : Duration.fromInputUnsafe(options.limit)
      let lastState = "not seen yet"
      const last = yield* watch(id).pipe(
        Stream.tap((job) => Effect.sync(() => lastState = job.state)),
        Stream.filter((job) => Job.phase(job) !== "Going"),
        Stream.runHead,
        Effect.timeoutOrElse({
          duration: limit,
          orElse: () => Effect.fail(new JobNotEnded({ jobId: id, limit, lastState }))
        })
      )
      return last._tag === "Some"
        ? Job.result(last.value)
        : yield* new JobNotEnded({ jobId: id, limit, lastState })
    }),
    version: retryingRead(client.version)
  })
})

/**
 * Reads jobs through `LtsClient` and retries failed calls according to `RetryPolicy`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Status, never, LtsClient> = Layer.effect(Status, make)
