import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import { generateKeyPairSync } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { request as httpRequest } from "node:http"
import { connect } from "node:net"
import { join } from "node:path"
import sharp from "sharp"
import * as Redact from "../src/internal/log/redact.ts"
import { Sandbox, type SandboxOptions } from "../src/Sandbox.ts"
import * as Client from "./support/client.ts"
import { temporaryDirectory } from "./support/files.ts"

const { at, call, ingest, ingestRequest, initialize, jobId, jobStatus, manifest, mintToken, png, put } = Client

const withSandbox = <A, E>(use: (sandbox: Client.Running) => Effect.Effect<A, E>, options?: SandboxOptions) =>
  Sandbox.use(use).pipe(Effect.provide(Sandbox.layer(options)))

const error = (answer: Client.Answer) => String(at(answer.json, "error"))
const now = () => Math.floor(Date.now() / 1000)

const sample = (name: string) => readFileSync(new URL(`../../../test/data/${name}`, import.meta.url), "utf8")

describe("HTTP server", () => {
  it.live("rejects requests whose Host header is not one of its own names", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const port = Number(new URL(sandbox.url).port)
      const statusFor = (host: string) =>
        Effect.callback<number | undefined>((resume) => {
          httpRequest({ host: "127.0.0.1", port, path: "/admin/ingest/version", headers: { host } }, (response) => {
            response.resume()
            resume(Effect.succeed(response.statusCode))
          }).end()
        })
      assert.strictEqual(yield* statusFor(`127.0.0.1:${port}`), 200)
      assert.strictEqual(yield* statusFor(`localhost:${port}`), 200)
      assert.strictEqual(yield* statusFor(`[::1]:${port}`), 200)
      assert.strictEqual(yield* statusFor(`evil.example:${port}`), 421)
      assert.strictEqual(yield* statusFor(`127.0.0.1:1`), 421)
    })))

  it.live("changes nothing for a page of another origin, even with a signature", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const path = `${sandbox.s3.endpoint}/${sandbox.s3.bucket}/images/new.png?uploads`
      for (const site of ["cross-site", "same-site"]) {
        for (const url of [path, `${sandbox.url}/admin/ingest/initialize`, `${sandbox.url}/_sandbox/switch`]) {
          const answer = yield* call(url, { method: "POST", headers: { "sec-fetch-site": site } })
          assert.strictEqual(answer.status, 403, url)
          assert.deepStrictEqual(answer.json, { error: "This is not for a page of another origin" }, url)
        }
        const seen = yield* call(`${sandbox.url}/_sandbox/health`, { headers: { "sec-fetch-site": site } })
        assert.strictEqual(seen.status, 200)
      }
      for (const site of ["same-origin", "none"]) {
        const own = yield* call(path, { method: "POST", headers: { "sec-fetch-site": site } })
        assert.include(own.text, "AccessDenied")
      }
    })))

  it.live("answers pages of other origins where it delivers, and nowhere else", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const port = new URL(sandbox.url).port
      const statusOf = (path: string, origin: string, method = "GET") =>
        Effect.map(call(`${sandbox.url}${path}`, { method, headers: { origin } }), ({ status }) => status)
      const own = ["/_s3", "/_s3/bucket/key", "/admin/ingest/version", "/_sandbox/health", "/_sandbox/faults"]
      for (const origin of ["http://evil.example", "null", `https://127.0.0.1:${port}`, "http://127.0.0.1:1"]) {
        for (const path of own) {
          for (const method of ["GET", "HEAD", "OPTIONS", "POST", "DELETE"]) {
            assert.strictEqual(yield* statusOf(path, origin, method), 403, `${method} ${path} from ${origin}`)
          }
        }
        assert.strictEqual(yield* statusOf("/assets/images/A:B/info.json", origin), 404)
        assert.strictEqual(yield* statusOf("/assets/images/A:B/info.json", origin, "POST"), 403)
        // What a viewer's page loads that another page embeds.
        assert.strictEqual(yield* statusOf("/_sandbox/static/style.css", origin), 200)
        assert.strictEqual(yield* statusOf("/_sandbox/static/style.css", origin, "POST"), 403)
        assert.strictEqual(yield* statusOf("/_sandbox/static", origin), 403)
      }
      assert.strictEqual(yield* statusOf("/_sandbox/health", sandbox.url), 200)
      assert.strictEqual(yield* statusOf("/admin/ingest/version", `http://localhost:${port}`), 200)
    })))

  it.live("forgets pipelined requests whose connection was closed", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const port = Number(new URL(sandbox.url).port)
      const count = 20
      const socket = connect(port, "127.0.0.1").on("error", () => {})
      // The first one is delayed, so that the others wait behind it.
      yield* sandbox.faults.set([{ match: { op: "Version" }, effect: { type: "delay", millis: 10_000 } }])
      const line = (path: string) => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`
      socket.write(line("/admin/ingest/version") + line("/assets/images/A:B").repeat(count))
      yield* sandbox.awaitRequest(({ inFlight, op }) => op === "Image" && inFlight === count)
      socket.resetAndDestroy()
      yield* sandbox.awaitRequest(({ op, outcome }) => op === "Version" && outcome === "broken")
      assert.deepStrictEqual(Object.values(yield* sandbox.inFlight).map(({ now }) => now), [0, 0])
      assert.deepStrictEqual(new Set((yield* sandbox.requests()).map(({ outcome }) => outcome)), new Set(["broken"]))
    })))

  it.live("sends CORS headers for delivery only, and 405 with Allow", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const preflight = yield* call(`${sandbox.url}/assets/images/A:B/info.json`, { method: "OPTIONS" })
      assert.strictEqual(preflight.status, 204)
      assert.strictEqual(preflight.headers.get("access-control-allow-origin"), "*")
      for (const path of ["/admin/ingest/version", "/_sandbox/health", "/nothing"]) {
        const answer = yield* call(`${sandbox.url}${path}`)
        assert.strictEqual(answer.headers.get("access-control-allow-origin"), null, path)
      }
      const wrong = yield* call(`${sandbox.url}/admin/ingest/initialize`)
      assert.deepStrictEqual([wrong.status, wrong.headers.get("allow")], [405, "POST"])
      assert.strictEqual((yield* call(`${sandbox.url}/assets/images/A:B`, { method: "POST" })).status, 405)
    })))

  it.live("sends 100 Continue to a client that waits for it", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const status = yield* Effect.callback<number | undefined>((resume) => {
        const request = httpRequest(`${sandbox.url}/admin/ingest/initialize`, {
          method: "POST",
          headers: { expect: "100-continue", "content-length": 2 }
        }, (response) => {
          response.resume()
          resume(Effect.succeed(response.statusCode))
        })
        request.on("continue", () => request.end("{}"))
        request.flushHeaders()
      })
      assert.strictEqual(status, 401)
    })))

  it.live("closes within two seconds with open connections and removes its temporary folder", () =>
    Effect.gen(function*() {
      const closed = Promise.withResolvers<void>()
      const { directory, url } = yield* withSandbox(Effect.fnUntraced(function*(sandbox) {
        yield* sandbox.faults.add({ match: { op: "Version" }, effect: { type: "delay", millis: 60_000 } })
        const socket = connect(Number(new URL(sandbox.url).port), "127.0.0.1")
        socket.on("error", () => {})
        socket.on("close", () => closed.resolve())
        socket.write(`GET /admin/ingest/version HTTP/1.1\r\nHost: ${new URL(sandbox.url).host}\r\n\r\n`)
        yield* sandbox.awaitRequest(({ op }) => op === "Version")
        assert.strictEqual(yield* sandbox.openSockets, 1)
        return { directory: sandbox.dataDirectory, url: sandbox.url }
      }))
      yield* Effect.promise(() => closed.promise)
      assert.isFalse(existsSync(directory))
      yield* Effect.flip(call(url))
    }).pipe(Effect.timeout("2 seconds")))

  it.live("answers requests that come while it starts", () =>
    Effect.gen(function*() {
      const port = yield* withSandbox(({ url }) => Effect.succeed(Number(new URL(url).port)))
      const poll = Effect.retry(call(`http://127.0.0.1:${port}/_sandbox/health`), Schedule.spaced("1 millis"))
      const polling = yield* Effect.forkChild(poll)
      const { status } = yield* withSandbox(() => Fiber.join(polling), { port })
      assert.strictEqual(status, 200)
    }).pipe(Effect.timeout("10 seconds")))

  it.live("awaitIdle waits until the last connection is closed", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* call(`${sandbox.url}/_sandbox/health`, { headers: { connection: "close" } })
      yield* sandbox.awaitIdle
      assert.strictEqual(yield* sandbox.openSockets, 0)
    })))
})

