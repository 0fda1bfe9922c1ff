import { assert, describe, it } from "@effect/vitest"
import * as LogLine from "../../src/internal/command/logLine.ts"

/** What terminals obey: of 7 and of 8 bits, that changes the direction of a text, and that is two code units long. */
const HOSTILE = "\u001b[2J\u009b31m\u007f\u202e\u2028\u{e0001}"
const obeyed = /[\p{Cc}\p{Cf}\u2028\u2029]/u

const entry = {
  at: 0,
  method: "GET",
  path: `/${HOSTILE}`,
  op: "Image",
  status: 404,
  outcome: "replied",
  notes: [{ rule: "label-none", message: HOSTILE }]
}

describe("a line of the log", () => {
  it("holds nothing that a terminal obeys", () => {
    for (const line of LogLine.text(entry).split("\n")) assert.notMatch(line, obeyed)
  })
  it("as JSON neither, and means the same", () => {
    const value = { ...entry, path: `\\${HOSTILE}\\n` }
    const line = LogLine.json(JSON.stringify(value))
    assert.notMatch(line, obeyed)
    assert.deepStrictEqual<unknown>(JSON.parse(line), value)
  })
})
