/** A job in memory: its current value, its subscribers and its file. */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { ChildJob, JobState, StateChange } from "../../Job.ts"
import { isTerminal, Job } from "../../Job.ts"
import type { Folder } from "../state/files.ts"

const JobText = Schema.fromJsonString(Job)
const encodeJob = Schema.encodeSync(JobText)
export const decodeJob = Schema.decodeUnknownEffect(JobText)

/** A reset or a restore has taken the job away. */
export class Replaced extends Schema.TaggedError<Replaced>()("Replaced", {}) {}

export interface LiveJob {
  readonly id: string
  readonly now: () => Job
  readonly awaitJob: (predicate: (job: Job) => boolean) => Effect.Effect<Job, Replaced>
  /** The sandbox has this job no longer, or another one in its place. */
  readonly replace: Effect.Effect<void>
  /** Updates the value and its modification time, in memory only until {@link LiveJob.save}. */
  readonly change: (next: (job: Job) => Job) => Effect.Effect<void>
  /** Updates the value when it is stored, so that nobody sees an end that a killed sandbox would take back. */
  readonly changeStored: (next: (job: Job) => Job) => Effect.Effect<void, PlatformError>
  readonly changeChild: (id: string, next: (child: ChildJob) => ChildJob) => Effect.Effect<void>
  readonly save: Effect.Effect<void, PlatformError>
  /** Saves unless it was saved just now: a job of thousands of children would do little else. */
  readonly saveSoon: Effect.Effect<void, PlatformError>
  /** The state to report if each read shows one more step; the actual state after `reportActualState`. */
  readonly nextReportedState: () => JobState
  readonly reportActualState: () => void
}

const MILLIS_BETWEEN_SAVES = 250

const STEPS: ReadonlyArray<JobState> = ["ready", "queued", "running"]
const rank = (state: JobState): number => isTerminal(state) ? STEPS.length : STEPS.indexOf(state)

interface Stateful {
  readonly state: JobState
  readonly timeline?: ReadonlyArray<StateChange>
}

/** Notes in the timeline that the state has changed. */
const recorded = <A extends Stateful>(before: A, after: A, at: number): A =>
  before.state === after.state ? after : { ...after, timeline: [...before.timeline ?? [], { state: after.state, at }] }

export const make = Effect.fnUntraced(function*(initial: Job, folder: Folder, time: () => number) {
  const ref = yield* SubscriptionRef.make(initial)
  const replaced = yield* Deferred.make<never, Replaced>()
  const writeLock = yield* Semaphore.make(1)
  const clock = yield* Clock.Clock
  let savedAt = -Infinity
  let reads = 0
  const now = () => SubscriptionRef.getUnsafe(ref)
  const changed = (next: (job: Job, at: number) => Job) => (job: Job): Job => {
    const modifiedAt = time()
    return { ...recorded(job, next(job, modifiedAt), modifiedAt), modifiedAt }
  }
  const changeAt = (next: (job: Job, at: number) => Job) => SubscriptionRef.update(ref, changed(next))
  // Reads the value inside the permit, so that the last write stores the latest value.
  const store = (value: () => Job) =>
    Effect.suspend(() => {
      savedAt = clock.currentTimeMillisUnsafe()
      return folder.put(initial.id, encodeJob(value()))
    })
  const save = writeLock.withPermits(1)(store(now))
  const live: LiveJob = {
    id: initial.id,
    now,
    awaitJob: (predicate) =>
      SubscriptionRef.changes(ref).pipe(
        Stream.filter(predicate),
        Stream.runHead,
        Effect.map(Option.getOrElse(now)),
        Effect.raceFirst(Deferred.await(replaced))
      ),
    replace: Effect.asVoid(Deferred.fail(replaced, new Replaced())),
    change: changeAt,
    changeStored: (next) =>
      store(() => changed(next)(now())).pipe(Effect.andThen(changeAt(next)), writeLock.withPermits(1)),
    changeChild: (id, next) =>
      changeAt((job, at) => ({
        ...job,
        children: job.children.map((child) => child.id === id ? recorded(child, next(child), at) : child)
      })),
    save,
    saveSoon: Effect.suspend(() =>
      clock.currentTimeMillisUnsafe() - savedAt < MILLIS_BETWEEN_SAVES ? Effect.void : save
    ),
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
