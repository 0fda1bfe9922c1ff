import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import { at, kindOf, parse } from "../../src/internal/json.ts"

const problem = (text: string, contentType = "application/json") =>
  Result.getOrElse(Result.flip(parse(text, contentType)), () => "none")

describe("parse", () => {
  it("reports every prefix of JSON text as cut off", () => {
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

  it("reports where the text stops being JSON, without quoting it", () => {
    const reported = problem("{\"a\": Bearer abc, \"b\": 1}")
    assert.match(reported, /^the body is not JSON/)
    assert.notInclude(reported, "Bearer")
  })

  it("recognizes an HTML page", () => {
    assert.match(problem("<!DOCTYPE html><p>"), /HTML/)
    assert.match(problem("  <HTML>"), /HTML/)
    assert.match(problem("Please log in", "text/html; charset=utf-8"), /HTML/)
    assert.isTrue(Result.isSuccess(parse("{}", "text/html")))
  })

  it("reports an empty body", () => {
    assert.strictEqual(problem(""), "the body is empty")
    assert.strictEqual(problem(" \r\n"), "the body is empty")
  })
})

describe("at", () => {
  it("follows only own keys of objects", () => {
    assert.strictEqual(at({ a: { b: 1 } }, "a.b"), 1)
    assert.isUndefined(at({ a: [1] }, "a.0"))
    assert.isUndefined(at({ a: "text" }, "a.length"))
    assert.isUndefined(at({}, "constructor.name"))
    assert.isUndefined(at(null, "a"))
  })
})

describe("kindOf", () => {
  it("names the type of a value without repeating it", () => {
    const values = [undefined, null, [], {}, "", "Bearer abc", 1, true]
    assert.deepStrictEqual(values.map(kindOf), [
      "missing",
      "null",
      "an array",
      "an object",
      "an empty string",
      "a string",
      "a number",
      "a boolean"
    ])
  })
})
