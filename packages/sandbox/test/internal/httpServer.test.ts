import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exchange from "../../src/internal/http/exchange.ts"
import * as Reply from "../../src/internal/http/reply.ts"
import * as RequestBody from "../../src/internal/http/requestBody.ts"
import * as HttpServer from "../../src/internal/http/server.ts"
import * as Raw from "../support/raw.ts"

const MEBIBYTE = 1024 * 1024

/** Reads every body once `start` allows it, then replies with its length once `finish` does. */
const serve = Effect.fnUntraced(function*(
  start: Effect.Effect<unknown> = Effect.void,
  finish: Effect.Effect<unknown> = Effect.void,
  millis = 200
) {
  const server = yield* HttpServer.make(0, { headMillis: millis, bodyMillis: millis })
  const run = Effect.runForkWith(yield* Effect.context<never>())
  yield* server.serve((request, response) => {
    const exchange = Exchange.make(request, response)
    run(
      Effect.gen(function*() {
        yield* start
        const body = yield* RequestBody.read(exchange, 64 * MEBIBYTE)
        yield* finish
        return Reply.json(200, { length: body.length })
      }).pipe(
        Effect.catchTag("BodyTooLarge", ({ message }) => Effect.succeed(Reply.error(413, message))),
        Effect.flatMap((reply) => Reply.send(exchange, reply)),
        Effect.catchTag("BodyCutOff", () => Effect.void)
      )
    )
  })
  return server
})

const post = (port: number, length: number) => Raw.head(port, "POST /", { "content-length": length })

/** Waits as long as a server of so much patience does, for a request that has stopped. */
const patience = (millis: number) =>
  Effect.gen(function*() {
    const { port } = yield* serve(Effect.void, Effect.void, millis)
    const raw = yield* Raw.open(port)
    yield* raw.send(post(port, 1))
    yield* raw.closed
  }).pipe(Effect.scoped)

/** What a server does not do within three times its patience, it does not do at all. */
const longer = Effect.orDie(patience(600))

describe("half-open requests", () => {
  it.live("are closed when their head does not end, and when nothing comes at all", () =>
    Effect.gen(function*() {
      const { awaitIdle, port } = yield* serve()
      const [silent, begun] = [yield* Raw.open(port), yield* Raw.open(port)]
      yield* begun.send(`POST / HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nx-mo`)
      assert.match(yield* begun.closed, /^HTTP\/1.1 408 /)
      yield* silent.closed
      yield* awaitIdle
    }).pipe(Effect.scoped))

  it.live("are closed when their body stops, and told so", () =>
    Effect.gen(function*() {
      const { awaitIdle, port } = yield* serve()
      for (const body of ["", "{"]) {
        const raw = yield* Raw.open(port)
        yield* raw.send(post(port, 10) + body)
        assert.match(
          yield* raw.closed,
          /^HTTP\/1.1 408 .*\{"error":"The request stopped before its body was complete"\}$/s
        )
      }
      const chunked = yield* Raw.open(port)
      yield* chunked.send(`${Raw.head(port, "POST /", { "transfer-encoding": "chunked" })}5\r\nhel`)
      assert.match(yield* chunked.closed, /^HTTP\/1.1 408 /)
      yield* awaitIdle
    }).pipe(Effect.scoped))

  it.live("are closed when their body is read as S3 reads it, too", () =>
    Effect.gen(function*() {
      const server = yield* HttpServer.make(0, { headMillis: 200, bodyMillis: 200 })
      const ended = Promise.withResolvers<number>()
      yield* server.serve(async (request) => {
        let length = 0
        try {
          for await (const chunk of request.iterator({ destroyOnReturn: false })) length += Buffer.from(chunk).length
        } catch {
          // The connection was closed.
          ended.resolve(length)
        }
      })
      const raw = yield* Raw.open(server.port)
      yield* raw.send(`${post(server.port, 10)}hello`)
      assert.match(yield* raw.closed, /^HTTP\/1.1 408 /)
      assert.strictEqual(yield* Effect.promise(() => ended.promise), 5)
    }).pipe(Effect.scoped))

  it.live("are closed while a reply that came early waits for their end", () =>
    Effect.gen(function*() {
      const { awaitIdle, port } = yield* serve()
      const raw = yield* Raw.open(port)
      yield* raw.send(post(port, 65 * MEBIBYTE))
      assert.match(yield* raw.closed, /^HTTP\/1.1 413 .*}$/s)
      yield* awaitIdle
    }).pipe(Effect.scoped))
})

describe("slow requests", () => {
  it.live("live as long as something comes", () =>
    Effect.gen(function*() {
      const { port } = yield* serve()
      const raw = yield* Raw.open(port)
      yield* raw.send(post(port, 20))
      // Altogether, much longer than the limit.
      for (let sent = 0; sent < 20; sent++) yield* Effect.andThen(patience(50), raw.send("x"))
      assert.include(yield* raw.until("length"), "{\"length\":20}")
    }).pipe(Effect.scoped))

  it.live("may wait for our reply, for our `100 Continue`, and until we read", () =>
    Effect.gen(function*() {
      const replies = yield* Effect.forEach([
        // A body that is complete, one that is not sent before it is asked for, one that fills what is buffered.
        { served: yield* serve(Effect.void, longer), head: {}, body: 5 },
        { served: yield* serve(longer), head: { expect: "100-continue" }, body: 5 },
        { served: yield* serve(longer), head: {}, body: 8 * MEBIBYTE }
      ], ({ body, head, served: { port } }) =>
        Effect.gen(function*() {
          const raw = yield* Raw.open(port)
          yield* raw.send(Raw.head(port, "POST /", { "content-length": body, ...head }))
          if ("expect" in head) yield* raw.until("100 Continue")
          yield* raw.send(Buffer.alloc(body))
          return (yield* raw.until("length\":")).includes("HTTP/1.1 200 ")
        }), { concurrency: "unbounded" })
      assert.deepStrictEqual(replies, [true, true, true])
    }).pipe(Effect.scoped))
})
