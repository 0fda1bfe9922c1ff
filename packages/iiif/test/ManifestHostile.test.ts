/** Whatever is checked, read, encoded or compared: an answer, in time and memory in proportion to it. */
import { assert, describe, it } from "@effect/vitest"
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import type * as Presentation3 from "@iiif-ingest/iiif/Presentation3"
import { Effect, Exit, Result } from "effect"
import { everything } from "./support/iiif.ts"

const manifest = (more: object): unknown => ({ ...JSON.parse(JSON.stringify(everything)), ...more })

const canvas = "https://example.org/canvas/1"

const range = (name: number, items: ReadonlyArray<object>) => ({ id: `https://x.org/r${name}`, type: "Range", items })

const reference = (name: number) => ({ id: `https://x.org/r${name}`, type: "Range" })

const page = { id: canvas, type: "Canvas" }

const nested = (before: string, after: string, depth = 10_000): unknown =>
  JSON.parse(`${before.repeat(depth)}1${after.repeat(depth)}`)

const many = (length: number) => Array.from({ length }, () => ({}))

const codes = (findings: ReadonlyArray<Manifest.Finding>) => [...new Set(findings.map(({ code }) => code))]

const errors = (document: unknown) => Manifest.check(document).filter(({ severity }) => severity === "error")

describe("ranges", () => {
  const chain = (last: object) =>
    Array.from({ length: 10_000 }, (_, n) => range(n, [n === 9999 ? last : reference(n + 1)]))

  it("a chain of 10,000 has no error", () => {
    assert.deepStrictEqual(errors(manifest({ structures: chain(page) })), [])
  })

  it("a circle of 10,000 is found in each of its members, of which 100 are listed", () => {
    const found = errors(manifest({ structures: chain(reference(0)) }))
    assert.strictEqual(found.length, 100)
    assert.deepStrictEqual(codes(found), ["range-cycle"])
    assert.strictEqual(found.at(-1)?.omitted, 9900)
    assert.isUndefined(found[0]?.omitted)
  })

  it("300 that each name all later ones have no error", () => {
    const structures = Array.from(
      { length: 300 },
      (_, n) => range(n, [...Array.from({ length: 299 - n }, (_, later) => reference(n + 1 + later)), page])
    )
    assert.deepStrictEqual(errors(manifest({ structures })), [])
  })
})

describe("findings", () => {
  it("are bounded, and the others are counted by code", () => {
    const found = Manifest.check(manifest({ structures: many(100_000) }))
    const missing = found.filter(({ code }) => code === "missing")
    assert.strictEqual(missing.length, 100)
    assert.strictEqual(missing.at(-1)?.omitted, 300_000 - 100)
    assert.isBelow(found.length, 300)
  })

  it("of lists of other things are bounded as well", () => {
    for (const key of ["items", "metadata", "annotations", "service", "seeAlso", "behavior"]) {
      const found = Manifest.check(manifest({ [key]: many(50_000) }))
      assert.isNotEmpty(found, key)
      assert.isBelow(found.length, 500, key)
    }
  })
})

const deep: ReadonlyArray<readonly [string, unknown]> = [
  ["lists", nested("[", "]")],
  ["extension values", manifest({ "ex:a": nested("{\"a\":[", "]}") })],
  ["sources", manifest({ start: nested("{\"type\":\"SpecificResource\",\"source\":", "}") })],
  [
    "targets",
    manifest({
      annotations: [{
        id: "https://x.org/p",
        type: "AnnotationPage",
        items: [{ id: "https://x.org/a", type: "Annotation", target: nested("[", "]") }]
      }]
    })
  ],
  ["ranges", manifest({ structures: nested("[{\"id\":\"https://x.org/r\",\"type\":\"Range\",\"items\":", "}]") })],
  ["services", manifest({ service: nested("[{\"id\":\"https://x.org/s\",\"type\":\"S\",\"service\":", "}]") })],
  ["choices", manifest({ thumbnail: nested("[{\"type\":\"Choice\",\"items\":", "}]") })],
  ["collections", nested("{\"type\":\"Collection\",\"items\":[", "]}")],
  [
    "selectors",
    manifest({
      start: {
        type: "SpecificResource",
        source: canvas,
        selector: nested("{\"type\":\"CssSelector\",\"value\":\"p\",\"refinedBy\":", "}")
      }
    })
  ]
]

const shared = (depth: number): unknown => {
  let value: unknown = { type: "TextualBody", value: "x" }
  for (let level = 0; level < depth; level++) value = { type: "Choice", items: [value, value] }
  return value
}

