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

const stuckIn = (state: string): Faults.FaultRule => status({ type: "jobState", states: [state], then: "last" })

/** The report of a run, what it says about the job, and the states the job was seen in. */
const jobOf = (...faults: ReadonlyArray<Faults.FaultRule>) => jobWith({}, ...faults)

const jobWith = (policy: Setup["policy"] & {}, ...faults: ReadonlyArray<Faults.FaultRule>) =>
  Effect.gen(function*() {
    yield* fresh(...faults)
    const { events, exit } = yield* run({}, { policy })
    const report = reportOf(exit)
    const problem = report.job?.problem
    if (problem !== undefined) assertClear(problem)
    const seen = events.flatMap((event) => event._tag === "JobSeen" ? [event.job.state] : [])
    return { report, problem: problem ?? "", seen, texts: [...words(report).values()] }
  })

layer(Sandbox.Sandbox.layer(), { excludeTestServices: true })("a bad job", (it) => {
  it.effect("that fails before it starts: reports the reason and the fate of each asset", () =>
    Effect.gen(function*() {
      const { report, texts } = yield* jobOf({
        match: { op: "SpawnChildren" },
        effect: { type: "spawnFailure", message: "no worker could be started" }
      })
      assert.isFalse(report.job?.result?.succeeded)
      assert.match(report.job?.result?.errors.join() ?? "", /no worker could be started/)
      assert.deepStrictEqual(fates(report), ["NotServed", "NotServed"])
      for (const text of texts) assert.match(text, /not served: HTTP 404/)
      assert.strictEqual(report.manifest._tag, "NotServed")
    }))

  it.effect("that reports success although an image failed: verification finds which one", () =>
    Effect.gen(function*() {
      const { report } = yield* jobWith(hurried, {
        match: { op: "IngestAsset", assetId: "coffee" },
        effect: { type: "childFailure", message: "the converter gave up" }
      })
      assert.isTrue(report.job?.result?.succeeded)
      assert.deepStrictEqual(fates(report), ["NotServed", "Served"])
      assert.isFalse(IngestReport.isComplete(report))
    }))

  it.effect("in an unknown state: counts as still running", () =>
    Effect.gen(function*() {
      const { report, seen } = yield* jobOf(states("paused", "reticulating splines"))
      assert.isTrue(IngestReport.isComplete(report))
      assert.includeMembers(seen, ["paused", "reticulating splines", "success"])
    }))

  it.effect("that goes back from running to queued: is still awaited", () =>
    Effect.gen(function*() {
      const reported = ["ready", "queued", "running", "queued", "running", "ready"] as const
      const { report, seen } = yield* jobOf(states(...reported))
      assert.isTrue(IngestReport.isComplete(report))
      // Then come the states that the job is really in, of which there may be more than the last.
      assert.deepStrictEqual(seen.slice(0, reported.length), [...reported])
      assert.strictEqual(seen.at(-1), "success")
    }))

  it.effect.each(["running", "an unknown state", "ready"])(
    "stuck in \"%s\": reports its id and state, and what is served",
    (state) =>
      Effect.gen(function*() {
        const { problem, report } = yield* jobWith({ jobLimit: Duration.millis(300) }, stuckIn(state))
        assert.include(problem, `job ${report.job?.id} is still "${state}" after 300ms: check again later by its id`)
        assert.deepStrictEqual(fates(report), ["Served", "Served"])
        assert.isFalse(IngestReport.isComplete(report))
      })
  )

  it.effect("that disappears: reports the 404 and the URL, and what is served", () =>
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

  const troubles: ReadonlyArray<readonly [what: string, effect: Faults.FaultEffect, says: RegExp]> = [
    ["500 with an HTML page", { type: "html", status: 500 }, /the server failed \(HTTP 500\)/],
    ["200 with an HTML page", { type: "html", status: 200 }, /the body is an HTML page, not JSON/],
    ["truncated JSON", { type: "truncate" }, /the JSON is cut off after \d+ characters/],
    ["JSON of another shape", { type: "malformed" }, /data\.job_status is missing, not a job state/],
    [
      "a state that is not a string",
      { type: "malformed", body: { data: { job_status: 7 } } },
      /data\.job_status is a number/
    ],
    ["202 from a firewall", { type: "emptyAccepted" }, /a web application firewall responded/],
    ["429 every time", { type: "throttle" }, /is throttling requests \(HTTP 429\)/],
    ["a connection reset", { type: "reset" }, /was lost before the response was complete/]
  ]

  it.effect.each(troubles)(
    "whose status request gets %s to the end: is asked for until the limit, and the report says why",
    ([, effect, says]) =>
      Effect.gen(function*() {
        const { problem, report } = yield* jobWith({ jobLimit: Duration.millis(300) }, status(effect))
        assert.match(problem, says)
        assert.deepStrictEqual(fates(report), ["Served", "Served"])
        assert.isFalse(IngestReport.isComplete(report))
        assert.isAbove((yield* ops).filter((op) => op === "JobStatus").length, 4)
        assert.strictEqual((yield* ops).filter((op) => op === "Initialize").length, 1)
      })
  )

  it.effect("whose status request gets 401 for long: the report says so, and what is served", () =>
    Effect.gen(function*() {
      const { problem, report } = yield* jobOf(status({ type: "status", status: 401 }))
      assert.match(problem, /the token was not accepted \(HTTP 401\)/)
      assert.deepStrictEqual(fates(report), ["Served", "Served"])
      assert.isAbove((yield* ops).filter((op) => op === "JobStatus").length, 1)
    }))

  it.effect("whose status request fails now and then: retries it", () =>
    Effect.gen(function*() {
      const { report } = yield* jobOf(status({ type: "reset" }, 1), status({ type: "html", status: 503 }, 1))
      assert.isTrue(IngestReport.isComplete(report))
    }))
})
