/**
 * What someone is told whose ingest meets each of the sandbox's scenarios, by the real program over real sockets, and
 * that the same run without the fault ends well.
 */
import { assert, layer } from "@effect/vitest"
import { IngestImage, IngestProgram, IngestReport, RetryPolicy } from "@iiif-ingest/core"
import { Sandbox, Scenarios } from "@iiif-ingest/sandbox"
import { Duration, Effect, Exit, Layer, Logger, Option, Schedule } from "effect"
import { Credentials, Live } from "iiif-ingest"
import sharp from "sharp"
import { sandboxSettings } from "../../examples/support/sandboxLayers.ts"
import { shortPolicy } from "../support/policies.ts"

/** More than the nine that a job may lose. */
const PAGES = 11

interface Row {
  /** Whether all is served in the end, something is not, or the run fails with this error. */
  readonly ends: "complete" | "incomplete" | "LtsError" | "SubmissionUnknown"
  /** What the report, the error or the log says. */
  readonly told: ReadonlyArray<RegExp>
  readonly policy?: Partial<RetryPolicy.Policy>
  readonly live?: (sandbox: Sandbox.Sandbox["Service"]) => Effect.Effect<Partial<Live.Options>>
}

const served = [/^manifest .*: served$/m, /^PAGE10\.png: served, 16 x 16$/m]

/** Does not wait for what will not be served. */
const hurried = { delivery: Schedule.spaced("10 millis"), deliveryLimit: Duration.millis(50) }
const shortJob = { jobLimit: Duration.millis(200) }

const impatient = Effect.succeed({ lts: { timeout: "200 millis" }, delivery: { timeout: "200 millis" } } as const)

const rows: Readonly<Record<Scenarios.ScenarioName, Row>> = {
  "vpn-down": {
    ends: "SubmissionUnknown",
    told: [/not known whether the request .* arrived/, /did not respond within 200ms/, /run the same again/],
    policy: hurried,
    live: () => impatient
  },
  "s3-slowdown": { ends: "complete", told: served },
  "lost-response": { ends: "complete", told: served },
  "balancer-504-at-60s": { ends: "complete", told: served },
  "plain-404": {
    ends: "LtsError",
    told: [/nothing at .*\/admin\/ingest\/initialize \(HTTP 404\)/, /check .*LTS_IIIF_INGEST_URL/]
  },
  "job-stuck": {
    ends: "incomplete",
    told: [/^job \w+: job \w+ is still "running" after .*: check again later/m, /^manifest .*: not served: HTTP 404$/m],
    policy: { ...shortJob, ...hurried }
  },
  "flapping-status": { ends: "complete", told: [/the state of job \w+ cannot be had, asking again/, ...served] },
  "nine-dead-images": {
    ends: "incomplete",
    told: [
      /^job \w+: success$/m,
      /^  SANDBOX:PAGE8: the image could not be converted$/m,
      /^PAGE8\.png: not served: HTTP 404$/m,
      ...served
    ],
    policy: hurried
  },
  "late-delivery": { ends: "complete", told: served },
  waf: {
    ends: "LtsError",
    told: [/a web application firewall responded .*challenge.*: ask LTS to allow this address/]
  },
  "restart-mid-job": { ends: "complete", told: served },
  "s3-expired": {
    ends: "incomplete",
    told: [/^PAGE0\.png: not uploaded: .*expired/m, /^manifest: not submitted/m],
    live: (sandbox) =>
      Effect.map(
        sandbox.issueSession({ lifetime: "1 hour" }),
        (credentials) => ({ s3: { region: sandbox.s3.region, credentials } })
      )
  },
  "s3-deny": {
    ends: "incomplete",
    told: [/^PAGE0\.png: not uploaded: .*access was denied.*check that the AWS keys/m, /^manifest: not submitted/m]
  },
  "token-expired": { ends: "LtsError", told: [/the token was not accepted \(HTTP 401\): check .*clock/] },
  "status-503": { ends: "complete", told: [/cannot be had, .*HTTP 503/, /can be had again/, ...served] },
  "status-html": { ends: "complete", told: [/cannot be had, .*HTTP 502/, /can be had again/, ...served] },
  "never-ends": {
    ends: "incomplete",
    told: [/^job \w+: job \w+ is still "running" after .*: check again later/m, ...served],
    policy: shortJob
  },
  "asset-fails": {
    ends: "incomplete",
    told: [/^  SANDBOX:PAGE0: the scenario asset-fails$/m, /^PAGE0\.png: not served: HTTP 404$/m, ...served],
    policy: hurried
  },
  // Whether an image is served is asked of its info.json, which does not need its pixels.
  "pictures-503": { ends: "complete", told: served },
  slow: { ends: "complete", told: served }
}

/** What strikes only what the run does not ask for. */
const UNMET: ReadonlySet<Scenarios.ScenarioName> = new Set(["pictures-503"])

const live = ({ live: change }: Partial<Row>) =>
  Layer.unwrap(Effect.gen(function*() {
    const sandbox = yield* Sandbox.Sandbox
    return Live.layer({
      config: sandboxSettings(sandbox),
      credentials: { issuer: sandbox.issuer, kid: sandbox.kid, key: Credentials.keyFile(sandbox.privateKeyPath) },
      s3: { region: sandbox.s3.region, credentials: sandbox.s3 },
      journal: "memory",
      ...(change === undefined ? {} : yield* change(sandbox))
    })
  }))

/** How a run ends, with all that is said in the log and in the report or the error. */
const run = Effect.fnUntraced(function*(row: Partial<Row>) {
  const said: Array<string> = []
  const png = yield* Effect.promise(() =>
    sharp({ create: { width: 16, height: 16, channels: 3, background: "#246" } }).png().toBuffer()
  )
  const exit = yield* IngestProgram.ingestProgram({
    images: Array.from({ length: PAGES }, (_, index) => IngestImage.bytes(png, { name: `PAGE${index}.png` })),
    manifest: { name: "BOOK", label: "Book" }
  }).pipe(
    Effect.provideService(RetryPolicy.RetryPolicy, {
      ...shortPolicy,
      deliveryLimit: Duration.seconds(30),
      ...row.policy
    }),
    Effect.provide(Layer.merge(
      live(row),
      Logger.layer([Logger.make(({ message }) => void said.push(String(message)))])
    )),
    Effect.exit
  )
  if (Exit.isSuccess(exit)) {
    const ends = IngestReport.isComplete(exit.value) ? "complete" : "incomplete"
    return { ends, text: [...said, IngestReport.describe(exit.value)].join("\n") }
  }
  const error = Option.getOrThrow(Exit.findErrorOption(exit))
  return { ends: error._tag, text: [...said, error.message].join("\n") }
})

layer(Sandbox.Sandbox.layer({ timeScale: 0.01 }), { excludeTestServices: true })("scenarios", (it) => {
  it.effect.each(Scenarios.all.map(({ name }) => name))("%s", (name) =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const row = rows[name]
      yield* sandbox.reset
      yield* sandbox.faults.set([name])
      const { ends, text } = yield* run(row)
      assert.strictEqual(ends, row.ends, text)
      for (const words of row.told) assert.match(text, words)
      const struck = (yield* sandbox.faults.hits).some(({ hits }) => hits > 0)
      assert.strictEqual(struck, !UNMET.has(name))
      yield* sandbox.faults.clear
      assert.strictEqual((yield* run({})).ends, "complete")
    }), 60_000)
})
