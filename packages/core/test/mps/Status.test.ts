import { assert, describe, it } from "@effect/vitest"
import { JobId } from "@iiif-ingest/core/base/Ids"
import * as Reason from "@iiif-ingest/core/base/Reason"
import * as RetryPolicy from "@iiif-ingest/core/base/RetryPolicy"
import type { Job } from "@iiif-ingest/core/mps/Job"
import * as LtsClient from "@iiif-ingest/core/mps/LtsClient"
import * as MpsProgress from "@iiif-ingest/core/mps/MpsProgress"
import * as Status from "@iiif-ingest/core/mps/Status"
import { Clock, DateTime, Duration, Effect, Exit, Fiber, Layer, Stream } from "effect"
import { TestClock } from "effect/testing"
import { capturing } from "../support/logs.ts"

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

describe("trouble while waiting for a job", () => {
  const page = new Reason.Undecodable({
    evidence: Reason.evidence(200, "<html>", "text/html"),
    problem: "the body is an HTML page, not JSON"
  })
  const challenge = new Reason.Challenged({ evidence: Reason.evidence(202, "") })
  const unreachable = new Reason.Unreachable({ host: "mps", detail: "ECONNREFUSED" })
  const silent = new Reason.TimedOut({ host: "mps", limit: Duration.seconds(30) })
  const cut = new Reason.ConnectionLost({ host: "mps", detail: "ECONNRESET" })
  const busy = new Reason.Throttled({ evidence: Reason.evidence(429, "") })
  const login = new LtsClient.Redirected({ location: "https://vpn.example/login", evidence: Reason.evidence(302, "") })
  const odd = new Reason.Rejected({ evidence: Reason.evidence(418, "") })
  const noToken = new LtsClient.TokenUnavailable({ detail: "the AWS session has expired" })

  /** What is answered at a time in milliseconds. */
  const at = (answer: (now: number) => Reply) =>
    Layer.effect(
      LtsClient.LtsClient,
      Effect.map(LtsClient.LtsClient, (client) => ({
        ...client,
        jobStatus: () =>
          Effect.flatMap(Clock.currentTimeMillis, (now) => {
            const reply = answer(now)
            return "state" in reply
              ? Effect.succeed({ id, raw: {}, ...reply })
              : Effect.fail(new LtsClient.LtsError({ operation: "jobStatus", reason: reply }))
          })
      }))
    ).pipe(Layer.provide(LtsClient.layerScripted()))

  const hours = (now: number) => now / 3_600_000

  const following = (answer: (now: number) => Reply, waiting = awaiting()) =>
    Effect.gen(function*() {
      const events: Array<MpsProgress.Event> = []
      const fiber = yield* capturing(
        Effect.exit(waiting).pipe(
          Effect.flatMap((exit) => Effect.map(Clock.currentTimeMillis, (ended) => ({ exit, ended }))),
          Effect.provide(Layer.provide(Status.layer, at(answer))),
          Effect.provideService(MpsProgress.MpsProgress, (event) => Effect.sync(() => void events.push(event)))
        )
      ).pipe(Effect.forkChild)
      yield* TestClock.adjust("7 hours")
      const [{ ended, exit }, lines] = yield* Fiber.join(fiber)
      return { ended, exit, lines, events }
    })

  it.effect.each([down, page, challenge, unreachable, silent, cut, busy, login, odd, noToken])(
    "is waited out for hours, told of once when it begins and once when it is over: $_tag",
    (reason) =>
      Effect.gen(function*() {
        const { ended, events, exit, lines } = yield* following((now) =>
          hours(now) < 1 ? { state: "running" } : hours(now) < 5.5 ? reason : { state: "success" }
        )
        assert(Exit.isSuccess(exit))
        assert.isTrue(exit.value.succeeded)
        assert.closeTo(hours(ended), 5.5, 0.01)
        assert.deepStrictEqual(events.map(({ _tag }) => _tag), [
          "JobSeen",
          "StatusTrouble",
          "StatusRecovered",
          "JobSeen"
        ])
        const trouble = events[1]
        assert(trouble?._tag === "StatusTrouble" && trouble.until !== undefined)
        assert.strictEqual(trouble.problem, reason.message)
        assert.closeTo(hours(DateTime.toEpochMillis(trouble.since)), 1, 0.01)
        assert.strictEqual(hours(DateTime.toEpochMillis(trouble.until)), 6)
        assert.lengthOf(lines, 2)
        assert.include(lines[0], "asking again until 1970-01-01 06:00:00 UTC")
        assert.include(lines[0], reason.message)
        assert.match(lines[1] ?? "", /can be had again, after 4h/)
      })
  )

  it.effect("is waited out when the job was never seen, too", () =>
    Effect.gen(function*() {
      const { exit } = yield* following((now) => hours(now) < 5 ? down : { state: "success" })
      assert.isTrue(Exit.isSuccess(exit))
    }))

  it.effect("is told of again, as an event, when it becomes another one", () =>
    Effect.gen(function*() {
      const { events, lines } = yield* following((now) =>
        hours(now) < 1 ? down : hours(now) < 2 ? unreachable : { state: "success" }
      )
      const problems = events.flatMap((event) => event._tag === "StatusTrouble" ? [event.problem] : [])
      assert.deepStrictEqual(problems, [down.message, unreachable.message])
      assert.lengthOf(lines, 2)
    }))

  it.effect("that lasts to the limit is named by JobNotEnded", () =>
    Effect.gen(function*() {
      const { ended, exit } = yield* following((now) => hours(now) < 2 ? { state: "running" } : unreachable)
      const error = failure(exit)
      assert(error._tag === "JobNotEnded")
      assert.strictEqual(hours(ended), 6)
      assert.match(error.message, /still "running" after 6h, and its state cannot be had since 1970-01-01 02:00:/)
      assert.include(error.message, unreachable.message)
      const recovered = yield* following((now) => hours(now) < 2 ? unreachable : { state: "running" })
      assert.notInclude(String(failure(recovered.exit)), "cannot be had")
    }))

  it.effect("is polled as the policy says, and no sooner than the server asks, of which 5 minutes count", () =>
    Effect.gen(function*() {
      const { times } = yield* run([{ state: "running" }, down], awaiting("10 minutes"))
      assert.deepStrictEqual([...new Set(gaps(times).slice(12))], [15_000])
      const slow = new Reason.Unavailable({ evidence: Reason.evidence(503, ""), retryAfter: Duration.hours(3) })
      const asked = yield* run([slow, { state: "success" }], awaiting())
      assert.deepStrictEqual(gaps(asked.times), [300_000])
    }))

  it.effect.each([
    new LtsClient.Unauthorized({ evidence: Reason.evidence(401, ""), anew: true }),
    new LtsClient.Forbidden({ evidence: Reason.evidence(403, ""), anew: true })
  ])("ends at once with $_tag after signing anew", (reason) =>
    Effect.gen(function*() {
      const { exit, times } = yield* run([{ state: "running" }, reason], awaiting())
      const error = failure(exit)
      assert(error._tag === "LtsError")
      assert.strictEqual(error.reason, reason)
      assert.lengthOf(times, 2)
    }))

  it.effect.each([
    new LtsClient.Unauthorized({ evidence: Reason.evidence(401, "") }),
    new LtsClient.Forbidden({ evidence: Reason.evidence(403, "") })
  ])(
    "waits out $_tag to a call without a token, such as a firewall's, for as long as the deliveryLimit",
    (reason) =>
      Effect.gen(function*() {
        const over = yield* following((now) =>
          now < 60_000 ? { state: "running" } : now < 600_000 ? reason : { state: "success" }
        )
        assert.isTrue(Exit.isSuccess(over.exit))
        const start = yield* Clock.currentTimeMillis
        const lasting = yield* following((now) => now < start + 60_000 ? { state: "running" } : reason)
        const error = failure(lasting.exit)
        assert(error._tag === "LtsError")
        assert.strictEqual(error.reason, reason)
        assert.isAtMost(lasting.ended - start, 700_000)
      })
  )

  it.effect.each([notFound, odd])(
    "ends after the deliveryLimit with $_tag for a job that was never seen",
    (reason) =>
      Effect.gen(function*() {
        const { ended, exit } = yield* following(() => reason)
        const error = failure(exit)
        assert(error._tag === "LtsError")
        assert.strictEqual(error.reason, reason)
        assert.isAtLeast(ended, 600_000)
        assert.isAtMost(ended, 616_000)
        const late = yield* following((now) =>
          hours(now) < 1 ? down : now < 3_600_000 + 500_000 ? reason : { state: "success" }
        )
        assert.isTrue(Exit.isSuccess(late.exit))
      })
  )
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
