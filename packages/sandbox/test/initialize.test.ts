import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Sandbox, type SandboxOptions } from "../src/Sandbox.ts"
import * as Child from "./support/child.ts"
import * as Client from "./support/client.ts"
import * as Raw from "./support/raw.ts"

const { at, ingestRequest, initialize, mintToken } = Client

const withSandbox = <A, E>(use: (sandbox: Client.Running) => Effect.Effect<A, E>, options?: SandboxOptions) =>
  Sandbox.use(use).pipe(Effect.provide(Sandbox.layer(options)))

const MEBIBYTE = 1024 * 1024
const LIMIT = 48 * MEBIBYTE
const LINE = "POST /admin/ingest/initialize"

interface Fields {
  readonly [name: string]: string | number
}

const fields = (token: string, more: Fields): Fields => ({
  authorization: `Bearer ${token}`,
  "content-type": "application/json",
  ...more
})

/** What is sent, by the status that it must get before a byte of its body. */
const refused = (token: string): ReadonlyArray<readonly [status: number, sent: Fields]> => [
  [401, fields("a.b.c", { "content-length": LIMIT })],
  [415, { ...fields(token, { "content-length": LIMIT }), "content-type": "text/plain" }],
  [413, fields(token, { "content-length": LIMIT + 1 })]
]

