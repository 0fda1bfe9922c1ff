import { assert, describe, it } from "@effect/vitest"
import { IngestImage, IngestProgram, IngestReport, Progress } from "@iiif-ingest/core"
import { type Faults, Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Layer } from "effect"
import { onSandbox } from "../examples/support/sandboxLayers.ts"
import { pathOf } from "./support/pictures.ts"
import { patient } from "./support/policies.ts"

/** Far more than the retries of the policy. */
const times = 30

const troubles: ReadonlyArray<readonly [string, Faults.FaultRule["effect"]]> = [
  ["503", { type: "status", status: 503 }],
  ["an HTML page with status 200", { type: "html", status: 200 }],
  ["a firewall's challenge", { type: "emptyAccepted" }],
  ["a connection that is reset", { type: "reset" }],
  ["JSON of another shape", { type: "malformed" }],
  ["JSON that is cut off", { type: "truncate" }],
  ["a redirect to a login page", { type: "redirect", location: "https://vpn.example/login" }],
  ["429", { type: "throttle" }]
]

const ingest = (seen: Array<Progress.Event>) =>
  IngestProgram.ingestProgram({
    images: [IngestImage.file(pathOf("coffee.png"))],
    manifest: { name: "TROUBLE", label: "Trouble" }
  }).pipe(
    patient,
    Effect.provide(Layer.merge(Progress.layer((event) => Effect.sync(() => void seen.push(event))), onSandbox))
  )

describe("waiting for a job survives", () => {
  it.live.each(troubles)("%s, however often", ([, effect]) =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.faults.add({ match: { op: "JobStatus" }, times, effect })
      const events: Array<Progress.Event> = []
      const report = yield* ingest(events)
      assert.isTrue(IngestReport.isComplete(report), IngestReport.describe(report))
      const tags = events.map(({ _tag }) => _tag)
      assert.strictEqual(tags.filter((tag) => tag === "StatusTrouble").length, 1)
      assert.strictEqual(tags.filter((tag) => tag === "StatusRecovered").length, 1)
      const polls = (yield* sandbox.requests()).filter(({ op }) => op === "JobStatus").length
      assert.isAbove(polls, times)
    }).pipe(Effect.provide(Sandbox.Sandbox.layer())), 30_000)

  it.live(
    "401 and 403 to a request without a token, as a firewall says while the VPN is down",
    () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        for (const status of [401, 403]) {
          yield* sandbox.reset
          yield* sandbox.faults.set([{ match: { op: "JobStatus" }, effect: { type: "status", status }, times: 3 }])
          const report = yield* ingest([])
          assert.isTrue(report.job?.result?.succeeded)
        }
      }).pipe(Effect.provide(Sandbox.Sandbox.layer())),
    30_000
  )
})