describe("tokens", () => {
  const refusals: ReadonlyArray<readonly [string, Client.TokenParts, number, RegExp]> = [
    ["another algorithm", { header: { alg: "HS256" } }, 401, /algorithm is not RS256/],
    ["no algorithm", { header: { alg: "none" } }, 401, /algorithm is not RS256/],
    ["an unknown kid", { header: { kid: "stranger" } }, 401, /kid stranger is not registered/],
    ["a kid of another issuer", { header: { iss: "atissuer" } }, 401, /belongs to another issuer/],
    ["no resources", { header: { resources: undefined } }, 401, /resources/],
    ["resources as one string", { header: { resources: "ingest" } }, 401, /resources/],
    ["other resources", { header: { resources: ["content"] } }, 403, /do not include "ingest"/],
    ["a lifetime of eight hours", { payload: { iat: now(), exp: now() + 8 * 3600 } }, 401, /under 8 hours/],
    ["an expiry in the past", { payload: { iat: now() - 600, exp: now() - 61 } }, 401, /expired/],
    ["a start in the future", { payload: { iat: now() + 120, exp: now() + 600 } }, 401, /not valid yet/],
    ["an expiry before its start", { payload: { iat: now(), exp: now() - 1 } }, 401, /ends before/],
    ["other fields in the payload", { payload: { sub: "someone" } }, 401, /nothing else/],
    ["no times", { payload: { iat: undefined } }, 401, /iat and exp/],
    [
      "the signature of an unknown key",
      {
        key: generateKeyPairSync("rsa", {
          modulusLength: 2048,
          publicKeyEncoding: { type: "spki", format: "pem" },
          privateKeyEncoding: { type: "pkcs8", format: "pem" }
        }).privateKey
      },
      401,
      /signature/
    ]
  ]

  it.live("are rejected with a reason that does not contain the token", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      for (const [name, parts, status, reason] of refusals) {
        const token = mintToken(sandbox, parts)
        const answer = yield* initialize(sandbox, ingestRequest([]), token)
        assert.strictEqual(answer.status, status, name)
        assert.match(error(answer), reason, name)
        assert.match(answer.headers.get("x-sandbox-fidelity") ?? "", /^guess; /, name)
        for (const part of token.split(".")) assert.notInclude(answer.text, part, name)
      }
      assert.deepStrictEqual(yield* sandbox.jobs.list, [])
    })))

  it.live("are required in a valid Authorization header", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const send = (headers: Record<string, string>) =>
        call(`${sandbox.url}/admin/ingest/initialize`, { method: "POST", body: "{}", headers })
      assert.match(error(yield* send({})), /header is missing/)
      assert.match(error(yield* send({ authorization: "Basic eDp5" })), /Bearer/)
      assert.match(error(yield* send({ authorization: "Bearer a.b" })), /three parts/)
      assert.strictEqual((yield* send({ authorization: "Bearer a.b.c" })).status, 401)
    })))

  it.live("may be signed with a trusted key for its issuer", () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs1", format: "pem" }
    })
    const trust = [{ kid: "atdefault", issuer: "at", publicKeyPem: publicKey }]
    return withSandbox(
      Effect.fnUntraced(function*(sandbox) {
        const as = (iss: string) => mintToken(sandbox, { header: { kid: "atdefault", iss }, key: privateKey })
        assert.strictEqual((yield* initialize(sandbox, ingestRequest([]), as("at"))).status, 200)
        assert.strictEqual((yield* initialize(sandbox, ingestRequest([]), as("sandbox"))).status, 401)
      }),
      { trust }
    )
  })

  it.live("are required by the status endpoint with statusAuth", () =>
    withSandbox(
      Effect.fnUntraced(function*(sandbox) {
        const id = jobId(yield* initialize(sandbox, ingestRequest([])))
        const url = `${sandbox.url}/admin/ingest/jobstatus/${id}`
        assert.strictEqual((yield* call(url)).status, 401)
        const authorization = `Bearer ${mintToken(sandbox)}`
        assert.strictEqual((yield* call(url, { headers: { authorization } })).status, 200)
      }),
      { statusAuth: true }
    ))
})

