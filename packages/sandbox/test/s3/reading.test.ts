import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import { compareKeys, paginate } from "../../src/internal/s3/listing.ts"
import { parseCopyRange, parseRange } from "../../src/internal/s3/range.ts"
import { element } from "../../src/internal/s3/xml.ts"
import { childText, parseXml } from "../../src/internal/s3/xmlReader.ts"

describe("parseRange", () => {
  it("limits ranges to the size, and reports unsatisfiable ranges", () => {
    assert.deepStrictEqual(parseRange("bytes=0-0", 10), { start: 0, end: 0 })
    assert.deepStrictEqual(parseRange("bytes=3-", 10), { start: 3, end: 9 })
    assert.deepStrictEqual(parseRange("bytes=3-99", 10), { start: 3, end: 9 })
    assert.deepStrictEqual(parseRange("bytes=-4", 10), { start: 6, end: 9 })
    assert.deepStrictEqual(parseRange("bytes=-99", 10), { start: 0, end: 9 })
    for (const field of ["bytes=10-", "bytes=10-12", "bytes=-0"]) {
      assert.strictEqual(parseRange(field, 10), "unsatisfiable")
    }
    assert.strictEqual(parseRange("bytes=0-", 0), "unsatisfiable")
  })

  it("ignores what HTTP allows it to ignore", () => {
    for (
      const field of [
        undefined,
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=5-4",
        "items=0-1",
        "bytes=0-1,4-5",
        "bytes=a-b"
      ]
    ) {
      assert.strictEqual(parseRange(field, 10), undefined, field)
    }
  })

  it("accepts a copy range only within the source", () => {
    assert.deepStrictEqual(parseCopyRange("bytes=0-9", 10), { start: 0, end: 9 })
    for (const field of ["bytes=0-10", "bytes=3-", "bytes=-4", "bytes=4-3"]) {
      assert.strictEqual(parseCopyRange(field, 10), undefined, field)
    }
  })
})

describe("paginate", () => {
  const keys = ["a", "b/1", "b/2", "c/1", "d", "\ue000", "\u{1f600}"]
  const items = keys.map((key) => ({ key }))
  const walk = (options: { readonly delimiter?: string; readonly limit: number }) => {
    const seen: Array<string> = []
    let after: string | undefined
    do {
      const page = paginate(items, { prefix: "", delimiter: options.delimiter, after, limit: options.limit })
      seen.push(...page.items.map(({ key }) => key), ...page.prefixes)
      after = page.next
    } while (after !== undefined)
    return seen.sort(compareKeys)
  }

  it("orders keys by UTF-8 bytes", () => {
    const bytewise = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))
    assert.deepStrictEqual([...keys].reverse().sort(compareKeys), [...keys].sort(bytewise))
  })

  it("returns every key and prefix once for any page size", () => {
    for (const limit of [1, 2, 3, 7, 100]) {
      assert.deepStrictEqual(walk({ limit }), keys)
      assert.deepStrictEqual(walk({ limit, delimiter: "/" }), ["a", "b/", "c/", "d", "\ue000", "\u{1f600}"])
    }
  })

  it("returns no next page for a limit of 0", () => {
    assert.deepStrictEqual(paginate(items, { prefix: "", delimiter: undefined, after: undefined, limit: 0 }), {
      items: [],
      prefixes: [],
      next: undefined
    })
  })
})

describe("xml", () => {
  it("parses what it writes", () => {
    const text = "a&b<c>\"d'é漢\u{1f600}\t\u0001"
    const parsed = parseXml(element("Root", [element("Key", text)]))
    assert.isTrue(Result.isSuccess(parsed))
    if (Result.isSuccess(parsed)) assert.strictEqual(childText(parsed.success, "Key"), text)
  })

  it("parses declaration, namespace, comments and empty elements", () => {
    const parsed = parseXml(
      "<?xml version=\"1.0\"?>\n<R xmlns=\"http://x/\"><!-- c --><A/><B>&#65;&#x42;&amp;</B></R>\n"
    )
    assert.isTrue(Result.isSuccess(parsed))
    if (Result.isSuccess(parsed)) assert.strictEqual(childText(parsed.success, "B"), "AB&")
  })

  it("rejects everything else", () => {
    const deep = "<a>".repeat(20) + "</a>".repeat(20)
    for (
      const text of [
        "",
        "text",
        "<a>",
        "</a>",
        "<a></b>",
        "<a/><b/>",
        "<a/>x",
        "<a>&lol;</a>",
        "<a>&#0;</a>",
        "<a>& b</a>",
        "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
        "<a><![CDATA[x]]></a>",
        "<a b=c/>",
        deep
      ]
    ) assert.isTrue(Result.isFailure(parseXml(text)), text.slice(0, 40))
  })
})
