import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import { request as httpRequest } from "node:http"
import { join } from "node:path"
import { type FaultEffect, type FaultMatch, FaultRule } from "../src/Faults.ts"
import { Sandbox, type SandboxOptions } from "../src/Sandbox.ts"
import * as Client from "./support/client.ts"

const { at, call, ingest, ingestRequest, initialize, jobId, jobStatus, png, put } = Client

const withSandbox = <A, E>(use: (sandbox: Client.Running) => Effect.Effect<A, E>, options?: SandboxOptions) =>
  Sandbox.use(use).pipe(Effect.provide(Sandbox.layer(options)))

/** Runs a sandbox with one fault rule. */
const withFault = <A, E>(
  match: FaultMatch,
  effect: FaultEffect,
  use: (sandbox: Client.Running) => Effect.Effect<A, E>
) => withSandbox(use, { faults: [{ match, effect }] })

const version = (sandbox: Client.Running) => call(`${sandbox.url}/admin/ingest/version`)
const VERSION = { op: "Version" }

const s3 = (sandbox: Client.Running, request: Client.S3Call) =>
  Effect.promise(async () => {
    const response = await Client.s3(sandbox, request)
    return { status: response.status, headers: response.headers, text: await response.text() }
  })
const upload = (body: Uint8Array = Buffer.alloc(100_000)) => ({ method: "PUT", key: "images/A.bin", body })

const outcomes = (sandbox: Client.Running) =>
  Effect.map(sandbox.requests(), (entries) => entries.map(({ op, outcome }) => [op, outcome]))

