import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { AssetId, ManifestUri } from "@iiif-ingest/core/base/Ids"
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import { ManifestReader } from "@iiif-ingest/lts-http"
import { Effect, Exit, Option, Result } from "effect"
import { short } from "../../../test/support/policies.ts"
import { closedUrl, type Handler, type Reply, stubServer } from "./support/stubServer.ts"

const manifest = Result.getOrThrow(
  Manifest.build(ManifestUri.make("https://example.org/manifest"), { label: "Coffee" }, [
    { id: AssetId.make("a"), imageService: "https://example.org/a", width: 640, height: 427 }
  ])
)

const quick: ManifestReader.Options = { timeout: "5 seconds" }

/** Reads from a server with the given handler. */
const readFrom = (handler: Handler, options: ManifestReader.Options = quick) =>
  Effect.gen(function*() {
    const stub = yield* stubServer(handler)
    const exit = yield* Effect.exit(ManifestReader.read(`${stub.url}/manifest.json`, options))
    return { exit, seen: stub.seen }
  }).pipe(short, Effect.scoped, Effect.provide(NodeHttpClient.layerUndici))

const failureOf = (reply: Reply, options?: ManifestReader.Options) =>
  Effect.map(readFrom(() => reply, options), ({ exit }) => {
    const error = Exit.findErrorOption(exit)
    assert.isTrue(error._tag === "Some")
    return error._tag === "Some" ? error.value : undefined
  })

describe("ManifestReader.read", () => {
  it.live("follows a redirect and keeps unknown fields", () =>
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

  it.live("retries a busy server as it asks for", () =>
    Effect.gen(function*() {
      let requests = 0
      const { exit, seen } = yield* readFrom((): Reply => {
        requests++
        if (requests === 1) return { status: 429, headers: { "retry-after": "0" } }
        return requests === 2 ? { status: 503, headers: { "retry-after": "0" } } : { status: 200, body: manifest }
      })
      assert.isTrue(Exit.isSuccess(exit))
      assert.strictEqual(seen.length, 3)
    }))

  it.live("waits as long as a busy server asks for", () =>
    Effect.gen(function*() {
      let previous: number | undefined
      const waited: Array<number> = []
      const { exit, seen } = yield* readFrom((): Reply => {
        const now = performance.now()
        if (previous !== undefined) waited.push(now - previous)
        previous = now
        return waited.length === 0 ? { status: 429, headers: { "retry-after": "1" } } : { status: 200, body: manifest }
      })
      assert.isTrue(Exit.isSuccess(exit))
      assert.strictEqual(seen.length, 2)
      assert.isAtLeast(waited[0] ?? 0, 990)
    }))

  it.live("reports the last response of a busy server once the policy allows no more retries", () =>
    Effect.gen(function*() {
      const { exit, seen } = yield* readFrom(() => ({
        status: 429,
        headers: { "retry-after": "0" },
        body: "slow down"
      }))
      assert.strictEqual(seen.length, 4)
      const error = Option.getOrThrow(Exit.findErrorOption(exit))
      assert(error._tag === "NotServed", error._tag)
      assert.strictEqual(error.how, "Withheld")
      assert.deepStrictEqual(error.evidence, { status: 429, body: "slow down" })
    }))

  it.live("retries a server that fails or drops the connection as often as the policy allows", () =>
    Effect.gen(function*() {
      for (const reply of [{ status: 502 }, "reset"] as const) {
        const { exit, seen } = yield* readFrom(() => reply)
        assert.strictEqual(seen.length, 4)
        const error = Option.getOrThrow(Exit.findErrorOption(exit))
        assert.strictEqual(error._tag, "DeliveryError")
      }
    }))

  it.live("does not retry a refusal", () =>
    Effect.gen(function*() {
      for (const status of [401, 403, 404]) {
        const { seen } = yield* readFrom(() => ({ status, headers: { "retry-after": "0" } }))
        assert.strictEqual(seen.length, 1)
      }
    }))

  it.live.each<readonly [Reply, string]>([
    [{ status: 404 }, "there is no manifest at this address"],
    [{ status: 403 }, "the server withholds it"],
    [{ status: 200, body: "<!doctype html><p>no" }, "the body is an HTML page, not JSON"],
    [{ status: 200, body: "{\"type\":" }, "cut off"],
    [{ status: 200, body: "[]" }, "an array, not an object"],
    [{ status: 302, headers: { location: "/manifest.json" } }, "a loop"]
  ])("fails with a readable message for %j", ([reply, words]) =>
    Effect.gen(function*() {
      const error = yield* failureOf(reply)
      assert.include(error?.message, words)
      assert.notInclude(error?.message, "    at ")
    }))

  it.live("lists every problem of an invalid manifest", () =>
    Effect.gen(function*() {
      const error = yield* failureOf({ status: 200, body: { ...manifest, label: {}, items: [] } })
      assert.instanceOf(error, Manifest.ManifestError)
      assert.include(error?.message, "items: the list is empty")
      assert.include(error?.message, "[text-empty]")
    }))

  it.live("has limits on size and time", () =>
    Effect.gen(function*() {
      const large = yield* failureOf("endless", { ...quick, maxResponseBytes: 1000 })
      assert.include(large?.message, "longer than 1000 bytes")
      const slow = yield* failureOf("hang", { ...quick, timeout: "50 millis" })
      assert.strictEqual(slow?._tag, "DeliveryError")
    }))

  it.live("reports an unreachable server and an invalid address", () =>
    Effect.gen(function*() {
      const error = yield* ManifestReader.read(`${yield* closedUrl}/x`, quick).pipe(Effect.flip)
      assert.strictEqual(error._tag, "DeliveryError")
      const invalid = yield* ManifestReader.read("file:///etc/passwd", quick).pipe(Effect.flip)
      assert.include(invalid.message, "not an http(s) address")
      assert.include(invalid.message, "file://…")
    }).pipe(short, Effect.provide(NodeHttpClient.layerUndici)))
})
