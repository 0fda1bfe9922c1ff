import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { type FaultEffect, type FaultMatch, FaultRule } from "../src/Faults.ts"
import { Sandbox, type SandboxOptions } from "../src/Sandbox.ts"
import * as Scenarios from "../src/Scenarios.ts"
import * as Client from "./support/client.ts"
import * as Raw from "./support/raw.ts"

const { call, ingest, ingestRequest, initialize, jobId, jobStatus, manifest, png, put } = Client

const withSandbox = <A, E>(use: (sandbox: Client.Running) => Effect.Effect<A, E>, options?: SandboxOptions) =>
  Sandbox.use(use).pipe(Effect.provide(Sandbox.layer(options)))

const version = (sandbox: Client.Running) => call(`${sandbox.url}/admin/ingest/version`)
const info = (sandbox: Client.Running, id: string) => call(`${sandbox.url}/assets/images/SANDBOX:${id}/info.json`)
const statuses = (answers: ReadonlyArray<Client.Answer>) => answers.map(({ status }) => status)

/** A request for images that are in the bucket. */
const prepared = Effect.fnUntraced(function*(sandbox: Client.Running, ids: ReadonlyArray<string>, named?: unknown) {
  const image = yield* png(8, 8)
  yield* Effect.forEach(ids, (id) => put(sandbox, `images/${id}.png`, image))
  return ingestRequest(ids.map((id) => ({ id, width: 8, height: 8 })), named)
})

/** A request that is not answered until something ends it. */
const unanswered = Effect.fnUntraced(function*(
  sandbox: Client.Running,
  request: Effect.Effect<Client.Answer, Client.NoAnswer>
) {
  const before = (yield* sandbox.requests()).length
  const fiber = yield* Effect.forkChild(request)
  yield* sandbox.awaitRequest(({ id, outcome }) => id >= before && outcome === "open")
  return fiber
})

describe("the catalogue", () => {
  it("has rules that are JSON, under names and titles of their own", () => {
    const decode = Schema.decodeUnknownSync(Schema.Array(FaultRule), { onExcessProperty: "error" })
    for (const { name, rules, title } of Scenarios.all) {
      assert.match(name, /^[a-z0-9-]+$/)
      assert.isAbove(rules.length, 0, name)
      assert.deepStrictEqual<unknown>(decode(JSON.parse(JSON.stringify(rules))), rules)
      assert.isBelow(title.length, 110, name)
    }
    assert.strictEqual(new Set(Scenarios.all.map(({ title }) => title)).size, Scenarios.all.length)
  })

  it("is in the README as it is", () => {
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
    const table = readme.slice(readme.indexOf("## Faults"), readme.indexOf("## Control API"))
    const rows = [...table.matchAll(/^\| `([a-z0-9-]+)` \| (.+) \|$/gm)].map(([, name, title]) => ({ name, title }))
    assert.deepStrictEqual(rows, Scenarios.all.map(({ name, title }) => ({ name, title })))
  })

  it("scales every duration", () => {
    const effects = (timeScale: number) =>
      Scenarios.all.flatMap(({ name }) => Scenarios.of(name, { timeScale }).rules.map(({ effect }) => effect))
    const durations = (timeScale: number) => effects(timeScale).flatMap((e) => "millis" in e ? [e.millis] : [])
    assert.deepStrictEqual(durations(0), durations(1).map(() => 0))
    assert.deepStrictEqual(durations(0.5), durations(1).map((millis) => (millis ?? 0) / 2))
    assert.isAtLeast(durations(1).length, 4)
  })
})