describe("rules", () => {
  it.effect("are JSON, and reject unknown fields and effects", () =>
    Effect.gen(function*() {
      const decode = Schema.decodeUnknownEffect(FaultRule, { onExcessProperty: "error" })
      const rule = { match: { op: "PutObject" }, times: 2, probability: 0.5, effect: { type: "delay", millis: 10 } }
      assert.deepStrictEqual<unknown>(yield* decode(rule), rule)
      yield* Effect.flip(decode({ match: {}, effect: { type: "explode" } }))
      yield* Effect.flip(decode({ match: { verb: "GET" }, effect: { type: "deny" } }))
      yield* Effect.flip(decode({ match: {}, probability: 2, effect: { type: "deny" } }))
    }))

  it.effect("cannot send what no reply can have", () =>
    Effect.gen(function*() {
      const decode = Schema.decodeUnknownEffect(FaultRule, { onExcessProperty: "error" })
      const status = (headers: Readonly<Record<string, string>>) => ({
        match: {},
        effect: { type: "status", status: 503, headers }
      })
      assert.deepStrictEqual<unknown>(
        yield* decode(status({ "Retry-After": "1", "x-a": "\u00e9" })),
        status({ "Retry-After": "1", "x-a": "\u00e9" })
      )
      for (const name of ["x\r\ny", "", "a b", "Content-Length", "transfer-encoding", "Trailer"]) {
        const { message } = yield* Effect.flip(decode(status({ [name]: "1" })))
        assert.include(message, "Expected names that header fields can have")
      }
      yield* Effect.flip(decode(status({ x: "a\r\nset-cookie: b" })))
      yield* Effect.flip(decode({ match: {}, effect: { type: "redirect", location: "http://x/\u6f22" } }))
    }))

  it.live("are refused where they are too deep to be shown again", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const headers = {
        authorization: `Bearer ${readFileSync(join(sandbox.dataDirectory, "control-token"), "utf8")}`
      }
      const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`
      const body = `[{"match":{},"effect":{"type":"malformed","body":${deep}}}]`
      const { json, status } = yield* call(`${sandbox.url}/_sandbox/faults`, { method: "PUT", headers, body })
      assert.strictEqual(status, 400)
      assert.match(String(at(json, "error")), /nested more than 100 deep/)
      assert.deepStrictEqual(yield* sandbox.faults.hits, [])
    })))

  it.live("can be added, counted, replaced, cleared and limited in number", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* sandbox.faults.add({ match: VERSION, times: 1, effect: { type: "status", status: 500 } })
      assert.strictEqual((yield* version(sandbox)).status, 500)
      assert.strictEqual((yield* version(sandbox)).status, 200)
      assert.strictEqual((yield* sandbox.faults.hits)[0]?.hits, 1)
      yield* sandbox.faults.set([{ match: { path: "/admin/**", method: "GET" }, effect: { type: "deny" } }])
      assert.strictEqual((yield* version(sandbox)).status, 403)
      yield* sandbox.faults.clear
      assert.strictEqual((yield* version(sandbox)).status, 200)
    })))

  it.live("can be set over HTTP with the control token", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const url = `${sandbox.url}/_sandbox/faults`
      const token = readFileSync(join(sandbox.dataDirectory, "control-token"), "utf8")
      const send = (method: string, body: unknown, bearer = token) =>
        call(url, {
          method,
          headers: { authorization: `Bearer ${bearer}` },
          ...(body === undefined ? {} : { body: JSON.stringify(body) })
        })
      const rules = [{ match: VERSION, effect: { type: "deny" } }]
      assert.strictEqual((yield* send("PUT", rules, "wrong")).status, 401)
      assert.strictEqual((yield* send("PUT", [{ match: {}, effect: { type: "explode" } }])).status, 400)
      assert.deepStrictEqual((yield* send("PUT", rules)).json, [{ rule: rules[0], hits: 0 }])
      assert.strictEqual((yield* version(sandbox)).status, 403)
      assert.deepStrictEqual((yield* send("GET", undefined)).json, [{ rule: rules[0], hits: 1 }])
      assert.deepStrictEqual((yield* send("DELETE", undefined)).json, [])
      assert.strictEqual((yield* version(sandbox)).status, 200)
    })))
})

describe("reply effects", () => {
  it.live("status", () =>
    withFault(
      VERSION,
      { type: "status", status: 503, body: "busy", headers: { "x-a": "b" } },
      (sandbox) =>
        Effect.map(
          version(sandbox),
          ({ headers, status, text }) => assert.deepStrictEqual([status, text, headers.get("x-a")], [503, "busy", "b"])
        )
    ))

  it.live("html", () =>
    withFault(VERSION, { type: "html" }, (sandbox) =>
      Effect.map(version(sandbox), ({ headers, status, text }) => {
        assert.strictEqual(status, 502)
        assert.match(headers.get("content-type") ?? "", /^text\/html/)
        assert.match(text, /^<!doctype html>/)
      })))

  it.live("emptyAccepted", () =>
    withFault(
      VERSION,
      { type: "emptyAccepted" },
      (sandbox) =>
        Effect.map(version(sandbox), ({ headers, status, text }) =>
          assert.deepStrictEqual([status, text, headers.get("x-amzn-waf-action")], [202, "", "challenge"]))
    ))

  it.live("redirect", () =>
    withFault(
      VERSION,
      { type: "redirect", location: "http://127.0.0.1:1/" },
      (sandbox) =>
        Effect.map(version(sandbox), ({ headers, status }) =>
          assert.deepStrictEqual([status, headers.get("location")], [302, "http://127.0.0.1:1/"]))
    ))

  it.live("throttle and expiredToken outside S3", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* sandbox.faults.set([{ match: VERSION, effect: { type: "throttle", retryAfterSeconds: 3 } }])
      const throttled = yield* version(sandbox)
      assert.deepStrictEqual([throttled.status, throttled.headers.get("retry-after")], [429, "3"])
      yield* sandbox.faults.set([{ match: VERSION, effect: { type: "expiredToken" } }])
      assert.match(String(at((yield* version(sandbox)).json, "error")), /expired/)
    })))

  it.live("truncate and malformed create the job and send an unusable reply", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* sandbox.faults.set([
        { match: { op: "Initialize" }, times: 1, effect: { type: "truncate", bytes: 20 } },
        { match: { op: "Initialize" }, effect: { type: "malformed", body: [1] } }
      ])
      const cut = yield* initialize(sandbox, ingestRequest([]))
      assert.deepStrictEqual([cut.status, cut.text.length, cut.json], [200, 20, undefined])
      const odd = yield* initialize(sandbox, ingestRequest([]))
      assert.deepStrictEqual([odd.status, odd.json], [200, [1]])
      assert.strictEqual((yield* sandbox.jobs.list).length, 2)
    })))
})

describe("S3 effects", () => {
  it.live("deny one operation", () =>
    withFault(
      { op: "ListObjectsV2" },
      { type: "deny" },
      Effect.fnUntraced(function*(sandbox) {
        const listed = yield* s3(sandbox, { method: "GET", key: "", query: "?list-type=2" })
        assert.strictEqual(listed.status, 403)
        assert.match(listed.text, /<Code>AccessDenied<\/Code>/)
        assert.strictEqual((yield* s3(sandbox, upload())).status, 200)
      })
    ))

  it.live("throttle", () =>
    withFault(
      { op: "PutObject" },
      { type: "throttle", retryAfterSeconds: 0 },
      Effect.fnUntraced(function*(sandbox) {
        const answer = yield* s3(sandbox, upload(Buffer.alloc(5_000_000)))
        assert.deepStrictEqual([answer.status, answer.headers.get("retry-after")], [503, "0"])
        assert.match(answer.text, /<Code>SlowDown<\/Code>/)
        assert.isTrue(Option.isNone(yield* sandbox.object(sandbox.s3.bucket, "images/A.bin")))
      })
    ))

  it.live("throttle a client that waits for 100 Continue", () =>
    withFault(
      { op: "PutObject" },
      { type: "throttle" },
      Effect.fnUntraced(function*(sandbox) {
        const status = yield* Effect.callback<string>((resume) => {
          const url = `${sandbox.s3.endpoint}/${sandbox.s3.bucket}/k`
          const request = httpRequest(url, {
            method: "PUT",
            headers: { expect: "100-continue", "content-length": 5 }
          }, (response) => resume(Effect.succeed(`${response.statusCode}`)))
          request.on("continue", () => resume(Effect.succeed("continue")))
          request.on("error", () => resume(Effect.succeed("error")))
          request.flushHeaders()
        })
        assert.strictEqual(status, "503")
      })
    ))

  it.live("expiredToken applies to session credentials only", () =>
    withFault(
      {},
      { type: "expiredToken" },
      Effect.fnUntraced(function*(sandbox) {
        assert.strictEqual((yield* s3(sandbox, upload())).status, 200)
        const session = yield* sandbox.issueSession({ lifetime: "1 hour" })
        const credentials = {
          accessKeyId: session.accessKeyId,
          secretAccessKey: Redacted.value(session.secretAccessKey),
          sessionToken: Redacted.value(session.sessionToken)
        }
        const answer = yield* s3(sandbox, { ...upload(), credentials })
        assert.strictEqual(answer.status, 400)
        assert.match(answer.text, /<Code>ExpiredToken<\/Code>/)
      })
    ))
})

describe("connection effects", () => {
  it.live("reset immediately", () =>
    withFault(
      VERSION,
      { type: "reset" },
      Effect.fnUntraced(function*(sandbox) {
        yield* Effect.flip(version(sandbox))
        yield* sandbox.awaitIdle
        assert.deepStrictEqual(yield* outcomes(sandbox), [["Version", "broken"]])
      })
    ))

  it.live("reset during the request leaves no object", () =>
    withFault(
      { op: "PutObject" },
      { type: "reset", afterRequestBytes: 200_000 },
      Effect.fnUntraced(function*(sandbox) {
        yield* Effect.flip(Effect.tryPromise(() => Client.s3(sandbox, upload(Buffer.alloc(3_000_000)))))
        const entry = yield* sandbox.awaitRequest(({ ended }) => ended !== undefined)
        assert.strictEqual(entry.outcome, "broken")
        assert.isAtLeast(entry.bytesIn, 200_000)
        assert.isBelow(entry.bytesIn, 3_000_000)
        assert.isTrue(Option.isNone(yield* sandbox.object(sandbox.s3.bucket, "images/A.bin")))
        assert.strictEqual((yield* s3(sandbox, upload(Buffer.alloc(1000)))).status, 200)
      })
    ))

  it.live("reset during the reply after a number of body bytes", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* s3(sandbox, upload())
      yield* sandbox.faults.set([{ match: { op: "GetObject" }, effect: { type: "reset", afterResponseBytes: 70_000 } }])
      const received = yield* Effect.promise(async () => {
        const response = await Client.s3(sandbox, { method: "GET", key: "images/A.bin" })
        let bytes = 0
        try {
          for await (const chunk of response.body ?? []) bytes += chunk.length
        } catch {
          return [response.status, bytes, "broken"]
        }
        return [response.status, bytes, "whole"]
      })
      assert.deepStrictEqual(received, [200, 70_000, "broken"])
      yield* sandbox.faults.set([{ match: VERSION, effect: { type: "reset", afterResponseBytes: 5 } }])
      yield* Effect.flip(version(sandbox))
      yield* sandbox.faults.set([{ match: VERSION, effect: { type: "reset", afterResponseBytes: 5_000 } }])
      assert.strictEqual((yield* version(sandbox)).status, 200)
    })))

  it.live("lostReply handles the request without a reply", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* sandbox.faults.set([
        { match: { op: "PutObject" }, effect: { type: "lostReply" } },
        { match: { op: "Initialize" }, effect: { type: "lostReply" } }
      ])
      yield* Effect.flip(Effect.tryPromise(() => Client.s3(sandbox, upload())))
      assert.isTrue(Option.isSome(yield* sandbox.object(sandbox.s3.bucket, "images/A.bin")))
      yield* Effect.flip(initialize(sandbox, ingestRequest([])))
      assert.strictEqual((yield* sandbox.jobs.list).length, 1)
      yield* sandbox.awaitIdle
      assert.deepStrictEqual(yield* outcomes(sandbox), [["PutObject", "broken"], ["Initialize", "broken"]])
    })))

  it.live("delay waits, and ends when the client disconnects", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* sandbox.faults.set([{ match: VERSION, times: 1, effect: { type: "delay", millis: 20 } }])
      const [duration, answer] = yield* Effect.timed(version(sandbox))
      assert.strictEqual(answer.status, 200)
      assert.isAtLeast(Duration.toMillis(duration), 19)
      yield* sandbox.faults.set([{ match: VERSION, effect: { type: "delay", millis: 60_000 } }])
      yield* version(sandbox).pipe(
        Effect.raceFirst(sandbox.awaitRequest(({ outcome }) => outcome === "open"))
      )
      const disconnected = yield* sandbox.awaitRequest(({ outcome }) => outcome === "broken")
      assert.strictEqual(disconnected.op, "Version")
    })))
})

describe("job effects", () => {
  it.live("jobState reports a sequence of states, then the actual one", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const { id } = yield* ingest(sandbox, ingestRequest([]))
      yield* sandbox.faults.add({ match: {}, effect: { type: "jobState", states: ["ready", "paused"] } })
      const seen = [yield* jobStatus(sandbox, id), yield* jobStatus(sandbox, id), yield* jobStatus(sandbox, id)]
      assert.deepStrictEqual(seen, ["ready", "paused", "success"])
    })))

  it.live("childFailure fails the matching asset", () =>
    withFault(
      { assetId: "B" },
      { type: "childFailure", message: "the converter gave up" },
      Effect.fnUntraced(function*(sandbox) {
        yield* put(sandbox, "images/A.png", yield* png(8, 8))
        yield* put(sandbox, "images/B.png", yield* png(8, 8))
        const job = yield* ingest(sandbox, ingestRequest(["A", "B"].map((id) => ({ id, width: 8, height: 8 }))))
        assert.strictEqual(job.state, "success")
        assert.deepStrictEqual(job.children.map(({ reason, state }) => [state, reason]), [
          ["success", undefined],
          ["failed", "the converter gave up"]
        ])
        const status = yield* call(`${sandbox.url}/admin/ingest/jobstatus/${job.id}`)
        assert.deepStrictEqual(at(status.json, "data", "context", "errors_encountered"), [
          "SANDBOX:B: the converter gave up"
        ])
      })
    ))

  it.live("spawnFailure fails the parent", () =>
    withFault(
      { op: "SpawnChildren" },
      { type: "spawnFailure", message: "queue full" },
      Effect.fnUntraced(function*(sandbox) {
        const id = jobId(yield* initialize(sandbox, ingestRequest([{ id: "A", width: 1, height: 1 }])))
        const job = yield* sandbox.jobs.awaitTerminal(id)
        assert.deepStrictEqual([job.state, job.errors, job.children[0]?.state], ["failed", ["queue full"], "ready"])
      })
    ))
})
