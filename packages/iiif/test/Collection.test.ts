import { assert, describe, it } from "@effect/vitest"
import * as Collection from "@iiif-ingest/iiif/Collection"
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import * as Presentation3 from "@iiif-ingest/iiif/Presentation3"
import { Result, Schema } from "effect"

const base = "https://example.org"

const uri = `${base}/plays`

const manifest = (name: string, more: Partial<Collection.Description> = {}): Collection.Member => ({
  manifest: `${base}/${name}`,
  label: name,
  ...more
})

const sound = (collection: Presentation3.Collection) => {
  assert.deepStrictEqual(Manifest.check(collection), [])
  assert.isTrue(Schema.is(Presentation3.Collection)(collection))
  return collection
}

const build = (description: Collection.Description, members: ReadonlyArray<Collection.Member>) =>
  sound(Result.getOrThrow(Collection.build(uri, description, members)))

const codes = (findings: ReadonlyArray<Manifest.Finding>) => findings.map(({ code, path }) => `${code} ${path}`)

describe("Collection.build", () => {
  it("has manifests and collections, referenced or embedded, in order", () => {
    const collection = build({ label: { en: ["Plays"] }, behavior: ["multi-part"], language: "en" }, [
      manifest("hamlet", {
        navDate: "1603-01-01T00:00:00Z",
        summary: "A play",
        thumbnail: [{ imageService: `${base}/images/1`, width: 600, height: 400 }]
      }),
      { collection: `${base}/comedies`, label: "Comedies" },
      { collection: `${base}/histories`, label: "Histories", members: [manifest("henry")] }
    ])
    assert.deepStrictEqual<unknown>(collection, {
      "@context": Presentation3.context,
      id: uri,
      type: "Collection",
      label: { en: ["Plays"] },
      behavior: ["multi-part"],
      items: [
        {
          id: `${base}/hamlet`,
          type: "Manifest",
          label: { en: ["hamlet"] },
          summary: { en: ["A play"] },
          navDate: "1603-01-01T00:00:00Z",
          thumbnail: [{
            id: `${base}/images/1/full/250,/0/default.jpg`,
            type: "Image",
            format: "image/jpeg",
            height: 167,
            width: 250,
            service: [{ id: `${base}/images/1`, type: "ImageService3", profile: "level2" }]
          }]
        },
        { id: `${base}/comedies`, type: "Collection", label: { en: ["Comedies"] } },
        {
          id: `${base}/histories`,
          type: "Collection",
          label: { en: ["Histories"] },
          items: [{ id: `${base}/henry`, type: "Manifest", label: { en: ["henry"] } }]
        }
      ]
    })
  })

  it("takes of a whole manifest what clients show in a list", () => {
    const hamlet = Result.getOrThrow(
      Manifest.build(`${base}/hamlet`, {
        label: "Hamlet",
        summary: "A play"
      }, [{
        id: "p1",
        imageService: `${base}/images/1`,
        width: 600,
        height: 400
      }])
    )
    const [member] = build({ label: "Plays" }, [hamlet]).items
    assert.deepStrictEqual<unknown>(member, {
      id: `${base}/hamlet`,
      type: "Manifest",
      label: { none: ["Hamlet"] },
      summary: { none: ["A play"] },
      thumbnail: hamlet.thumbnail
    })
  })

  it("with a place in a member has its context", () => {
    const place: Presentation3.NavPlace = {
      type: "FeatureCollection",
      features: [{ type: "Feature", geometry: { type: "Point", coordinates: [9.9, 51.5] } }]
    }
    assert.deepStrictEqual(build({ label: "x" }, [manifest("a", { navPlace: place })])["@context"], [
      "http://iiif.io/api/extension/navplace/context.json",
      Presentation3.context
    ])
  })
})

