import { assert } from "@effect/vitest"
import { Ids, Job, LtsClient, RetryPolicy, Status } from "@iiif-ingest/core"
import { Duration, Effect, Fiber, Layer, Schedule } from "effect"
import { TestClock } from "effect/testing"
import * as Net from "node:net"
import { shortPolicy } from "../../support/policies.ts"
import { clientAt, onService, type Reply } from "../support/service.ts"
import { type Trap, trap } from "./Trap.ts"

const jobId = Ids.JobId.make("6255a8a966b08c163ac5c880")

const scripted = (...states: ReadonlyArray<string>) =>
  Status.layer.pipe(Layer.provide(LtsClient.layerScripted({ jobStatus: states.map((state) => ({ state })) })))

const ok = (body: unknown): Reply => ({ status: 200, body: JSON.stringify(body) })
const page = "<!doctype html><title>Service Unavailable</title>"

const once = Effect.provideService(RetryPolicy.RetryPolicy, { ...shortPolicy, read: Schedule.recurs(0) })
const often = Effect.provideService(RetryPolicy.RetryPolicy, shortPolicy)

/** The reason for which a status request fails if the service sends this reply. */
const reasonOf = (reply: Reply) =>
  Status.Status.use((status) => status.get(jobId)).pipe(
    Effect.flip,
    Effect.map(({ reason }) => reason._tag),
    once,
    Effect.provide(onService([reply]))
  )

/** A port that was free a moment ago, and on which nothing listens. */
const freePort = Effect.callback<number>((resume) => {
  const server = Net.createServer().listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0)))
  })
})

export const jobs: ReadonlyArray<Trap> = [
  trap(
    9,
    "closed",
    "waiting ends at its limit, whatever the state, and the error says how to check again",
    Effect.gen(function*() {
      const status = yield* Status.Status
      const waiting = yield* Effect.forkChild(Effect.flip(status.await(jobId)))
      yield* TestClock.adjust("6 hours")
      const error = yield* Fiber.join(waiting)
      assert.instanceOf(error, Status.JobNotEnded)
      assert.match(error.message, /still "running" after 6h: check again later by its id/)
    }).pipe(Effect.provide([scripted("running"), TestClock.layer()]))
  ),

  trap(
    10,
    "closed",
    "ready and every unknown state count as still going",
    Effect.gen(function*() {
      const status = yield* Status.Status
      const { job } = yield* status.await(jobId)
      assert.strictEqual(job.state, "success")
      assert.deepStrictEqual(["ready", "paused", "success", "failed"].map((state) => Job.phase({ ...job, state })), [
        "Going",
        "Going",
        "Succeeded",
        "Failed"
      ])
    }).pipe(often, Effect.provide(scripted("ready", "converting", "queued", "running", "success")))
  ),

  trap(
    11,
    "closed",
    "HTML, 404, 5xx and malformed JSON are typed reasons with evidence",
    Effect.gen(function*() {
      assert.strictEqual(yield* reasonOf({ status: 200, body: page, type: "text/html" }), "Undecodable")
      assert.strictEqual(yield* reasonOf(ok({ message: "no data" })), "Undecodable")
      assert.strictEqual(yield* reasonOf({ status: 404, body: page, type: "text/html" }), "NotFound")
      assert.strictEqual(yield* reasonOf({ status: 500, body: page, type: "text/html" }), "Unavailable")
      assert.strictEqual(yield* reasonOf({ status: 503, body: "{" }), "Unavailable")
    })
  ),

  trap(
    12,
    "closed",
    "every call has a timeout, reads are retried, and a missing network is a typed error",
    Effect.gen(function*() {
      const version = Status.Status.use((status) => status.version)
      const slow = yield* Effect.flip(version).pipe(
        once,
        Effect.provide(onService(["silence"], { timeout: "30 millis" }))
      )
      assert.strictEqual(slow.reason._tag, "TimedOut")
      const retried = yield* version.pipe(
        often,
        Effect.provide(onService([{ status: 503, body: page }, { status: 500, body: page }, ok({ version: "1" })]))
      )
      assert.deepStrictEqual(retried, { version: "1" })
      const unreachable = yield* Effect.flip(version).pipe(once, Effect.provide(clientAt(yield* freePort)))
      assert.strictEqual(unreachable.reason._tag, "Unreachable")
    })
  ),

  trap(
    13,
    "closed",
    "the limit is configurable, and is 6 hours by default, as long as a child job may take at LTS",
    Effect.gen(function*() {
      assert.strictEqual(Duration.toHours(RetryPolicy.standard.jobLimit), 6)
      const status = yield* Status.Status
      const limited = yield* Effect.flip(status.await(jobId, { limit: "20 millis" }))
      assert.strictEqual(limited._tag, "JobNotEnded")
    }).pipe(often, Effect.provide(scripted("running")))
  )
]
