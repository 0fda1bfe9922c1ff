/** The control API, as a program in any language uses it. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Sandbox, type SandboxOptions } from "../src/Sandbox.ts"
import * as Client from "./support/client.ts"

const { at, call, ingest, ingestRequest, png, put } = Client

const withSandbox = <A, E>(
  use: (
    sandbox: Client.Running,
    control: (path: string, method?: string, body?: unknown) => ReturnType<typeof call>
  ) => Effect.Effect<A, E>,
  options?: SandboxOptions
) =>
  Sandbox.use((sandbox) => {
    const authorization = `Bearer ${readFileSync(join(sandbox.dataDirectory, "control-token"), "utf8")}`
    return use(sandbox, (path, method = "GET", body) =>
      call(`${sandbox.url}/_sandbox/${path}`, {
        method,
        headers: { authorization },
        ...(body === undefined ? {} : { body: JSON.stringify(body) })
      }))
  }).pipe(Effect.provide(Sandbox.layer(options)))

describe("snapshots over HTTP", () => {
  it.live("are taken, listed, restored and removed", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox, control) {
      const shown = () => Effect.map(call(`${sandbox.url}/assets/images/SANDBOX:ONE/info.json`), ({ status }) => status)
      yield* put(sandbox, "images/ONE.png", yield* png(30, 20))
      yield* ingest(sandbox, ingestRequest([{ id: "ONE", width: 30, height: 20 }]))
      assert.strictEqual((yield* control("snapshots/one", "PUT")).status, 204)
      assert.deepStrictEqual((yield* control("snapshots")).json, ["one"])
      yield* sandbox.reset
      assert.strictEqual(yield* shown(), 404)
      assert.strictEqual((yield* control("snapshots/one/restore", "POST")).status, 204)
      assert.strictEqual(yield* shown(), 200)
      assert.strictEqual((yield* control("snapshots/one", "DELETE")).status, 204)
      assert.deepStrictEqual((yield* control("snapshots")).json, [])

      const unknown = yield* control("snapshots/one/restore", "POST")
      assert.strictEqual(unknown.status, 404)
      assert.strictEqual(at(unknown.json, "error"), "The sandbox has no snapshot of this name: there is none yet")
      assert.strictEqual((yield* control("snapshots/one", "DELETE")).status, 404)
      assert.strictEqual((yield* control("snapshots/..%2fevil", "PUT")).status, 400)
      assert.strictEqual((yield* control("snapshots/one", "POST")).status, 405)
      assert.strictEqual((yield* control("snapshots/one/other")).status, 404)
      assert.strictEqual((yield* call(`${sandbox.url}/_sandbox/snapshots/one`, { method: "PUT" })).status, 401)
    })))
})

describe("the jobs' clock over HTTP", () => {
  it.live("is read and moved", () =>
    withSandbox(
      Effect.fnUntraced(function*(sandbox, control) {
        const start = yield* sandbox.clock.now
        assert.deepStrictEqual((yield* control("clock")).json, { now: new Date(start).toISOString() })
        const moved = yield* control("clock", "POST", { advanceMillis: 60_000 })
        assert.deepStrictEqual(moved.json, { now: new Date(start + 60_000).toISOString() })
        for (const body of [{ advanceMillis: -1 }, { advanceMillis: 0.5 }, { advance: 1 }, [], 1e300]) {
          assert.strictEqual((yield* control("clock", "POST", body)).status, 400)
        }
        assert.strictEqual(yield* sandbox.clock.now, start + 60_000)
      }),
      { clock: "manual" }
    ))

  it.live("is not moved unless it is manual", () =>
    withSandbox(Effect.fnUntraced(function*(_, control) {
      const refused = yield* control("clock", "POST", { advanceMillis: 1 })
      assert.strictEqual(refused.status, 409)
      assert.include(String(at(refused.json, "error")), "start the sandbox with a manual clock")
    })))
})

describe("the other operations over HTTP", () => {
  it.live("need the token, and their method", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox, control) {
      const operations = { connection: "GET", requests: "GET", "requests?follow": "GET", reset: "POST", seed: "POST" }
      for (const [path, method] of Object.entries(operations)) {
        assert.strictEqual((yield* call(`${sandbox.url}/_sandbox/${path}`, { method })).status, 401)
        assert.strictEqual((yield* control(path, method === "GET" ? "POST" : "GET")).status, 405)
      }
      assert.deepStrictEqual(yield* sandbox.jobs.list, [])
      assert.strictEqual(
        at((yield* call(`${sandbox.url}/_sandbox/health`)).json, "dataDirectory"),
        sandbox.dataDirectory
      )
    })))

  it.live("tell the connection, and keep its keys out of the log", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox, control) {
      const { headers, json } = yield* control("connection")
      const secret = Redacted.value(sandbox.s3.secretAccessKey)
      assert.strictEqual(headers.get("cache-control"), "no-store")
      assert.strictEqual(at(json, "connection", "s3", "secretAccessKey"), secret)
      assert.strictEqual(at(json, "variables", "AWS_SECRET_ACCESS_KEY"), secret)
      yield* sandbox.awaitRequest(({ ended, path }) => path === "/_sandbox/connection" && ended !== undefined)
      assert.notInclude(JSON.stringify(yield* sandbox.requests()), secret)
      const requests = yield* control("requests")
      assert.notInclude(requests.text, secret)
      assert.notInclude(requests.text, readFileSync(join(sandbox.dataDirectory, "control-token"), "utf8"))
    })))

  it.live("seed, list what has ended, and reset", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox, control) {
      const seeded = yield* control("seed", "POST")
      assert.strictEqual(seeded.status, 200)
      assert.strictEqual(at(seeded.json, "manifests", 2, "viewer"), `${sandbox.url}/view/URN-3:SANDBOX:DEMOPICTURE`)
      const lines = (yield* control("requests")).text.trimEnd().split("\n").map((line): unknown => JSON.parse(line))
      assert.deepStrictEqual(lines.slice(0, 5).map((line) => at(line, "op")), [
        "PutObject",
        "PutObject",
        "PutObject",
        "Initialize",
        "PutObject"
      ])
      assert.strictEqual((yield* control("reset", "POST")).status, 204)
      assert.deepStrictEqual(yield* sandbox.jobs.list, [])
      assert.isTrue(Option.isNone(yield* sandbox.object(sandbox.s3.bucket, "demo/coffee.png")))
    })))
})
