import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import type * as Presentation3 from "@iiif-ingest/iiif/Presentation3"
import { Effect, Exit, FileSystem, Result, Schema } from "effect"

const uri = "https://example.org/hamlet/manifest/3"

/** For image services of version 2. */
const options: Manifest.BuildOptions = {
  service: { type: "ImageService2", profile: "http://iiif.io/api/image/2/level2.json" }
}

const page = (id: string, more: Partial<Manifest.Page> = {}): Manifest.Page => ({
  id: id,
  imageService: `https://example.org/images/${id}`,
  width: 100,
  height: 80,
  label: id,
  ...more
})

const canvasId = (id: string) => `${uri}/canvas/canvas:${id}`

const build = (ids: ReadonlyArray<string>, more: Partial<Manifest.Description> = {}, ofPages: object = {}) =>
  Result.getOrThrow(
    Manifest.build(uri, { label: "x", behavior: ["paged"], thumbnail: [], ...more }, ids.map((id) => page(id, ofPages)))
  )

/** The changes, without values. */
const diff = (before: Presentation3.Manifest, after: Presentation3.Manifest) =>
  Result.getOrThrow(Manifest.diff(before, after))

const changesOf = (before: Presentation3.Manifest, after: Presentation3.Manifest) =>
  diff(before, after).map((change) => {
    const what = "property" in change ? change.property : "id" in change ? change.id.slice(canvasId("").length) : ""
    const where = change._tag === "PageMoved"
      ? `${change.from}>${change.to}`
      : "position" in change
      ? change.position
      : ""
    return [change._tag, what, where].filter((part) => part !== "").join(" ")
  })

const abcd = build(["a", "b", "c", "d"])

describe("Manifest.diff", () => {
  it("finds nothing between a manifest and its own text", () => {
    assert.deepStrictEqual(diff(abcd, JSON.parse(JSON.stringify(abcd))), [])
  })

  it.each([
    ["abcd", ["a", "b", "c", "d"], []],
    ["one added", ["a", "b", "x", "c", "d"], ["PageAdded x 2"]],
    ["one removed", ["a", "c", "d"], ["PageRemoved b 1"]],
    ["one moved", ["d", "a", "b", "c"], ["PageMoved d 3>0"]],
    ["two swapped", ["b", "a", "c", "d"], ["PageMoved b 1>0"]],
    ["one replaced by another", ["a", "x", "c", "d"], ["PageRemoved b 1", "PageAdded x 1"]]
  ])(
    "%s",
    (_, ids, changes) => assert.sameMembers(changesOf(abcd, build(ids)), changes)
  )

  it("reports what changed on a page", () => {
    const change = (more: Partial<Manifest.Page>) => {
      const pages = [page("a"), page("b", more)]
      const after = Manifest.build(uri, { label: "x", thumbnail: [] }, pages, options)
      const before = Manifest.build(uri, { label: "x", thumbnail: [] }, [page("a"), page("b")], options)
      return diff(Result.getOrThrow(before), Result.getOrThrow(after)).map((one) =>
        one._tag === "PropertyChanged" ? one.property : one._tag
      )
    }
    const thumbnail = "thumbnail"
    assert.deepStrictEqual(change({ label: "2r" }), ["LabelChanged"])
    assert.deepStrictEqual(change({ metadata: [{ label: "a", value: "b" }] }), ["MetadataChanged"])
    assert.deepStrictEqual(change({ canvas: { width: 200, height: 160 } }), ["SizeChanged"])
    assert.deepStrictEqual(change({ imageService: "https://x.org/other" }), ["ImageReplaced", thumbnail])
    assert.deepStrictEqual(change({ service: { type: "ImageService3", profile: "level2" } }), [
      "ImageChanged",
      thumbnail
    ])
    assert.deepStrictEqual(change({ rights: "http://rightsstatements.org/vocab/InC/1.0/" }), ["rights"])
  })

  it("reports what changed on the manifest, before and after", () => {
    const after = build(["a", "b", "c", "d"], {
      label: "y",
      summary: "s",
      contents: [{ label: "One", items: ["a"] }]
    })
    assert.deepStrictEqual<unknown>(diff(abcd, after).map(({ _tag }) => _tag), [
      "LabelChanged",
      "RangesChanged",
      "PropertyChanged"
    ])
    assert.deepInclude(diff(abcd, after)[0], { of: uri, before: { none: ["x"] }, after: { none: ["y"] } })
  })

  it.prop(
    "the pages that were added, removed or moved turn one manifest into the other",
    [
      Schema.Array(Schema.Literals(["a", "b", "c", "d", "e", "f"])),
      Schema.Array(Schema.Literals(["a", "b", "c", "d", "e", "f"]))
    ],
    ([from, to]) => {
      const [before, after] = [[...new Set(["z", ...from])], [...new Set([...to, "z"])]]
      const changes = diff(build(before), build(after))
      const changed = new Set(changes.flatMap((change) => "id" in change ? [change.id] : []))
      const rest = before.filter((id) => !changed.has(canvasId(id)))
      assert.deepStrictEqual(rest, after.filter((id) => !changed.has(canvasId(id))))
      for (const change of changes) {
        if (change._tag === "PageAdded") assert.strictEqual(canvasId(after[change.position] ?? ""), change.id)
        if (change._tag === "PageRemoved") assert.strictEqual(canvasId(before[change.position] ?? ""), change.id)
      }
      assert.deepStrictEqual(changes.map((change) => change._tag).filter((tag) => !tag.startsWith("Page")), [])
    }
  )
})

