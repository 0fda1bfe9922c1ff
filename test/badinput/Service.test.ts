import { assert, layer } from "@effect/vitest"
import { Fate, IngestReport, type LtsClient, Status } from "@iiif-ingest/core"
import { type Faults, Sandbox } from "@iiif-ingest/sandbox"
import { Clock, Effect } from "effect"
import * as Net from "node:net"
import { errorOf, fates, fresh, hurried, onServices, ops, reportOf, requests, run, type Setup } from "./support/runs.ts"

const initialize = (effect: Faults.FaultEffect, times?: number): Faults.FaultRule => ({
  match: { op: "Initialize" },
  effect,
  ...(times === undefined ? {} : { times })
})

const answer = (status: number, body: string, headers?: Readonly<Record<string, string>>): Faults.FaultEffect => ({
  type: "status",
  status,
  body,
  ...(headers === undefined ? {} : { headers })
})

const json = (body: unknown): Faults.FaultEffect =>
  answer(200, JSON.stringify(body), { "content-type": "application/json" })

/** A port on which nothing listens. */
const closedPort = Effect.callback<number>((resume) => {
  const server = Net.createServer().listen(0, "127.0.0.1", () => {
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    server.close(() => resume(Effect.succeed(port)))
  })
})

interface Case {
  readonly title: string
  readonly effect: Faults.FaultEffect
  readonly setup?: Setup
  readonly reason: LtsClient.LtsReason["_tag"]
  readonly says: ReadonlyArray<RegExp>
  /** How often the request was posted. */
  readonly posts: number
}

/** At most four attempts if the request was certainly not accepted; if that is unknown, it is posted once more. */
const [once, twice, retried] = [1, 2, 4]

const page = "<html><body><h1>Internal error</h1>at java.lang.Thread.run()</body></html>"

