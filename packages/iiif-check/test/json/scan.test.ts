import { assert, describe, it } from "@effect/vitest"
import { pathOf } from "../../../iiif/src/internal/model/path.ts"
import { parsePath } from "../../src/internal/json/path.ts"
import { scan } from "../../src/internal/json/scan.ts"
import { locate } from "../../src/Locations.ts"

const faultOf = (text: string) => scan(text, { below: new Map() })

const parses = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** A small generator with a seed (mulberry32). */
const random = (seed: number) => () => {
  seed = seed + 0x6d2b79f5 | 0
  let t = Math.imul(seed ^ seed >>> 15, 1 | seed)
  t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t
  return ((t ^ t >>> 14) >>> 0) / 2 ** 32
}

const sample = `{"a": [1, -2.5e+3, "x\\u00e9\\n\\"", {}, []], "b\\"": {"c": null, "": true}, "a": [false, {"d": 0}]}`

describe("scan", () => {
  it("accepts exactly what JSON.parse accepts, in 40,000 damaged texts", () => {
    const next = random(11)
    const letters = "{}[]:,\"\\ \n\t0123456789.eE+-truefalsn/ub\u0001\u00e9\ufeff"
    let valid = 0
    for (let run = 0; run < 40_000; run++) {
      let text = sample
      for (let edits = Math.floor(next() * 3); edits >= 0; edits--) {
        const at = Math.floor(next() * text.length)
        const letter = next() < 0.3 ? "" : letters[Math.floor(next() * letters.length)] ?? ""
        text = text.slice(0, at) + letter + text.slice(at + Math.floor(next() * 2))
      }
      if (parses(text)) valid++
      assert.strictEqual(faultOf(text) === undefined, parses(text), JSON.stringify(text))
    }
    assert.isAbove(valid, 2000)
    assert.isBelow(valid, 38_000)
  })

  it.each([
    ["", 0, "the text ends here, where a value should be"],
    ["{\"a\": tru}", 6, "here is tru, where a value should be"],
    ["[1, 2", 5, "the text ends here, where a comma or ] should be"],
    ["{\"a\": 1 \"b\": 2}", 8, "here is \", where a comma or } should be"],
    ["{\"a\": 1,}", 7, "there is a comma before }"],
    ["[1,\n]", 2, "there is a comma before ]"],
    ["{a: 1}", 1, "here is a, where a key in double quotes should be"],
    ["{\"a\" 1}", 5, "here is 1, where a colon should be"],
    ["{\"a\": \"b\n\"}", 6, "the string has no end"],
    ["\"a\tb\"", 2, "a control character in a string is not escaped"],
    ["\"\\x\"", 1, "there is no such escape as the one here"],
    ["{} // end", 3, "here is //, where the end of the text should be"],
    ["[NaN]", 1, "here is NaN, where a value should be"],
    ["[01]", 2, "here is 1, where a comma or ] should be"],
    ["[1}", 2, "here is }, where a comma or ] should be"]
  ])("says what is wrong with %j, and where", (text, at, problem) => {
    assert.isFalse(parses(text))
    assert.deepStrictEqual(faultOf(text), { at, problem })
  })

  it("takes any depth, any length of a string, and any length of a number", () => {
    const deep = 1_000_000
    assert.isUndefined(faultOf("[".repeat(deep) + "]".repeat(deep)))
    assert.strictEqual(faultOf("[".repeat(deep))?.at, deep)
    assert.isUndefined(faultOf(`"${"a\\n".repeat(5_000_000)}"`))
    assert.isUndefined(faultOf("1".repeat(10_000_000)))
  })
})

describe("parsePath", () => {
  it.each([
    [[]],
    [["items", 0, "label", "en"]],
    [[0, 1]],
    [["@context"]],
    [["label", "zh-Hant", 3]],
    [["a.b", "", "0", 0, "x]", "[\"", "\\", "\"", "\n", "\u{1f642}", "é", "__proto__"]],
    [["é"]],
    [["x".repeat(200), "\"\\".repeat(100)]]
  ])("is the inverse of how findings write paths (%#)", (parts) => {
    const parsed = parsePath(pathOf(parts))
    assert.strictEqual(JSON.stringify(parsed), JSON.stringify(parts))
  })

  it.each([".a", "a..b", "a[", "a[x]", "a[\"b]", "a[\"b\"", "[\"\\x\"]", "a b", "[0]a", "items[0] label"])(
    "does not take %j",
    (text) => assert.isUndefined(parsePath(text))
  )
})

