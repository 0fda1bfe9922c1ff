/** Requests with a header `Expect`. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Sandbox } from "../src/Sandbox.ts"
import * as Raw from "./support/raw.ts"

const TOO_MUCH = "The only expectation that the sandbox can meet is 100-continue"

describe("an expectation that the sandbox cannot meet", () => {
  it.live("is refused in words, at once, and logged", () =>
    Sandbox.use(Effect.fnUntraced(function*(sandbox) {
      const port = Raw.portOf(sandbox)
      const ask = Effect.fnUntraced(function*(fields: Readonly<Record<string, string | number>>) {
        const raw = yield* Raw.open(port)
        yield* raw.send(Raw.head(port, "POST /admin/ingest/initialize", fields))
        return yield* raw.until("\"}")
      }, Effect.scoped)
      // The body is held back, as by a client that waits to be told to send it.
      for (const expect of ["x", "x, 100-continue"]) {
        const reply = yield* ask({ expect, "content-length": 5 })
        assert.match(reply, /^HTTP\/1\.1 417 /)
        assert.include(reply, TOO_MUCH)
      }
      assert.match(yield* ask({ expect: "x", host: "evil.example" }), /^HTTP\/1\.1 421 /)
      const logged = yield* sandbox.requests({ path: "/admin/ingest/initialize" })
      assert.deepStrictEqual(logged.map(({ status }) => status), [417, 417, 421])
    })).pipe(Effect.provide(Sandbox.layer())))

  it.live("is nothing to a client of HTTP/1.0", () =>
    Sandbox.use(Effect.fnUntraced(function*(sandbox) {
      const port = Raw.portOf(sandbox)
      const raw = yield* Raw.open(port)
      yield* raw.send(`GET /_sandbox/health HTTP/1.0\r\nhost: 127.0.0.1:${port}\r\nexpect: x\r\n\r\n`)
      assert.match(yield* raw.closed, /^HTTP\/1\.1 200 /)
    }, Effect.scoped)).pipe(Effect.provide(Sandbox.layer())))
})