describe("requests", () => {
  it.live("of real clients are accepted", () =>
    withSandbox(
      Effect.fnUntraced(function*(sandbox) {
        for (
          const name of [
            "mps-samples/ingest-request-known-success.json",
            "mps-samples/ingest-request-v2-manifest.json",
            "mps-samples/ingest-request-v3-manifest.json",
            "seed-wire/ingest-request.json"
          ]
        ) {
          const answer = yield* initialize(sandbox, sample(name))
          assert.strictEqual(answer.status, 200, name)
          assert.match(jobId(answer), /^[0-9a-f]{24}$/)
          const identifier = at(answer.json, "data", "job_tracker_file", "context", "assets", "image", 0, "identifier")
          assert.strictEqual(identifier, at(JSON.parse(sample(name)), "assets", "image", 0, "identifier"))
        }
      }),
      { imageSize: "warn" }
    ))

  it.live("are rejected with all problems at once", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const { metadata: _, ...body } = ingestRequest([{ id: "bad-id" }])
      const answer = yield* initialize(sandbox, { ...body, more: 1 })
      assert.strictEqual(answer.status, 400)
      for (const text of ["more", "metadata", "assets.image[0].identifier"]) assert.include(error(answer), text)
    })))

  it.live("must declare image sizes, name the manifest, and not repeat identifiers", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      assert.match(error(yield* initialize(sandbox, ingestRequest([{ id: "A" }]))), /imageSize is missing/)
      const twice = ingestRequest([{ id: "A", width: 1, height: 1 }, { id: "A", width: 1, height: 1 }])
      assert.match(error(yield* initialize(sandbox, twice)), /already occurs earlier/)
      const nameless = ingestRequest([], { id: "https://example.org/m", type: "Manifest" })
      assert.match(error(yield* initialize(sandbox, nameless)), /URN-3/)
      assert.match(error(yield* initialize(sandbox, "{")), /not JSON/)
    })))

  it.live("must be within the size limit and of type application/json", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const large = yield* initialize(sandbox, " ".repeat(48 * 1024 * 1024 + 1))
      assert.strictEqual(large.status, 413)
      const typeless = yield* call(`${sandbox.url}/admin/ingest/initialize`, {
        method: "POST",
        body: JSON.stringify(ingestRequest([])),
        headers: { authorization: `Bearer ${mintToken(sandbox)}`, "content-type": "text/plain" }
      })
      assert.strictEqual(typeless.status, 415)
    })))
})

