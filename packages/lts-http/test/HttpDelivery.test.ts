import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { AssetId, ManifestUri } from "@iiif-ingest/core/base/Ids"
import { Delivery, DeliveryError } from "@iiif-ingest/core/mps/Delivery"
import type { Observation } from "@iiif-ingest/core/mps/Delivery"
import type { HttpDelivery } from "@iiif-ingest/lts-http"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type { HttpClient } from "effect/http/HttpClient"
import type * as Layer from "effect/Layer"
import { deliverySuite } from "../../../test/suites/delivery.ts"
import { selfSigned } from "../../../test/support/certificates.ts"
import { delivery, transports } from "./support/clients.ts"
import { deliveryDriver } from "./support/deliveryDriver.ts"
import { closedUrl, stubServer } from "./support/stubServer.ts"
import type { Handler, Reply } from "./support/stubServer.ts"

for (const { name, transport } of transports) deliverySuite(`HTTP over ${name}`, deliveryDriver(transport))

const undici = NodeHttpClient.layerUndici
const image = AssetId.make("one")
const path = "/URN-3:AT:ONE:MANIFEST:3"
const manifestAt = (url: string) => ManifestUri.make(`${url}${path}`)

const manifest = (url: string, version: "2" | "3" = "3") =>
  Delivery.use((client) => client.manifest(manifestAt(url), version))
const info = Delivery.use((client) => client.imageInfo(image))

interface Setting {
  readonly options?: HttpDelivery.Options
  readonly transport?: Layer.Layer<HttpClient>
}

/** Requests a manifest from a server with the given handler; returns the observation and the stub. */
const look = (handler: Handler, { options, transport = undici }: Setting = {}) =>
  Effect.gen(function*() {
    const stub = yield* stubServer(handler)
    const found = yield* Effect.provide(manifest(stub.url), delivery(stub.url, transport, options))
    return { found, stub }
  })

const infoFor = (reply: Reply, options?: HttpDelivery.Options) =>
  Effect.gen(function*() {
    const stub = yield* stubServer(() => reply)
    return yield* Effect.provide(info, delivery(stub.url, undici, options))
  }).pipe(Effect.scoped)

const problemOf = (found: Observation<unknown>): string => {
  assert(found._tag === "Unreadable", found._tag)
  return found.problem
}

describe("a request", () => {
  it.live.each(transports)(
    "$name: accepts JSON-LD of the version, without credentials or trace ids",
    ({ transport }) =>
      Effect.gen(function*() {
        const stub = yield* stubServer(() => ({ status: 404 }))
        yield* Effect.all([manifest(stub.url, "2"), manifest(stub.url, "3"), info]).pipe(
          Effect.withSpan("run"),
          Effect.provide(delivery(stub.url, transport))
        )
        const jsonLd = (context: string) => `application/ld+json;profile="${context}", application/json`
        assert.deepStrictEqual(stub.seen.map(({ headers, method, url }) => [method, url, headers["accept"]]), [
          ["GET", "/URN-3:AT:ONE:MANIFEST:2", jsonLd("http://iiif.io/api/presentation/2/context.json")],
          ["GET", "/URN-3:AT:ONE:MANIFEST:3", jsonLd("http://iiif.io/api/presentation/3/context.json")],
          ["GET", "/assets/images/AT:one/info.json", jsonLd("http://iiif.io/api/image/2/context.json")]
        ])
        for (const { headers } of stub.seen) {
          assert.match(headers["user-agent"] ?? "", /^iiif-ingest\/\d/)
          for (const absent of ["authorization", "cookie", "traceparent", "b3"]) assert.notProperty(headers, absent)
        }
      })
  )

  it.live("has a custom user agent", () =>
    Effect.gen(function*() {
      const { stub } = yield* look(() => ({ status: 404 }), { options: { userAgent: "library.example/1" } })
      assert.strictEqual(stub.seen[0]?.headers["user-agent"], "library.example/1")
    }))
})

