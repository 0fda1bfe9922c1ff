import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Exit } from "effect"
import * as Http from "node:http"
import type { AddressInfo } from "node:net"
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib"
import { type Handler, stubServer } from "../../../lts-http/test/support/stubServer.ts"
import { fetchDocument, type Options } from "../../src/internal/http/fetch.ts"

const options: Options = {
  refuses: () => false,
  maxBytes: 1024 * 1024,
  timeout: Duration.seconds(10),
  userAgent: "iiif-check/test"
}

/** Fetches from a server; `{port}` in the URL is its port. */
const fetchFrom = (handler: Handler, url: string, changed: Partial<Options> = {}) =>
  Effect.gen(function*() {
    const stub = yield* stubServer(handler)
    const address = url.replace("{port}", new URL(stub.url).port)
    const exit = yield* Effect.exit(fetchDocument(new URL(address), { ...options, ...changed }))
    return { exit, stub }
  }).pipe(Effect.scoped)

const problemOf = (exit: Exit.Exit<Uint8Array, { readonly code: string; readonly detail: string }>) => {
  const error = Exit.findErrorOption(exit)
  assert(error._tag === "Some")
  return error.value
}

const textOf = (exit: Exit.Exit<Uint8Array, unknown>): string => {
  assert(Exit.isSuccess(exit))
  return new TextDecoder().decode(exit.value)
}

/** A server whose bodies are bytes, which is closed with the scope. */
const serverOf = (listener: Http.RequestListener) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.callback<Http.Server>((resume) => {
        const server = Http.createServer(listener).listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
      }),
      (server) =>
        Effect.callback<void>((resume) => {
          server.close(() => resume(Effect.void))
          server.closeAllConnections()
        })
    ),
    (server) => {
      const { port } = server.address() as AddressInfo // a server that listens on TCP has one
      return new URL(`http://127.0.0.1:${port}/`)
    }
  )

const compressed = (body: Buffer, encoding: string) =>
  serverOf((_, response) => {
    response.writeHead(200, { "content-encoding": encoding })
    response.end(body)
  })

describe("addresses that are refused", () => {
  const refuses = (address: string) => address !== "127.0.0.1"

  it.live("are not connected to, whether as a name or as an address", () =>
    Effect.gen(function*() {
      const all = { refuses: () => true }
      for (const host of ["127.0.0.1", "localhost", "0x7f.1", "[::ffff:127.0.0.1]"]) {
        const { exit, stub } = yield* fetchFrom(() => ({ status: 200, body: "{}" }), `http://${host}:{port}/`, all)
        assert.strictEqual(problemOf(exit).code, "refused", host)
        assert.include(problemOf(exit).detail, "--allow-private")
        assert.deepStrictEqual(stub.seen, [])
      }
    }))

  it.live("are refused in a redirect, too", () =>
    Effect.gen(function*() {
      const reached = yield* fetchFrom(() => ({ status: 200, body: "{}" }), "http://127.0.0.1:{port}/", { refuses })
      assert.strictEqual(textOf(reached.exit), "{}")
      for (const location of ["http://127.0.0.2/secret", "http://169.254.169.254/latest", "http://[::1]/"]) {
        const { exit, stub } = yield* fetchFrom(
          () => ({ status: 302, headers: { location } }),
          "http://127.0.0.1:{port}/",
          { refuses }
        )
        assert.strictEqual(problemOf(exit).code, "refused", location)
        assert.lengthOf(stub.seen, 1)
      }
    }))

  it.live("are left out of those that a name has", () =>
    Effect.gen(function*() {
      const { exit } = yield* fetchFrom(() => ({ status: 200, body: "{}" }), "http://localhost:{port}/", { refuses })
      assert.strictEqual(textOf(exit), "{}")
    }))
})

describe("limits", () => {
  it.live("are on the size, of what is compressed as decompressed", () =>
    Effect.gen(function*() {
      const endless = yield* fetchFrom(() => "endless", "http://127.0.0.1:{port}/")
      assert.strictEqual(problemOf(endless.exit).code, "too-large")
      const bomb = yield* compressed(gzipSync(Buffer.alloc(200 * 1024 * 1024)), "gzip")
      const before = process.memoryUsage().rss
      const exit = yield* Effect.exit(fetchDocument(bomb, options))
      assert.strictEqual(problemOf(exit).code, "too-large")
      assert.isBelow(process.memoryUsage().rss - before, 100 * 1024 * 1024)
    }).pipe(Effect.scoped))

  it.live("are on the time for all of it", () =>
    Effect.gen(function*() {
      for (const reply of ["hang", "stall"] as const) {
        const timeout = Duration.millis(200)
        const { exit } = yield* fetchFrom(() => reply, "http://127.0.0.1:{port}/", { timeout })
        assert.strictEqual(problemOf(exit).code, "unreachable")
        assert.match(problemOf(exit).detail, /^127\.0\.0\.1:\d+ did not respond within 200ms \(--timeout\)$/)
      }
    }))

  it.live("are on redirects", () =>
    Effect.gen(function*() {
      let hops = 0
      const { exit, stub } = yield* fetchFrom(
        () => ({ status: 302, headers: { location: `/${++hops}` } }),
        "http://127.0.0.1:{port}/"
      )
      assert.include(problemOf(exit).detail, "more than 5 redirects")
      assert.lengthOf(stub.seen, 6)
    }))
})

