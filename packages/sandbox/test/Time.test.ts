/** The jobs' clock, and what a seed makes the same in every run. */
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Sandbox, type SandboxOptions } from "../src/Sandbox.ts"
import * as Client from "./support/client.ts"
import { temporaryDirectory } from "./support/files.ts"

const { call, ingest, ingestRequest, initialize, jobId, jobStatus, mintToken, png, put, s3 } = Client

const withSandbox = <A, E>(use: (sandbox: Client.Running) => Effect.Effect<A, E>, options?: SandboxOptions) =>
  Sandbox.use(use).pipe(Effect.provide(Sandbox.layer(options)))

const HOUR = 3_600_000
const pace = { queuedMillis: HOUR, runningMillis: HOUR }
const one = ingestRequest([{ id: "ONE", width: 30, height: 20 }])

const submit = Effect.fnUntraced(function*(sandbox: Client.Running) {
  yield* put(sandbox, "images/ONE.png", yield* png(30, 20))
  return jobId(yield* initialize(sandbox, one))
})

describe("the jobs' clock", () => {
  it.live("moves only when it is told to, if it is manual", () =>
    withSandbox(
      Effect.fnUntraced(function*(sandbox) {
        const id = yield* submit(sandbox)
        const start = yield* sandbox.clock.now
        yield* sandbox.clock.advance(HOUR - 1)
        assert.strictEqual(yield* jobStatus(sandbox, id), "queued")
        yield* sandbox.clock.advance(1)
        assert.strictEqual(yield* jobStatus(sandbox, id), "running")
        yield* sandbox.clock.advance("59 minutes")
        const processed = yield* sandbox.jobs.awaitJob(id, ({ children }) => children[0]?.state === "success")
        assert.strictEqual(processed.state, "running")
        yield* sandbox.clock.advance("1 minute")
        const ended = yield* sandbox.jobs.awaitTerminal(id)
        assert.strictEqual(yield* sandbox.clock.now, start + 2 * HOUR)
        assert.deepStrictEqual(ended.timeline, [
          { state: "queued", at: start },
          { state: "running", at: start + HOUR },
          { state: "success", at: start + 2 * HOUR }
        ])
      }),
      { pace, clock: "manual" }
    ))

  it.live("stays at a time that can be stored, however far it is moved", () =>
    Effect.gen(function*() {
      const options: SandboxOptions = { pace, clock: "manual", dataDirectory: yield* temporaryDirectory }
      const id = yield* withSandbox(
        Effect.fnUntraced(function*(sandbox) {
          const id = yield* submit(sandbox)
          yield* sandbox.clock.advance("10 minutes")
          yield* sandbox.clock.advance(Infinity)
          assert.strictEqual(new Date(yield* sandbox.clock.now).getUTCFullYear(), 275_760)
          yield* sandbox.jobs.setState(id, "running")
          assert.strictEqual(yield* jobStatus(sandbox, id), "running")
          return id
        }),
        options
      )
      const again = yield* withSandbox((sandbox) => sandbox.jobs.list, options)
      assert.deepStrictEqual(again.map((job) => job.id), [id])
    }).pipe(Effect.scoped))

  it.live("passes through every state, however far it is moved at once", () =>
    withSandbox(
      Effect.fnUntraced(function*(sandbox) {
        const id = yield* submit(sandbox)
        yield* sandbox.clock.advance("30 days")
        const { children, timeline } = yield* sandbox.jobs.awaitTerminal(id)
        assert.deepStrictEqual(timeline?.map(({ state }) => state), ["queued", "running", "success"])
        assert.strictEqual(children[0]?.state, "success")
      }),
      { pace, clock: "manual" }
    ))

  it.live("may be a test's own, which leaves signatures and tokens valid", () =>
    Effect.gen(function*() {
      const clock = yield* TestClock.make()
      yield* withSandbox(
        Effect.fnUntraced(function*(sandbox) {
          const id = yield* submit(sandbox)
          // Decades away from the time of the requests, in both directions.
          yield* clock.adjust(HOUR)
          assert.strictEqual(yield* jobStatus(sandbox, id), "running")
          yield* clock.setTime(Date.UTC(2100, 0, 1))
          assert.strictEqual((yield* sandbox.jobs.awaitTerminal(id)).createdAt, 0)
          yield* submit(sandbox)

          const old = { iat: 1_000, exp: 2_000 }
          assert.strictEqual((yield* initialize(sandbox, one, mintToken(sandbox, { payload: old }))).status, 401)
          const refused = yield* Effect.flip(sandbox.clock.advance(1))
          assert.strictEqual(refused._tag, "ClockRuns")
        }),
        { pace, clock }
      )
    }).pipe(Effect.scoped))
})