const circular = (): unknown => {
  const json = JSON.parse(JSON.stringify(everything))
  json.items[0].thumbnail = [json]
  return json
}

const odd: ReadonlyArray<readonly [string, unknown]> = [
  ...deep,
  ["an id of 16 MB", manifest({ id: `https://x.org/${"a".repeat(16_000_000)}` })],
  ["an encoded id of 16 MB", manifest({ id: `https://x.org/${"%20".repeat(5_000_000)}` })],
  ["a key of 16 MB", manifest({ ["x".repeat(16_000_000)]: 1 })],
  ["a language of 16 MB", manifest({ label: { ["x".repeat(16_000_000)]: ["x"] } })],
  [
    "rights, a date and a format of 8 MB",
    manifest({
      rights: `http://creativecommons.org/${"a/".repeat(4_000_000)}`,
      navDate: "1".repeat(8_000_000),
      rendering: [{ id: "https://x.org/", type: "Text", label: { en: ["x"] }, format: "a".repeat(8_000_000) }]
    })
  ],
  ["metadata that is an object", manifest({ metadata: {} })],
  ["a value that contains itself", circular()],
  [
    "a getter that throws",
    Object.defineProperty(Object(manifest({})), "label", {
      enumerable: true,
      get: () => {
        throw new Error("no")
      }
    })
  ],
  [
    "a proxy that throws",
    new Proxy({}, {
      get: () => {
        throw new Error("no")
      },
      ownKeys: () => {
        throw new Error("no")
      }
    })
  ],
  ["big integers, symbols and functions", manifest({ "ex:a": [1n, Symbol("x"), () => 1, NaN], summary: 1n })],
  ["an object without prototype", Object.assign(Object.create(null) as object, { type: "Manifest", id: 1n })],
  ["nothing", undefined]
]

describe("a strange value", () => {
  it.each(odd)("is checked: %s", (_, value) => {
    const found = Manifest.check(value)
    assert.isNotEmpty(found)
    assert.isBelow(found.length, 1000)
    for (const { message, path } of found) {
      assert.isBelow(message.length, 1000)
      assert.isBelow(path.length, 10_000)
    }
  })

  it.each(odd)("is not read: %s", (_, value) => {
    const read = Manifest.fromUnknown(value)
    assert.isTrue(Result.isFailure(read))
    if (Result.isFailure(read)) assert.isBelow(read.failure.message.length, 100_000)
  })

  it.each(odd)("is encoded or refused: %s", (_, value) => {
    const encoded = Manifest.toText(value as Presentation3.Manifest)
    if (Result.isFailure(encoded)) assert.isNotEmpty(encoded.failure.findings)
    else assert.strictEqual(Array.from(encoded.success).join(""), JSON.stringify(value))
  })

  it.each(odd)("cannot be compared: %s", (_, value) => {
    const compared = Manifest.diff(everything as unknown as Presentation3.Manifest, value as Presentation3.Manifest)
    assert.isTrue(Result.isFailure(compared))
    if (Result.isFailure(compared)) assert.match(compared.failure.findings[0]?.path ?? "", /^after/)
  })

  it.each(["[", "{\"a\":"])("of 10,000 levels of %s is read from text as far as its finding", (open) => {
    const close = open === "[" ? "]" : "}"
    assert.isTrue(Result.isFailure(Manifest.fromText(`${open.repeat(10_000)}1${close.repeat(10_000)}`)))
    assert.isTrue(Result.isFailure(Manifest.fromText(open.repeat(10_000))))
  })
})

it("values that are shared over and over are not visited without end", () => {
  assert.deepStrictEqual(errors(manifest({ thumbnail: [shared(15)] })), [])
  const found = codes(Manifest.check(manifest({ thumbnail: [shared(40)] })))
  assert.isTrue(found.includes("too-large") || found.includes("too-deep"), found.join())
})

describe("a long check", () => {
  it.live("can be interrupted, and others have their turn meanwhile", () =>
    Effect.gen(function*() {
      const document = manifest({ structures: many(400_000) })
      let turns = 0
      const counting = Effect.forever(Effect.andThen(Effect.yieldNow, Effect.sync(() => turns++)))
      const exit = yield* Effect.exit(Effect.raceFirst(
        Effect.andThen(Effect.yieldNow, Effect.interrupt),
        Manifest.checkEffect(document)
      ))
      assert.isTrue(Exit.isFailure(exit))
      const found = yield* Effect.raceFirst(Manifest.checkEffect(document), counting)
      assert.isAbove(turns, 10)
      assert.deepStrictEqual(found.at(-1)?.omitted, Manifest.check(document).at(-1)?.omitted)
    }))
})
