import { assert, describe, it } from "@effect/vitest"
import * as Ids from "@iiif-ingest/core/base/Ids"
import { Schema } from "effect"

const is = (schema: Schema.Schema<unknown>) => Schema.is(schema)

const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i))

/** Look like or fold to ASCII letters: Cyrillic, Greek, full-width, dotless, long s, sharp s, combining. */
const lookAlikes = [
  "\u0410",
  "\u0391",
  "\uFF21",
  "\u0131",
  "\u017F",
  "\u00DF",
  "\u212A",
  "A\u0301",
  "\u0661",
  "\uFF11",
  "\u{1D400}"
]

const invisible = ["\n", "\r", "\t", "\0", "\u00A0", "\u200B", "\uFEFF"]

const accepted = (schema: Schema.Schema<unknown>) => printable.filter((c) => is(schema)(`A${c}1`)).join("")

describe("AssetId", () => {
  it("accepts ASCII letters and digits only", () => {
    assert.strictEqual(
      accepted(Ids.AssetId),
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    )
  })

  it.each([...lookAlikes, ...invisible])("rejects %j in any position", (c) => {
    for (const id of [c, `${c}a`, `a${c}`, `a${c}a`]) assert.isFalse(is(Ids.AssetId)(id))
  })

  it("requires 1 to 200 characters", () => {
    assert.isFalse(is(Ids.AssetId)(""))
    assert.isTrue(is(Ids.AssetId)("a"))
    assert.isTrue(is(Ids.AssetId)("a".repeat(200)))
    assert.isFalse(is(Ids.AssetId)("a".repeat(201)))
  })
})

describe("Namespace", () => {
  it("accepts capital letters, digits, and periods between them", () => {
    assert.strictEqual(accepted(Ids.Namespace), ".0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert.isTrue(is(Ids.Namespace)("VPAL.HARVARDONLINE"))
  })

  it.each(["", ".", ".A", "A.", "A..B", "a", ...lookAlikes, ...invisible])("rejects %j", (text) => {
    assert.isFalse(is(Ids.Namespace)(text))
  })
})

describe("ManifestName", () => {
  it("accepts what a segment of an address can have without encoding, except the colon", () => {
    assert.strictEqual(
      accepted(Ids.ManifestName),
      "!$&'()*+,-.0123456789;=@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~"
    )
  })

  it.each(["HAMLET", "Hamlet", "functional_test", "GENJQDmHuAeKC57iEbJE9Sjsc"])("accepts %j", (name) => {
    assert.isTrue(is(Ids.ManifestName)(name))
  })

  it.each(["", "A".repeat(201), ...lookAlikes, ...invisible])("rejects %j", (text) => {
    assert.isFalse(is(Ids.ManifestName)(text))
  })

  it("accepts 200 characters", () => assert.isTrue(is(Ids.ManifestName)("A".repeat(200))))
})

describe("ManifestUri", () => {
  it.each(["ftp://x/y", "urn:x", "https://", "https://a b", "", "https://a\n"])("rejects %j", (text) => {
    assert.isFalse(is(Ids.ManifestUri)(text))
  })

  it("changes only its ending in another version", () => {
    const uri = Ids.ManifestUri.make("https://nrs.lib.harvard.edu/URN-3:AT:HAMLET:MANIFEST:3")
    assert.strictEqual(Ids.withVersion(uri, "2"), "https://nrs.lib.harvard.edu/URN-3:AT:HAMLET:MANIFEST:2")
    assert.strictEqual(Ids.withVersion(Ids.withVersion(uri, "2"), "3"), uri)
    assert.strictEqual(Ids.withVersion(uri, "3"), uri)
  })

  it("keeps the case of its name in another version", () => {
    const uri = Ids.ManifestUri.make("https://nrs.lib.harvard.edu/URN-3:AT:functional_test:MANIFEST:3")
    assert.strictEqual(Ids.withVersion(uri, "2"), "https://nrs.lib.harvard.edu/URN-3:AT:functional_test:MANIFEST:2")
  })

  it("is the same in every version if it has no version ending", () => {
    const uri = Ids.ManifestUri.make("https://iiif.lib.harvard.edu/manifests/drs:MANIFEST:3/x")
    assert.strictEqual(Ids.withVersion(uri, "2"), uri)
  })
})

describe("identifier", () => {
  it("joins namespace and id with a colon", () => {
    assert.strictEqual(Ids.identifier(Ids.Namespace.make("AT"), Ids.AssetId.make("page1")), "AT:page1")
  })
})
