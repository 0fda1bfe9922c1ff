import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { type Faults, Sandbox } from "@iiif-ingest/sandbox"
import { Effect, FileSystem, Layer } from "effect"
import * as Path from "node:path"
import { DatabaseSync } from "node:sqlite"
import { writeSmallFiles } from "../support/pictures.ts"
import * as JournalFile from "./support/journalFile.ts"
import * as Program from "./support/program.ts"

const manifest = "KILLED"

const layers = Layer.merge(Sandbox.Sandbox.layer(), NodeFileSystem.layer)

/** A task with three small files to ingest, and a new journal. */
const makeTask = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  yield* Effect.promise(() => writeSmallFiles(folder, 3))
  return { folder, manifest, journal: Path.join(yield* fs.makeTempDirectoryScoped(), "journal.sqlite") }
})

const reported = (run: Program.Run) => {
  const line = run.lines.find((line) => line._tag === "Reported")
  assert.isDefined(line, `${JSON.stringify(run.lines)}\n${run.stderr}`)
  return line
}

const posts = (run: Program.Run) => run.requests.filter(({ op }) => op === "Initialize").length

const stateOf = (task: Program.Task): string | undefined => JournalFile.read(task.journal).submissions[0]?.state

const fault = (rule: Faults.FaultRule) => Effect.flatMap(Sandbox.Sandbox, ({ faults }) => faults.add(rule))

/** The sandbox's jobs, once they have ended. */
const jobs = Effect.gen(function*() {
  const sandbox = yield* Sandbox.Sandbox
  return yield* Effect.forEach(yield* sandbox.jobs.list, ({ id }) => sandbox.jobs.awaitTerminal(id))
})

const check = (
  title: string,
  test: (task: Program.Task) => Effect.Effect<void, unknown, Sandbox.Sandbox>
) => it.live(title, () => makeTask.pipe(Effect.flatMap(test), Effect.scoped, Effect.provide(layers)), 60_000)

