import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { JobId } from "@iiif-ingest/core/base/Ids"
import * as MpsConfig from "@iiif-ingest/core/config/MpsConfig"
import { TokenSigner } from "@iiif-ingest/core/config/TokenSigner"
import { LtsClient, LtsError } from "@iiif-ingest/core/mps/LtsClient"
import { HttpLtsClient } from "@iiif-ingest/lts-http"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { verify } from "node:crypto"
import { jobId, ltsClientSuite, request } from "../../../test/suites/ltsClient.ts"
import { selfSigned } from "../../../test/support/certificates.ts"
import { httpOver, ltsClient, pem, transports } from "./support/clients.ts"
import type { Transport } from "./support/clients.ts"
import { ltsDriver } from "./support/ltsDriver.ts"
import { closedUrl, closingServer, stubServer } from "./support/stubServer.ts"
import type { Reply } from "./support/stubServer.ts"

for (const { name, transport } of transports) ltsClientSuite(`HTTP over ${name}`, ltsDriver(httpOver(transport)))

const undici = NodeHttpClient.layerUndici
const accepted = { data: { job_tracker_file: { _id: jobId, context: { assets: { image: [] } } } } }

const initialize = LtsClient.use((client) => client.initialize(request))
const status = LtsClient.use((client) => client.jobStatus(jobId))
const version = LtsClient.use((client) => client.version)

/** One call to a service that always gives the same reply. */
const answered = <A, E>(
  call: Effect.Effect<A, E, LtsClient>,
  reply: Reply,
  options: HttpLtsClient.Options = {},
  transport: Transport = undici
) =>
  Effect.gen(function*() {
    const stub = yield* stubServer(() => reply)
    return yield* Effect.provide(call, ltsClient(stub.url, transport, options))
  }).pipe(Effect.scoped)

const reasonFor = (
  call: Effect.Effect<unknown, LtsError, LtsClient>,
  reply: Reply,
  options?: HttpLtsClient.Options,
  transport?: Transport
) => Effect.map(Effect.flip(answered(call, reply, options, transport)), (error) => error.reason)

/** A signer whose first token is an old one. */
const renewing = () => {
  let token = "old.old.old"
  return Layer.succeed(TokenSigner, {
    token: Effect.sync(() => Redacted.make(token)),
    sign: () => Effect.sync(() => Redacted.make(token = "new.new.new"))
  })
}

const clientWith = (url: string, signer: Layer.Layer<TokenSigner>) =>
  httpOver(undici)(url, signer, { statusAuth: true })

/** Decodes a part of a token. */
const part = (text: string): object => JSON.parse(Buffer.from(text, "base64url").toString())