describe("Collection.buildParts", () => {
  const members = Array.from({ length: 250 }, (_, index) => manifest(String(index)))

  it("divides a large collection into documents that refer to each other", () => {
    const { collection, parts } = Result.getOrThrow(
      Collection.buildParts(uri, { label: "All" }, members, { pageSize: 100 })
    )
    for (const one of [collection, ...parts]) sound(one)
    assert.deepStrictEqual<unknown>(
      collection.items,
      [["1", "1-100"], ["2", "101-200"], ["3", "201-250"]].map(([number, label]) => ({
        id: `${uri}/part/${number}`,
        type: "Collection",
        label: { none: [label] }
      }))
    )
    assert.deepStrictEqual(parts.map(({ id }) => id), collection.items.map(({ id }) => id))
    assert.deepStrictEqual(
      parts.flatMap(({ items }) => items.map(({ id }) => id)),
      members.map((one) => "manifest" in one ? one.manifest : "")
    )
    for (const { partOf } of parts) {
      assert.deepStrictEqual<unknown>(partOf, [{ id: uri, type: "Collection", label: { none: ["All"] } }])
    }
  })

  it("names parts as it is told, and has none if all fits into one document", () => {
    const options = {
      pageSize: 200,
      partUri: (part: number) => `${base}/plays-${part}.json`,
      partLabel: (first: number, last: number) => ({ en: [`From ${first} to ${last}`] })
    }
    const { parts } = Result.getOrThrow(Collection.buildParts(uri, { label: "All" }, members, options))
    assert.deepStrictEqual(parts.map(({ id, label }) => [id, label["en"]?.[0]]), [
      [`${base}/plays-1.json`, "From 1 to 200"],
      [`${base}/plays-2.json`, "From 201 to 250"]
    ])
    const small = Result.getOrThrow(Collection.buildParts(uri, { label: "All" }, members, { pageSize: 250 }))
    assert.deepStrictEqual([small.collection.items.length, small.parts.length], [250, 0])
  })

  it.each<readonly [string, unknown, string]>([
    ["no size", {}, "value-kind options.pageSize"],
    ["options that are null", null, "value-kind options.pageSize"],
    ["a size of 0", { pageSize: 0 }, "value-kind options.pageSize"],
    ["a size that is no number", { pageSize: "10" }, "value-kind options.pageSize"],
    ["the same address for two parts", { pageSize: 200, partUri: () => `${base}/part` }, "id-duplicate parts[1].id"],
    [
      "an address that is none",
      { pageSize: 249, partUri: (part: number) => part === 1 ? `${base}/1` : "2" },
      "id-uri parts[1].id"
    ]
  ])("%s is one finding", (_, options, finding) => {
    const built = Collection.buildParts(uri, { label: "All" }, members, options as Collection.PartOptions)
    assert(Result.isFailure(built))
    assert.deepStrictEqual(codes(built.failure.findings), [finding])
  })
})

describe("inputs of a collection that are wrong are one finding each", () => {
  const buildAny = Collection.build as (...given: ReadonlyArray<unknown>) => ReturnType<typeof Collection.build>

  const throwing = new Proxy([manifest("a")], {
    get: (members, key, receiver): unknown => {
      if (key === "0") throw new Error("it is gone")
      return Reflect.get(members, key, receiver)
    }
  })

  const endless: Record<string, unknown> = { collection: `${base}/x`, label: "x" }
  endless["members"] = [endless]

  it.each<readonly [string, ReadonlyArray<unknown>, string]>([
    ["an address with a fragment", [`${uri}#x`, { label: "x" }, [manifest("a")]], "id-fragment uri"],
    ["no description", [uri, null, [manifest("a")]], "value-kind description"],
    ["no label", [uri, {}, [manifest("a")]], "missing label"],
    ["members that are an object", [uri, { label: "x" }, {}], "value-kind members"],
    ["a member that is null", [uri, { label: "x" }, [null]], "value-kind members[0]"],
    ["a member that is neither", [uri, { label: "x" }, [{ label: "x" }]], "value-kind members[0]"],
    ["a member without a label", [uri, { label: "x" }, [{ manifest: `${base}/a` }]], "missing members[0].label"],
    ["an address that is none", [uri, { label: "x" }, [{ manifest: "a", label: "x" }]], "id-uri members[0].manifest"],
    [
      "an address that is none, further inside",
      [uri, { label: "x" }, [{ collection: `${base}/c`, label: "c", members: [{ collection: "x", label: "x" }] }]],
      "id-uri members[0].members[0].collection"
    ],
    ["a date that is none", [uri, { label: "x" }, [manifest("a", { navDate: "1603" })]], "nav-date members[0].navDate"],
    [
      "an annotation of a page",
      [uri, { label: "x", annotations: [{ motivation: "tagging", body: "x", target: "p1" }] }, [manifest("a")]],
      "page-missing annotations[0].target"
    ],
    ["members that cannot be read", [uri, { label: "x" }, throwing], "value-kind members"],
    ["a collection in itself", [uri, { label: "x" }, [endless]], "too-deep members[0].members[0]"]
  ])("%s", (_, given, finding) => {
    const built = buildAny(...given)
    assert(Result.isFailure(built))
    assert.deepStrictEqual(codes(built.failure.findings), [finding])
  })
})