describe("jobs", () => {
  it.live("ingest uploaded images and deliver the manifest", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* put(sandbox, "images/ONE.png", yield* png(300, 200))
      const body = ingestRequest([{ id: "ONE", width: 300, height: 200 }], manifest(sandbox, "Book1"))
      const job = yield* ingest(sandbox, body)
      assert.strictEqual(job.state, "success")
      assert.deepStrictEqual(job.children.map(({ state }) => state), ["success"])
      assert.strictEqual(yield* jobStatus(sandbox, job.id), "success")

      const named = yield* call(`${sandbox.url}/URN-3:SANDBOX:Book1:MANIFEST:3`)
      assert.deepStrictEqual([named.status, named.headers.get("location")], [
        303,
        `${sandbox.url}/iiif/3/URN-3:SANDBOX:Book1`
      ])
      const served = yield* call(named.headers.get("location") ?? "")
      assert.deepStrictEqual(served.json, manifest(sandbox, "Book1"))
      assert.strictEqual(
        served.headers.get("content-type"),
        `application/ld+json;profile="http://iiif.io/api/presentation/3/context.json"`
      )
    })))

  it.live("fail individual children with a reason each", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const image = yield* png(40, 30)
      yield* put(sandbox, "images/GOOD.png", image)
      yield* put(sandbox, "images/CUT.png", (yield* png(900, 700)).subarray(0, 900))
      yield* put(sandbox, "images/TEXT.png", Buffer.from("no picture"))
      const job = yield* ingest(
        sandbox,
        ingestRequest([
          { id: "GOOD", width: 40, height: 30 },
          { id: "WRONG", width: 41, height: 30, key: "GOOD.png" },
          { id: "MISSING", width: 1, height: 1 },
          { id: "CUT", width: 900, height: 700 },
          { id: "TEXT", width: 1, height: 1 },
          { id: "NEW", width: 40, height: 30, key: "GOOD.png", action: "update" }
        ])
      )
      assert.strictEqual(job.state, "success")
      const results = job.children.map(({ reason, state }) => reason ?? state)
      assert.match(
        results.join("\n"),
        new RegExp([
          "^success",
          "imageSize is 41 x 30 but the stored image is 40 x 30",
          "There is no object s3://.*/images/MISSING.png",
          "The image cannot be read: .*",
          "The image cannot be read: .*",
          "Asset SANDBOX:NEW does not exist.*$"
        ].join("\n"))
      )
      assert.strictEqual((yield* call(`${sandbox.url}/assets/images/SANDBOX:GOOD/info.json`)).status, 200)
      assert.strictEqual((yield* call(`${sandbox.url}/assets/images/SANDBOX:CUT/info.json`)).status, 404)
    })))

  it.live("fail at the limit of failed children without publishing the manifest", () =>
    withSandbox(
      Effect.fnUntraced(function*(sandbox) {
        yield* put(sandbox, "images/A.png", yield* png(8, 8))
        const missing = ["B", "C"].map((id) => ({ id, width: 8, height: 8 }))
        const job = yield* ingest(
          sandbox,
          ingestRequest([{ id: "A", width: 8, height: 8 }, ...missing], manifest(sandbox, "Half"))
        )
        assert.strictEqual(job.state, "failed")
        assert.strictEqual((yield* call(`${sandbox.url}/URN-3:SANDBOX:HALF:MANIFEST:3`)).status, 404)
      }),
      { childErrorLimit: 2 }
    ))

  it.live("create an asset once, then update it", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* put(sandbox, "images/A.png", yield* png(8, 8))
      const submit = (action: string) => ingest(sandbox, ingestRequest([{ id: "A", width: 8, height: 8, action }]))
      assert.strictEqual((yield* submit("create")).state, "success")
      assert.match((yield* submit("create")).children[0]?.reason ?? "", /already exists/)
      assert.strictEqual((yield* submit("update")).state, "success")
      assert.strictEqual((yield* submit("upsert")).state, "success")
    })))

  it.live("accept a wrong size with a warning if imageSize is warn", () =>
    withSandbox(
      Effect.fnUntraced(function*(sandbox) {
        yield* put(sandbox, "images/A.png", yield* png(8, 8))
        const job = yield* ingest(sandbox, ingestRequest([{ id: "A", width: 9, height: 9 }]))
        assert.deepStrictEqual(job.children[0]?.warnings, ["imageSize is 9 x 9 but the stored image is 8 x 8"])
        assert.strictEqual(job.state, "success")
      }),
      { imageSize: "warn" }
    ))

  it.live("measure stored pixels without EXIF rotation", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const turned = yield* Effect.promise(() =>
        sharp({ create: { width: 60, height: 20, channels: 3, background: "red" } })
          .jpeg().withMetadata({ orientation: 6 }).toBuffer()
      )
      yield* put(sandbox, "images/T.jpg", turned)
      const job = yield* ingest(sandbox, ingestRequest([{ id: "T", key: "T.jpg", width: 60, height: 20 }]))
      assert.strictEqual(job.state, "success")
    })))

  it.live("report one state per poll with pace per-poll", () =>
    withSandbox(
      Effect.fnUntraced(function*(sandbox) {
        const id = jobId(yield* initialize(sandbox, ingestRequest([])))
        yield* sandbox.jobs.awaitTerminal(id)
        const seen: Array<unknown> = []
        for (let read = 0; read < 5; read++) seen.push(yield* jobStatus(sandbox, id))
        assert.deepStrictEqual(seen, ["ready", "queued", "running", "success", "success"])
      }),
      { pace: "per-poll" }
    ))

  it.live("can be held in a state and released with setState", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const { id } = yield* ingest(sandbox, ingestRequest([]))
      yield* sandbox.jobs.setState(id, "running")
      assert.strictEqual(yield* jobStatus(sandbox, id), "running")
      yield* sandbox.jobs.setState(id, "failed")
      assert.strictEqual((yield* sandbox.jobs.awaitTerminal(id)).state, "failed")
      assert.strictEqual((yield* Effect.flip(sandbox.jobs.awaitTerminal("0".repeat(24))))._tag, "UnknownJob")
    })))

  it.live("are not found by an unknown id", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      for (const id of ["0".repeat(24), "x", "..%2f..%2fconfig"]) {
        const answer = yield* call(`${sandbox.url}/admin/ingest/jobstatus/${id}`)
        assert.strictEqual(answer.status, 404)
        assert.isString(at(answer.json, "error"))
      }
    })))
})