describe("a request", () => {
  it.live.each(transports)(
    "$name: initialize sends JSON with a token, without trace ids",
    ({ transport }) =>
      Effect.gen(function*() {
        const stub = yield* stubServer(() => ({ status: 200, body: accepted }))
        yield* initialize.pipe(Effect.withSpan("run"), Effect.provide(ltsClient(stub.url, transport)))
        assert.strictEqual(stub.seen.length, 1)
        const sent = stub.seen[0]
        assert(sent !== undefined)
        assert.deepStrictEqual([sent.method, sent.url], ["POST", "/admin/ingest/initialize"])
        assert.deepStrictEqual(JSON.parse(sent.body), request)
        const { headers } = sent
        assert.strictEqual(headers["content-type"], "application/json")
        assert.strictEqual(headers["content-length"], String(Buffer.byteLength(sent.body)))
        assert.strictEqual(headers["accept"], "application/json")
        assert.match(headers["user-agent"] ?? "", /^iiif-ingest\/\d/)
        for (const absent of ["traceparent", "b3", "tracestate", "cookie"]) assert.notProperty(headers, absent)
        const [scheme, token = ""] = (headers["authorization"] ?? "").split(" ")
        assert.strictEqual(scheme, "Bearer")
        const [header = "", payload = "", signature = ""] = token.split(".")
        assert.deepStrictEqual(part(header), {
          typ: "JWT",
          alg: "RS256",
          iss: "sandbox",
          kid: "sandboxdefault",
          resources: ["ingest"]
        })
        assert.hasAllKeys(part(payload), ["iat", "exp"])
        const signed = Buffer.from(`${header}.${payload}`)
        assert.isTrue(verify("sha256", signed, pem, Buffer.from(signature, "base64url")))
      })
  )

  it.live.each(transports)(
    "$name: reads send no token, and the job id as one segment",
    ({ transport }) =>
      Effect.gen(function*() {
        const stub = yield* stubServer(() => ({ status: 200, body: { data: { job_status: "queued" } } }))
        const odd = JobId.make("a/b?c#d é")
        yield* Effect.gen(function*() {
          const client = yield* LtsClient
          yield* client.jobStatus(odd)
          yield* client.version
        }).pipe(Effect.provide(ltsClient(stub.url, transport)))
        assert.deepStrictEqual(stub.seen.map(({ method, url }) => `${method} ${url}`), [
          "GET /admin/ingest/jobstatus/a%2Fb%3Fc%23d%20%C3%A9",
          "GET /admin/ingest/version"
        ])
        for (const { headers } of stub.seen) {
          for (const absent of ["authorization", "traceparent", "b3"]) assert.notProperty(headers, absent)
        }
      })
  )

  it.live("with statusAuth the token is sent with jobStatus, but not with version", () =>
    Effect.gen(function*() {
      const stub = yield* stubServer(() => ({ status: 200, body: { data: { job_status: "queued" } } }))
      const calls = Effect.andThen(status, version)
      yield* Effect.provide(calls, ltsClient(stub.url, undici, { statusAuth: true }))
      assert.deepStrictEqual(stub.seen.map(({ headers }) => "authorization" in headers), [true, false])
    }))

  it.live("with statusAuth a refused token is replaced once, and not sent again", () =>
    Effect.gen(function*() {
      for (const refusal of [401, 403]) {
        const stub = yield* stubServer(({ headers }) =>
          headers["authorization"] === "Bearer old.old.old"
            ? { status: refusal }
            : { status: 200, body: { data: { job_status: "queued" } } }
        )
        const calls = Effect.andThen(status, status)
        yield* Effect.provide(calls, clientWith(stub.url, renewing()))
        assert.deepStrictEqual(
          stub.seen.map(({ headers }) => headers["authorization"]),
          ["Bearer old.old.old", "Bearer new.new.new", "Bearer new.new.new"]
        )
        const stubborn = yield* stubServer(() => ({ status: refusal }))
        const error = yield* Effect.flip(status).pipe(Effect.provide(clientWith(stubborn.url, renewing())))
        assert.strictEqual(error.reason._tag, refusal === 401 ? "Unauthorized" : "Forbidden")
        assert.lengthOf(stubborn.seen, 2)
      }
    }))

  it.live("without statusAuth, and for initialize, a refusal is final", () =>
    Effect.gen(function*() {
      const stub = yield* stubServer(() => ({ status: 401 }))
      const refused = Effect.flip(initialize)
      yield* Effect.andThen(Effect.flip(status), refused).pipe(Effect.provide(ltsClient(stub.url, undici)))
      assert.lengthOf(stub.seen, 2)
    }))

  it.live("a token is not sent over http to another machine, nor with characters that a header cannot carry", () =>
    Effect.gen(function*() {
      const sent: Array<string> = []
      const recorder = HttpClient.make((outgoing) => {
        sent.push(outgoing.url)
        return Effect.never
      })
      const call = (ingestUrl: string, token: string) => {
        const config = Layer.effect(
          MpsConfig.MpsConfig,
          Effect.map(
            Effect.fromResult(MpsConfig.make({
              environment: "qa",
              account: "at",
              space: "space",
              namespace: "at",
              agent: "agent"
            })),
            (checked) => ({ ...checked, environment: { ...checked.environment, ingestUrl } })
          )
        )
        const secret = Effect.succeed(Redacted.make(token))
        const own = Layer.succeed(TokenSigner, { token: secret, sign: () => secret })
        return Effect.flip(initialize).pipe(Effect.provide(
          HttpLtsClient.layer().pipe(Layer.provide([own, Layer.succeed(HttpClient.HttpClient, recorder), config]))
        ))
      }
      const cases = [
        ["http://mps.example/admin/ingest", "aaa.bbb.ccc"],
        ["http://127.0.0.1.mps.example/admin/ingest", "aaa.bbb.ccc"],
        ["https://mps.example/admin/ingest", "aaa.bbb.ccc\r\nx-evil: 1"]
      ] as const
      for (const [url, token] of cases) {
        const error = yield* call(url, token)
        assert(error._tag === "LtsError")
        assert.strictEqual(error.reason._tag, "TokenUnavailable")
        assert.notInclude(error.message, "aaa.bbb")
      }
      assert.deepStrictEqual(sent, [])
    }))
})

