import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { DocumentReader } from "@iiif-ingest/lts-http"
import { Effect, Exit } from "effect"
import { inspect } from "node:util"
import { type Handler, type Reply, stubServer } from "./support/stubServer.ts"

const quick: DocumentReader.Options = { timeout: "5 seconds" }

const readFrom = (handler: Handler, options: DocumentReader.Options = quick, query = "") =>
  Effect.gen(function*() {
    const stub = yield* stubServer(handler)
    const exit = yield* Effect.exit(DocumentReader.read(`${stub.url}/manifest.json${query}`, options))
    return { exit, stub }
  }).pipe(Effect.scoped, Effect.provide(NodeHttpClient.layerNodeHttp))

const failureOf = (reply: Reply, options?: DocumentReader.Options) =>
  Effect.map(readFrom(() => reply, options), ({ exit }) => {
    const error = Exit.findErrorOption(exit)
    assert(error._tag === "Some")
    return error.value
  })

describe("DocumentReader.read", () => {
  it.live("returns the bytes as served, whatever they are", () =>
    Effect.gen(function*() {
      const { exit, stub } = yield* readFrom(() => ({
        status: 200,
        headers: { "content-type": "text/plain" },
        body: "\ufeff{ not JSON"
      }))
      assert(Exit.isSuccess(exit))
      assert.deepStrictEqual(exit.value, {
        url: `${stub.url}/manifest.json`,
        contentType: "text/plain",
        bytes: new TextEncoder().encode("\ufeff{ not JSON")
      })
    }))

  it.live("says where the document was found, without its query", () =>
    Effect.gen(function*() {
      const { exit, stub } = yield* readFrom(
        ({ url }) =>
          url.startsWith("/manifest.json")
            ? { status: 302, headers: { location: "/there?token=secret" } }
            : { status: 200, body: "{}" },
        quick,
        "?token=secret"
      )
      assert(Exit.isSuccess(exit))
      assert.strictEqual(exit.value.url, `${stub.url}/there`)
      assert.deepStrictEqual(stub.seen.map(({ url }) => url), ["/manifest.json?token=secret", "/there?token=secret"])
    }))

  it.live("sends a query as it is written, and no fragment", () =>
    Effect.gen(function*() {
      const query = "?b&a=1+2%20%2f&&x=~'(y)"
      const { stub } = yield* readFrom(() => ({ status: 200, body: "{}" }), quick, `${query}#part`)
      assert.deepStrictEqual(stub.seen.map(({ url }) => url), [`/manifest.json?b&a=1+2%20%2f&&x=~%27(y)`])
    }))

  it.live.each([[404, "Absent"], [403, "Withheld"], [302, "Unreadable"]] as const)(
    "says how a document is not served: %s",
    ([status, how]) =>
      Effect.gen(function*() {
        const error = yield* failureOf({ status, body: "no" })
        assert(error._tag === "NotServed")
        assert.strictEqual(error.how, how)
      })
  )

  it.live.each([204, 205])("says that an answer has no document by definition: %s", (status) =>
    Effect.gen(function*() {
      const error = yield* failureOf({ status })
      assert(error._tag === "NotServed")
      assert.strictEqual(error.how, "Unreadable")
      assert.include(error.message, "the server gave no document")
      assert.include(error.message, `HTTP ${status}`)
    }))

  it.effect.each(
    [
      ["http://hunter2:tok3n@[broken/x?tok3n", "http://…"],
      ["//hunter2:tok3n@example.org/x", "…"],
      ["hunter2:tok3n@example.org/x", "…"],
      ["ftp://hunter2:tok3n@example.org/x?tok3n#tok3n", "ftp://example.org/x"]
    ] as const
  )("shows no user, password or query of what is no http(s) address: %s", ([address, shown]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(DocumentReader.read(address, quick))
      assert(error._tag === "DeliveryError")
      assert.strictEqual(error.url, shown)
      assert.include(error.message, "not an http(s) address")
      assert.notMatch(inspect(error, { depth: 9, showHidden: true }), /hunter2|tok3n/)
    }).pipe(Effect.provide(NodeHttpClient.layerNodeHttp)))

  it.live("does not retry, and does not read beyond the limit", () =>
    Effect.gen(function*() {
      const { exit, stub } = yield* readFrom(() => ({ status: 503, body: "later" }))
      assert.isTrue(Exit.isFailure(exit))
      assert.lengthOf(stub.seen, 1)
      const long = yield* failureOf("endless", { ...quick, maxResponseBytes: 1000 })
      assert(long._tag === "NotServed")
      assert.include(long.message, "longer than 1000 bytes")
    }))
})
