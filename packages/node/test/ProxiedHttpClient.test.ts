import { assert, describe, it, vi } from "@effect/vitest"
import { ProxySettings } from "@iiif-ingest/core"
import { ProxiedHttpClient } from "@iiif-ingest/node"
import { Effect, Fiber, Option, Tracer } from "effect"
import { HttpClient } from "effect/http"
import { once } from "node:events"
import * as http from "node:http"
import type { AddressInfo } from "node:net"

/** A server, and the end of each of its connections. */
const server = Effect.map(
  Effect.acquireRelease(
    Effect.callback<{ readonly server: http.Server; readonly ends: Array<Promise<unknown>> }>((resume) => {
      const ends: Array<Promise<unknown>> = []
      const server = http.createServer((_, response) => response.end("hello"))
      server.on("connection", (socket) => ends.push(once(socket, "close")))
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed({ server, ends })))
    }),
    ({ server }) => Effect.sync(() => server.close())
  ),
  ({ ends, server }) => ({ ends, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }) // it is no pipe
)

const layer = ProxiedHttpClient.layer(ProxySettings.none)

const get = (url: string) => Effect.flatMap(HttpClient.get(url), ({ text }) => text)

describe("ProxiedHttpClient", () => {
  it.live("answers the requests after a first one that was interrupted, and closes its connections", () =>
    Effect.gen(function*() {
      const { ends, url } = yield* server
      yield* Effect.gen(function*() {
        const first = yield* Effect.forkChild(get(url), { startImmediately: true })
        yield* Fiber.interrupt(first)
        assert.deepStrictEqual(yield* Effect.all([get(url), get(url)], { concurrency: 2 }), ["hello", "hello"])
      }).pipe(Effect.provide(layer))
      assert.isNotEmpty(ends)
      yield* Effect.promise(() => Promise.all(ends))
    }))

  it.live("makes one span of a request, below none of an earlier request", () =>
    Effect.gen(function*() {
      const { url } = yield* server
      const spans: Array<readonly [name: string, hasParent: boolean]> = []
      const tracer = Tracer.make({
        span: (options) => {
          spans.push([options.name, Option.isSome(options.parent)])
          return new Tracer.NativeSpan(options)
        }
      })
      yield* Effect.withSpan(get(url), "first").pipe(
        Effect.andThen(get(url)),
        Effect.provideService(Tracer.Tracer, tracer),
        Effect.provide(layer)
      )
      assert.deepStrictEqual(spans, [["first", false], ["GET", true], ["GET", false]])
    }))

  it.live("fails a request while undici cannot be loaded, and tries again with the next", () =>
    Effect.gen(function*() {
      const { url } = yield* server
      const path = "../src/internal/undiciClient.ts"
      vi.doMock(path, () => Promise.reject(new Error("EMFILE: too many open files")))
      const { reason } = yield* Effect.flip(HttpClient.get(url))
      assert.strictEqual(reason._tag, "TransportError")
      assert.match(reason.message, /undici could not be loaded: .*/)
      vi.doUnmock(path)
      assert.strictEqual(yield* get(url), "hello")
    }).pipe(Effect.provide(layer)))
})