describe("a scenario is a fault like any rule", () => {
  const rule: FaultRule = { match: { op: "Version" }, effect: { type: "deny" } }

  it.live("in the options, from code, and again", () =>
    withSandbox(
      Effect.fnUntraced(function*(sandbox) {
        const names = Effect.map(sandbox.faults.hits, (hits) => hits.map(({ scenario }) => scenario))
        assert.deepStrictEqual(yield* names, ["pictures-503", undefined])
        yield* sandbox.faults.add("status-503")
        const status = call(`${sandbox.url}/admin/ingest/jobstatus/0`)
        const four = [yield* status, yield* status, yield* status, yield* status]
        assert.deepStrictEqual(statuses(four), [503, 503, 503, 404])
        yield* sandbox.faults.add("status-503")
        assert.strictEqual((yield* status).status, 503)
        assert.deepStrictEqual(yield* names, ["pictures-503", undefined, "status-503"])
        yield* sandbox.faults.remove({ ...rule })
        yield* sandbox.faults.remove("pictures-503")
        assert.deepStrictEqual(yield* names, ["status-503"])
        yield* sandbox.reset
        assert.deepStrictEqual(yield* names, ["pictures-503", undefined])
      }),
      { faults: ["pictures-503", rule] }
    ))

  it.live("in the control API, which lists the names if one is wrong", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const token = readFileSync(join(sandbox.dataDirectory, "control-token"), "utf8")
      const replace = (faults: unknown) =>
        call(`${sandbox.url}/_sandbox/faults`, {
          method: "PUT",
          headers: { authorization: `Bearer ${token}` },
          body: JSON.stringify(faults)
        })
      assert.deepStrictEqual((yield* replace(["token-expired", rule])).json, [
        { rule: Scenarios.of("token-expired").rules[0], hits: 0, scenario: "token-expired" },
        { rule, hits: 0 }
      ])
      const wrong = yield* replace(["token-expird"])
      assert.strictEqual(wrong.status, 400)
      assert.include(wrong.text, "token-expired")
      assert.strictEqual((yield* sandbox.faults.hits).length, 2)
    })))
})

