import { assert, describe, it } from "@effect/vitest"
import { decodeUtf8 } from "../../src/internal/read/utf8.ts"

const bytesOf = (...parts: ReadonlyArray<string | ReadonlyArray<number>>): Uint8Array =>
  Buffer.concat(parts.map((part) => typeof part === "string" ? Buffer.from(part) : Buffer.from(part)))

describe("decodeUtf8", () => {
  it("takes text with and without a byte order mark", () => {
    assert.deepStrictEqual(decodeUtf8(bytesOf("é\u{1f642}")), { _tag: "Text", text: "é\u{1f642}" })
    assert.deepStrictEqual(decodeUtf8(bytesOf("\ufeffé")), { _tag: "Text", text: "é" })
  })

  it.each([0, 1, 65_533, 65_534, 65_535, 65_536, 65_537, 200_000])(
    "finds the first byte that is not UTF-8 after %d others",
    (length) => {
      for (const character of ["a", "é", "\u{1f642}"]) {
        const before = character.repeat(length)
        for (const damaged of [[0xe9, 0x21], [0xff], [0xe2, 0x82], [0xf0, 0x9f, 0x99, 0x21], [0xc0, 0x80], [0x80]]) {
          const found = decodeUtf8(bytesOf(before, damaged, "\u{1f642} and more"))
          assert(found._tag === "NotUtf8")
          assert.strictEqual(found.at, before.length)
          assert.strictEqual(found.problem, `the byte 0x${damaged[0]?.toString(16)} is not UTF-8`)
          assert.isTrue(found.text.startsWith(before))
        }
      }
    }
  )

  it("finds what is cut off at the end", () => {
    const found = decodeUtf8(bytesOf("abc", [0xf0, 0x9f]))
    assert.deepInclude(found, { _tag: "NotUtf8", at: 3, problem: "the byte 0xf0 is not UTF-8" })
  })

  it("knows UTF-16", () => {
    for (const mark of [[0xff, 0xfe], [0xfe, 0xff]]) {
      assert.deepInclude(decodeUtf8(bytesOf(mark, [0x7b, 0])), { problem: "it is UTF-16, not UTF-8" })
    }
  })
})
