import { assert, describe, it } from "@effect/vitest"
import { JobId } from "@iiif-ingest/core/base/Ids"
import * as Reason from "@iiif-ingest/core/base/Reason"
import * as RetryPolicy from "@iiif-ingest/core/base/RetryPolicy"
import type { Job } from "@iiif-ingest/core/mps/Job"
import * as LtsClient from "@iiif-ingest/core/mps/LtsClient"
import * as MpsProgress from "@iiif-ingest/core/mps/MpsProgress"
import * as Status from "@iiif-ingest/core/mps/Status"
import { Clock, Duration, Effect, Exit, Fiber, Layer, Stream } from "effect"
import { TestClock } from "effect/testing"

const id = JobId.make("6255a8a966b08c163ac5c880")

type Reply = NonNullable<LtsClient.Script["jobStatus"]>[number]

const states = (...names: ReadonlyArray<string>): ReadonlyArray<Reply> => names.map((state) => ({ state }))

const down = new Reason.Unavailable({ evidence: Reason.evidence(503, "") })
const notFound = new LtsClient.NotFound({ url: "https://mps.example/1", evidence: Reason.evidence(404, "") })

/** A client that answers from a script and records the times of its calls. */
const recording = (replies: ReadonlyArray<Reply>, times: Array<number>) =>
  Layer.effect(
    LtsClient.LtsClient,
    Effect.map(LtsClient.LtsClient, (client) => ({
      ...client,
      jobStatus: (job: JobId) =>
        Effect.andThen(Effect.map(Clock.currentTimeMillis, (now) => void times.push(now)), client.jobStatus(job))
    }))
  ).pipe(Layer.provide(LtsClient.layerScripted({ jobStatus: replies })))

const standard = RetryPolicy.standard

/** Runs to completion under the test clock, and returns the exit, the times of the calls and the events. */
const run = <A, E>(
  replies: ReadonlyArray<Reply>,
  effect: Effect.Effect<A, E, Status.Status>,
  options: { readonly policy?: RetryPolicy.Policy; readonly adjust?: Duration.Input } = {}
) =>
  Effect.gen(function*() {
    const times: Array<number> = []
    const events: Array<string> = []
    const fiber = yield* effect.pipe(
      Effect.provide(Layer.provide(Status.layer, recording(replies, times))),
      Effect.provideService(RetryPolicy.RetryPolicy, options.policy ?? standard),
      Effect.provideService(MpsProgress.MpsProgress, (event) =>
        Effect.sync(() => void events.push(event._tag === "JobSeen" ? event.job.state : event._tag))),
      Effect.forkChild
    )
    yield* TestClock.adjust(options.adjust ?? "7 hours")
    return { exit: yield* Fiber.await(fiber), times, events }
  })

const awaiting = (limit?: Duration.Input) =>
  Status.Status.use((status) => status.await(id, limit === undefined ? {} : { limit }))

const watching = Status.Status.use((status) => Stream.runCollect(status.watch(id)))

const failure = <A, E>(exit: Exit.Exit<A, E>): E => {
  const error = Exit.findErrorOption(exit)
  assert(error._tag === "Some")
  return error.value
}

const gaps = (times: ReadonlyArray<number>) => times.slice(1).map((time, i) => time - (times[i] ?? 0))