describe("effects", () => {
  const withRule = <A, E>(
    match: FaultMatch,
    effect: FaultEffect,
    use: (sandbox: Client.Running) => Effect.Effect<A, E>,
    options: SandboxOptions = {}
  ) => withSandbox(use, { faults: [{ match, effect }], ...options })

  it.live.each<FaultEffect>([
    { type: "hang" },
    { type: "gatewayTimeout", millis: 3_600_000 }
  ])("$type lets a client go that gives up in the middle of its body", (effect) =>
    withRule(
      { op: "Initialize" },
      effect,
      Effect.fnUntraced(function*(sandbox) {
        const port = Raw.portOf(sandbox)
        const raw = yield* Raw.open(port)
        const length = 2 * 1024 * 1024
        raw.socket.write(Raw.head(port, "POST /admin/ingest/initialize", { "content-length": length }))
        raw.socket.write(Buffer.alloc(length / 2))
        yield* sandbox.awaitRequest(({ outcome }) => outcome === "open")
        raw.socket.destroy()
        yield* sandbox.awaitRequest(({ outcome }) => outcome === "broken")
        yield* sandbox.awaitIdle
      }, Effect.scoped)
    ))

  it.live("hang takes the request, and neither answers nor handles it", () =>
    withRule(
      { op: "Initialize" },
      { type: "hang" },
      Effect.fnUntraced(function*(sandbox) {
        const request = yield* unanswered(sandbox, initialize(sandbox, ingestRequest([])))
        assert.deepStrictEqual(yield* sandbox.jobs.list, [])
        yield* Fiber.interrupt(request)
        yield* sandbox.awaitRequest(({ outcome }) => outcome === "broken")
        yield* sandbox.awaitIdle
      })
    ))

  it.live("gatewayTimeout handles the request, and is a page of the balancer's", () =>
    withRule(
      { op: "Initialize" },
      { type: "gatewayTimeout", millis: 1 },
      Effect.fnUntraced(function*(sandbox) {
        const answer = yield* initialize(sandbox, ingestRequest([]))
        assert.strictEqual(answer.status, 504)
        assert.match(answer.headers.get("content-type") ?? "", /^text\/html/)
        assert.strictEqual((yield* sandbox.jobs.list).length, 1)
      })
    ))

  it.live("gatewayTimeout ends with its client, having handled the request", () =>
    withRule(
      { op: "Initialize" },
      { type: "gatewayTimeout" },
      Effect.fnUntraced(function*(sandbox) {
        const request = yield* unanswered(sandbox, initialize(sandbox, ingestRequest([])))
        yield* Effect.repeat(Effect.andThen(Effect.yieldNow, sandbox.jobs.list), { until: (jobs) => jobs.length > 0 })
        yield* Fiber.interrupt(request)
        yield* sandbox.awaitRequest(({ outcome }) => outcome === "broken")
        yield* sandbox.awaitIdle
      })
    ))

  it.live("late delivers nothing until so long after it was ingested first", () =>
    withRule(
      {},
      { type: "late", millis: 30_000 },
      Effect.fnUntraced(function*(sandbox) {
        const request = yield* prepared(sandbox, ["A"], manifest(sandbox, "book"))
        const addresses = [
          "/assets/images/SANDBOX:A/info.json",
          "/assets/images/3/sandbox:A/full/max/0/default.jpg",
          "/urn-3:sandbox:Book:MANIFEST:3",
          "/iiif/3/URN-3:SANDBOX:BOOK"
        ]
        const look = Effect.map(Effect.forEach(addresses, (path) => call(`${sandbox.url}${path}`)), statuses)
        assert.strictEqual((yield* ingest(sandbox, request)).state, "success")
        const early = yield* info(sandbox, "A")
        assert.match(early.headers.get("x-sandbox-fidelity") ?? "", /^guess; how long/)
        assert.strictEqual(early.headers.get("access-control-allow-origin"), "*")
        assert.deepStrictEqual(yield* look, [404, 404, 404, 404])
        assert.strictEqual((yield* sandbox.faults.hits)[0]?.hits, 5)
        yield* sandbox.clock.advance(29_999)
        assert.deepStrictEqual(yield* look, [404, 404, 404, 404])
        yield* sandbox.clock.advance(1)
        assert.deepStrictEqual(yield* look, [200, 200, 303, 200])
        // What is there already stays, whatever comes anew.
        yield* ingest(sandbox, request)
        assert.deepStrictEqual(yield* look, [200, 200, 303, 200])
        assert.strictEqual((yield* version(sandbox)).status, 200)
        assert.notMatch((yield* info(sandbox, "NEVER")).headers.get("x-sandbox-fidelity") ?? "", /how long/)
      }),
      { clock: "manual" }
    ))

  it.live("stuck keeps a job, and no worker", () =>
    withRule(
      { op: "IngestAsset", assetId: "STUCK*" },
      { type: "stuck" },
      Effect.fnUntraced(function*(sandbox) {
        const request = yield* prepared(sandbox, ["STUCK1", "STUCK2", "GOOD"])
        const id = jobId(yield* initialize(sandbox, request))
        const job = yield* sandbox.jobs.awaitJob(id, ({ children }) => children.at(-1)?.state === "success")
        assert.deepStrictEqual(job.children.map(({ state }) => state), ["running", "running", "success"])
        assert.strictEqual(yield* jobStatus(sandbox, id), "running")
        const other = yield* ingest(sandbox, yield* prepared(sandbox, ["OTHER"]))
        assert.strictEqual(other.state, "success")
        yield* sandbox.reset
        assert.deepStrictEqual(yield* sandbox.jobs.list, [])
      }),
      { workers: 1 }
    ))

  it.live("stuck is over once the service restarts, which it can at the start of a job, too", () =>
    withRule(
      { op: "SpawnChildren" },
      { type: "stuck" },
      Effect.fnUntraced(function*(sandbox) {
        const id = jobId(yield* initialize(sandbox, yield* prepared(sandbox, ["A"])))
        yield* sandbox.jobs.awaitJob(id, ({ state }) => state === "running")
        // The start of the next job restarts the service, and both end.
        yield* sandbox.faults.set([{ match: { op: "SpawnChildren" }, effect: { type: "restart" } }])
        yield* Effect.exit(initialize(sandbox, yield* prepared(sandbox, ["B"])))
        assert.strictEqual((yield* sandbox.jobs.awaitTerminal(id)).state, "success")
        const jobs = yield* sandbox.jobs.list
        yield* Effect.forEach(jobs, (job) => sandbox.jobs.awaitTerminal(job.id))
        assert.strictEqual((yield* sandbox.faults.hits)[0]?.hits, 1)
      })
    ))
})

