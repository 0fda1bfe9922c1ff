import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import { at, kind, parse } from "../../src/internal/json.ts"

const problem = (text: string, contentType = "application/json") =>
  Result.getOrElse(Result.flip(parse(text, contentType)), () => "none")

describe("parse", () => {
  it("says of every beginning of a text of JSON that it is cut off", () => {
    const whole = JSON.stringify({ a: [1, { b: "Größe \" \\ \u{1F680}" }], c: null, d: true, e: -1.5e3 })
    for (let length = 1; length < whole.length; length++) {
      assert.match(
        problem(whole.slice(0, length)),
        /^the JSON is cut off after \d+ characters$/,
        whole.slice(0, length)
      )
    }
    assert.isTrue(Result.isSuccess(parse(whole, "application/json")))
  })

  it("says where it stops being JSON, and repeats nothing of it", () => {
    const said = problem("{\"a\": Bearer abc, \"b\": 1}")
    assert.match(said, /^it is not JSON/)
    assert.notInclude(said, "Bearer")
  })

  it("knows a page when it sees one", () => {
    assert.match(problem("<!DOCTYPE html><p>"), /HTML/)
    assert.match(problem("  <HTML>"), /HTML/)
    assert.match(problem("Please log in", "text/html; charset=utf-8"), /HTML/)
    assert.isTrue(Result.isSuccess(parse("{}", "text/html")))
  })

  it("has a word for nothing", () => {
    assert.strictEqual(problem(""), "the body is empty")
    assert.strictEqual(problem(" \r\n"), "the body is empty")
  })
})

describe("at", () => {
  it("walks objects only, and only their own keys", () => {
    assert.strictEqual(at({ a: { b: 1 } }, "a.b"), 1)
    assert.isUndefined(at({ a: [1] }, "a.0"))
    assert.isUndefined(at({ a: "text" }, "a.length"))
    assert.isUndefined(at({}, "constructor.name"))
    assert.isUndefined(at(null, "a"))
  })
})

describe("kind", () => {
  it("names a value without repeating it", () => {
    const values = [undefined, null, [], {}, "", "Bearer abc", 1, true]
    assert.deepStrictEqual(values.map(kind), [
      "missing",
      "null",
      "an array",
      "an object",
      "an empty text",
      "a text",
      "a number",
      "a boolean"
    ])
  })
})
