import { assert, layer } from "@effect/vitest"
import { IngestReport } from "@iiif-ingest/core"
import { type Faults, Sandbox } from "@iiif-ingest/sandbox"
import { Duration, Effect } from "effect"
import { assertClear, fates, fresh, hurried, ops, reportOf, run, type Setup, words } from "./support/runs.ts"

const status = (effect: Faults.FaultEffect, times?: number): Faults.FaultRule => ({
  match: { op: "JobStatus" },
  effect,
  ...(times === undefined ? {} : { times })
})

const states = (...[first, ...rest]: readonly [string, ...Array<string>]): Faults.FaultRule => ({
  ...status({ type: "jobState", states: [first, ...rest] }, 1 + rest.length)
})

const forEver = (state: string): Faults.FaultRule => status({ type: "jobState", states: [state], then: "last" })

/** The report of a run, and what it says of the job in words that can be read. */
const jobOf = (...faults: ReadonlyArray<Faults.FaultRule>) => jobWith({}, ...faults)

const jobWith = (policy: Setup["policy"] & {}, ...faults: ReadonlyArray<Faults.FaultRule>) =>
  Effect.gen(function*() {
    yield* fresh(...faults)
    const { events, exit } = yield* run({}, { policy })
    const report = reportOf(exit)
    const problem = report.job?.problem
    if (problem !== undefined) assertClear(problem)
    const seen = events.flatMap((event) => event._tag === "JobSeen" ? [event.job.state] : [])
    return { report, problem: problem ?? "", seen, said: [...words(report).values()] }
  })

layer(Sandbox.Sandbox.layer(), { excludeTestServices: true })("a bad job", (it) => {
  it.effect("that fails before it begins: its reason, and each asset by name", () =>
    Effect.gen(function*() {
      const { report, said } = yield* jobOf({
        match: { op: "SpawnChildren" },
        effect: { type: "spawnFailure", message: "no worker could be started" }
      })
      assert.isFalse(report.job?.result?.succeeded)
      assert.match(report.job?.result?.errors.join() ?? "", /no worker could be started/)
      assert.deepStrictEqual(fates(report), ["NotServed", "NotServed"])
      for (const text of said) assert.match(text, /not served: HTTP 404/)
      assert.strictEqual(report.manifest._tag, "NotServed")
    }))

  it.effect("that says success with an image that failed: verifying finds which", () =>
    Effect.gen(function*() {
      const { report } = yield* jobWith(hurried, {
        match: { op: "IngestAsset", assetId: "coffee" },
        effect: { type: "childFailure", message: "the converter gave up" }
      })
      assert.isTrue(report.job?.result?.succeeded)
      assert.deepStrictEqual(fates(report), ["NotServed", "Served"])
      assert.isFalse(IngestReport.isComplete(report))
    }))

  it.effect("that is in a state which nobody knows: it counts as going on", () =>
    Effect.gen(function*() {
      const { report, seen } = yield* jobOf(states("paused", "reticulating splines"))
      assert.isTrue(IngestReport.isComplete(report))
      assert.includeMembers(seen, ["paused", "reticulating splines", "success"])
    }))

  it.effect("that goes back from running to queued: it is waited for all the same", () =>
    Effect.gen(function*() {
      const { report, seen } = yield* jobOf(states("ready", "queued", "running", "queued", "running", "ready"))
      assert.isTrue(IngestReport.isComplete(report))
      assert.deepStrictEqual(seen, ["ready", "queued", "running", "queued", "running", "ready", "success"])
    }))

  it.effect.each(["running", "a state of its own", "ready"])(
    "that is %s for ever: its id and state, and what is served",
    (state) =>
      Effect.gen(function*() {
        const { problem, report } = yield* jobWith({ jobLimit: Duration.millis(300) }, forEver(state))
        assert.include(problem, `job ${report.job?.id} is still "${state}" after 300ms: look again later by its id`)
        assert.deepStrictEqual(fates(report), ["Served", "Served"])
        assert.isFalse(IngestReport.isComplete(report))
      })
  )

  it.effect("that is gone after a while: 404 by its address, and what is served", () =>
    Effect.gen(function*() {
      const { problem, report } = yield* jobOf(
        states("running"),
        status({ type: "status", status: 404, body: "{\"error\":\"no such job\"}" })
      )
      assert.match(
        problem,
        /jobStatus: there is nothing at http\S+\/jobstatus\/[0-9a-f]{24} \(HTTP 404\): check the job's id/
      )
      assert.deepStrictEqual(fates(report), ["Served", "Served"])
      assert.strictEqual((yield* ops).filter((op) => op === "JobStatus").length, 2)
    }))

  const answers: ReadonlyArray<readonly [what: string, effect: Faults.FaultEffect, says: RegExp, asked: number]> = [
    ["500 with a page", { type: "html", status: 500 }, /the server failed \(HTTP 500\)/, 4],
    ["a page with 200", { type: "html", status: 200 }, /an HTML page came instead of JSON/, 1],
    ["half of its JSON", { type: "truncate" }, /the JSON is cut off after \d+ characters/, 1],
    ["JSON of another shape", { type: "malformed" }, /data\.job_status is missing, not the state of a job/, 1],
    [
      "a state that is no text",
      { type: "malformed", body: { data: { job_status: 7 } } },
      /data\.job_status is a number/,
      1
    ],
    ["a firewall's 202", { type: "emptyAccepted" }, /a web application firewall answered/, 1],
    ["401", { type: "status", status: 401 }, /the token was not accepted \(HTTP 401\)/, 1],
    ["429 without end", { type: "throttle" }, /is throttling \(HTTP 429\)/, 4],
    ["a broken connection", { type: "reset" }, /broke before its answer was complete/, 4]
  ]

  it.effect.each(answers)(
    "whose status is answered with %s: the report says so, and what is served",
    ([, effect, says, asked]) =>
      Effect.gen(function*() {
        const { problem, report } = yield* jobOf(status(effect))
        assert.match(problem, says)
        assert.deepStrictEqual(fates(report), ["Served", "Served"])
        assert.isFalse(IngestReport.isComplete(report))
        assert.strictEqual((yield* ops).filter((op) => op === "JobStatus").length, asked)
        assert.strictEqual((yield* ops).filter((op) => op === "Initialize").length, 1)
      })
  )

  it.effect("whose status is lost now and then: it is asked again", () =>
    Effect.gen(function*() {
      const { report } = yield* jobOf(status({ type: "reset" }, 1), status({ type: "html", status: 503 }, 1))
      assert.isTrue(IngestReport.isComplete(report))
    }))
})
