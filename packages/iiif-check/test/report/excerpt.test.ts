import { assert, describe, it } from "@effect/vitest"
import { linesOf } from "../../src/internal/json/lines.ts"
import { excerpt } from "../../src/internal/report/excerpt.ts"
import { plain } from "../../src/internal/report/style.ts"

/** The excerpt around the first occurrence of a part of a text. */
const around = (text: string, part: string) => {
  const start = text.indexOf(part)
  const line = linesOf(text, [start]).get(start)
  assert(start >= 0 && line !== undefined)
  return excerpt(text, { start, end: start + part.length }, line, plain)
}

describe("excerpt", () => {
  it("shows the lines around, as far as there are any", () => {
    assert.deepStrictEqual(around("a\nb\nc\n", "b"), ["  1 | a", "  2 | b", "    | ^", "  3 | c"])
    assert.deepStrictEqual(around("a\nb", "a"), ["  1 | a", "    | ^", "  2 | b"])
    assert.deepStrictEqual(around("a\nb\n", "b"), ["  1 | a", "  2 | b", "    | ^"])
    assert.deepStrictEqual(around("\n\nb", "b"), ["  2 |", "  3 | b", "    | ^"])
  })

  it("marks the first line of a place", () => {
    assert.deepStrictEqual(around("x [1,\n2]\r\n", "[1,\n2]"), ["  1 | x [1,", "    |   ^^^", "  2 | 2]"])
  })

  it("leaves the ends of lines out", () => {
    assert.deepStrictEqual(around("a\r\nb\r\nc\r\n", "b"), ["  1 | a", "  2 | b", "    | ^", "  3 | c"])
  })

  it("aligns the mark below wide, combined, escaped and indented text", () => {
    assert.deepStrictEqual(around("\t日本e\u0301\u202e\u{1f642}x", "x"), [
      "  1 |     日本e\u0301\\u{202e}\u{1f642}x",
      `    | ${" ".repeat(4 + 4 + 1 + 8 + 2)}^`
    ])
    assert.deepStrictEqual(around("a\u{1f642}b", "\u{1f642}")[1], "    |  ^^")
  })

  it("shows a line whole if it is short enough, and else a part of it", () => {
    const whole = `${"a".repeat(95)}!`
    assert.deepStrictEqual(around(whole, "!")[0], `  1 | ${whole}`)
    const end = `${"a".repeat(500)}!`
    assert.deepStrictEqual(around(end, "!"), [`  1 | …${"a".repeat(30)}!`, `    | ${" ".repeat(31)}^`])
    const long = `${"a".repeat(500)}!${"b".repeat(500)}`
    assert.deepStrictEqual(around(long, "!")[0], `  1 | …${"a".repeat(30)}!${"b".repeat(69)}…`)
    assert.deepStrictEqual(around(`!${"b".repeat(500)}`, "!")[0], `  1 | !${"b".repeat(99)}…`)
  })

  it("cuts between characters", () => {
    const smiles = "\u{1f642}".repeat(200)
    for (const text of [`${smiles}!${smiles}`, `a${smiles}!a${smiles}`]) {
      for (const line of around(text, "!")) assert.notMatch(line, /\\u\{d|\p{Cs}/u)
    }
  })

  it("takes the same time wherever in a long line the place is", () => {
    const text = `[${"0,".repeat(20_000_000)}1]`
    const start = text.length - 2
    const started = performance.now()
    for (let run = 0; run < 2000; run++) excerpt(text, { start, end: start + 1 }, { number: 1, start: 0 }, plain)
    assert.isBelow(performance.now() - started, 5000)
  })
})