describe("redirects", () => {
  const codes = [301, 302, 303, 307, 308]
  const cases = transports.flatMap(({ name, transport }) => codes.map((code) => ({ name, transport, code })))

  it.live.each(cases)(
    "$name: HTTP $code is not followed",
    ({ code, transport }) =>
      Effect.gen(function*() {
        const elsewhere = yield* stubServer(() => ({ status: 200, body: accepted }))
        const stub = yield* stubServer(({ url }) =>
          url.endsWith("/initialize")
            ? { status: code, headers: { location: `${elsewhere.url}/new/place?signature=hush#part` } }
            : { status: code, headers: { location: "/same/host?signature=hush" } }
        )
        const client = ltsClient(stub.url, transport, { statusAuth: true })
        const posted = (yield* Effect.flip(initialize).pipe(Effect.provide(client))).reason
        const read = (yield* Effect.flip(status).pipe(Effect.provide(client))).reason
        assert(posted._tag === "Redirected" && read._tag === "Redirected")
        assert.strictEqual(posted.location, `${elsewhere.url}/new/place`)
        assert.strictEqual(read.location, `${stub.url}/same/host`)
        assert.strictEqual(posted.evidence.status, code)
        assert.deepStrictEqual([elsewhere.seen.length, stub.seen.length], [0, 2])
      })
  )

  it.live("a redirect without an http(s) address is reported as such", () =>
    Effect.gen(function*() {
      for (const headers of [{}, { location: "ftp://x/y" }, { location: "http://[" }]) {
        const reason = yield* reasonFor(initialize, { status: 302, headers })
        assert(reason._tag === "Redirected")
        assert.strictEqual(reason.location, "no http(s) address")
      }
    }))

  it.live("options for fetch are kept, except that redirects are not followed", () =>
    Effect.gen(function*() {
      const stub = yield* stubServer(() => ({ status: 302, headers: { location: "/elsewhere" } }))
      const own = Layer.succeed(FetchHttpClient.RequestInit, { headers: { "x-proxy": "yes" }, redirect: "follow" })
      const client = ltsClient(stub.url, FetchHttpClient.layer).pipe(Layer.provide(own))
      const { reason } = yield* Effect.flip(initialize).pipe(Effect.provide(client))
      assert.strictEqual(reason._tag, "Redirected")
      assert.deepStrictEqual(stub.seen.map(({ headers }) => headers["x-proxy"]), ["yes"])
    }))
})

