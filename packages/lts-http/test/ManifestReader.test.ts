import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { AssetId, ManifestUri } from "@iiif-ingest/core/base/Ids"
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import { ManifestReader } from "@iiif-ingest/lts-http"
import { Effect, Exit, Result } from "effect"
import { closedUrl, type Handler, type Reply, stubServer } from "./support/stubServer.ts"

const manifest = Result.getOrThrow(
  Manifest.build(ManifestUri.make("https://example.org/manifest"), { label: "Coffee" }, [
    { id: AssetId.make("a"), imageService: "https://example.org/a", width: 640, height: 427 }
  ])
)

const quick: ManifestReader.Options = { timeout: "5 seconds", maxWait: "2 seconds" }

/** Reads from a service that answers as told. */
const readFrom = (handler: Handler, options: ManifestReader.Options = quick) =>
  Effect.gen(function*() {
    const stub = yield* stubServer(handler)
    const exit = yield* Effect.exit(ManifestReader.read(`${stub.url}/manifest.json`, options))
    return { exit, seen: stub.seen }
  }).pipe(Effect.scoped, Effect.provide(NodeHttpClient.layerUndici))

const failureOf = (reply: Reply, options?: ManifestReader.Options) =>
  Effect.map(readFrom(() => reply, options), ({ exit }) => {
    const error = Exit.findErrorOption(exit)
    assert.isTrue(error._tag === "Some")
    return error._tag === "Some" ? error.value : undefined
  })

describe("ManifestReader.read", () => {
  it.live("reads a manifest with all it has, after a redirect", () =>
    Effect.gen(function*() {
      const json = { ...manifest, items: [{ ...manifest.items[0], unknown: { kept: [1] } }] }
      const { exit, seen } = yield* readFrom(({ url }) =>
        url === "/manifest.json"
          ? { status: 303, headers: { location: "/iiif/3/manifest" } }
          : { status: 200, body: json }
      )
      assert.deepStrictEqual<unknown>(exit, Exit.succeed(json))
      assert.deepStrictEqual(seen.map(({ url }) => url), ["/manifest.json", "/iiif/3/manifest"])
      assert.isTrue(seen.every(({ headers }) => headers.authorization === undefined))
    }))

  it.live("asks a busy server again when it said to", () =>
    Effect.gen(function*() {
      let asked = 0
      const { exit, seen } = yield* readFrom((): Reply => {
        asked++
        if (asked === 1) return { status: 429, headers: { "retry-after": "0" } }
        return asked === 2 ? { status: 503, headers: { "retry-after": "0" } } : { status: 200, body: manifest }
      })
      assert.isTrue(Exit.isSuccess(exit))
      assert.strictEqual(seen.length, 3)
    }))

  it.live("does not wait longer than it may, nor ask more often", () =>
    Effect.gen(function*() {
      const long = yield* readFrom(() => ({ status: 429, headers: { "retry-after": "3600" } }))
      assert.strictEqual(long.seen.length, 1)
      const often = yield* readFrom(() => ({ status: 429, headers: { "retry-after": "0" } }), { ...quick, attempts: 3 })
      assert.strictEqual(often.seen.length, 3)
    }))

  it.live.each<readonly [Reply, string]>([
    [{ status: 404 }, "there is no manifest at this address"],
    [{ status: 403 }, "does not give it out"],
    [{ status: 200, body: "<!doctype html><p>no" }, "an HTML page came instead of JSON"],
    [{ status: 200, body: "{\"type\":" }, "cut off"],
    [{ status: 200, body: "[]" }, "an array, not an object"],
    [{ status: 302, headers: { location: "/manifest.json" } }, "a loop"]
  ])("fails in plain words for %j", ([reply, words]) =>
    Effect.gen(function*() {
      const error = yield* failureOf(reply)
      assert.include(error?.message, words)
      assert.notInclude(error?.message, "    at ")
    }))

  it.live("names everything that is wrong with what came", () =>
    Effect.gen(function*() {
      const error = yield* failureOf({ status: 200, body: { ...manifest, label: {}, items: [] } })
      assert.instanceOf(error, Manifest.ManifestError)
      assert.include(error?.message, "items: the list is empty")
      assert.include(error?.message, "[text-empty]")
    }))

  it.live("is bounded in size and time", () =>
    Effect.gen(function*() {
      const large = yield* failureOf("endless", { ...quick, maxResponseBytes: 1000 })
      assert.include(large?.message, "longer than 1000 bytes")
      const slow = yield* failureOf("hang", { ...quick, timeout: "50 millis" })
      assert.strictEqual(slow?._tag, "DeliveryError")
    }))

  it.live("says where nobody answers", () =>
    Effect.gen(function*() {
      const error = yield* ManifestReader.read(`${yield* closedUrl}/x`, quick).pipe(Effect.flip)
      assert.strictEqual(error._tag, "DeliveryError")
      const none = yield* ManifestReader.read("file:///etc/passwd", quick).pipe(Effect.flip)
      assert.include(none.message, "not an http(s) address")
    }).pipe(Effect.provide(NodeHttpClient.layerUndici)))
})
