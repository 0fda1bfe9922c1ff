/** Whatever is converted, it neither crashes nor hangs. */
import { assert, describe, it } from "@effect/vitest"
import * as Presentation2 from "@iiif-ingest/iiif/Presentation2"
import type * as Presentation3 from "@iiif-ingest/iiif/Presentation3"
import { Effect, Exit, Fiber } from "effect"
import { treeOf } from "../../src/internal/presentation2/to3/rangeGraph.ts"

const uri = "https://example.org/iiif"

const canvas = (index: number) => ({
  "@id": `${uri}/canvas/${index}`,
  "@type": "sc:Canvas",
  label: `${index}`,
  width: 10,
  height: 10,
  images: [{
    "@type": "oa:Annotation",
    motivation: "sc:painting",
    resource: { "@id": `${uri}/image/${index}.jpg`, "@type": "dctypes:Image" },
    on: `${uri}/canvas/${index}`
  }]
})

const manifest = (more: object = {}, pages = 1) => ({
  "@context": Presentation2.context,
  "@id": `${uri}/manifest`,
  "@type": "sc:Manifest",
  label: "Hamlet",
  sequences: [{ "@type": "sc:Sequence", canvases: Array.from({ length: pages }, (_, index) => canvas(index)) }],
  ...more
})

const newer: Presentation3.Manifest = {
  "@context": "http://iiif.io/api/presentation/3/context.json",
  id: `${uri}/manifest`,
  type: "Manifest",
  label: { none: ["Hamlet"] },
  items: [{ id: `${uri}/canvas/0`, type: "Canvas", width: 10, height: 10, items: [] }]
}

const nested = (depth: number, wrap: (inner: unknown) => unknown): unknown => {
  let value: unknown = "x"
  for (let level = 0; level < depth; level++) value = wrap(value)
  return value
}

/** A list that has itself twice, and so on: few objects, but more values than there are atoms. */
const bomb = nested(90, (inner) => [inner, inner])

const withGetter = (document: object): object =>
  Object.defineProperty(document, "label", {
    enumerable: true,
    get: () => {
      throw new Error("not to be read")
    }
  })

const circular = (document: object): object => Object.assign(document, { "ex:self": document })

const unreadable = new Proxy({}, {
  ownKeys: () => {
    throw new Error("not to be read")
  }
})

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

const long = "é".repeat(16_000_000)

/** Refused in both directions. */
const hopeless: { readonly [name: string]: (document: object) => unknown } = {
  "arrays in arrays": (document) => ({ ...document, "ex:deep": nested(10_000, (inner) => [inner]) }),
  "services in services": (document) => ({ ...document, service: nested(10_000, (service) => ({ service })) }),
  "a value of few objects that never ends": (document) => ({ ...document, "ex:deep": bomb }),
  "an object that contains itself": circular,
  "a getter that throws": withGetter,
  "a proxy that throws": () => unreadable,
  "a proxy that is revoked": revoked,
  "a label that is revoked": (document) => ({ ...document, label: revoked() }),
  "a bigint": (document) => ({ ...document, label: 10n }),
  "NaN": (document) => ({ ...document, "ex:size": Number.NaN }),
  "a function": (document) => ({ ...document, "ex:run": () => {} }),
  "a list of holes": (document) => ({ ...document, metadata: Object.assign([], { length: 4_000_000_000 }) }),
  "bytes": () => new Uint8Array(1_000_000),
  "a symbol": () => Symbol("x"),
  "nothing": () => undefined
}

describe("values that are no documents", () => {
  for (const [name, make] of Object.entries(hopeless)) {
    it.effect(`${name}: refused in both directions`, () =>
      Effect.gen(function*() {
        const older = yield* Effect.flip(Presentation2.toPresentation3(make(manifest())))
        const collection = yield* Effect.flip(Presentation2.collectionToPresentation3(make(manifest())))
        const later = yield* Effect.flip(
          Presentation2.fromPresentation3(make({ ...newer }) as Presentation3.Manifest)
        )
        const members = yield* Effect.flip(
          Presentation2.collectionFromPresentation3(make({ ...newer }) as Presentation3.Collection)
        )
        for (const { _tag, notes } of [older, collection, later, members]) {
          assert.strictEqual(_tag, "ConversionError")
          assert.isNotEmpty(notes)
        }
      }))
  }

  it.effect("an object without a prototype is as good as any other", () =>
    Effect.gen(function*() {
      const { manifest: read } = yield* Presentation2.toPresentation3(Object.assign(Object.create(null), manifest()))
      assert.deepStrictEqual(read.label, { none: ["Hamlet"] })
    }))

  it.effect("says where it is that something is no JSON", () =>
    Effect.gen(function*() {
      const { notes } = yield* Effect.flip(Presentation2.toPresentation3(manifest({ metadata: [{ label: 10n }] })))
      assert.deepStrictEqual(notes, [{ path: "metadata[0].label", problem: "it is a bigint, which is not JSON" }])
    }))
})