describe("compressed documents", () => {
  it.live("are decompressed", () =>
    Effect.gen(function*() {
      const text = "{\"a\": \"é\"}"
      const encodings = [["gzip", gzipSync(text)], ["Deflate", deflateSync(text)], [
        "identity",
        Buffer.from(text)
      ]] as const
      for (const [encoding, body] of encodings) {
        const url = yield* compressed(body, encoding)
        assert.strictEqual(textOf(yield* Effect.exit(fetchDocument(url, options))), text, encoding)
      }
    }).pipe(Effect.scoped))

  it.live("that are damaged or cut off, or encoded in another way, are not served", () =>
    Effect.gen(function*() {
      const text = "x".repeat(10_000)
      for (
        const [encoding, body, detail] of [
          ["gzip", Buffer.from("not gzip"), "gzip, and is damaged or something else (Z_DATA_ERROR)"],
          ["gzip", gzipSync(text).subarray(0, 40), "gzip, and is damaged or something else (Z_BUF_ERROR)"],
          ["deflate", deflateRawSync(text), "deflate, and is damaged or something else (Z_DATA_ERROR)"],
          ["br", brotliCompressSync(text), "br, which was not asked for"],
          ["gzip, br", brotliCompressSync(gzipSync(text)), "gzip, br, which was not asked for"],
          ["<\u00a0>", gzipSync(text), "something unknown, which was not asked for"]
        ] as const
      ) {
        const exit = yield* Effect.exit(fetchDocument(yield* compressed(body, encoding), options))
        assert.deepInclude(problemOf(exit), {
          code: "not-served",
          detail: `the body is said to be encoded as ${detail}`
        })
      }
    }).pipe(Effect.scoped))

  it.live("are told from no document at all", () =>
    Effect.gen(function*() {
      const { exit } = yield* fetchFrom(() => ({ status: 204 }), "http://127.0.0.1:{port}/")
      assert.deepInclude(problemOf(exit), {
        code: "not-served",
        detail: "the server gave no document, as its answer HTTP 204 says"
      })
      const empty = yield* fetchFrom(() => ({ status: 200 }), "http://127.0.0.1:{port}/")
      assert.strictEqual(textOf(empty.exit), "")
    }))
})

describe("secrets", () => {
  it.live("of the URL go only where it points, and the query and user are in no problem", () =>
    Effect.gen(function*() {
      const other = yield* stubServer(() => ({ status: 500, body: "you sent hunter2 and tok3n" }))
      const { exit, stub } = yield* fetchFrom(
        ({ url }) =>
          url.startsWith("/a") ? { status: 307, headers: { location: "/b?tok3n" } } : {
            status: 307,
            headers: { location: `${other.url}/c?tok3n` }
          },
        "http://me:hunter2%21@127.0.0.1:{port}/a?key=tok3n"
      )
      const sent = `Basic ${Buffer.from("me:hunter2!").toString("base64")}`
      assert.deepStrictEqual(stub.seen.map(({ headers, url }) => [url, headers.authorization]), [
        ["/a?key=tok3n", sent],
        ["/b?tok3n", sent]
      ])
      assert.deepStrictEqual(other.seen.map(({ headers }) => headers.authorization), [undefined])
      assert.deepInclude(problemOf(exit), { code: "not-served", detail: "the server failed (HTTP 500)" })
      assert.notMatch(JSON.stringify(exit), /hunter2|tok3n/)
    }).pipe(Effect.scoped))
})

describe("a server that does not send the document", () => {
  it.live.each<readonly [status: number, detail: string]>([
    [404, "there is no document at this address: check the address (HTTP 404)"],
    [401, "the server withholds it: try again later, or ask for access (HTTP 401)"],
    [429, "the server withholds it: try again later, or ask for access (HTTP 429)"],
    [503, "the server failed (HTTP 503)"],
    [418, "HTTP 418 is not an expected status"]
  ])("is told by its status %s", ([status, detail]) =>
    Effect.gen(function*() {
      const { exit } = yield* fetchFrom(() => ({ status, body: "<html>no" }), "http://127.0.0.1:{port}/")
      assert.deepInclude(problemOf(exit), { code: "not-served", detail })
    }))

  it.live("is told by how the connection ends", () =>
    Effect.gen(function*() {
      const cut = yield* fetchFrom(() => "cut", "http://127.0.0.1:{port}/")
      assert.match(problemOf(cut.exit).detail, /^the connection to 127\.0\.0\.1:\d+ was lost/)
      const none = yield* fetchFrom(() => "hang", "http://127.0.0.1:1/")
      assert.match(problemOf(none.exit).detail, /^127\.0\.0\.1:1 cannot be reached \(.*ECONNREFUSED/)
    }))
})