describe("delivery", () => {
  it.live("serves the exact bytes of a manifest by its case-insensitive name", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const id = `${sandbox.url}/URN-3:SANDBOX:Odd:MANIFEST:3`
      const odd = `{ "@context":"http://iiif.io/api/presentation/3/context.json",\n\t"id" : "${id}",` +
        `"n": 1.50e+1, "label":{"none":["caf\\u00e9 é \\/"]}, "label2":"}" }`
      const body = JSON.stringify(ingestRequest([])).replace("\"manifest\":{}", `"manifest" :  ${odd} `)
      yield* ingest(sandbox, body)
      for (
        const path of ["/iiif/3/URN-3:SANDBOX:ODD", "/iiif/3/urn-3:sandbox:odd", "/iiif/3/URN-3:SANDBOX:Odd:MANIFEST:3"]
      ) {
        assert.strictEqual((yield* call(`${sandbox.url}${path}`)).text, odd, path)
      }
      const unversioned = yield* call(`${sandbox.url}/URN-3:SANDBOX:Odd:MANIFEST`)
      assert.strictEqual(unversioned.headers.get("location"), `${sandbox.url}/iiif/3/URN-3:SANDBOX:Odd`)
    })))

  it.live("describes images with Image API 2, level 2", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* put(sandbox, "images/BIG.png", yield* png(3000, 2001))
      yield* ingest(sandbox, ingestRequest([{ id: "BIG", width: 3000, height: 2001 }]))
      const id = `${sandbox.url}/assets/images/SANDBOX:BIG`
      const info = yield* call(`${sandbox.url}/assets/images/SANDBOX%3ABIG/info.json`, { headers: { accept: "*/*" } })
      assert.deepInclude(Object(info.json), {
        "@context": "http://iiif.io/api/image/2/context.json",
        "@id": id,
        protocol: "http://iiif.io/api/image",
        width: 3000,
        height: 2001,
        tiles: [{ width: 512, height: 512, scaleFactors: [1, 2, 4, 8, 16] }],
        sizes: [
          { width: 188, height: 125 },
          { width: 375, height: 250 },
          { width: 750, height: 500 },
          { width: 1500, height: 1001 },
          { width: 3000, height: 2001 }
        ]
      })
      assert.strictEqual(at(info.json, "profile", 0), "http://iiif.io/api/image/2/level2.json")
      assert.deepStrictEqual(at(info.json, "profile", 1, "formats"), ["jpg", "tif", "gif", "png"])
      assert.strictEqual(info.headers.get("content-type"), "application/json")
      assert.strictEqual(info.headers.get("access-control-allow-origin"), "*")
      const linked = yield* call(`${id}/info.json`, { headers: { accept: "application/ld+json" } })
      assert.strictEqual(linked.headers.get("content-type"), "application/ld+json")
      const bare = yield* call(id)
      assert.deepStrictEqual([bare.status, bare.headers.get("location")], [303, `${id}/info.json`])
      const pixels = yield* call(`${id}/full/300,/0/default.jpg`)
      assert.deepStrictEqual([pixels.status, pixels.headers.get("content-type")], [200, "image/jpeg"])
    })))
})