describe("a response to initialize", () => {
  const idOf = (reply: Reply) => Effect.map(answered(initialize, reply), (submission) => submission.jobId)

  it.live("has a job id as a string or a MongoDB object id, next to an error, with any 2xx", () =>
    Effect.gen(function*() {
      const wrapped = { data: { job_tracker_file: { _id: { $oid: jobId } } } }
      assert.strictEqual(yield* idOf({ status: 200, body: wrapped }), jobId)
      assert.strictEqual(yield* idOf({ status: 202, body: accepted }), jobId)
      assert.strictEqual(yield* idOf({ status: 200, body: { ...accepted, error: "one image was odd" } }), jobId)
      assert.strictEqual(yield* idOf({ status: 200, body: `\u{FEFF}${JSON.stringify(accepted)}` }), jobId)
    }))

  it.live("has identifiers where they are valid", () =>
    Effect.gen(function*() {
      const image = [{ identifier: "AT:one" }, { identifier: 5 }, null, "x", { identifier: "AT:two" }]
      const body = { data: { job_tracker_file: { _id: jobId, context: { assets: { image } } } } }
      const submission = yield* answered(initialize, { status: 200, body })
      assert.deepStrictEqual(submission.identifiers, ["AT:one", "AT:two"])
      assert.deepStrictEqual(submission.raw, body)
    }))

  const refusals: ReadonlyArray<readonly [what: string, reply: Reply, tag: string, message?: RegExp]> = [
    ["no id", { status: 200, body: { data: { job_tracker_file: {} } } }, "NoJobId"],
    ["an empty id", { status: 200, body: { data: { job_tracker_file: { _id: "" } } } }, "NoJobId"],
    ["an empty object", { status: 200, body: {} }, "NoJobId"],
    ["an error and no job", { status: 200, body: { error: "no such space", data: null } }, "Rejected", /no such space/],
    [
      "an error and a tracker without id",
      { status: 200, body: { error: "queue is down", data: { job_tracker_file: { context: {} } } } },
      "NoJobId",
      /queue is down/
    ],
    [
      "an id of another type",
      { status: 200, body: { data: { job_tracker_file: { _id: 42 } } } },
      "Undecodable",
      /data\.job_tracker_file\._id is a number/
    ],
    ["an array", { status: 200, body: [accepted] }, "Undecodable", /is an array, not an object/],
    ["a string", { status: 200, body: "\"ok\"" }, "Undecodable", /is a string, not an object/],
    ["an empty body", { status: 200, body: "" }, "Undecodable", /empty/],
    ["no content", { status: 204 }, "Undecodable", /empty/],
    ["a login page", { status: 200, body: "<!DOCTYPE html><title>Log in" }, "Undecodable", /HTML/],
    ["plain text", { status: 200, body: "accepted" }, "Undecodable", /not JSON/],
    ["JSON cut off", { status: 200, body: JSON.stringify(accepted).slice(0, -9) }, "Undecodable", /cut off after \d+/],
    ["JSON cut off in a string", { status: 200, body: "{\"data\":{\"job" }, "Undecodable", /cut off after 13/],
    ["a response cut off on the way", "cut", "ConnectionLost"],
    ["a firewall's challenge", { status: 202, headers: { "content-length": "0" } }, "Challenged"],
    [
      "a firewall's captcha",
      { status: 405, headers: { "x-amzn-waf-action": "captcha" }, body: "<html>" },
      "Challenged"
    ],
    ["401 with HTML", { status: 401, body: "<html>no</html>" }, "Unauthorized", /<html>no/],
    ["403 with nothing", { status: 403 }, "Forbidden"],
    ["404 with HTML", { status: 404, body: "<html>" }, "NotFound", /\/admin\/ingest\/initialize/],
    ["413", { status: 413 }, "TooLarge", /request of \d{4} bytes/],
    ["422", { status: 422, body: { error: "imageSize is missing" } }, "Rejected", /imageSize is missing/],
    ["500 with HTML", { status: 500, body: "<html>oops</html>" }, "Unavailable", /oops/],
    ["504 with nothing", { status: 504 }, "Unavailable", /an empty body/]
  ]

  it.live.each(refusals)("%s", ([, reply, tag, message]) =>
    Effect.gen(function*() {
      const reason = yield* reasonFor(initialize, reply)
      assert.strictEqual(reason._tag, tag)
      if (message !== undefined) assert.match(reason.message, message)
    }))
})

describe("a response to jobStatus", () => {
  const stateOf = (body: object) => Effect.map(answered(status, { status: 200, body }), (job) => job.state)

  it.live("has the state in any of its known places", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* stateOf({ data: { job_status: "running" } }), "running")
      assert.strictEqual(yield* stateOf({ data: { job_management: { job_status: "ready" } } }), "ready")
      assert.strictEqual(
        yield* stateOf({ data: { job_status: null, job_tracker_file: { job_management: { job_status: "failed" } } } }),
        "failed"
      )
    }))

  const shapes = [
    [{ data: {} }, "missing"],
    [{ data: { job_status: 3 } }, "a number"],
    [{ data: { job_status: "" } }, "an empty string"],
    [{ data: { job_status: ["running"] } }, "an array"],
    [{ data: null }, "missing"],
    [["running"], "missing"]
  ] as const

  it.live.each(shapes)("%j has no state", ([body, kind]) =>
    Effect.gen(function*() {
      const reason = yield* reasonFor(status, { status: 200, body })
      assert(reason._tag === "Undecodable")
      assert.strictEqual(reason.problem, `data.job_status is ${kind}, not a job state`)
    }))
})

describe("the time to wait", () => {
  const waitOf = (code: number, value: string) =>
    Effect.map(reasonFor(initialize, { status: code, headers: { "retry-after": value } }), (reason) => {
      assert(reason._tag === "Throttled" || reason._tag === "Unavailable")
      return reason.retryAfter
    })

  it.live("is read from seconds, on 429 and 503", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* waitOf(429, "120"), Duration.minutes(2))
      assert.deepStrictEqual(yield* waitOf(503, "0"), Duration.zero)
      assert.isUndefined(yield* waitOf(429, "soon"))
    }))

  it.live("is read from a date", () =>
    Effect.gen(function*() {
      const now = yield* Clock.currentTimeMillis
      const wait = yield* waitOf(429, new Date(now + 3_600_000).toUTCString())
      assert(wait !== undefined)
      const seconds = Duration.toSeconds(wait)
      assert.isTrue(seconds > 3500 && seconds <= 3600, `${seconds} s`)
      assert.deepStrictEqual(yield* waitOf(503, new Date(now - 60_000).toUTCString()), Duration.zero)
    }))
})

