import { NodeHttpClient, NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { S3Client, S3ObjectStore, SigV4HttpClient } from "@iiif-ingest/aws"
import {
  Ids,
  IngestImage,
  IngestProgram,
  IngestReport,
  Journal,
  LtsClient,
  MpsConfig,
  TokenSigner
} from "@iiif-ingest/core"
import { HttpDelivery, LambdaLtsClient } from "@iiif-ingest/lts-http"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Cause, Effect, Layer, Logger, Redacted, References } from "effect"
import { FetchHttpClient } from "effect/http"
import { inspect } from "node:util"
import { sandboxSettings } from "../../examples/support/sandboxLayers.ts"
import { sandboxClient } from "../aws/support/sandboxStore.ts"
import { request } from "../suites/ltsClient.ts"
import { pathOf } from "../support/pictures.ts"
import { short } from "../support/policies.ts"
import { sandboxKeys } from "../support/sandboxLayers.ts"
import * as Lambda from "./support/lambdaUrl.ts"

const transports = [
  { name: "fetch", transport: FetchHttpClient.layer },
  { name: "undici", transport: NodeHttpClient.layerUndici },
  { name: "node:http", transport: NodeHttpClient.layerNodeHttp }
]

/** The function in front of the sandbox in the context. It accepts the same keys as the sandbox's S3. */
const inFrontOfSandbox = (options: Partial<Lambda.Options> = {}) =>
  Effect.gen(function*() {
    const { s3, url } = yield* Sandbox.Sandbox
    const keys = { accessKeyId: s3.accessKeyId, secretAccessKey: Redacted.value(s3.secretAccessKey) }
    return yield* Lambda.lambdaUrl({ keys, target: `${url}/admin/ingest`, ...options })
  })

/** The service's own URLs lead nowhere, since only the proxy may be called. */
const config = Layer.unwrap(
  Effect.map(
    Sandbox.Sandbox,
    (sandbox) => MpsConfig.layer({ ...sandboxSettings(sandbox), ingestUrl: "http://127.0.0.1:9/admin/ingest" })
  )
)

const proxied = (url: string, options: Partial<LambdaLtsClient.Options> = {}, transport = NodeHttpClient.layerUndici) =>
  LambdaLtsClient.layer({ url, environment: "qa", ...options }).pipe(
    Layer.provide(SigV4HttpClient.layerS3()),
    Layer.provide(transport)
  )

const base = Layer.mergeAll(sandboxClient(), TokenSigner.layer).pipe(
  Layer.provideMerge(Layer.mergeAll(config, sandboxKeys)),
  Layer.provideMerge(NodeServices.layer)
)

/** All services of `ingestProgram`, with the ingest API behind the proxy. */
const through = (lambda: Lambda.Lambda) =>
  IngestProgram.layer().pipe(
    Layer.provideMerge(Layer.mergeAll(S3ObjectStore.layer(), proxied(`${lambda.url}/`), HttpDelivery.layer())),
    Layer.provideMerge(Layer.mergeAll(Journal.layerMemory, NodeHttpClient.layerUndici)),
    Layer.provideMerge(base)
  )

const images = ["coffee.png", "falcon9-dscovr.jpg"].map((name) => IngestImage.file(pathOf(name)))
const run = (name: string) => IngestProgram.ingestProgram({ images, manifest: { name, label: name } }).pipe(short)

const inSandbox = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.scoped(effect).pipe(Effect.provide(Sandbox.Sandbox.layer()))

const jobId = Ids.JobId.make("6255a8a966b08c163ac5c880")
const initialize = LtsClient.LtsClient.use((client) => client.initialize(request))
const status = LtsClient.LtsClient.use((client) => client.jobStatus(jobId))
const version = LtsClient.LtsClient.use((client) => client.version)

const reasonOf = <A, R>(call: Effect.Effect<A, LtsClient.LtsError, R>) =>
  Effect.map(Effect.flip(call), (error) => error.reason)

const tokenIn = (event: Lambda.Event | undefined): string =>
  JSON.parse(Buffer.from(event?.body ?? "", "base64").toString()).token