describe("service", () => {
  it.live("logs requests without secrets", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const token = mintToken(sandbox)
      yield* initialize(sandbox, ingestRequest([]), token)
      yield* call(`${sandbox.url}/admin/ingest/version?X-Amz-Signature=hush&a=1&X-Amz-Signatur%65=hush`)
      const entries = yield* sandbox.requests()
      assert.deepStrictEqual(entries.map(({ op, outcome, status }) => [op, outcome, status]), [
        ["Initialize", "replied", 200],
        ["Version", "replied", 200]
      ])
      assert.strictEqual(entries[0]?.headers["authorization"], "<redacted>")
      assert.strictEqual(entries[0]?.bytesIn, JSON.stringify(ingestRequest([])).length)
      assert.strictEqual(
        entries[1]?.path,
        "/admin/ingest/version?X-Amz-Signature=<redacted>&a=1&X-Amz-Signatur%65=<redacted>"
      )
      assert.notInclude(JSON.stringify(entries), token)
      assert.deepStrictEqual(entries.map(({ ended, started }) => [started, ended]), [[0, 1], [2, 3]])
    })))

  it.live("keeps what S3 replies, without the content of objects and without signatures", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* put(sandbox, "images/A.png", yield* png(2, 2))
      yield* Effect.promise(() => Client.s3(sandbox, { method: "GET", key: "images/A.png" }))
      yield* call(`${sandbox.s3.endpoint}/${sandbox.s3.bucket}/images/A.png`)
      yield* sandbox.faults.add({ match: { op: "PutObject" }, effect: { type: "throttle" } })
      yield* Effect.promise(() => Client.s3(sandbox, { method: "PUT", key: "images/B.png", body: new Uint8Array(1) }))
      yield* sandbox.awaitRequest(({ status }) => status === 503)
      const entries = yield* sandbox.requests()
      assert.deepStrictEqual(
        entries.map(({ replyBody, status }) => [status, /<Code>(.*?)<\/Code>/.exec(replyBody ?? "")?.[1]]),
        [[200, undefined], [200, undefined], [403, "AccessDenied"], [503, "SlowDown"]]
      )
      assert.isUndefined(entries[1]?.replyBody)
      assert.match(entries[1]?.replyHeaders?.["etag"] ?? "", /^"[0-9a-f]{32}"$/)
      const repeated = "<StringToSign>a</StringToSign><SignatureProvided>0f3b</SignatureProvided>"
      assert.strictEqual(Redact.body(repeated), repeated.replace("0f3b", "<redacted>"))
    })))

  it.live("counts requests in flight", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* sandbox.faults.add({ match: { op: "Version" }, effect: { type: "delay", millis: 50 } })
      yield* Effect.forEach([1, 2, 3], () => call(`${sandbox.url}/admin/ingest/version`), { concurrency: 3 })
      assert.deepStrictEqual((yield* sandbox.inFlight)["Version"], { now: 0, peak: 3 })
    })))

  it.live("issues session credentials that expire", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const get = (
        session: { accessKeyId: string; secretAccessKey: Redacted.Redacted; sessionToken: Redacted.Redacted }
      ) =>
        Effect.promise(() =>
          Client.s3(sandbox, {
            method: "GET",
            key: "none",
            credentials: {
              accessKeyId: session.accessKeyId,
              secretAccessKey: Redacted.value(session.secretAccessKey),
              sessionToken: Redacted.value(session.sessionToken)
            }
          }).then(async (response) => `${response.status} ${await response.text()}`)
        )
      assert.match(yield* get(yield* sandbox.issueSession({ lifetime: "1 hour" })), /^404 .*NoSuchKey/s)
      assert.match(yield* get(yield* sandbox.issueSession({ lifetime: 0 })), /^400 .*ExpiredToken/s)
    })))

  it.live("finds objects, and deletes everything on reset", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* put(sandbox, "images/A.png", yield* png(8, 8))
      yield* ingest(sandbox, ingestRequest([{ id: "A", width: 8, height: 8 }], manifest(sandbox, "M")))
      const object = yield* sandbox.object(sandbox.s3.bucket, "images/A.png")
      assert.isTrue(Option.isSome(object))
      yield* sandbox.reset
      assert.isTrue(Option.isNone(yield* sandbox.object(sandbox.s3.bucket, "images/A.png")))
      assert.deepStrictEqual(yield* sandbox.jobs.list, [])
      assert.deepStrictEqual(yield* sandbox.requests(), [])
      assert.strictEqual((yield* call(`${sandbox.url}/assets/images/SANDBOX:A/info.json`)).status, 404)
      assert.strictEqual((yield* call(`${sandbox.url}/iiif/3/URN-3:SANDBOX:M`)).status, 404)
      yield* put(sandbox, "images/B.png", yield* png(8, 8))
    })))
})