const text = `{
  "label": { "en": ["A"], "zh-Hant": [
    "B",
    7
  ] },
  "a.b": {"c\\"d": 1, "\\u00e9": 2, "": {"0": 3}},
  "items": [ 1, [], {"x": [true]} ],
\t"twice": {"old": 1, "both": 2},
  "twice": {"new": 1,
    "both": 4}
}`

describe("locate", () => {
  const at = (path: string) => {
    const [found] = locate(text, [path])
    assert(found !== undefined)
    return [found.line, found.column, text.slice(found.start, found.end), found.isExact]
  }

  it.each([
    ["label", 2, 3, /^"label": \{[^]*\}$/],
    ["label.en", 2, 14, /^"en": \["A"\]$/],
    ["label[\"zh-Hant\"]", 2, 27, /^"zh-Hant": \[[^]*\]$/],
    ["label[\"zh-Hant\"][1]", 4, 5, /^7$/],
    ["[\"a.b\"][\"c\\\"d\"]", 6, 11, /^"c\\"d": 1$/],
    ["[\"a.b\"][\"é\"]", 6, 22, /^"\\u00e9": 2$/],
    ["[\"a.b\"][\"\"][\"0\"]", 6, 40, /^"0": 3$/],
    ["items[1]", 7, 17, /^\[\]$/],
    ["items[2].x[0]", 7, 28, /^true$/],
    ["twice", 9, 3, /^"twice": \{"new"[^]*\}$/],
    ["twice.both", 10, 5, /^"both": 4$/],
    ["", 1, 1, /^\{[^]*\}$/]
  ])("finds %s", (path, line, column, what) => {
    const [foundLine, foundColumn, found, isExact] = at(path)
    assert.deepStrictEqual([foundLine, foundColumn, isExact], [line, column, true])
    assert.match(String(found), what)
  })

  it("finds what is around a value that is not there", () => {
    const [line, column, found, isExact] = at("label.de")
    assert.deepStrictEqual([line, column, isExact], [2, 3, false])
    assert.match(String(found), /^"label": \{[^]*7\n {2}\] \}$/)
    assert.deepStrictEqual(at("items[9].id"), [7, 3, "\"items\": [ 1, [], {\"x\": [true]} ]", false])
    assert.deepStrictEqual(at("items[0].id"), [7, 14, "1", false])
    assert.deepStrictEqual(at("items[\"0\"]").slice(0, 2), [7, 3])
    assert.deepStrictEqual(at("id").slice(0, 2), [1, 1])
  })

  it("knows only the last of two properties with one key", () => {
    assert.deepStrictEqual(at("twice.old").slice(0, 2), [9, 3])
    assert.isFalse(at("twice.old")[3])
  })

  it("takes the last of many properties with one key in linear time", () => {
    const many = `{${Array.from({ length: 200_000 }, (_, n) => `"a":{"b":${n}}`).join(",")}}`
    const paths = Array.from({ length: 2000 }, (_, n) => `a.c${n}`)
    const [last] = locate(many, ["a.b", ...paths])
    assert.strictEqual(many.slice(last?.start, last?.end), "\"b\":199999")
  })

  it("counts lines with CR LF, and columns in UTF-16 code units", () => {
    const [found] = locate("{\r\n  \"a\": \"\u{1f642}\", \"b\": 1\r\n}", ["b"])
    assert.deepStrictEqual([found?.line, found?.column], [2, 14])
  })

  it("finds nothing for what is not a path, and in what is not JSON", () => {
    assert.deepStrictEqual(locate("{}", ["a b"]), [undefined])
    assert.deepStrictEqual(locate("{\"a\": ", ["b"]), [undefined])
  })
})