const cases: ReadonlyArray<Case> = [
  {
    title: "no reply",
    effect: { type: "delay", millis: 600_000 },
    setup: { http: { timeout: "100 millis" } },
    reason: "TimedOut",
    says: [/127\.0\.0\.1:\d+ did not respond within 100ms/],
    posts: twice
  },
  {
    title: "a connection reset",
    effect: { type: "reset" },
    reason: "ConnectionLost",
    says: [/was lost before the response was complete/],
    posts: twice
  },
  {
    title: "401",
    effect: answer(401, "{\"error\":\"no\"}"),
    reason: "Unauthorized",
    says: [/token was not accepted \(HTTP 401\): check issuer, kid and private key.*this machine's clock/],
    posts: once
  },
  {
    title: "403",
    effect: { type: "deny" },
    reason: "Forbidden",
    says: [/not allowed \(HTTP 403\): check the permissions of the kid, and the VPN/],
    posts: once
  },
  {
    title: "404",
    effect: answer(404, "nothing here"),
    reason: "NotFound",
    says: [
      /there is nothing at http:\/\/127\.0\.0\.1:\d+\/admin\/ingest\/initialize \(HTTP 404\): check .*LTS_IIIF_INGEST_URL/
    ],
    posts: once
  },
  {
    title: "413",
    effect: answer(413, page),
    reason: "TooLarge",
    says: [/request of \d+ bytes is too large .*\(HTTP 413\): send fewer assets/],
    posts: once
  },
  {
    title: "422",
    effect: answer(422, "{\"error\":\"no space\"}"),
    reason: "Rejected",
    says: [/rejected the request \(HTTP 422\): "\{"error":"no space"\}"/],
    posts: once
  },
  {
    title: "429 without Retry-After",
    effect: { type: "throttle" },
    reason: "Throttled",
    says: [/is throttling requests \(HTTP 429\): send fewer at a time/],
    posts: retried
  },
  {
    title: "429 with a Retry-After of 0 seconds",
    effect: { type: "throttle", retryAfterSeconds: 0 },
    reason: "Throttled",
    says: [/is throttling requests \(HTTP 429, retry after /],
    posts: retried
  },
  {
    title: "429 with a Retry-After date in the past",
    effect: answer(429, "", { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" }),
    reason: "Throttled",
    says: [/is throttling requests \(HTTP 429, retry after /],
    posts: retried
  },
  {
    title: "429 with an invalid Retry-After",
    effect: answer(429, "", { "retry-after": "soon" }),
    reason: "Throttled",
    says: [/is throttling requests \(HTTP 429\)/],
    posts: retried
  },
  {
    title: "500 with an HTML page",
    effect: answer(500, page, { "content-type": "text/html" }),
    reason: "Unavailable",
    says: [/the server failed \(HTTP 500\) and responded with "<html>.*Internal error/],
    posts: twice
  },
  {
    title: "502 from a proxy",
    effect: { type: "html" },
    reason: "Unavailable",
    says: [/the server failed \(HTTP 502\)/],
    posts: twice
  },
  {
    title: "202 from a firewall",
    effect: { type: "emptyAccepted" },
    reason: "Challenged",
    says: [/a web application firewall responded instead of the service \(HTTP 202, challenge\): ask LTS to allow/],
    posts: once
  },
  {
    title: "200 with an HTML page",
    effect: { type: "html", status: 200 },
    reason: "Undecodable",
    says: [/cannot decode the response \(HTTP 200\): the body is an HTML page, not JSON/],
    posts: twice
  },
  {
    title: "200 with an empty body",
    effect: answer(200, ""),
    reason: "Undecodable",
    says: [/cannot decode the response \(HTTP 200\): the body is empty/],
    posts: twice
  },
  {
    title: "truncated JSON",
    effect: answer(200, "{\"data\":{\"job_tr"),
    reason: "Undecodable",
    says: [/the JSON is cut off after 16 characters/],
    posts: twice
  },
  {
    title: "JSON of another shape",
    effect: json(["job"]),
    reason: "Undecodable",
    says: [/the body is an array, not an object/],
    posts: twice
  },
  {
    title: "a job id of another shape",
    effect: json({ data: { job_tracker_file: { _id: 7 } } }),
    reason: "Undecodable",
    says: [/data\.job_tracker_file\._id is a number, not a job id/],
    posts: twice
  },
  {
    title: "no job id",
    effect: json({ data: {} }),
    reason: "NoJobId",
    says: [/answered HTTP 200 without a job id; it said "\{"data":\{\}\}"/],
    posts: twice
  },
  {
    title: "200 with an error",
    effect: json({ error: "bad space" }),
    reason: "Rejected",
    says: [/rejected the request \(HTTP 200\): "\{"error":"bad space"\}"/],
    posts: once
  },
  {
    title: "a redirect",
    effect: { type: "redirect", location: "/elsewhere?sig=hush", status: 307 },
    reason: "Redirected",
    says: [
      /redirects to http:\/\/127\.0\.0\.1:\d+\/elsewhere \(HTTP 307\), and a token is never sent to a redirect target/
    ],
    posts: once
  },
  {
    title: "a reply with terminal control characters",
    effect: answer(403, "\u001b[2J\u009b31m\u202ehsuh"),
    reason: "Forbidden",
    says: [/\(HTTP 403\)/],
    posts: once
  }
]

const posted = Effect.map(ops, (all) => all.filter((op) => op === "Initialize").length)

layer(Sandbox.Sandbox.layer(), { excludeTestServices: true })("a bad service", (it) => {
  it.effect.each(cases)(
    "$title to every request: $reason, and no job",
    ({ effect, posts, reason, says, setup }) =>
      Effect.gen(function*() {
        const sandbox = yield* fresh(initialize(effect))
        const { exit, logs } = yield* run({}, { ...setup, policy: hurried })
        const error = errorOf(exit, ...says)
        assert(error._tag === "LtsError")
        assert.deepStrictEqual([error.operation, error.reason._tag], ["initialize", reason])
        assert.strictEqual(yield* posted, posts)
        assert.deepStrictEqual(yield* sandbox.jobs.list, [])
        assert.notInclude(yield* Effect.map(requests, (all) => all.map(({ path }) => path).join()), "elsewhere")
        assert.match(
          logs.join("\n"),
          /2 images are in the bucket and no job is known for them: run the same ingest again/
        )
        // Running the same again completes it.
        yield* sandbox.faults.clear
        assert.isTrue(IngestReport.isComplete(reportOf((yield* run()).exit)))
        assert.strictEqual((yield* sandbox.jobs.list).length, 1)
      })
  )

  it.effect("connection refused: Unreachable after four attempts, with what to do", () =>
    Effect.gen(function*() {
      yield* fresh()
      const port = yield* closedPort
      const config: Setup["config"] = (own) => ({ ...own, ingestUrl: `http://127.0.0.1:${port}/admin/ingest` })
      const { exit } = yield* run({}, { config })
      const error = errorOf(exit, /127\.0\.0\.1:\d+ cannot be reached \(.*ECONNREFUSED.*\): is the sandbox running\?/)
      assert.strictEqual(error._tag === "LtsError" ? error.reason._tag : "", "Unreachable")
    }))

  it.effect.each(
    [
      ["seconds", () => "1"],
      ["a date", (now: number) => new Date(now + 1500).toUTCString()]
    ] as const
  )("429 with Retry-After in %s: waits that long, and the run completes", ([, header]) =>
    Effect.gen(function*() {
      const before = yield* Clock.currentTimeMillis
      const at = header(before)
      yield* fresh(initialize(answer(429, "", { "retry-after": at }), 1))
      const report = reportOf((yield* run()).exit)
      assert.isTrue(IngestReport.isComplete(report))
      assert.isFalse(report.resubmitted)
      const until = /^\d$/.test(at) ? before + 1000 : Date.parse(at)
      assert.isAtLeast(yield* Clock.currentTimeMillis, until)
      assert.strictEqual(yield* posted, 2)
    }))

  it.effect.each(
    [
      ["is lost", { type: "lostReply" }],
      ["is truncated", { type: "truncate" }],
      ["is malformed", { type: "malformed" }],
      ["is reset in its body", { type: "reset", afterResponseBytes: 10 }]
    ] as const
  )(
    "a reply that %s: the assets are found to be served, and nothing is posted twice",
    ([, effect]) =>
      Effect.gen(function*() {
        const sandbox = yield* fresh(initialize(effect, 1))
        const { exit, logs } = yield* run()
        const report = reportOf(exit)
        assert.isTrue(IngestReport.isComplete(report), JSON.stringify(report))
        assert.isUndefined(report.job)
        assert.isFalse(report.resubmitted)
        assert.strictEqual(yield* posted, 1)
        assert.strictEqual((yield* sandbox.jobs.list).length, 1)
        assert.match(
          logs.join("\n"),
          /the ingest request may or may not have arrived: checking whether what it asked for is served/
        )
      })
  )

  it.effect("a lost reply with onUnknownSubmit: \"stop\": SubmissionUnknown, with both ways forward", () =>
    Effect.gen(function*() {
      yield* fresh(initialize({ type: "status", status: 502 }))
      const { exit } = yield* run({ onUnknownSubmit: "stop" }, { policy: hurried })
      const error = errorOf(
        exit,
        /it is not known whether the request for http\S+ arrived \(.*HTTP 502/,
        /ask LTS, or run again with onUnknownSubmit/
      )
      assert.strictEqual(error._tag, "SubmissionUnknown")
    }))

  it.effect("delivery that is down, throttled or behind a firewall: reported as unknown, never as missing", () =>
    Effect.gen(function*() {
      const bad: ReadonlyArray<readonly [Faults.FaultEffect, RegExp]> = [
        [{ type: "throttle" }, /unknown whether served: withheld, HTTP 429/],
        [{ type: "emptyAccepted" }, /unknown whether served: withheld, HTTP 202/],
        [{ type: "html", status: 200 }, /unknown whether served: HTTP 200: the body is an HTML page, not JSON/],
        [{ type: "reset" }, /unknown whether served: the connection to .* was lost/]
      ]
      for (const [effect, says] of bad) {
        yield* fresh({ match: { op: "ImageInfo" }, effect })
        const report = reportOf((yield* run({}, { policy: hurried })).exit)
        assert.deepStrictEqual(fates(report), ["Unknown", "Unknown"])
        assert.isFalse(IngestReport.isComplete(report))
        for (const { fate } of report.assets) assert.match(Fate.describeAsset(fate), says)
      }
    }))

  it.effect("a service that fails the version request", () =>
    Effect.gen(function*() {
      yield* fresh({ match: { op: "Version" }, effect: { type: "html" } })
      const { exit } = yield* onServices(Status.Status.use((status) => status.version))
      assert.strictEqual(errorOf(exit, /version: the server failed \(HTTP 502\)/)._tag, "LtsError")
    }))
})