describe("a program that is killed while submitting, and restarted", () => {
  check(
    "before the service has the request: posts it again, and the report says so",
    (task) =>
      Effect.gen(function*() {
        yield* fault({ match: { op: "Initialize" }, times: 1, effect: { type: "delay", millis: 600_000 } })
        const killed = yield* Program.run(task, ({ op }) => op === "Initialize")
        assert.isTrue(killed.killed)
        assert.deepStrictEqual(yield* jobs, [])
        assert.strictEqual(stateOf(task), "submitting")

        const again = yield* Program.run(task)
        assert.deepInclude(reported(again), { complete: true, resubmitted: true })
        assert.strictEqual(posts(again), 1)
        assert.strictEqual((yield* jobs).length, 1)
        assert.strictEqual(stateOf(task), "ended")
      })
  )

  check(
    "after the service has it, before the reply: finds the assets served, and posts nothing",
    (task) =>
      Effect.gen(function*() {
        yield* fault({ match: { op: "Initialize" }, times: 1, effect: { type: "lostReply" } })
        const killed = yield* Program.run(task, ({ ended, op }) => op === "Initialize" && ended !== undefined)
        assert.isTrue(killed.killed)
        assert.strictEqual((yield* jobs).length, 1)
        assert.strictEqual(stateOf(task), "submitting")

        const again = yield* Program.run(task)
        assert.deepInclude(reported(again), { complete: true, resubmitted: false })
        assert.strictEqual(posts(again), 0)
        assert.strictEqual((yield* jobs).length, 1)
        assert.strictEqual(stateOf(task), "ended")
      })
  )

  check(
    "after the reply, before it is in the journal: finds the assets served, and posts nothing",
    (task) =>
      Effect.gen(function*() {
        // lock the journal from the request on, so that the job's id cannot be saved
        let tool: DatabaseSync | undefined
        const killed = yield* Program.run(task, ({ ended, op }) => {
          if (op !== "Initialize") return false
          if (tool === undefined) {
            tool = new DatabaseSync(task.journal)
            tool.exec("BEGIN IMMEDIATE")
          }
          return ended !== undefined
        })
        tool?.close()
        assert.isTrue(killed.killed)
        assert.strictEqual(killed.requests.find(({ op }) => op === "Initialize")?.outcome, "replied")
        assert.strictEqual((yield* jobs).length, 1)
        assert.strictEqual(stateOf(task), "submitting")

        const again = yield* Program.run(task)
        assert.deepInclude(reported(again), { complete: true, resubmitted: false })
        assert.strictEqual(posts(again), 0)
        assert.strictEqual((yield* jobs).length, 1)
      })
  )

  check(
    "with an unknown outcome and onUnknownSubmit: \"stop\": fails with SubmissionUnknown",
    (task) =>
      Effect.gen(function*() {
        yield* fault({ match: { op: "Initialize" }, times: 1, effect: { type: "delay", millis: 600_000 } })
        yield* Program.run(task, ({ op }) => op === "Initialize")
        const stopping = { ...task, onUnknownSubmit: "stop" } as const
        for (let i = 0; i < 2; i++) {
          const again = yield* Program.run(stopping)
          const ended = again.lines.find((line) => line._tag === "Ended")
          assert.strictEqual(ended?.error, "SubmissionUnknown")
          assert.strictEqual(posts(again), 0)
          assert.strictEqual(stateOf(task), "submitting")
        }
      })
  )

  check(
    "while waiting for the job: waits for the same job, and posts nothing",
    (task) =>
      Effect.gen(function*() {
        const killed = yield* Program.run(task, ({ op }) => op === "JobStatus")
        assert.isTrue(killed.killed)
        const [submission] = JournalFile.read(task.journal).submissions
        assert.strictEqual(submission?.state, "submitted")

        const again = yield* Program.run(task)
        const [job] = yield* jobs
        assert.deepInclude(reported(again), { complete: true, resubmitted: false })
        assert.strictEqual(reported(again).jobId, job?.id)
        assert.strictEqual(submission?.jobId, job?.id)
        assert.strictEqual(posts(again), 0)
        assert.strictEqual((yield* jobs).length, 1)
      })
  )

  check(
    "with a changed label while waiting for the job: waits for that job, and then posts",
    (task) =>
      Effect.gen(function*() {
        yield* Program.run(task, ({ op }) => op === "JobStatus")
        const again = yield* Program.run({ ...task, label: "Another" })
        assert.deepInclude(reported(again), { complete: true, resubmitted: false, earlier: false })
        assert.strictEqual(posts(again), 1)
        assert.strictEqual((yield* jobs).length, 2)
      })
  )

  check(
    "while delivery is down: settles nothing, and a run after that finds the assets served and posts nothing",
    (task) =>
      Effect.gen(function*() {
        yield* fault({ match: { op: "Initialize" }, times: 1, effect: { type: "lostReply" } })
        yield* Program.run(task, ({ ended, op }) => op === "Initialize" && ended !== undefined)
        yield* fault({ match: { op: "ImageInfo" }, effect: { type: "status", status: 503 } })
        const down = yield* Program.run(task)
        const ended = down.lines.find((line) => line._tag === "Ended")
        assert.strictEqual(ended?.error, "SubmissionUnknown")
        assert.match(ended?.message ?? "", /could not be seen whether it is served .*HTTP 503/)
        assert.match(down.stderr, /the ingest request may or may not have arrived/)
        assert.strictEqual(posts(down), 0)
        assert.strictEqual(stateOf(task), "submitting")

        yield* (yield* Sandbox.Sandbox).faults.set([])
        const again = yield* Program.run(task)
        assert.deepInclude(reported(again), { complete: true, resubmitted: false })
        assert.strictEqual(posts(again), 0)
        assert.strictEqual((yield* jobs).length, 1)
      })
  )
})

describe("a program that is restarted after its job has ended", () => {
  const postsNothing = (task: Program.Task) =>
    Effect.gen(function*() {
      const again = yield* Program.run(task)
      const [job] = yield* jobs
      assert.deepInclude(reported(again), { complete: true, resubmitted: false, earlier: true })
      assert.strictEqual(reported(again).jobId, job?.id)
      assert.strictEqual(posts(again), 0)
      assert.strictEqual((yield* jobs).length, 1)
    })

  check("killed while verifying: posts nothing, and only verifies", (task) =>
    Effect.gen(function*() {
      const killed = yield* Program.run(task, ({ op }) => op === "ImageInfo")
      assert.isTrue(killed.killed)
      assert.strictEqual(stateOf(task), "ended")
      yield* postsNothing(task)
    }))

  check("in success: posts nothing, however often", (task) =>
    Effect.gen(function*() {
      assert.deepInclude(reported(yield* Program.run(task)), { complete: true, earlier: false })
      yield* postsNothing(task)
      yield* postsNothing(task)
      const changed = yield* Program.run({ ...task, label: "Another" })
      assert.deepInclude(reported(changed), { complete: true, resubmitted: false, earlier: false })
      assert.strictEqual(posts(changed), 1)
    }))

  check("in failure: posts once more", (task) =>
    Effect.gen(function*() {
      yield* fault({ match: { op: "SpawnChildren" }, times: 1, effect: { type: "spawnFailure", message: "no" } })
      assert.deepInclude(reported(yield* Program.run(task)), { complete: false })
      const again = yield* Program.run(task)
      assert.deepInclude(reported(again), { complete: true, earlier: false })
      assert.strictEqual(posts(again), 1)
    }))
})
