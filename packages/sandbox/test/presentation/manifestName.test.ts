import { assert, describe, it } from "@effect/vitest"
import * as ManifestName from "../../src/internal/presentation/manifestName.ts"

describe("parse", () => {
  it("reads every form of a name", () => {
    const key = "AT:NAME1"
    assert.deepStrictEqual(ManifestName.parse("urn-3:at:Name1:manifest:3"), { key, version: "3" })
    assert.deepStrictEqual(ManifestName.parse("URN-3:AT:Name1:MANIFEST"), { key, version: undefined })
    assert.deepStrictEqual(ManifestName.parse("URN-3:AT:NAME1"), { key, version: undefined })
    assert.deepStrictEqual(ManifestName.parse("URN-3:VPAL.HARVARDONLINE:X:MANIFEST:2"), {
      key: "VPAL.HARVARDONLINE:X",
      version: "2"
    })
  })
  it("returns undefined for anything else", () => {
    for (const text of ["AT:NAME", "URN-3:AT", "URN-3:AT:NAME:VIEW", "URN-3:AT:../x:MANIFEST:3", ""]) {
      assert.strictEqual(ManifestName.parse(text), undefined, text)
    }
  })
})

describe("identify", () => {
  const v3 = "http://iiif.io/api/presentation/3/context.json"
  it("takes the version from the context, not from the name", () => {
    const id = "https://nrs-qa.lib.harvard.edu/URN-3:AT:X:MANIFEST:2"
    assert.deepStrictEqual(ManifestName.identify({ "@context": ["x", v3], id }), { key: "AT:X", version: "3" })
    assert.deepStrictEqual(ManifestName.identify({ "@id": id }), { key: "AT:X", version: "2" })
  })
  it("returns undefined without a URN", () => {
    assert.strictEqual(ManifestName.identify({ "@context": v3, id: "https://example.org/manifest" }), undefined)
    assert.strictEqual(ManifestName.identify({}), undefined)
  })
})
