import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Sandbox, type SandboxOptions } from "../src/Sandbox.ts"
import * as Client from "./support/client.ts"

const { call, ingest, ingestRequest, initialize, jobId, png, put } = Client

const withSandbox = <A, E>(use: (sandbox: Client.Running) => Effect.Effect<A, E>, options?: SandboxOptions) =>
  Sandbox.use(use).pipe(Effect.provide(Sandbox.layer(options)))

const prepared = Effect.fnUntraced(function*(sandbox: Client.Running, ids: ReadonlyArray<string>) {
  const image = yield* png(8, 8)
  yield* Effect.forEach(ids, (id) => put(sandbox, `images/${id}.png`, image))
  return ingestRequest(ids.map((id) => ({ id, width: 8, height: 8 })))
})

const look = (sandbox: Client.Running, id: string) =>
  Effect.map(
    Effect.forEach(["info.json", "full/max/0/default.png"], (rest) =>
      call(`${sandbox.url}/assets/images/SANDBOX:${id}/${rest}`)),
    (answers) =>
      answers.map(({ status }) => status)
  )

describe("magic ids", () => {
  it.live("fail, and die, and are cut off, wherever the word stands", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const ids = ["P1SBXFAIL", "P2SBXDEADx7Qz", "P3SBX503", "SBXWAFP4", "P5SBXTRUNCATED", "P6sbxfail", "P7SBX"]
      const job = yield* ingest(sandbox, yield* prepared(sandbox, ids))
      assert.strictEqual(job.state, "success")
      assert.deepStrictEqual(
        job.children.map(({ state }) => state),
        ["failed", "success", "success", "success", "success", "success", "success"]
      )
      assert.match(job.children[0]?.reason ?? "", /SBXFAIL/)
      assert.deepStrictEqual(yield* Effect.forEach(ids, (id) => look(sandbox, id)), [
        [404, 404],
        [404, 404],
        [503, 503],
        [202, 202],
        [200, 200],
        [200, 200],
        [200, 200]
      ])
      const half = yield* call(`${sandbox.url}/assets/images/SANDBOX:P5SBXTRUNCATED/info.json`)
      assert.strictEqual(half.json, undefined)
      assert.deepStrictEqual(yield* sandbox.faults.hits, [])
    })))

  it.live("take their time, on the clock of the jobs and scaled", () =>
    withSandbox(
      Effect.fnUntraced(function*(sandbox) {
        const request = yield* prepared(sandbox, ["ASBXSLOW30S", "BSBXLATE7SSBX503"])
        const id = jobId(yield* initialize(sandbox, request))
        yield* sandbox.jobs.awaitJob(id, ({ children }) => children[1]?.state === "success")
        yield* sandbox.clock.advance(2999)
        assert.strictEqual(yield* Effect.map(sandbox.jobs.list, ([job]) => job?.children[0]?.state), "running")
        yield* sandbox.clock.advance(1)
        assert.strictEqual((yield* sandbox.jobs.awaitTerminal(id)).state, "success")
        // Late by 0.7 seconds, which have passed, and unavailable ever after.
        assert.deepStrictEqual(yield* look(sandbox, "BSBXLATE7SSBX503"), [503, 503])
        assert.deepStrictEqual(yield* look(sandbox, "ASBXSLOW30S"), [200, 200])
      }),
      { clock: "manual", timeScale: 0.1 }
    ))

  it.live("come after a user's own rules", () =>
    withSandbox(
      Effect.fnUntraced(function*(sandbox) {
        yield* ingest(sandbox, yield* prepared(sandbox, ["ASBX503"]))
        assert.deepStrictEqual(yield* look(sandbox, "ASBX503"), [503, 418])
      }),
      { faults: [{ match: { op: "Image" }, effect: { type: "status", status: 418 } }] }
    ))

  it.live("hold a job that is stuck", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const id = jobId(yield* initialize(sandbox, yield* prepared(sandbox, ["ASBXSTUCK", "B"])))
      const job = yield* sandbox.jobs.awaitJob(id, ({ children }) => children[1]?.state === "success")
      assert.deepStrictEqual([job.state, job.children[0]?.state], ["running", "running"])
    })))
})