describe("initialize", () => {
  it.live("refuses a token, a type or a declared length before the body is sent", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const port = Raw.portOf(sandbox)
      for (const [status, sent] of refused(mintToken(sandbox))) {
        yield* Effect.scoped(Effect.gen(function*() {
          const raw = yield* Raw.open(port)
          yield* raw.send(Raw.head(port, LINE, sent))
          assert.match(yield* raw.until("\"error\""), new RegExp(`^HTTP/1.1 ${status} `))
        }))
      }
    })))

  it.live("invites no body that it refuses", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const port = Raw.portOf(sandbox)
      for (const [status, sent] of refused(mintToken(sandbox))) {
        yield* Effect.scoped(Effect.gen(function*() {
          const raw = yield* Raw.open(port)
          yield* raw.send(Raw.head(port, LINE, { ...sent, expect: "100-continue" }))
          assert.match(yield* raw.closed, new RegExp(`^HTTP/1.1 ${status} .*"error"`, "s"))
        }))
      }
    })))

  it.live("lets a client that sends its whole body first, and wants the connection closed, see the reply", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const port = Raw.portOf(sandbox)
      for (const [status, sent] of refused(mintToken(sandbox))) {
        yield* Effect.scoped(Effect.gen(function*() {
          const raw = yield* Raw.open(port)
          raw.socket.pause()
          yield* raw.send(Raw.head(port, LINE, { ...sent, connection: "close" }))
          yield* raw.send(Buffer.alloc(Number(sent["content-length"]), 32))
          raw.socket.resume()
          assert.match(yield* raw.closed, new RegExp(`^HTTP/1.1 ${status} .*"error"`, "s"))
        }))
      }
    })))

  it.live("stops keeping a body without a declared length at the limit, and keeps the connection", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const port = Raw.portOf(sandbox)
      const raw = yield* Raw.open(port)
      const chunk = Buffer.alloc(MEBIBYTE, 32)
      yield* raw.send(Raw.head(port, LINE, fields(mintToken(sandbox), { "transfer-encoding": "chunked" })))
      for (let sent = 0; sent <= LIMIT; sent += MEBIBYTE) {
        yield* raw.send(`${MEBIBYTE.toString(16)}\r\n`)
        yield* raw.send(chunk)
        yield* raw.send("\r\n")
      }
      assert.match(yield* raw.until("\"error\""), /^HTTP\/1.1 413 /)
      yield* raw.send(`0\r\n\r\n${Raw.head(port, "GET /admin/ingest/version")}`)
      assert.include(yield* raw.until("\"version\""), "HTTP/1.1 200 ")
    }, Effect.scoped)))

  it.live("accepts 10,000 assets", () =>
    withSandbox(
      Effect.fnUntraced(function*(sandbox) {
        const assets = Array.from(
          { length: 10_000 },
          (_, index) => ({ id: `page${index}`, width: 9000, height: 12_000 })
        )
        const answer = yield* initialize(sandbox, ingestRequest(assets))
        assert.strictEqual(answer.status, 200)
      }),
      // Nothing of it is to be processed.
      { pace: { queuedMillis: 3_600_000, runningMillis: 0 } }
    ))

  it.live("holds so much of all bodies, and leaves the rest on their way", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const port = Raw.portOf(sandbox)
      const sent = fields(mintToken(sandbox), { "content-length": LIMIT })
      const first = yield* Raw.open(port)
      yield* first.send(Raw.head(port, LINE, sent))
      yield* first.send("{")
      yield* sandbox.awaitRequest(({ op }) => op === "Initialize")
      // The second one is not read while the first is held, but one that is small is.
      const second = yield* Raw.open(port)
      yield* second.send(Raw.head(port, LINE, { ...sent, expect: "100-continue" }))
      yield* sandbox.awaitRequest(({ inFlight, op }) => op === "Initialize" && inFlight === 2)
      assert.strictEqual((yield* initialize(sandbox, ingestRequest([]))).status, 200)
      assert.strictEqual(second.received(), "")
      first.socket.destroy()
      assert.include(yield* second.until("100 Continue"), "100 Continue")
    }, Effect.scoped)))

  it.live("refuses JSON that takes many times the memory of its text, or a deep stack", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const refusal = (body: string) =>
        Effect.map(initialize(sandbox, body), ({ json, status, text }) => {
          assert.strictEqual(status, 400)
          assert.isBelow(text.length, 2000)
          return String(at(json, "problems", 0, "message"))
        })
      const deep = `{"manifest":${"[".repeat(200_000)}${"]".repeat(200_000)}}`
      assert.include(yield* refusal(deep), "nested more than 100 deep")
      assert.include(yield* refusal(`[${"0,".repeat(100_000)}0]`), "more than 100000 members")
      const many = `[${`[${"0,".repeat(90_000)}0],`.repeat(40)}0]`
      assert.include(yield* refusal(many), "more than 3000000 values")
      const bad = {
        ...ingestRequest([]),
        assets: { audio: [], video: [], text: [], image: Array.from({ length: 30_000 }, () => ({})) }
      }
      const answer = yield* initialize(sandbox, bad)
      assert.deepStrictEqual([at(answer.json, "problems", 0, "path"), at(answer.json, "problems", 1)], [
        "assets.image[0].identifier",
        { path: "", message: "the request is too large to list any further problems" }
      ])
      assert.isBelow((yield* initialize(sandbox, { ["x".repeat(100_000)]: 0 })).text.length, 5000)
    })))

  it.live.skipIf(!Child.isMeasurable)(
    "takes little memory for twenty requests of 100 MiB at once",
    () =>
      Effect.gen(function*() {
        const sandbox = yield* Child.start
        const port = Raw.portOf(sandbox)
        const chunk = Buffer.alloc(MEBIBYTE, 32)
        const before = sandbox.memory().now
        const send = Effect.fnUntraced(function*(token: string) {
          const raw = yield* Raw.open(port)
          yield* raw.send(Raw.head(port, LINE, { ...fields(token, { "content-length": 100 * MEBIBYTE }) }))
          for (let sent = 0; sent < 100; sent++) yield* raw.send(chunk)
          return (yield* raw.until("\"error\"")).slice(9, 12)
        }, Effect.scoped)
        const tokens = Array.from({ length: 10 }, () => ["a.b.c", mintToken(sandbox)]).flat()
        const statuses = yield* Effect.forEach(tokens, send, { concurrency: "unbounded" })
        assert.deepStrictEqual(statuses, tokens.map((token) => token === "a.b.c" ? "401" : "413"))
        // 160 MiB when measured: chunks that wait for the garbage collector. Buffered bodies would be 2,000.
        assert.isBelow(sandbox.memory().peak - before, 400)
      }).pipe(Effect.scoped),
    120_000
  )

  it.live.skipIf(!Child.isMeasurable)(
    "holds nothing of a body when it is done, not even by the log",
    () =>
      Effect.gen(function*() {
        const sandbox = yield* Child.start
        const post = (body: string) => initialize(sandbox, body)
        yield* post("{")
        const before = yield* sandbox.held
        for (let count = 0; count < 5; count++) {
          assert.strictEqual((yield* post(" ".repeat(20 * MEBIBYTE))).status, 400)
        }
        // 100 MiB were sent.
        assert.isBelow((yield* sandbox.held) - before, 10)
      }).pipe(Effect.scoped)
  )
})