describe("limits", () => {
  it.live.each(transports)(
    "$name: an endless body is cut at the limit, and its connection closed",
    ({ transport }) =>
      Effect.gen(function*() {
        const stub = yield* stubServer(() => "endless")
        const { reason } = yield* Effect.flip(version).pipe(Effect.provide(ltsClient(stub.url, transport)))
        assert(reason._tag === "Undecodable")
        assert.match(reason.problem, /longer than 1048576 bytes/)
        yield* stub.released
      })
  )

  it.live("a custom limit applies, but not to the reason for an error status", () =>
    Effect.gen(function*() {
      const body = JSON.stringify(accepted)
      const fits = yield* answered(initialize, { status: 200, body }, { maxResponseBytes: body.length })
      assert.strictEqual(fits.jobId, jobId)
      const small = { maxResponseBytes: body.length - 1 }
      assert.strictEqual((yield* reasonFor(initialize, { status: 200, body }, small))._tag, "Undecodable")
      assert.strictEqual((yield* reasonFor(initialize, { status: 401, body }, small))._tag, "Unauthorized")
    }))

  it.live.each(transports)(
    "$name: the timeout includes the body",
    ({ transport }) =>
      Effect.gen(function*() {
        const stub = yield* stubServer(() => "stall")
        const client = ltsClient(stub.url, transport, { timeout: "200 millis" })
        const { reason } = yield* Effect.flip(version).pipe(Effect.provide(client))
        assert(reason._tag === "TimedOut")
        assert.deepStrictEqual(reason.limit, Duration.millis(200))
        assert.strictEqual(reason.host, new URL(stub.url).host)
        yield* stub.released
      })
  )
})

describe("no connection", () => {
  /** Calls a URL that cannot be reached, and returns the detail of the failure. */
  const unreachable = (url: string, transport: Transport) =>
    Effect.gen(function*() {
      const { reason } = yield* Effect.flip(initialize).pipe(Effect.provide(ltsClient(url, transport)))
      assert(reason._tag === "Unreachable", `${reason._tag}: ${reason.message}`)
      assert.strictEqual(reason.host, new URL(url).host)
      return reason.detail
    })

  it.live.each(transports)("$name: refused", ({ transport }) =>
    Effect.gen(function*() {
      assert.match(yield* unreachable(yield* closedUrl, transport), /ECONNREFUSED/)
    }))

  it.live.each(transports)("$name: a certificate that is not trusted", ({ transport }) =>
    Effect.gen(function*() {
      const stub = yield* stubServer(() => ({ status: 200, body: accepted }), selfSigned())
      assert.match(yield* unreachable(stub.url, transport), /DEPTH_ZERO_SELF_SIGNED_CERT/)
      assert.strictEqual(stub.seen.length, 0)
    }))

  it.live.each(transports)("$name: no TLS at an https address", ({ transport }) =>
    Effect.gen(function*() {
      const stub = yield* stubServer(() => ({ status: 200, body: accepted }))
      yield* unreachable(stub.url.replace("http:", "https:"), transport)
      assert.strictEqual(stub.seen.length, 0)
    }))

  it.live.each(transports)("$name: a TLS handshake that is cut off", ({ transport }) =>
    Effect.gen(function*() {
      yield* unreachable(`https://${yield* closingServer}`, transport)
    }))

  it.live.each(transports)(
    "$name: a connection lost after the request is ConnectionLost",
    ({ transport }) =>
      Effect.gen(function*() {
        for (const reply of ["reset", "cut"] as const) {
          const reason = yield* reasonFor(initialize, reply, {}, transport)
          assert.strictEqual(reason._tag, "ConnectionLost")
          assert.strictEqual(reason.outcome, "unknown")
        }
      })
  )
})

it.live("a request of several megabytes is sent completely", () =>
  Effect.gen(function*() {
    const stub = yield* stubServer(() => ({ status: 413 }))
    const large = { ...request, manifest: { label: "x".repeat(5_000_000) } }
    const call = LtsClient.use((client) => client.initialize(large))
    const { reason } = yield* Effect.flip(call).pipe(Effect.provide(ltsClient(stub.url, undici)))
    assert(reason._tag === "TooLarge")
    assert.strictEqual(reason.bytes, Buffer.byteLength(stub.seen[0]?.body ?? ""))
  }))