describe("the ingest API through a Lambda function", () => {
  it.live("a whole run, with the token in the body and the AWS signature in the header", () =>
    inSandbox(Effect.gen(function*() {
      const lambda = yield* inFrontOfSandbox()
      const report = yield* run("PROXIED").pipe(Effect.provide(through(lambda)))
      assert.isTrue(IngestReport.isComplete(report))
      assert.strictEqual(report.job?.result?.job.state, "success")
      const [first, ...rest] = lambda.events
      assert.strictEqual(first?.rawPath, "/qa/initialize")
      assert.isTrue(first?.isBase64Encoded)
      assert.match(tokenIn(first), /^Bearer eyJ[\w-]+\.[\w-]+\.[\w-]+$/)
      assert.match(first?.headers["authorization"] ?? "", /^AWS4-HMAC-SHA256 /)
      assert.isNotEmpty(rest)
      for (const event of rest) {
        assert.strictEqual(`${event.method} ${event.rawPath}`, `GET /qa/jobstatus/${report.job?.id}`)
      }
    })))

  it.live.each(transports)(
    "$name: the signature is valid for any path",
    ({ transport }) =>
      inSandbox(Effect.gen(function*() {
        const raw = { data: { job_status: "running" } }
        const lambda = yield* inFrontOfSandbox({ answers: () => ({ statusCode: 200, body: JSON.stringify(raw) }) })
        const odd = Ids.JobId.make("a/b?c#d é~!'()*")
        const job = yield* LtsClient.LtsClient.use((client) => client.jobStatus(odd)).pipe(
          Effect.provide(Layer.provide(proxied(lambda.url, {}, transport), base))
        )
        assert.strictEqual(job.state, "running")
        const submitted = yield* reasonOf(initialize).pipe(
          Effect.provide(Layer.provide(proxied(`${lambda.url}//`, {}, transport), base))
        )
        assert.strictEqual(submitted._tag, "NoJobId")
        assert.deepStrictEqual(lambda.events.map(({ method }) => method), ["GET", "POST"])
      }))
  )

  it.live("separate session credentials: the session token is signed too", () =>
    inSandbox(Effect.gen(function*() {
      const keys = { accessKeyId: "ASIAOTHER", secretAccessKey: "other secret", sessionToken: "the session" }
      const lambda = yield* inFrontOfSandbox({ keys })
      const layer = (secret: string) =>
        LambdaLtsClient.layer({ url: lambda.url, environment: "qa" }).pipe(
          Layer.provide(SigV4HttpClient.layer({
            credentials: {
              accessKeyId: keys.accessKeyId,
              secretAccessKey: Redacted.make(secret),
              sessionToken: Redacted.make(keys.sessionToken)
            }
          })),
          Layer.provide([NodeHttpClient.layerUndici, base])
        )
      // A reply from the function, which has no version endpoint, shows that AWS accepted the signature.
      const accepted = yield* Effect.provide(reasonOf(version), layer(keys.secretAccessKey))
      assert.match(accepted.message, /Error, invalid endpoint \/qa\/version/)
      const refused = yield* Effect.provide(reasonOf(version), layer("wrong"))
      assert.strictEqual(refused._tag, "Forbidden")
      assert.match(refused.message, /the signature does not match/)
    })))

  it.live("no AWS credentials: TokenUnavailable, and nothing is sent", () =>
    inSandbox(Effect.gen(function*() {
      const lambda = yield* inFrontOfSandbox()
      const noCredentials = S3Client.layer({
        credentials: () => Promise.reject(Object.assign(new Error("no session"), { name: "CredentialsProviderError" }))
      })
      const layer = LambdaLtsClient.layer({ url: lambda.url }).pipe(
        Layer.provide(SigV4HttpClient.layerS3()),
        Layer.provide([NodeHttpClient.layerUndici, noCredentials]),
        Layer.provide(base)
      )
      const reason = yield* Effect.provide(reasonOf(initialize), layer)
      assert.strictEqual(reason._tag, "TokenUnavailable")
      assert.match(reason.message, /no AWS credentials to sign with: no session/)
      assert.deepStrictEqual([reason.retryable, reason.outcome], [false, "none"])
      assert.isEmpty(lambda.events)
    })))

  it.live("a function that times out: Unavailable, and it is unknown whether MPS accepted the request", () =>
    inSandbox(Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const lambda = yield* inFrontOfSandbox({ runsOut: () => "after" })
      const reason = yield* Effect.provide(reasonOf(initialize), Layer.provide(proxied(lambda.url), base))
      assert.deepStrictEqual([reason._tag, reason.outcome], ["Unavailable", "unknown"])
      const asked = (yield* sandbox.requests()).filter(({ op }) => op === "Initialize")
      assert.strictEqual(asked.length, 1)
    })))

  it.live("a run whose reply is lost that way completes, with a single job", () =>
    inSandbox(Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const lambda = yield* inFrontOfSandbox({
        runsOut: ({ rawPath }) => rawPath.endsWith("/initialize") ? "after" : undefined
      })
      const report = yield* run("LOST").pipe(Effect.provide(through(lambda)))
      assert.isTrue(IngestReport.isComplete(report))
      assert.strictEqual((yield* sandbox.jobs.list).length, 1)
    })))

  it.live("no reply within the limit: TimedOut", () =>
    inSandbox(Effect.gen(function*() {
      const lambda = yield* inFrontOfSandbox({ runsOut: () => "silent" })
      const layer = Layer.provide(proxied(lambda.url, { timeout: "50 millis" }), base)
      const reason = yield* Effect.provide(reasonOf(initialize), layer)
      assert.deepStrictEqual([reason._tag, reason.outcome], ["TimedOut", "unknown"])
    })))

  const answers = [
    { statusCode: 200, body: "<html>please log in</html>", tag: "Undecodable" },
    { statusCode: 200, body: "", tag: "Undecodable" },
    { statusCode: 200, body: "{\"data\":", tag: "Undecodable" },
    { statusCode: 200, body: "null", tag: "Undecodable" },
    { statusCode: 403, body: "Invalid environment sandbox", tag: "Forbidden" },
    { statusCode: 401, body: "{\"error\":\"bad token\"}", tag: "Unauthorized" },
    { statusCode: 413, body: "{\"Message\":\"too large\"}", tag: "TooLarge" },
    { statusCode: 429, body: "{\"Message\":\"Rate Exceeded\"}", tag: "Throttled" },
    { statusCode: 504, body: "<html>", tag: "Unavailable" }
  ] as const

  it.live.each(answers)("HTTP $statusCode $body: $tag", ({ tag, ...answer }) =>
    inSandbox(Effect.gen(function*() {
      const lambda = yield* inFrontOfSandbox({ answers: () => answer })
      const reason = yield* Effect.provide(reasonOf(initialize), Layer.provide(proxied(lambda.url), base))
      assert.strictEqual(reason._tag, tag)
      const read = yield* Effect.provide(reasonOf(status), Layer.provide(proxied(lambda.url), base))
      assert.strictEqual(read._tag, tag)
    })))

  it.live.each([
    "lambda",
    "ftp://proxy.example",
    "https://user:secretword@proxy.example",
    "https://proxy.example/?token=secretword",
    "http://proxy.example"
  ])("an invalid or unsafe URL is reported up front: %s", (url) =>
    inSandbox(Effect.gen(function*() {
      const error = yield* Effect.flip(Layer.build(Layer.provide(proxied(url), base)))
      assert.strictEqual(error._tag, "MpsConfigError")
      assert.match(error.message, /url: /)
      assert.notInclude(error.message, "secretword")
    })))

  it.live.each([200, 500])(
    "HTTP %s that echoes the request: no token or key in logs and errors",
    (statusCode) =>
      inSandbox(Effect.gen(function*() {
        const { s3 } = yield* Sandbox.Sandbox
        const lambda = yield* inFrontOfSandbox({
          answers: ({ body, headers }) => ({
            statusCode,
            body: `${JSON.stringify(headers)} ${Buffer.from(body, "base64").toString()}`
          })
        })
        const lines: Array<string> = []
        const logger = Logger.make(({ cause, message }) => void lines.push(inspect(message), Cause.pretty(cause)))
        const error = yield* initialize.pipe(
          Effect.tapCause((cause) => Effect.logError("it failed", cause)),
          Effect.provide(Layer.provide(proxied(lambda.url), base)),
          Effect.provideService(References.MinimumLogLevel, "All"),
          Effect.provide(Logger.layer([logger])),
          Effect.flip
        )
        const text = [...lines, inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error)].join("\n")
        const [header = "", payload = "", signature = ""] = tokenIn(lambda.events[0]).split(" ")[1]?.split(".") ?? []
        assert.isAbove(signature.length, 100)
        const awsSignature = /Signature=(\w+)/.exec(lambda.events[0]?.headers["authorization"] ?? "")?.[1] ?? ""
        assert.strictEqual(awsSignature.length, 64)
        for (const secret of [header, payload, signature, awsSignature, Redacted.value(s3.secretAccessKey)]) {
          assert.notInclude(text, secret)
        }
      }))
  )
})