describe("redirects", () => {
  const codes = [301, 302, 303, 307, 308]
  const cases = transports.flatMap(({ name, transport }) => codes.map((code) => ({ name, transport, code })))

  it.live.each(cases)(
    "$name: HTTP $code is followed, also to another host",
    ({ code, transport }) =>
      Effect.gen(function*() {
        const other = yield* stubServer(() => ({ status: 200, body: { type: "Manifest" } }))
        const location = `${other.url}/iiif/3/URN-3:AT:ONE?signature=hush`
        const { found } = yield* look(() => ({ status: code, headers: { location } }), { transport })
        assert(found._tag === "Served")
        assert.deepStrictEqual(found.value, { type: "Manifest" })
        assert.strictEqual(found.url, `${other.url}/iiif/3/URN-3:AT:ONE`)
        assert.strictEqual(other.seen[0]?.url, "/iiif/3/URN-3:AT:ONE?signature=hush")
        assert.match(other.seen[0]?.headers["accept"] ?? "", /^application\/ld\+json/)
      })
  )

  /** A chain of redirects of the given length, with a manifest at its end. */
  const chain = (length: number): Handler => ({ url }) => {
    const step = Number(/^\/step\/(\d+)$/.exec(url)?.[1] ?? 0)
    return step === length
      ? { status: 200, body: { type: "Manifest" } }
      : { status: 302, headers: { location: `/step/${step + 1}` } }
  }

  it.live.each(transports)("$name: five are followed, six are not", ({ transport }) =>
    Effect.gen(function*() {
      const five = yield* look(chain(5), { transport })
      assert.strictEqual(five.found._tag, "Served")
      const six = yield* look(chain(6), { transport })
      assert.match(problemOf(six.found), /more than 5 redirects/)
      assert.strictEqual(six.stub.seen.length, 6)
    }))

  it.live("a loop is detected", () =>
    Effect.gen(function*() {
      const there = yield* look(({ url }) => ({ status: 302, headers: { location: url === path ? "/b" : path } }))
      assert.match(problemOf(there.found), /loop/)
      assert.strictEqual(there.stub.seen.length, 2)
      const itself = yield* look(() => ({ status: 302, headers: { location: path } }))
      assert.match(problemOf(itself.found), /loop/)
      assert.strictEqual(itself.stub.seen.length, 1)
    }))

  it.live("without an http(s) address are not followed", () =>
    Effect.gen(function*() {
      for (const headers of [{}, { location: "file:///etc/hostname" }, { location: "http://[" }]) {
        const { found } = yield* look(() => ({ status: 303, headers }))
        assert.match(problemOf(found), /no http\(s\) address/)
      }
    }))

  it.live("from https to http are followed on this machine, but not to another one", () =>
    Effect.gen(function*() {
      const tls = selfSigned()
      const trusting = NodeHttpClient.layerUndiciOptions({ connect: { ca: tls.cert } })
      const plain = yield* stubServer(() => ({ status: 200, body: { type: "Manifest" } }))
      const lookFrom = (location: string) =>
        Effect.gen(function*() {
          const secure = yield* stubServer(() => ({ status: 302, headers: { location } }), tls)
          return yield* Effect.provide(manifest(secure.url), delivery(secure.url, trusting))
        })
      assert.strictEqual((yield* lookFrom(`${plain.url}/x`))._tag, "Served")
      const problem = problemOf(yield* lookFrom("http://mps.example/x?signature=hush"))
      assert.match(problem, /from https to http, http:\/\/mps\.example\/x$/)
    }))
})

describe("an observation of", () => {
  const cases: ReadonlyArray<readonly [what: string, reply: Reply, tag: string]> = [
    ["404", { status: 404, body: "<html>" }, "Absent"],
    ["410", { status: 410 }, "Absent"],
    ["401", { status: 401 }, "Withheld"],
    ["403", { status: 403, body: "<html>" }, "Withheld"],
    ["429", { status: 429 }, "Withheld"],
    ["a firewall's challenge", { status: 202, headers: { "x-amzn-waf-action": "challenge" } }, "Withheld"],
    ["an empty 202", { status: 202, headers: { "content-length": "0" } }, "Withheld"],
    ["a captcha", { status: 405, headers: { "x-amzn-waf-action": "captcha" }, body: "<html>" }, "Withheld"],
    ["400", { status: 400, body: { error: "no such version" } }, "Unreadable"],
    ["304", { status: 304 }, "Unreadable"],
    ["an empty 200", { status: 200 }, "Unreadable"],
    ["an HTML page", { status: 200, body: "<!doctype html><title>Welcome" }, "Unreadable"],
    ["JSON cut off", { status: 200, body: "{\"type\":\"Manif" }, "Unreadable"],
    ["an array", { status: 200, body: [] }, "Unreadable"],
    ["a string", { status: 200, body: "\"Manifest\"" }, "Unreadable"]
  ]

  it.live.each(cases)("%s", ([, reply, tag]) =>
    Effect.gen(function*() {
      const { found, stub } = yield* look(() => reply)
      assert.strictEqual(found._tag, tag)
      assert.strictEqual(found.url, manifestAt(stub.url))
      assert(found._tag !== "Served" && typeof reply === "object")
      assert.strictEqual(found.evidence.status, reply.status)
      assert.strictEqual((yield* infoFor(reply))._tag, tag)
    }))

  const infos: ReadonlyArray<readonly [body: object, problem: RegExp]> = [
    [{ width: 1, height: 1 }, /^id \(or @id\) is missing/],
    [{ id: 7, width: 1, height: 1 }, /^id \(or @id\) is a number/],
    [{ id: "x", height: 1 }, /^width is missing/],
    [{ id: "x", width: "640", height: 1 }, /^width is a string/],
    [{ id: "x", width: 0, height: 1 }, /^width is a number, not a positive integer/],
    [{ id: "x", width: 1, height: 1.5 }, /^height is a number/],
    [[], /^info\.json is an array/]
  ]

  it.live.each(infos)("info.json %j is Unreadable", ([body, problem]) =>
    Effect.gen(function*() {
      assert.match(problemOf(yield* infoFor({ status: 200, body })), problem)
    }))

  it.live("info.json of Image API 2 and 3 is Served", () =>
    Effect.gen(function*() {
      for (const name of ["id", "@id"]) {
        const found = yield* infoFor({ status: 200, body: { [name]: "https://mps.example/i", width: 3, height: 2 } })
        assert(found._tag === "Served")
        assert.strictEqual(found.value.id, "https://mps.example/i")
      }
    }))
})

