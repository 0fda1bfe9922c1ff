/** The job queue: parents with one child per asset, run by a limited number of workers and kept across restarts. */
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import type { ImageAsset, IngestRequest } from "../../IngestRequest.ts"
import type { ChildJob, Job, JobState } from "../../Job.ts"
import { isTerminal, UnknownJob } from "../../Job.ts"
import type { Unreadable } from "../../SandboxError.ts"
import type { FaultEngine, Verdict } from "../faults/engine.ts"
import { jobStepSubject } from "../faults/engine.ts"
import type { Ids } from "../ids.ts"
import type { AssetFailed, Assets } from "../ingest/assets.ts"
import * as Submission from "../ingest/submission.ts"
import type { Manifests } from "../presentation/manifests.ts"
import * as Files from "../state/files.ts"
import type { JobClock } from "./clock.ts"
import * as Gate from "./gate.ts"
import * as LiveJob from "./liveJob.ts"
import * as ParentRule from "./parentRule.ts"
import { CHILD_OP, SPAWN_OP } from "./steps.ts"

/** How long a job stays in `queued` and `running` at least; `per-poll` shows one step per status read. */
export type Pace = "instant" | "per-poll" | { readonly queuedMillis: number; readonly runningMillis: number }

interface JobsOptions {
  readonly folder: Files.Folder
  readonly submissions: Files.Folder
  readonly assets: Assets
  readonly manifests: Manifests
  readonly faults: FaultEngine
  readonly workers: number
  readonly childErrorLimit: number
  readonly pace: Pace
  readonly clock: JobClock
  readonly ids: Ids
  /** Resets every connection: the service restarts, for a fault. */
  readonly resetConnections: () => void
}