describe("rename", () => {
  const members = { ...newer, type: "Collection", items: [] } as unknown as Presentation3.Collection
  const functions: { readonly [name: string]: (id: string) => unknown } = {
    "throws": () => {
      throw new Error("no")
    },
    "throws what cannot be read": () => {
      throw new Proxy(new Error("no"), { getPrototypeOf: () => assert.fail("not to be read") })
    },
    "throws for one id": (id) => id.endsWith("/manifest") ? assert.fail() : id,
    "gives nothing": () => undefined
  }
  const conversions = (options: object | null) => {
    const given = options as Presentation2.ConvertOptions
    return [
      Effect.asVoid(Presentation2.toPresentation3(manifest(), given)),
      Effect.asVoid(Presentation2.fromPresentation3(newer, given)),
      Effect.asVoid(Presentation2.collectionToPresentation3(manifest({ "@type": "sc:Collection" }), given)),
      Effect.asVoid(Presentation2.collectionFromPresentation3(members, given))
    ]
  }

  for (const [name, rename] of Object.entries({ ...functions, "is no function": 7 })) {
    it.effect(`that ${name}: refused`, () =>
      Effect.gen(function*() {
        for (const conversion of conversions({ rename })) {
          const { notes } = yield* Effect.flip(conversion)
          assert.match(notes[0]?.problem ?? "", /^rename (?:throws|gives no string) for the id "https/)
        }
      }))
  }

  it.effect("that is not given, in any way: ids stay", () =>
    Effect.gen(function*() {
      for (const options of [null, {}, { rename: null }]) yield* Effect.all(conversions(options))
    }))
})

describe("values of 16 MB", () => {
  const places: { readonly [name: string]: object } = {
    "the id": { "@id": `${uri}/${long}` },
    "a label": { label: long },
    "a language": { label: { "@value": "x", "@language": long } },
    "a thumbnail": { thumbnail: `${uri}/${long}` },
    "a license": { license: long },
    "a viewing hint": { viewingHint: long },
    "a date": { navDate: long },
    "a container": { within: long },
    "a type": { "@type": ["sc:Manifest", long] },
    "a profile": { service: { "@id": uri, profile: long } },
    "an id of a range": {
      structures: [{ "@id": `urn:${long}`, "@type": "sc:Range", label: "x", canvases: [`${uri}/canvas/0`] }]
    }
  }

  for (const [name, more] of Object.entries(places)) {
    it.effect(`${name}: converted or refused, with short notes`, () =>
      Effect.gen(function*() {
        const notes = yield* Presentation2.toPresentation3(manifest(more)).pipe(
          Effect.map(({ lost }) => lost),
          Effect.catchTag("ConversionError", ({ notes }) => Effect.succeed(notes))
        )
        for (const { path, problem } of notes) assert.isBelow(path.length + problem.length, 1_000)
      }))
  }
})

describe("notes", () => {
  it.effect("are listed up to 100 of a kind, and then counted", () =>
    Effect.gen(function*() {
      const { notes } = yield* Effect.flip(
        Presentation2.toPresentation3(manifest({ sequences: Array.from({ length: 200_000 }, () => ({})) }))
      )
      assert.lengthOf(notes, 100)
      assert.include(notes.at(-1), { path: "sequences[99]" })
      assert.match(notes.at(-1)?.problem ?? "", / \(and 199900 more like this\)$/)
      const { lost } = yield* Presentation2.toPresentation3(
        manifest({ metadata: Array.from({ length: 101 }, () => ({})), related: {} })
      )
      assert.lengthOf(lost, 101)
      assert.match(lost[99]?.problem ?? "", / \(and 1 more like this\)$/)
      assert.include(lost.at(-1), { path: "related" })
    }))

  it.effect("of the same about other values are of one kind, and leave room for others", () =>
    Effect.gen(function*() {
      const canvases = Array.from({ length: 5_000 }, (_, index) => ({
        ...canvas(index),
        ...(index === 4_999 ? { navDate: "1856" } : {}),
        images: [{ ...canvas(index).images[0], "@id": `urn:image:${index}` }]
      }))
      const { lost } = yield* Presentation2.toPresentation3(manifest({ sequences: [{ canvases }] }))
      assert.lengthOf(lost, 101)
      assert.include(lost.at(-1), { path: "sequences[0].canvases[4999].navDate" })
    }))

  it.effect("of more than 1,000 kinds are only counted", () =>
    Effect.gen(function*() {
      const more = Object.fromEntries(Array.from({ length: 1_500 }, (_, index) => [`name${index}`, 1]))
      const { lost } = yield* Presentation2.toPresentation3(manifest(more))
      assert.lengthOf(lost, 1_001)
      assert.deepStrictEqual(lost.at(-1), { path: "", problem: "500 more notes of other kinds are not listed" })
    }))

  it.effect("of what Presentation 2 has no place for too", () =>
    Effect.gen(function*() {
      const behavior = Array.from({ length: 3_000 }, () => "unordered")
      const { lost } = yield* Presentation2.fromPresentation3({ ...newer, behavior })
      // With that on the missing label of the canvas.
      assert.lengthOf(lost, 101)
    }))
})

describe("long documents", () => {
  const annotation = (index: number) => ({
    "@id": `${uri}/comment/${index}`,
    "@type": "oa:Annotation",
    motivation: "oa:commenting",
    resource: { "@type": "cnt:ContentAsText", chars: "?" },
    on: `${uri}/canvas/0`
  })
  const commented = (count: number) => {
    const resources = Array.from({ length: count }, (_, index) => annotation(index))
    const list = { "@id": `${uri}/list`, "@type": "sc:AnnotationList", resources }
    return manifest({ sequences: [{ "@type": "sc:Sequence", canvases: [{ ...canvas(0), otherContent: [list] }] }] })
  }

  it.effect.each([manifest({}, 4_000), commented(20_000)])(
    "can be interrupted, in both directions: %#",
    (document) =>
      Effect.gen(function*() {
        const { manifest: read } = yield* Presentation2.toPresentation3(document)
        const conversions: ReadonlyArray<Effect.Effect<unknown, Presentation2.ConversionError>> = [
          Presentation2.toPresentation3(document),
          Presentation2.fromPresentation3(read)
        ]
        for (const conversion of conversions) {
          const fiber = yield* Effect.forkChild(conversion)
          yield* Effect.yieldNow
          yield* Effect.yieldNow
          yield* Fiber.interrupt(fiber)
          assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(fiber)))
        }
      })
  )

  it.effect("can be interrupted between the members of a collection too", () =>
    Effect.gen(function*() {
      const manifests = Array.from({ length: 20_000 }, (_, index) => ({
        "@id": `${uri}/${index}`,
        "@type": "sc:Manifest",
        label: "Hamlet"
      }))
      const { collection } = yield* Presentation2.collectionToPresentation3(
        manifest({ "@type": "sc:Collection", sequences: undefined, manifests })
      )
      assert.lengthOf(collection.items, 20_000)
      const fiber = yield* Effect.forkChild(Presentation2.collectionFromPresentation3(collection))
      yield* Effect.yieldNow
      yield* Effect.yieldNow
      yield* Fiber.interrupt(fiber)
      assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(fiber)))
    }))

  it("are converted at once where nothing else can run", () => {
    assert.lengthOf(Effect.runSync(Presentation2.toPresentation3(manifest({}, 500))).manifest.items, 500)
  })
})

