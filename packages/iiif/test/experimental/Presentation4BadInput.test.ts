/** Whatever is given, conversion and checker answer: with a typed error or findings, soon. */
import { assert, describe, it } from "@effect/vitest"
import * as Presentation4 from "@iiif-ingest/iiif/experimental/Presentation4"
import { Result } from "effect"
import { annotation, annotationPage, collection, manifest, uri } from "../support/features.ts"

const from3 = (value: unknown) => Presentation4.fromPresentation3(value as Presentation4.Document3)

const nested = (depth: number, wrap: (inner: unknown) => unknown, innermost: unknown = "x"): unknown => {
  let value = innermost
  for (let level = 0; level < depth; level++) value = wrap(value)
  return value
}

const cyclic: { self?: unknown } = {}
cyclic.self = cyclic

/** Small in memory, but of 2 to the power of 60 values. */
const shared = nested(60, (inner) => [inner, inner])

const depth = 10_000

const values: { readonly [name: string]: unknown } = {
  null: null,
  undefined,
  "a number": 1,
  "a string": "manifest",
  "a list": [manifest],
  "an empty object": {},
  "a function": { ...manifest, x: () => 1 },
  "a bigint": { ...manifest, x: 1n },
  "not a number": { ...manifest, x: NaN },
  "a cycle": { ...manifest, x: cyclic },
  "a cycle in items": { ...manifest, items: [cyclic] },
  "shared values": { ...manifest, x: shared },
  "nested lists": { ...manifest, x: nested(depth, (inner) => [inner]) },
  "nested ranges": {
    ...manifest,
    structures: [nested(depth, (inner) => ({ id: uri("r"), type: "Range", items: [inner] }))]
  },
  "nested sources": {
    ...annotationPage,
    items: [annotation("1", {
      target: nested(depth, (inner) => ({ type: "SpecificResource", source: inner }), uri("x")) as string
    })]
  },
  "nested collections": {
    ...collection,
    items: [nested(depth, (inner) => ({ id: uri("c"), type: "Collection", items: [inner] }))]
  },
  "a selector refined without end": {
    ...manifest,
    start: {
      type: "SpecificResource",
      source: uri("x"),
      selector: nested(depth, (inner) => ({ type: "PointSelector", refinedBy: inner }))
    }
  },
  "metadata of another kind": { ...manifest, metadata: {} },
  "items of another kind": { ...manifest, items: { 0: 1 } },
  "every property null": Object.fromEntries(
    Object.keys(manifest).map((key) => [key, key === "type" ? "Manifest" : null])
  )
}

const revoked = (): unknown => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

describe("bad input", () => {
  it("a proxy that is revoked is refused, and found", () => {
    assert(Result.isFailure(from3(revoked())))
    assert(Result.isFailure(Presentation4.toPresentation3(revoked())))
    assert.deepStrictEqual(Presentation4.check(revoked()).map(({ code }) => code), ["p4-not-json"])
  })

  for (const [name, value] of Object.entries(values)) {
    it(`${name} is refused in both directions, and found`, () => {
      const context = Presentation4.context
      const value4 = typeof value === "object" && !Array.isArray(value) ? { ...value, "@context": context } : value
      for (const result of [from3(value), Presentation4.toPresentation3(value4)]) {
        assert(Result.isFailure(result))
        assert.instanceOf(result.failure, Presentation4.Presentation4Error)
        assert.isNotEmpty(result.failure.problems)
        assert.isBelow(result.failure.message.length, 10_000)
      }
      assert.isNotEmpty(Presentation4.check(value4))
    })
  }

  it.each<readonly [value: unknown, path: string, problem: string]>([
    [{ a: [1, { b: 1n }] }, "x.a[1].b", "it is a bigint, not JSON"],
    [[NaN], "x[0]", "it is NaN, not JSON"],
    [[cyclic], "x[0].self", "it contains itself"],
    [nested(10_000, (inner) => [inner]), `x${"[0]".repeat(99)}`, "it is nested more than 100 levels deep"],
    [shared, "", "the document has more than 10000000 values"],
    [
      Object.defineProperty({}, "y", {
        enumerable: true,
        get: () => {
          throw new Error("no")
        }
      }),
      "x",
      "it cannot be read: reading it throws an error"
    ]
  ])("what is no document is said with its path: %#", (x, path, problem) => {
    const result = from3({ ...manifest, x })
    assert(Result.isFailure(result))
    const [first] = result.failure.problems
    assert.strictEqual(first?.problem, problem)
    assert.strictEqual(first?.path, path)
  })

  it("a key named __proto__ stays one", () => {
    const given = JSON.parse(`{"__proto__": {"polluted": true}}`) as object
    const canvases = manifest.items.map((canvas) => ({ ...canvas, "ex:x": given }))
    const written = Result.getOrThrow(from3({ ...manifest, items: canvases, ...given })).manifest
    assert.isFalse("polluted" in written)
  })

  it("an id of 16 MB takes no longer than its length, and is cut in messages", () => {
    const id = `https://example.org/${"x".repeat(2 ** 24)}`
    for (const long of [id, `${id} `]) {
      const result = from3({ ...annotationPage, id: long })
      assert(Result.isFailure(result))
      assert.isBelow(result.failure.message.length, 1000)
    }
  })

  it("1,000 problems are listed, and the others counted", () => {
    const items = Array.from({ length: 3000 }, (_, index) =>
      annotation(String(index), {
        target: { type: "SpecificResource", source: uri("x"), selector: uri("selector") }
      }))
    const result = from3({ ...annotationPage, items })
    assert(Result.isFailure(result))
    assert.strictEqual(result.failure.problems.length, 1000)
    assert.strictEqual(result.failure.omitted, 2000)
    assert.match(result.failure.message, /and 2000 more$/)
  })

  it("1,000 losses are listed, and the others counted", () => {
    const items = Array.from({ length: 3000 }, (_, index) => annotation(String(index), { rights: ["a", "b"] }))
    const { lost, omitted } = Result.getOrThrow(from3({ ...annotationPage, items }))
    assert.strictEqual(lost.length, 1000)
    assert.strictEqual(omitted, 2000)
  })

  it("thousands of different properties that Presentation 3 refuses are answered", () => {
    const foreign = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`x${index}`, index]))
    const written = Result.getOrThrow(from3(manifest)).manifest
    const result = Presentation4.toPresentation3({ ...written, ...foreign })
    const count = Result.isFailure(result)
      ? result.failure.problems.length + result.failure.omitted
      : result.success.lost.length + result.success.omitted
    assert.isAtLeast(count, 1)
  })
})