export interface Jobs {
  readonly submit: (submission: Submission.Submission) => Effect.Effect<Job, PlatformError>
  readonly get: (id: string) => Option.Option<Job>
  readonly list: () => ReadonlyArray<Job>
  /** The job as the status endpoint reports it, which depends on the pace. */
  readonly report: (id: string) => Option.Option<Job>
  /** The job once it satisfies the predicate, which runs at every change. */
  readonly awaitJob: (id: string, predicate: (job: Job) => boolean) => Effect.Effect<Job, UnknownJob>
  readonly setState: (id: string, state: JobState) => Effect.Effect<void, UnknownJob | PlatformError>
  /** Starts the jobs that a stopped or killed sandbox left unfinished, without waiting for them. */
  readonly resume: Effect.Effect<void>
  /** Only while nothing runs. */
  readonly reset: Effect.Effect<void, PlatformError>
  /** Interrupts what runs, which its file says has not ended, and lets no job begin or change until the end. */
  readonly exclusively: <A, E, R>(change: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Reads its folder again, without starting anything; only while nothing runs. */
  readonly load: Effect.Effect<void, PlatformError | Unreadable>
}

const ID_DIGITS = 24
const delaysOf = (pace: Pace) => typeof pace === "string" ? { queuedMillis: 0, runningMillis: 0 } : pace

const failureReason = (error: AssetFailed | PlatformError): string =>
  error._tag === "AssetFailed" ? error.reason : "The sandbox could not store the asset: see its log"

const newJob = (submission: Submission.Submission, createdAt: number, newId: () => string): Job => ({
  id: newId(),
  state: "ready",
  createdAt,
  modifiedAt: createdAt,
  children: submission.request.assets.image.map(({ identifier }) => ({
    id: newId(),
    identifier,
    state: "ready",
    warnings: []
  })),
  errors: [],
  ...(submission.manifest === undefined ? {} : { manifest: submission.manifest.key })
})

export const make = Effect.fnUntraced(function*(
  options: JobsOptions
): Effect.fn.Return<Jobs, PlatformError | Unreadable, Scope.Scope> {
  const { assets, childErrorLimit, clock, faults, folder, manifests, submissions } = options
  const jobs = new Map<string, LiveJob.LiveJob>()
  const workers = yield* Semaphore.make(options.workers)
  const fibers = yield* FiberSet.make<void>()
  const restarts = yield* FiberSet.make<void>()
  const gate = yield* Gate.make
  const { queuedMillis, runningMillis } = delaysOf(options.pace)

  const finish = Effect.fnUntraced(function*(live: LiveJob.LiveJob, state: "success" | "failed", error?: string) {
    if (isTerminal(live.now().state)) return
    yield* live.changeStored((job) => ({
      ...job,
      state,
      errors: error === undefined ? job.errors : [...job.errors, error]
    }))
  })

  const outcomeOf = ({ children }: Job, spawned = true) =>
    ParentRule.outcome({ spawned, states: children.map(({ state }) => state) }, childErrorLimit)

  const saveAll = Effect.suspend(() => Effect.forEach([...jobs.values()], ({ save }) => save, { discard: true }))

  /** Loses what runs, and goes on from what had ended. */
  const restartAll = Effect.suspend(() =>
    exclusively(
      Effect.sync(options.resetConnections).pipe(
        Effect.andThen(saveAll),
        Effect.andThen(load),
        Effect.andThen(resume)
      )
    )
  ).pipe(
    Effect.catch((error) => Effect.logError("The jobs could not be read again", error)),
    Effect.uninterruptible
  )

  /** For a fault that lets a step neither end nor fail. A restart ends the fiber that asks for it, too. */
  const endless = (verdict: Verdict): Effect.Effect<void> => {
    const { effect } = verdict
    if (effect?.type === "stuck") return Effect.never
    return effect?.type === "restart"
      ? Effect.andThen(FiberSet.run(restarts, restartAll), Effect.never)
      : Effect.void
  }

  const ingestAsset = Effect.fnUntraced(function*(
    asset: ImageAsset,
    request: IngestRequest,
    child: string,
    verdict: Verdict
  ): Effect.fn.Return<Partial<ChildJob>> {
    if (verdict.effect?.type === "childFailure") return { state: "failed", reason: verdict.effect.message }
    return yield* assets.ingest(asset, request.globalSettings, child).pipe(
      Effect.tapErrorTag("PlatformError", (error) => Effect.logError("An asset could not be stored", error)),
      Effect.match({
        onFailure: (error) => ({ state: "failed" as const, reason: failureReason(error) }),
        onSuccess: (warnings) => ({ state: "success" as const, warnings })
      })
    )
  })

  const runChild = Effect.fnUntraced(
    function*(live: LiveJob.LiveJob, child: ChildJob, submission: Submission.Submission) {
      const asset = submission.request.assets.image.find(({ identifier }) => identifier === child.identifier)
      const update = (next: Partial<ChildJob>) => live.changeChild(child.id, (old) => ({ ...old, ...next }))
      yield* update({ state: "queued" })
      const verdict = faults.decide(jobStepSubject(CHILD_OP, child.identifier))
      if (verdict.effect?.type === "stuck") {
        // Without a worker, so that others go on.
        yield* update({ state: "running" })
        yield* endless(verdict)
      }
      yield* workers.withPermits(1)(Effect.gen(function*() {
        yield* update({ state: "running" })
        yield* clock.sleepUntil(clock.now() + verdict.delayMillis)
        yield* endless(verdict)
        const result = asset === undefined
          ? { state: "failed" as const, reason: "The stored request does not contain this asset" }
          : yield* ingestAsset(asset, submission.request, child.id, verdict)
        yield* update(result)
        if (result.state === "failed") {
          yield* live.change((job) => ({ ...job, errors: [...job.errors, `${child.identifier}: ${result.reason}`] }))
        }
        yield* live.saveSoon
      }))
      if (outcomeOf(live.now()) === "failed") yield* finish(live, "failed")
    }
  )

  /** Publishes the manifest and returns why that failed, if it did. */
  const publish = ({ manifest }: Submission.Submission): Effect.Effect<string | undefined, PlatformError> =>
    manifest === undefined ? Effect.undefined : manifests.publish(manifest.text).pipe(
      Effect.as(undefined),
      Effect.catchTag("ManifestFailed", ({ reason }) => Effect.succeed(reason))
    )

  const runParent = Effect.fnUntraced(function*(live: LiveJob.LiveJob, submission: Submission.Submission) {
    // A job that goes on does not queue again.
    if (live.now().state !== "running") {
      const endOfQueue = clock.now() + queuedMillis
      yield* live.change((job) => ({ ...job, state: "queued" }))
      yield* clock.sleepUntil(endOfQueue)
    }
    const endOfRun = clock.now() + runningMillis
    yield* live.change((job) => ({ ...job, state: "running" }))
    const verdict = faults.decide(jobStepSubject(SPAWN_OP))
    yield* endless(verdict)
    const { effect } = verdict
    if (effect?.type === "spawnFailure") {
      return yield* finish(live, outcomeOf(live.now(), false) ?? "failed", effect.message)
    }
    const unfinished = live.now().children.filter(({ state }) => !isTerminal(state))
    yield* Effect.forEach(unfinished, (child) => runChild(live, child, submission), {
      concurrency: "unbounded",
      discard: true
    })
    yield* clock.sleepUntil(endOfRun)
    const outcome = outcomeOf(live.now()) ?? "failed"
    const problem = outcome === "success" && !isTerminal(live.now().state) ? yield* publish(submission) : undefined
    yield* finish(live, problem === undefined ? outcome : "failed", problem)
  })

  // If a job's state cannot be stored, the job must fail visibly instead of in an unobserved fiber.
  const run = (live: LiveJob.LiveJob, submission: Submission.Submission) =>
    runParent(live, submission).pipe(
      Effect.tapError((error) => Effect.logError(`Job ${live.id} could not be stored`, error)),
      Effect.catch(() => live.change((job) => ({ ...job, state: "failed", errors: [...job.errors, "storage failed"] })))
    )

  const start = (live: LiveJob.LiveJob, submission: Submission.Submission) =>
    Effect.asVoid(FiberSet.run(fibers, run(live, submission)))

  const newId = () => options.ids.next(ID_DIGITS, (id) => jobs.has(id))

  const register = Effect.fnUntraced(function*(job: Job) {
    const live = yield* LiveJob.make(job, folder, clock.now)
    jobs.set(job.id, live)
    return live
  })

  const find = (id: string): Effect.Effect<LiveJob.LiveJob, UnknownJob> => {
    const live = jobs.get(id)
    return live === undefined ? Effect.fail(new UnknownJob({ id })) : Effect.succeed(live)
  }

  const awaitJob: Jobs["awaitJob"] = (id, predicate) =>
    Effect.flatMap(find(id), (live) => live.awaitJob(predicate)).pipe(
      Effect.catchTag("Replaced", () => awaitJob(id, predicate))
    )

  /** Those who wait for a job look again. */
  const replaceAll = (all: ReadonlyArray<LiveJob.LiveJob>) => {
    const before = [...jobs.values()]
    jobs.clear()
    for (const live of all) jobs.set(live.id, live)
    return Effect.forEach(before, (live) => live.replace, { discard: true })
  }

  const resumeOne = (live: LiveJob.LiveJob) =>
    submissions.get(live.id).pipe(
      Effect.flatMap(Submission.parse),
      Effect.matchEffect({
        onFailure: () => finish(live, "failed", "interrupted by a restart, and its stored request cannot be read"),
        onSuccess: (submission) => start(live, submission)
      }),
      Effect.catch((error) => Effect.logError(`Job ${live.id} could not be stored`, error))
    )

  const load = Effect.gen(function*() {
    const stored = yield* Files.decodeAll(folder, LiveJob.decodeJob)
    const all = yield* Effect.forEach(stored, (job) => LiveJob.make(job, folder, clock.now))
    yield* replaceAll(all)
  })
  yield* load

  const resume = Effect.suspend(() =>
    Effect.forEach([...jobs.values()].filter((live) => !isTerminal(live.now().state)), resumeOne, { discard: true })
  )

  const exclusively: Jobs["exclusively"] = (change) => Effect.andThen(FiberSet.clear(fibers), change).pipe(gate.alone)

  return {
    submit: Effect.fnUntraced(function*(submission) {
      const job = newJob(submission, clock.now(), newId)
      yield* submissions.put(job.id, submission.text)
      const live = yield* register(job)
      yield* live.save
      yield* start(live, submission)
      return job
    }, gate.together),
    get: (id) => Option.map(Option.fromUndefinedOr(jobs.get(id)), (live) => live.now()),
    list: () => [...jobs.values()].map((live) => live.now()).sort((a, b) => a.createdAt - b.createdAt),
    report: (id) =>
      Option.map(
        Option.fromUndefinedOr(jobs.get(id)),
        (live) => options.pace === "per-poll" ? { ...live.now(), state: live.nextReportedState() } : live.now()
      ),
    awaitJob,
    setState: Effect.fnUntraced(function*(id, state) {
      const live = yield* find(id)
      live.reportActualState()
      yield* live.changeStored((job) => ({ ...job, state }))
    }, gate.together),
    resume,
    exclusively,
    load,
    reset: Effect.gen(function*() {
      yield* replaceAll([])
      yield* folder.clear
      yield* submissions.clear
    })
  }
})
