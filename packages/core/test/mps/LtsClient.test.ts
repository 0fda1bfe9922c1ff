import { assert, describe, it } from "@effect/vitest"
import * as Reason from "@iiif-ingest/core/base/Reason"
import * as LtsClient from "@iiif-ingest/core/mps/LtsClient"
import type { LtsReason, Script } from "@iiif-ingest/core/mps/LtsClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import { identifiers, jobId, ltsClientSuite, request } from "../../../../test/suites/ltsClient.ts"
import type { Accepted, Arrangement, Fails, State, Version } from "../../../../test/suites/ltsClient.ts"

const evidence = (status: number) => Reason.evidence(status, `{"error":"status ${status}"}`, "application/json")
const host = "mps.example"

const reasons: { readonly [Tag in LtsReason["_tag"]]: Extract<LtsReason, { readonly _tag: Tag }> } = {
  Unauthorized: new LtsClient.Unauthorized({ evidence: evidence(401) }),
  Forbidden: new LtsClient.Forbidden({ evidence: evidence(403) }),
  NotFound: new LtsClient.NotFound({ url: "https://mps.example/admin/ingest", evidence: evidence(404) }),
  TooLarge: new LtsClient.TooLarge({ bytes: 12, evidence: evidence(413) }),
  Redirected: new LtsClient.Redirected({ location: "https://elsewhere.example/", evidence: evidence(307) }),
  NoJobId: new LtsClient.NoJobId({ evidence: evidence(200) }),
  TokenUnavailable: new LtsClient.TokenUnavailable({ detail: "http://mps.example is neither https nor this machine" }),
  Unreachable: new Reason.Unreachable({ host, detail: "ECONNREFUSED" }),
  ConnectionLost: new Reason.ConnectionLost({ host, detail: "ECONNRESET" }),
  TimedOut: new Reason.TimedOut({ host, limit: Duration.seconds(30) }),
  Throttled: new Reason.Throttled({ evidence: evidence(429), retryAfter: Duration.seconds(7) }),
  Unavailable: new Reason.Unavailable({ evidence: evidence(503) }),
  Challenged: new Reason.Challenged({ evidence: evidence(202) }),
  Undecodable: new Reason.Undecodable({ evidence: evidence(200), problem: "it is not JSON" }),
  Rejected: new Reason.Rejected({ evidence: evidence(400) })
}

const replies = <R extends Accepted | State | Version, A>(
  arranged: ReadonlyArray<R | Fails>,
  success: (reply: R) => A
): ReadonlyArray<A | LtsReason> =>
  arranged.map((reply) => reply._tag === "Fails" ? reasons[reply.reason] : success(reply))

const scriptOf = (arrangement: Arrangement): Script => ({
  initialize: replies(arrangement.initialize ?? [], (reply: Accepted) => ({
    jobId: reply.jobId,
    identifiers: reply.identifiers,
    raw: {}
  })),
  jobStatus: replies(arrangement.jobStatus ?? [], ({ state }: State) => ({ state })),
  version: replies(arrangement.version ?? [], (reply: Version): Schema.Json => reply.json)
})

ltsClientSuite("scripted", { layer: (arrangement) => LtsClient.layerScripted(scriptOf(arrangement)) })

describe("layerScripted", () => {
  it.effect("without a script accepts every request and reports success", () =>
    Effect.gen(function*() {
      const client = yield* LtsClient.LtsClient
      const submission = yield* client.initialize(request)
      assert.deepStrictEqual(submission.identifiers, identifiers)
      const job = yield* client.jobStatus(submission.jobId)
      assert.deepStrictEqual([job.id, job.state], [submission.jobId, "success"])
    }).pipe(Effect.provide(LtsClient.layerScripted())))

  it.effect("plays its script from the start in each layer", () => {
    const layer = LtsClient.layerScripted({ jobStatus: [{ state: "queued" }, { state: "success" }] })
    const states = Effect.gen(function*() {
      const client = yield* LtsClient.LtsClient
      return [(yield* client.jobStatus(jobId)).state, (yield* client.jobStatus(jobId)).state]
    })
    return Effect.gen(function*() {
      assert.deepStrictEqual(yield* Effect.provide(states, layer), ["queued", "success"])
      assert.deepStrictEqual(yield* Effect.provide(states, layer), ["queued", "success"])
    })
  })
})

describe("LtsReason", () => {
  it("has an unknown outcome for lost submissions only", () => {
    const unknown = Object.values(reasons).filter((reason) => reason.outcome === "unknown").map((r) => r._tag)
    assert.sameMembers(unknown, ["NoJobId", "ConnectionLost", "TimedOut", "Unavailable", "Undecodable"])
  })

  it("is retryable for transient errors only", () => {
    const retryable = Object.values(reasons).filter((reason) => reason.retryable).map((r) => r._tag)
    assert.sameMembers(retryable, ["Unreachable", "ConnectionLost", "TimedOut", "Throttled", "Unavailable"])
  })
})