describe("Status.await", () => {
  it.effect("follows a job through its states to success", () =>
    Effect.gen(function*() {
      const { events, exit, times } = yield* run(states("ready", "queued", "running", "success"), awaiting())
      assert(Exit.isSuccess(exit))
      assert.isTrue(exit.value.succeeded)
      assert.strictEqual(exit.value.job.id, id)
      assert.lengthOf(times, 4)
      assert.deepStrictEqual(events, ["ready", "queued", "running", "success"])
    }))

  it.effect("continues through an unknown state, and through going back from running to queued", () =>
    Effect.gen(function*() {
      const { events, exit } = yield* run(
        states("running", "Paused for maintenance", "queued", "running", "SUCCESS"),
        awaiting()
      )
      assert.isTrue(Exit.isSuccess(exit))
      assert.deepStrictEqual(events, ["running", "Paused for maintenance", "queued", "running", "SUCCESS"])
    }))

  it.effect("returns the reasons of a failed job", () =>
    Effect.gen(function*() {
      const raw = { data: { job_status: "failed", context: { errors_encountered: ["AT:one: unreadable"] } } }
      const { exit } = yield* run([{ state: "running" }, { state: "failed", raw }], awaiting())
      assert(Exit.isSuccess(exit))
      assert.deepStrictEqual(exit.value, {
        job: { id, state: "failed", raw },
        succeeded: false,
        errors: ["AT:one: unreadable"]
      })
    }))

  it.effect("fails at the policy's limit with the last state of the job", () =>
    Effect.gen(function*() {
      const { exit, times } = yield* run(states("queued", "running"), awaiting())
      const error = failure(exit)
      assert(error._tag === "JobNotEnded")
      assert.deepStrictEqual([error.jobId, error.lastState], [id, "running"])
      assert.strictEqual(Duration.toHours(error.limit), 6)
      assert.isAtMost(times.at(-1) ?? 0, 6 * 3600_000)
      assert.isAbove(times.at(-1) ?? 0, 6 * 3600_000 - 16_000)
    }))

  it.effect("fails at a given limit", () =>
    Effect.gen(function*() {
      const { exit, times } = yield* run(states("queued"), awaiting("1 minute"))
      const error = failure(exit)
      assert(error._tag === "JobNotEnded")
      assert.strictEqual(Duration.toSeconds(error.limit), 60)
      assert.isAtMost(times.at(-1) ?? 0, 60_000)
    }))

  it.effect("fails at the limit if a call is never answered", () =>
    Effect.gen(function*() {
      const silent = Layer.effect(
        LtsClient.LtsClient,
        Effect.map(LtsClient.LtsClient, (client) => ({ ...client, jobStatus: () => Effect.never }))
      ).pipe(Layer.provide(LtsClient.layerScripted()))
      const fiber = yield* Effect.forkChild(
        Effect.flip(awaiting("1 minute")).pipe(Effect.provide(Layer.provide(Status.layer, silent)))
      )
      yield* TestClock.adjust("61 seconds")
      const error = yield* Fiber.join(fiber)
      assert(error._tag === "JobNotEnded")
      assert.strictEqual(error.lastState, "not seen yet")
    }))

  it.effect("fails at once if the job no longer exists", () =>
    Effect.gen(function*() {
      const { exit, times } = yield* run([{ state: "running" }, { state: "running" }, notFound], awaiting())
      const error = failure(exit)
      assert(error._tag === "LtsError")
      assert.strictEqual(error.reason._tag, "NotFound")
      assert.lengthOf(times, 3)
    }))

  it.effect("retries failed calls as often as the policy says", () =>
    Effect.gen(function*() {
      const recovered = yield* run([{ state: "running" }, down, down, down, { state: "success" }], awaiting())
      assert.isTrue(Exit.isSuccess(recovered.exit))
      assert.deepStrictEqual(recovered.events, ["running", "success"])
      const exhausted = yield* run([{ state: "running" }, down], awaiting())
      const error = failure(exhausted.exit)
      assert.strictEqual(error._tag, "LtsError")
      assert.lengthOf(exhausted.times, 1 + 6)
    }))

  it.effect("waits as long as the server asks", () =>
    Effect.gen(function*() {
      const busy = new Reason.Throttled({ evidence: Reason.evidence(429, ""), retryAfter: Duration.minutes(2) })
      const { times } = yield* run([busy, { state: "success" }], awaiting())
      assert.deepStrictEqual(times, [0, 120_000])
    }))

  it.effect("polls at growing intervals of at most 15 seconds", () =>
    Effect.gen(function*() {
      const { times } = yield* run(states("running"), awaiting("10 minutes"))
      const waits = gaps(times)
      assert.deepStrictEqual(waits.slice(0, 3), [500, 750, 1125])
      assert.deepStrictEqual([...new Set(waits.slice(12))], [15_000])
    }))

  it.effect("stops polling when it is interrupted", () =>
    Effect.gen(function*() {
      const times: Array<number> = []
      const fiber = yield* awaiting().pipe(
        Effect.provide(Layer.provide(Status.layer, recording(states("running"), times))),
        Effect.forkChild
      )
      yield* TestClock.adjust("1 minute")
      yield* Fiber.interrupt(fiber)
      const asked = times.length
      assert.isAbove(asked, 3)
      yield* TestClock.adjust("1 hour")
      assert.lengthOf(times, asked)
    }))
})

describe("Status.watch", () => {
  it.effect("emits each change of state once, the final state last", () =>
    Effect.gen(function*() {
      const { exit, times } = yield* run(
        states("ready", "ready", "queued", "running", "running", "queued", "running", "failed"),
        watching
      )
      assert(Exit.isSuccess(exit))
      assert.deepStrictEqual(exit.value.map((job: Job) => job.state), [
        "ready",
        "queued",
        "running",
        "queued",
        "running",
        "failed"
      ])
      assert.lengthOf(times, 8)
    }))

  it.effect("polls a job that has ended only once", () =>
    Effect.gen(function*() {
      const { times } = yield* run(states("success"), watching)
      assert.deepStrictEqual(times, [0])
    }))
})

describe("Status.get and version", () => {
  it.effect("request once if they are answered, and again if not", () =>
    Effect.gen(function*() {
      const got = yield* run([down, { state: "queued" }], Status.Status.use((status) => status.get(id)))
      assert(Exit.isSuccess(got.exit))
      assert.strictEqual(got.exit.value.state, "queued")
      const layer = Layer.provide(Status.layer, LtsClient.layerScripted({ version: [down, { version: "2.7" }] }))
      const fiber = yield* Effect.forkChild(Status.Status.use((status) => status.version).pipe(Effect.provide(layer)))
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* Fiber.join(fiber), { version: "2.7" })
    }))
})