describe("editing", () => {
  const ids = (result: Result.Result<Presentation3.Manifest, Manifest.ManifestError>) =>
    Result.getOrThrow(result).items.map(({ id }) => id.slice(canvasId("").length)).join("")

  it("inserts, removes, moves and updates pages, and keeps ids", () => {
    const [x] = build(["x"]).items
    assert.strictEqual(ids(Manifest.insertPages(abcd, 1, [x])), "axbcd")
    assert.strictEqual(ids(Manifest.removePage(abcd, canvasId("b"))), "acd")
    assert.strictEqual(ids(Manifest.movePage(abcd, canvasId("a"), 2)), "bcad")
    const after = Result.getOrThrow(
      Manifest.updatePage(abcd, canvasId("b"), (canvas) => ({ ...canvas, label: { en: ["B"] } }))
    )
    assert.deepStrictEqual(diff(abcd, after).map(({ _tag }) => _tag), ["LabelChanged"])
  })

  it("inserts hundreds of thousands of pages at once", () => {
    const [canvas] = abcd.items
    const many = Array.from({ length: 200_000 }, (_, index) => ({ ...canvas, id: `${uri}/${index}`, items: [] }))
    const after = Result.getOrThrow(Manifest.insertPages(abcd, 1, many))
    assert.strictEqual(after.items.length, 200_004)
  })

  it("removes a page from ranges and start too", () => {
    const manifest = build(["a", "b"], {
      start: "b",
      contents: [{ label: "1", items: ["a", "b"] }, { label: "2", items: [{ label: "2.1", items: ["b"] }] }]
    })
    const after = Result.getOrThrow(Manifest.removePage(manifest, canvasId("b")))
    assert.isUndefined(after.start)
    assert.deepStrictEqual<unknown>(after.structures, [{
      ...manifest.structures?.[0],
      items: [{ id: canvasId("a"), type: "Canvas" }]
    }])
  })

  it("does not produce an invalid manifest", () => {
    const codes = (result: Result.Result<unknown, Manifest.ManifestError>) =>
      Result.isFailure(result) ? result.failure.findings.map(({ code }) => code) : []
    assert.deepStrictEqual(codes(Manifest.insertPages(abcd, 0, [abcd.items[0]])), ["id-duplicate"])
    assert.deepStrictEqual(codes(Manifest.removePage(abcd, "https://x.org/z")), ["page-missing"])
    assert.deepStrictEqual(codes(Manifest.movePage(abcd, "https://x.org/z", 0)), ["page-missing"])
    assert.deepStrictEqual(codes(Manifest.updatePage(abcd, canvasId("a"), (canvas) => ({ ...canvas, width: 0 }))), [
      "size"
    ])
    assert.deepStrictEqual(codes(Manifest.removePage(build(["a"]), canvasId("a"))), ["manifest-empty"])
  })

  it("removes a page from parts, starts and references between ranges", () => {
    const manifest = build(["a", "b"], {
      start: { page: "b", region: { x: 0, y: 0, width: 1, height: 1 } },
      contents: [
        { label: "1", start: "b", items: ["a", { page: "b", region: { x: 0, y: 0, width: 1, height: 1 } }] },
        { label: "2", items: [{ id: `${uri}/range/range:3`, type: "Range" }] },
        { label: "3", items: [{ id: `${uri}/range/range:4`, type: "Range" }] },
        { label: "4", items: [{ page: "b", time: { start: 1 } }] }
      ]
    }, { canvas: { width: 100, height: 80, duration: 9 } })
    const after = Result.getOrThrow(Manifest.removePage(manifest, canvasId("b")))
    assert.isUndefined(after.start)
    assert.deepStrictEqual<unknown>(after.structures, [{
      id: `${uri}/range/range:1`,
      type: "Range",
      label: { none: ["1"] },
      items: [{ id: canvasId("a"), type: "Canvas" }]
    }])
  })

  const updateAny = Manifest.updatePage as (...given: ReadonlyArray<unknown>) => ReturnType<typeof Manifest.updatePage>

  const insertAny = Manifest.insertPages as (
    ...given: ReadonlyArray<unknown>
  ) => ReturnType<typeof Manifest.insertPages>

  const noted = Result.getOrThrow(Manifest.build(uri, { label: "x" }, [
    page("a", { annotations: [{ motivation: "linking", body: "x", target: { page: "b", point: { x: 1, y: 1 } } }] }),
    page("b", { annotations: [{ motivation: "tagging", body: "x" }] })
  ]))

  const linked = Result.getOrThrow(Manifest.build(uri, {
    label: "x",
    contents: [{ label: "1", items: ["a"] }, { label: "2", items: ["b"] }],
    annotations: [{
      motivation: "commenting",
      body: "x",
      target: { type: "SpecificResource", source: `${uri}/range/range:2` }
    }]
  }, [page("a", { annotations: [{ motivation: "linking", body: { page: "c" } }] }), page("b"), page("c")]))

  const [other] = build(["x"]).items

  it.each<readonly [string, () => Result.Result<unknown, Manifest.ManifestError>, string]>([
    ["a position of NaN", () => Manifest.insertPages(abcd, Number.NaN, [other]), "value-kind position"],
    ["a negative position", () => Manifest.insertPages(abcd, -1, [other]), "value-kind position"],
    ["a position beyond the end", () => Manifest.insertPages(abcd, 5, [other]), "value-kind position"],
    ["half a position", () => Manifest.movePage(abcd, canvasId("a"), 0.5), "value-kind position"],
    ["a move beyond the end", () => Manifest.movePage(abcd, canvasId("a"), 4), "value-kind position"],
    ["a canvas that is there", () => Manifest.insertPages(abcd, 0, [abcd.items[0]]), "id-duplicate canvases[0].id"],
    ["a canvas twice", () => Manifest.insertPages(abcd, 0, [other, other]), "id-duplicate canvases[1].id"],
    [
      "another canvas's id",
      () => Manifest.updatePage(abcd, canvasId("a"), (canvas) => ({ ...canvas, id: canvasId("b") })),
      "id-duplicate change"
    ],
    ["a canvas that is not there", () => Manifest.removePage(abcd, "https://x.org/z"), "page-missing id"],
    [
      "a canvas that annotations elsewhere target",
      () => Manifest.removePage(noted, canvasId("b")),
      "target-elsewhere items[0].annotations[0].items[0].target"
    ],
    [
      "a canvas that annotations elsewhere link to",
      () => Manifest.removePage(linked, canvasId("c")),
      "target-elsewhere items[0].annotations[0].items[0].body"
    ],
    [
      "a canvas whose range is the target of an annotation",
      () => Manifest.removePage(linked, canvasId("b")),
      "target-elsewhere annotations[0].items[0].target"
    ],
    ["no manifest", () => insertAny(null, 0, [other]), "value-kind manifest"],
    ["no list of canvases", () => insertAny(abcd, 0, other), "value-kind canvases"],
    ["no function", () => updateAny(abcd, canvasId("a"), 5), "value-kind change"],
    ["a function that throws", () =>
      Manifest.updatePage(abcd, canvasId("a"), () => {
        throw new Error("no")
      }), "value-kind manifest"]
  ])("%s is one finding", (_, edit, finding) => {
    const result = edit()
    assert(Result.isFailure(result))
    assert.deepStrictEqual(result.failure.findings.map(({ code, path }) => `${code} ${path}`), [finding])
  })
})

