import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as JsonSpan from "../../src/internal/ingest/jsonSpan.ts"

const slice = (text: string, name: string) => {
  const span = JsonSpan.memberSpan(text, name)
  return span && text.slice(span.start, span.end)
}

describe("memberSpan", () => {
  it("returns the exact text of the value", () => {
    const manifest = `{ "a" : [1, {"b":"}]\\"{"}],\n  "é": 1.0e+2 }`
    assert.strictEqual(slice(`{"x":{"manifest":1}, "manifest" :\t${manifest}\n,"y":null}`, "manifest"), manifest)
  })
  it("handles escapes in names and strings", () => {
    assert.strictEqual(slice(`{"a":"\\\\","m\\u0061nifest":[ ]}`, "manifest"), "[ ]")
  })
  it("returns the last of duplicate names, like JSON.parse", () => {
    assert.strictEqual(slice(`{"m":1,"m":{"z":2}}`, "m"), `{"z":2}`)
  })
  it("finds scalars, and returns undefined for missing members", () => {
    assert.strictEqual(slice(`{"m":true}`, "m"), "true")
    assert.strictEqual(slice(`{"n":true}`, "m"), undefined)
    assert.strictEqual(slice(`{}`, "m"), undefined)
    assert.strictEqual(slice(`[1]`, "m"), undefined)
  })
  it("handles deep nesting", () => {
    const deep = "[".repeat(200_000) + "]".repeat(200_000)
    assert.strictEqual(slice(`{"m":${deep}}`, "m"), deep)
  })

  it.effect.prop(
    "agrees with JSON.parse on every member of any object",
    [Schema.Record(Schema.String, Schema.Json), Schema.Literals([0, 1, "\t"])],
    ([value, indent]) =>
      Effect.sync(() => {
        const text = JSON.stringify(value, undefined, indent)
        const parsed: Record<string, unknown> = JSON.parse(text)
        for (const [name, member] of Object.entries(parsed)) {
          assert.deepStrictEqual(JSON.parse(slice(text, name) ?? ""), member)
        }
      })
  )
})
