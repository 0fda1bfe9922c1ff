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

/** Three small files to take the whole way, and a journal that is not there yet. */
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

/** The jobs that the sandbox was made to do, when they are over. */
const jobs = Effect.gen(function*() {
  const sandbox = yield* Sandbox.Sandbox
  return yield* Effect.forEach(yield* sandbox.jobs.list, ({ id }) => sandbox.jobs.awaitTerminal(id))
})

const check = (
  title: string,
  test: (task: Program.Task) => Effect.Effect<void, unknown, Sandbox.Sandbox>
) => it.live(title, () => makeTask.pipe(Effect.flatMap(test), Effect.scoped, Effect.provide(layers)), 60_000)

describe("a program that is killed while it submits, and started again", () => {
  check(
    "before the service had the request: it is posted again, and the report says so",
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
    "after the service had it, before the reply: what it asked for is found, and nothing is posted",
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
    "after the reply, before the journal has it: what it asked for is found, and nothing is posted",
    (task) =>
      Effect.gen(function*() {
        // from the request on nobody else can write to the journal, so that the job's id cannot be in it
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
    "not known whether the service had it, and not to be posted again: it ends with why",
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
    "while it waits for the job: the same job is waited for, and nothing is posted",
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
})