const circular: { self?: unknown } = {}
circular.self = circular

const throwing = Object.defineProperty({}, "b", {
  enumerable: true,
  get: () => {
    throw new Error("no")
  }
})

const wrapped = (levels: number, wrap: (inner: unknown) => unknown, innermost: unknown): unknown => {
  let value = innermost
  for (let level = 0; level < levels; level++) value = wrap(value)
  return value
}

const nestedList = (levels: number) => wrapped(levels, (inner) => [inner], 1)

/** Small in memory, and written out 2 to the power of `levels` as much. */
const twice = (levels: number, value: unknown) => wrapped(levels, (inner) => [inner, inner], value)

describe("reading and writing", () => {
  it("the pieces of the text are the JSON of the manifest, with its fields in order", () => {
    const many = build(Array.from({ length: 100 }, (_, n) => `p${n}`), { contents: [{ label: "1", items: ["p1"] }] })
    assert.strictEqual(Array.from(Result.getOrThrow(Manifest.toText(many))).join(""), JSON.stringify(many))
    assert.deepStrictEqual(Manifest.fromText(JSON.stringify(many)), Result.succeed(JSON.parse(JSON.stringify(many))))
  })

  it("of what has nothing to write is empty, as JSON", () => {
    const textOf = (value: object) =>
      Array.from(Result.getOrThrow(Manifest.toText(value as Presentation3.Manifest))).join("")
    const silent = Object.create({ toJSON: () => undefined }, {}) as object
    Object.defineProperty(Object.getPrototypeOf(silent), "toJSON", { enumerable: false })
    for (
      const value of [{}, { label: undefined }, { label: silent }, { items: [] }, { a: 1, b: undefined, items: [1] }]
    ) {
      assert.strictEqual(textOf(value), JSON.stringify(value))
    }
  })

  it.each<readonly [value: object, finding: string, message: RegExp]>([
    [{ a: [0, { b: Infinity }] }, "value-kind a[1].b", /Infinity/],
    [{ a: [() => 1] }, "value-kind a[0]", /a function/],
    [{ a: circular }, "too-deep a.self", /^it contains itself$/],
    [{ a: nestedList(101) }, `too-deep a${"[0]".repeat(99)}`, /100 levels/],
    [{ a: twice(40, [1, 2]) }, "too-large ", /100,000,000 values/],
    [{ a: twice(10, Array(1_000_000).fill(0)) }, "too-large ", /100,000,000 values/],
    [{ a: [throwing] }, "unreadable a[0]", /failed: "no"$/]
  ])("what cannot be written is a finding with its path: %#", (value, expected, message) => {
    const result = Manifest.toText(value as Presentation3.Manifest)
    assert(Result.isFailure(result))
    const [finding] = result.failure.findings
    assert.strictEqual(`${finding?.code} ${finding?.path}`, expected)
    assert.match(finding?.message ?? "", message)
  })

  it.effect("a file is read in full; one that is not a manifest or does not exist is an error", () =>
    Effect.gen(function*() {
      const files = yield* FileSystem.FileSystem
      const folder = yield* files.makeTempDirectoryScoped()
      const json = {
        ...JSON.parse(JSON.stringify(abcd)),
        service: [{ id: "https://x.org/s", type: "Other", more: [1] }]
      }
      yield* files.writeFileString(`${folder}/m.json`, JSON.stringify(json))
      assert.deepStrictEqual<unknown>(yield* Manifest.fromFile(`${folder}/m.json`), json)
      yield* files.writeFileString(`${folder}/x.json`, "<html>")
      const error = yield* Effect.flip(Manifest.fromFile(`${folder}/x.json`))
      assert.instanceOf(error, Manifest.ManifestError)
      assert.isTrue(Exit.isFailure(yield* Effect.exit(Manifest.fromFile(`${folder}/none.json`))))
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)))
})
