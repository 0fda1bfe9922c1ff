/** A job in memory: its current value, its subscribers and its file. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { ChildJob, JobState } from "../Job.ts"
import { isTerminal, Job } from "../Job.ts"
import type { Folder } from "./files.ts"

const JobText = Schema.fromJsonString(Job)
const encodeJob = Schema.encodeSync(JobText)
export const decodeJob = Schema.decodeUnknownEffect(JobText)

export interface LiveJob {
  readonly id: string
  readonly now: () => Job
  readonly awaitTerminal: Effect.Effect<Job>
  /** Updates the value and its modification time, in memory only until {@link LiveJob.save}. */
  readonly change: (next: (job: Job) => Job) => Effect.Effect<void>
  readonly changeChild: (id: string, next: (child: ChildJob) => ChildJob) => Effect.Effect<void>
  readonly save: Effect.Effect<void, PlatformError>
  /** The state to report if each read shows one more step; the actual state after `reportActualState`. */
  readonly nextReportedState: () => JobState
  readonly reportActualState: () => void
}

const STEPS: ReadonlyArray<JobState> = ["ready", "queued", "running"]
const rank = (state: JobState): number => isTerminal(state) ? STEPS.length : STEPS.indexOf(state)

export const make = Effect.fnUntraced(function*(initial: Job, folder: Folder) {
  const ref = yield* SubscriptionRef.make(initial)
  const writeLock = yield* Semaphore.make(1)
  let reads = 0
  const now = () => SubscriptionRef.getUnsafe(ref)
  const change = (next: (job: Job) => Job) =>
    Effect.flatMap(
      Clock.currentTimeMillis,
      (modifiedAt) => SubscriptionRef.update(ref, (job) => ({ ...next(job), modifiedAt }))
    )
  const live: LiveJob = {
    id: initial.id,
    now,
    awaitTerminal: SubscriptionRef.changes(ref).pipe(
      Stream.filter((job) => isTerminal(job.state)),
      Stream.runHead,
      Effect.map(Option.getOrElse(now))
    ),
    change,
    changeChild: (id, next) =>
      change((job) => ({ ...job, children: job.children.map((child) => child.id === id ? next(child) : child) })),
    // Reads the value inside the permit, so that the last write stores the latest value.
    save: writeLock.withPermits(1)(Effect.suspend(() => folder.put(initial.id, encodeJob(now())))),
    nextReportedState: () => {
      const { state } = now()
      return STEPS[Math.min(rank(state), reads++)] ?? state
    },
    reportActualState: () => {
      reads = Infinity
    }
  }
  return live
})