describe("a test with a clock of its own", () => {
  it.effect("needs to say nothing of it", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      assert.strictEqual(yield* Clock.currentTimeMillis, 0)
      const job = yield* Client.putAndIngest(sandbox, "ONE")
      assert.strictEqual(job.state, "success")
      assert.isAbove(job.createdAt, Date.UTC(2020))
    })))

  it.effect("can let jobs have it", () =>
    Effect.gen(function*() {
      const clock = yield* Clock.Clock
      yield* withSandbox(
        Effect.fnUntraced(function*(sandbox) {
          const id = yield* submit(sandbox)
          yield* TestClock.adjust("1 hour")
          assert.strictEqual(yield* jobStatus(sandbox, id), "running")
          yield* TestClock.adjust("1 hour")
          assert.deepStrictEqual((yield* sandbox.jobs.awaitTerminal(id)).timeline?.map(({ at }) => at), [
            0,
            HOUR,
            2 * HOUR
          ])
        }),
        { pace, clock }
      )
    }))
})

describe("a seed", () => {
  const uploadId = (sandbox: Client.Running) =>
    Effect.promise(async () => {
      const response = await s3(sandbox, { method: "POST", key: "images/parts.tif", query: "?uploads=" })
      return /<UploadId>([^<]+)/.exec(await response.text())?.[1] ?? ""
    })
  const ids = (sandbox: Client.Running) =>
    Effect.gen(function*() {
      yield* put(sandbox, "images/ONE.png", yield* png(30, 20))
      const upload = yield* uploadId(sandbox)
      const first = yield* ingest(sandbox, one)
      const second = yield* ingest(sandbox, one)
      return [upload, first.id, first.children[0]?.id, second.id, second.children[0]?.id]
    })
  const throttled = (sandbox: Client.Running) =>
    Effect.forEach(
      Array.from({ length: 30 }),
      () => Effect.map(call(`${sandbox.url}/admin/ingest/version`), ({ status }) => status)
    )
  const faults = [{ match: { op: "Version" }, probability: 0.5, effect: { type: "throttle" } }] as const

  it.live("gives the same ids and faults in every run, and again after a reset", () =>
    Effect.gen(function*() {
      const run = (sandbox: Client.Running) => Effect.all([ids(sandbox), throttled(sandbox)])
      const twice = (seed: number) =>
        withSandbox(
          Effect.fnUntraced(function*(sandbox) {
            const first = yield* run(sandbox)
            yield* sandbox.reset
            return [first, yield* run(sandbox)]
          }),
          { seed, faults }
        )
      const [first, again] = yield* twice(7)
      assert.deepStrictEqual(again, first)
      assert.deepStrictEqual(yield* twice(7), [first, again])
      assert.notDeepEqual(yield* twice(8), [first, again])
      assert.match(String(first?.[0][0]), /^[0-9a-f]{48}$/)
      for (const id of first?.[0].slice(1) ?? []) assert.match(String(id), /^[0-9a-f]{24}$/)
      assert.lengthOf(new Set(first?.[0]), 5)
    }))

  it.live("gives no id of a job again that a data folder still has", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const run = withSandbox(
        Effect.fnUntraced(function*(sandbox) {
          yield* submit(sandbox)
          yield* sandbox.jobs.awaitTerminal(jobId(yield* initialize(sandbox, one)))
          return (yield* sandbox.jobs.list).map(({ id }) => id)
        }),
        { dataDirectory: directory, seed: 7 }
      )
      const before = yield* run
      const after = yield* run
      assert.lengthOf(new Set([...before, ...after]), 4)
    }).pipe(Effect.scoped))
})
