import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Sandbox } from "../src/Sandbox.ts"
import { initialize, mintToken } from "./support/client.ts"

const LIMIT = 16 * 1024 * 1024

describe("the request log", () => {
  it.live("keeps header fields and bodies of the newest requests only, so many that they are 16 MiB", () =>
    Sandbox.use(Effect.fnUntraced(function*(sandbox) {
      const token = mintToken(sandbox)
      // Each takes 16 KiB of its body, which is longer, and what is replied.
      const body = "x".repeat(20_000)
      const count = 1100
      yield* Effect.forEach(Array.from({ length: count }), () => initialize(sandbox, body, token), {
        concurrency: 8,
        discard: true
      })
      const entries = yield* sandbox.requests({ op: "Initialize" })
      assert.strictEqual(entries.length, count)
      assert.deepStrictEqual([...new Set(entries.map(({ status }) => status))], [400])
      const kept = entries.filter(({ requestBody }) => requestBody !== undefined)
      const total = kept.reduce(
        (sum, { replyBody = "", requestBody = "" }) => sum + replyBody.length + requestBody.length,
        0
      )
      assert.isBelow(total, LIMIT)
      assert.isAbove(total, LIMIT * 0.8)
      // Those that are kept are the last ones.
      assert.isAbove(kept.length, 800)
      assert.deepStrictEqual(kept.map(({ id }) => id), entries.slice(-kept.length).map(({ id }) => id))
      const [oldest] = entries
      assert.deepStrictEqual([oldest?.headers, oldest?.replyHeaders, oldest?.replyBody], [{}, undefined, undefined])
      assert.strictEqual(kept[0]?.requestBody?.length, 16 * 1024)
    })).pipe(Effect.provide(Sandbox.layer())))
})