describe("scenarios", () => {
  it.live("restart-mid-job resets what is open, and goes on from what was stored", () =>
    withSandbox(
      Effect.fnUntraced(function*(sandbox) {
        yield* sandbox.faults.add({
          match: { op: "IngestAsset", assetId: "B" },
          times: 1,
          effect: { type: "delay", millis: 60_000 }
        })
        yield* sandbox.faults.add({ match: { op: "Version" }, effect: { type: "hang" } })
        const id = jobId(yield* initialize(sandbox, yield* prepared(sandbox, ["A", "B"])))
        yield* sandbox.jobs.awaitJob(id, ({ children }) => children.every(({ state }) => state === "running"))
        const open = yield* unanswered(sandbox, version(sandbox))
        yield* sandbox.clock.advance("3 seconds")
        yield* Effect.flip(Fiber.join(open))
        const job = yield* sandbox.jobs.awaitTerminal(id)
        assert.strictEqual(job.state, "success")
        assert.deepStrictEqual(job.children.map(({ state }) => state), ["success", "success"])
        // B is started again, without the minute that it would have taken.
        const states = ["queued", "running", "queued", "running", "success"]
        assert.deepStrictEqual(job.children[1]?.timeline?.map(({ state }) => state), states)
        assert.strictEqual((yield* info(sandbox, "B")).status, 200)
        assert.isAtLeast(
          (yield* sandbox.requests({ op: "Version" })).filter(({ outcome }) => outcome === "broken").length,
          1
        )
      }),
      { faults: ["restart-mid-job"], clock: "manual" }
    ))

  it.live("nine-dead-images: nine of ten assets fail, and the job succeeds", () =>
    withSandbox(
      Effect.fnUntraced(function*(sandbox) {
        const ids = Array.from({ length: 10 }, (_, index) => `PAGE${index}`)
        const job = yield* ingest(sandbox, yield* prepared(sandbox, ids))
        assert.strictEqual(job.state, "success")
        const delivered = yield* Effect.forEach(ids, (id) => info(sandbox, id))
        assert.deepStrictEqual(statuses(delivered), [...Array.from({ length: 9 }, () => 404), 200])
      }),
      { faults: ["nine-dead-images"] }
    ))

  it.live("plain-404 is the balancer's own", () =>
    withSandbox(
      (sandbox) =>
        Effect.map(version(sandbox), ({ headers, status, text }) =>
          assert.deepStrictEqual([status, headers.get("content-type"), text], [404, "text/plain", "Not found"])),
      { faults: ["plain-404"] }
    ))

  it.live("vpn-down: whatever is LTS's never answers, and S3 does", () =>
    withSandbox(
      Effect.fnUntraced(function*(sandbox) {
        const paths = ["/admin/ingest/version", "/assets/images/A:B", "/URN-3:A:B", "/iiif/3/URN-3:A:B", "/api/mps"]
        for (const path of paths) {
          const request = yield* unanswered(sandbox, call(`${sandbox.url}${path}`))
          yield* Fiber.interrupt(request)
        }
        yield* put(sandbox, "images/A.png", yield* png(8, 8))
        assert.strictEqual((yield* call(`${sandbox.url}/`)).status, 200)
      }),
      { faults: ["vpn-down"] }
    ))

  it.live("vpn-down and slow leave the dashboard's thumbnails alone, so that it can switch them off", () =>
    withSandbox(
      Effect.fnUntraced(function*(sandbox) {
        const referer = `${sandbox.url}/`
        const { status } = yield* call(`${sandbox.url}/assets/images/A:B/full/90,/0/default.jpg`, {
          headers: { referer }
        })
        assert.strictEqual(status, 404)
        assert.deepStrictEqual((yield* sandbox.faults.hits).filter(({ hits }) => hits > 0), [])
      }),
      { faults: ["vpn-down", "slow"] }
    ))

  it.live("flapping-status ends with the actual state", () =>
    withSandbox(
      Effect.fnUntraced(function*(sandbox) {
        const { id } = yield* ingest(sandbox, ingestRequest([]))
        const read = Effect.map(
          call(`${sandbox.url}/admin/ingest/jobstatus/${id}`),
          ({ json, status }) => status === 200 ? String(Client.at(json, "data", "job_status")) : status
        )
        const seen = yield* Effect.replicateEffect(read, 10)
        assert.deepStrictEqual(seen.filter((state) => state !== 503).slice(0, 5), [
          "running",
          "queued",
          "running",
          "ready",
          "running"
        ])
        assert.strictEqual(seen.at(-1), "success")
        assert.include(seen, 503)
      }),
      { faults: ["flapping-status"] }
    ))
})