describe("data directory", () => {
  it.live("keeps objects, jobs, assets, manifests, key and port across restarts", () =>
    Effect.gen(function*() {
      const dataDirectory = yield* temporaryDirectory
      const first = yield* withSandbox(
        Effect.fnUntraced(function*(sandbox) {
          yield* put(sandbox, "images/A.png", yield* png(8, 8))
          const body = ingestRequest([{ id: "A", width: 8, height: 8 }], manifest(sandbox, "Kept"))
          const { id } = yield* ingest(sandbox, body)
          return { id, url: sandbox.url, key: readFileSync(sandbox.privateKeyPath, "utf8") }
        }),
        { dataDirectory }
      )
      yield* withSandbox(
        Effect.fnUntraced(function*(sandbox) {
          assert.strictEqual(sandbox.url, first.url)
          assert.strictEqual(readFileSync(sandbox.privateKeyPath, "utf8"), first.key)
          assert.match(first.key, /^-----BEGIN PRIVATE KEY-----/)
          assert.strictEqual(statSync(sandbox.privateKeyPath).mode & 0o777, 0o600)
          assert.strictEqual(yield* jobStatus(sandbox, first.id), "success")
          assert.strictEqual((yield* call(`${first.url}/assets/images/SANDBOX:A/info.json`)).status, 200)
          assert.deepStrictEqual(
            (yield* call(`${first.url}/iiif/3/URN-3:SANDBOX:KEPT`)).json,
            manifest(sandbox, "Kept")
          )
          assert.isTrue(Option.isSome(yield* sandbox.object(sandbox.s3.bucket, "images/A.png")))
        }),
        { dataDirectory }
      )
    }).pipe(Effect.scoped))

  it.live("resumes a job that was interrupted by a stop", () =>
    Effect.gen(function*() {
      const dataDirectory = yield* temporaryDirectory
      const id = yield* withSandbox(
        Effect.fnUntraced(function*(sandbox) {
          yield* put(sandbox, "images/A.png", yield* png(8, 8))
          const delay = { match: { op: "IngestAsset" }, effect: { type: "delay", millis: 60_000 } } as const
          yield* sandbox.faults.add(delay)
          return jobId(
            yield* initialize(
              sandbox,
              ingestRequest([{ id: "A", width: 8, height: 8 }], manifest(sandbox, "Late"))
            )
          )
        }),
        { dataDirectory }
      )
      yield* withSandbox(
        Effect.fnUntraced(function*(sandbox) {
          assert.strictEqual((yield* sandbox.jobs.awaitTerminal(id)).state, "success")
          assert.strictEqual((yield* call(`${sandbox.url}/iiif/3/URN-3:SANDBOX:LATE`)).status, 200)
        }),
        { dataDirectory }
      )
    }).pipe(Effect.scoped))

  it.live("rejects another port without rebase, and rewrites stored ids with it", () =>
    Effect.gen(function*() {
      const dataDirectory = yield* temporaryDirectory
      const old = yield* withSandbox(
        Effect.fnUntraced(function*(sandbox) {
          yield* ingest(sandbox, ingestRequest([], manifest(sandbox, "Moved")))
          return sandbox.url
        }),
        { dataDirectory }
      )
      // A port that was free just now and differs from the old one.
      const port = yield* withSandbox((sandbox) => Effect.succeed(Number(new URL(sandbox.url).port)))
      const rejected = yield* Effect.flip(withSandbox(() => Effect.void, { dataDirectory, port }))
      assert.strictEqual(rejected.reason._tag, "PortRecorded")
      assert.match(rejected.message, /--rebase/)
      yield* withSandbox(
        Effect.fnUntraced(function*(sandbox) {
          assert.notStrictEqual(sandbox.url, old)
          const { json, text } = yield* call(`${sandbox.url}/iiif/3/URN-3:SANDBOX:MOVED`)
          assert.deepStrictEqual(json, manifest(sandbox, "Moved"))
          assert.notInclude(text, old)
        }),
        { dataDirectory, port, rebase: true }
      )
    }).pipe(Effect.scoped))

  it.live("is locked by one sandbox, but not by a process that no longer exists", () =>
    Effect.gen(function*() {
      const dataDirectory = yield* temporaryDirectory
      const rejected = yield* withSandbox(() => Effect.flip(withSandbox(() => Effect.void, { dataDirectory })), {
        dataDirectory
      })
      assert.strictEqual(rejected.reason._tag, "DirectoryLocked")
      assert.notInclude(readdirSync(dataDirectory), "lock")
      // No process can have this id: it is above the limits of operating systems.
      writeFileSync(join(dataDirectory, "lock"), "2147483646")
      yield* withSandbox(() => Effect.void, { dataDirectory })
    }).pipe(Effect.scoped))

  it.effect("refuses a folder with files of other programs, and leaves them alone", () =>
    Effect.gen(function*() {
      const dataDirectory = yield* temporaryDirectory
      mkdirSync(join(dataDirectory, "assets"))
      writeFileSync(join(dataDirectory, "assets", "logo.svg"), "<svg/>")
      writeFileSync(join(dataDirectory, "config.json"), "{}")
      const { message } = yield* Effect.flip(withSandbox((sandbox) => sandbox.reset, { dataDirectory }))
      assert.include(message, `${dataDirectory} has files that are not the sandbox's (assets)`)
      assert.deepStrictEqual(readdirSync(dataDirectory).sort(), ["assets", "config.json"])
      assert.deepStrictEqual(readdirSync(join(dataDirectory, "assets")), ["logo.svg"])
    }).pipe(Effect.scoped))

  it.effect("takes a folder that has hidden files only", () =>
    Effect.gen(function*() {
      const dataDirectory = yield* temporaryDirectory
      writeFileSync(join(dataDirectory, ".gitignore"), "*")
      yield* withSandbox((sandbox) => sandbox.reset, { dataDirectory })
      yield* withSandbox((sandbox) => sandbox.reset, { dataDirectory })
      assert.include(readdirSync(dataDirectory), ".gitignore")
    }).pipe(Effect.scoped))

  it.live("reports a port in use and invalid files", () =>
    Effect.gen(function*() {
      const portInUse = yield* withSandbox((sandbox) =>
        Effect.flip(withSandbox(() => Effect.void, { port: Number(new URL(sandbox.url).port) }))
      )
      assert.strictEqual(portInUse.reason._tag, "PortInUse")
      const dataDirectory = yield* temporaryDirectory
      writeFileSync(join(dataDirectory, "config.json"), "{")
      assert.strictEqual(
        (yield* Effect.flip(withSandbox(() => Effect.void, { dataDirectory }))).reason._tag,
        "Unreadable"
      )
      rmSync(join(dataDirectory, "config.json"))
      for (const folder of ["jobs", "assets", "manifests"]) {
        const file = join(dataDirectory, folder, "broken.json")
        mkdirSync(join(dataDirectory, folder), { recursive: true })
        writeFileSync(file, "{")
        const { message } = yield* Effect.flip(withSandbox(() => Effect.void, { dataDirectory }))
        assert.strictEqual(message, `The file ${file} cannot be read or has invalid content: fix or remove it`)
        rmSync(file)
      }
    }).pipe(Effect.scoped))
})