describe("a failure", () => {
  const failureOf = (reply: Reply, setting: Setting) =>
    Effect.map(Effect.flip(look(() => reply, setting)), (error) => {
      assert.instanceOf(error, DeliveryError)
      assert(error._tag === "DeliveryError")
      assert.include(error.message, path)
      return error.reason
    })

  it.live.each(transports)("$name: each kind has its reason", ({ transport }) =>
    Effect.gen(function*() {
      const down = yield* failureOf({ status: 503, headers: { "retry-after": "3" }, body: "<html>" }, { transport })
      assert(down._tag === "Unavailable")
      assert.isDefined(down.retryAfter)
      for (const reply of ["reset", "cut"] as const) {
        assert.strictEqual((yield* failureOf(reply, { transport }))._tag, "ConnectionLost")
      }
      for (const reply of ["hang", "stall"] as const) {
        const late = yield* failureOf(reply, { transport, options: { timeout: "50 millis" } })
        assert.strictEqual(late._tag, "TimedOut")
      }
      const gone = yield* closedUrl
      const { reason } = yield* Effect.flip(manifest(gone)).pipe(Effect.provide(delivery(gone, transport)))
      assert.strictEqual(reason._tag, "Unreachable")
    }))

  it.live("an invalid address is Unreachable", () =>
    Effect.gen(function*() {
      const call = Delivery.use((client) => client.manifest(ManifestUri.make("http://[/x"), "3"))
      const { reason } = yield* Effect.flip(call).pipe(Effect.provide(delivery("http://127.0.0.1:1", undici)))
      assert.strictEqual(reason._tag, "Unreachable")
    }))

  it.live.each(transports)("$name: an interruption closes the connection", ({ transport }) =>
    Effect.gen(function*() {
      for (const reply of ["hang", "stall"] as const) {
        const stub = yield* stubServer(() => reply)
        const fiber = yield* Effect.forkChild(manifest(stub.url).pipe(Effect.provide(delivery(stub.url, transport))))
        yield* stub.arrived
        yield* Fiber.interrupt(fiber)
        yield* stub.released
        assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(fiber)))
      }
    }))
})

describe("limits", () => {
  const large = JSON.stringify({ type: "Manifest", items: Array.from({ length: 40_000 }, (_, id) => ({ id })) })

  it.live.each(transports)(
    "$name: a large manifest is read, a large info.json is not",
    ({ transport }) =>
      Effect.gen(function*() {
        const many = JSON.stringify({ type: "Manifest", text: large.repeat(4).replaceAll("\"", "") })
        assert.isAbove(many.length, 1024 * 1024)
        const { found, stub } = yield* look(() => ({ status: 200, body: many }), { transport })
        assert.strictEqual(found._tag, "Served")
        const small = yield* Effect.provide(info, delivery(stub.url, transport))
        assert.match(problemOf(small), /longer than 1048576 bytes/)
      })
  )

  it.live("a custom limit applies, and the connection is closed", () =>
    Effect.gen(function*() {
      const { found, stub } = yield* look(() => "endless", { options: { maxResponseBytes: 1000 } })
      assert.match(problemOf(found), /longer than 1000 bytes/)
      yield* stub.released
    }))
})

describe("HttpDelivery.info", () => {
  const json = { "@id": "https://x/iiif/one", width: 3, height: 2 }

  it.live("asks for info.json of a service, however its address ends, and refuses what is no address", () =>
    Effect.gen(function*() {
      const stub = yield* stubServer(({ url }) =>
        url === "/iiif/one/info.json" ? { status: 200, body: json } : { status: 404 }
      )
      for (const ending of ["", "/", "/info.json"]) {
        const found = yield* Delivery.use((client) => client.info(`${stub.url}/iiif/one${ending}`)).pipe(
          Effect.provide(delivery(stub.url, undici))
        )
        assert.strictEqual(found._tag, "Served", ending)
      }
      const error = yield* Effect.flip(Delivery.use((client) => client.info("urn:one"))).pipe(
        Effect.provide(delivery(stub.url, undici))
      )
      assert.match(error.message, /not an http\(s\) address/)
    }).pipe(Effect.scoped))

  it.live("says which header told that a firewall answered", () =>
    Effect.gen(function*() {
      const found = yield* infoFor({ status: 202, headers: { "x-amzn-waf-action": "challenge" } })
      assert(found._tag === "Withheld")
      assert.strictEqual(found.evidence.header, "x-amzn-waf-action: challenge")
    }))
})