/** A number for every range, each of which contains those that `inner` says. */
const nodes = (count: number, inner: (index: number) => ReadonlyArray<number>) =>
  Array.from({ length: count }, (_, index) => ({ index, children: inner(index), isTop: false }))

describe("ranges in ranges", () => {
  it("each have one place, however many there are", () => {
    const chain = treeOf(nodes(100_000, (index) => index < 99_999 ? [index + 1] : []))
    // A new tree begins where the last one would be too deep.
    assert.strictEqual(chain.parents.size + chain.roots.length, 100_000)
    assert.isBelow(chain.roots.length, 5_000)
    const all = treeOf(nodes(600, (index) => Array.from({ length: 599 - index }, (_, later) => index + 1 + later)))
    assert.deepStrictEqual(all.roots, [0])
    assert.strictEqual(all.parents.size, 599)
    assert.isTrue([...all.parents.values()].every((parent) => parent === 0))
  })

  it("never contain themselves", () => {
    const circle = treeOf(nodes(4, (index) => [(index + 1) % 4]))
    assert.deepStrictEqual(circle.roots, [0])
    assert.isTrue(circle.isCircular(3, 0))
    assert.isTrue(treeOf(nodes(1, () => [0])).isCircular(0, 0))
    // Not through each other either, where neither is in the other by its place.
    const crossed = treeOf(nodes(3, (index) => index === 0 ? [1, 2] : [3 - index]))
    assert.isTrue(crossed.isCircular(1, 2) || crossed.isCircular(2, 1))
    assert.isFalse(crossed.isCircular(1, 2) && crossed.isCircular(2, 1))
  })

  it.effect("are converted when they form a chain of 5,000", () =>
    Effect.gen(function*() {
      const structures = Array.from({ length: 5_000 }, (_, index) => ({
        "@id": `${uri}/range/${index}`,
        "@type": "sc:Range",
        label: `${index}`,
        canvases: [`${uri}/canvas/0`],
        ranges: index < 4_999 ? [`${uri}/range/${index + 1}`] : []
      }))
      const { lost, manifest: read } = yield* Presentation2.toPresentation3(manifest({ structures }))
      assert.deepStrictEqual(lost, [])
      assert.strictEqual(JSON.stringify(read).split("\"type\":\"Range\",\"label\"").length - 1, 5_000)
    }))
})
