import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { preferredVersion } from "../../src/internal/http/accept.ts"
import * as Conversion from "../../src/internal/presentation/conversion.ts"
import * as Hosts from "../../src/internal/presentation/hosts.ts"
import * as ManifestUrl from "../../src/internal/presentation/manifestUrl.ts"

const base = "http://127.0.0.1:4747"

describe("hosts", () => {
  it("maps the origins of MPS and nothing else", () => {
    for (const host of ["mps", "mps-qa", "mps-dev", "nrs", "nrs-qa", "nrs-dev"]) {
      assert.strictEqual(Hosts.toSandbox(`https://${host}.lib.harvard.edu/a?b#c`, base), `${base}/a?b#c`)
    }
    assert.strictEqual(Hosts.toSandbox("HTTP://NRS.harvard.edu/urn-3:A:B", base), `${base}/urn-3:A:B`)
    assert.strictEqual(Hosts.toSandbox("https://mps.lib.harvard.edu", base), base)
    for (
      const text of [
        "https://mps-ingest-qa.lib.harvard.edu/admin",
        "https://mps.lib.harvard.edu.evil.example/",
        "https://mps.lib.harvard.edu:8443/",
        "https://mps.lib.harvard.edu@evil.example/",
        "see https://mps.lib.harvard.edu/",
        "https://library.harvard.edu/"
      ]
    ) assert.strictEqual(Hosts.toSandbox(text, base), text)
  })

  it("maps values of strings and keeps everything else exactly", () => {
    const given = String.raw`{ "https://mps.lib.harvard.edu/k" : "https:\/\/mps-qa.lib.harvard.edu\/v\u00e9" ,` +
      String
        .raw`"n":[1e400, 12345678901234567890 ,"\"https://mps.lib.harvard.edu/", "\\"], "__proto__":{"a":"a\\\""},` +
      String.raw`"x":"https://nrs.lib.harvard.edu/\\\"q","x":"https://nrs.lib.harvard.edu/2"}`
    const expected = given
      .replace(String.raw`"https:\/\/mps-qa.lib.harvard.edu\/v\u00e9"`, `"${base}/vé"`)
      .replace(`"https://nrs.lib.harvard.edu/\\`, `"${base}/\\`)
      .replace(`"https://nrs.lib.harvard.edu/2"`, `"${base}/2"`)
    assert.strictEqual(Hosts.view(given, base), expected)
    assert.deepStrictEqual(JSON.parse(Hosts.view(given, base)), JSON.parse(expected))
  })

  it("needs no stack for depth", () => {
    const deep = `${"[".repeat(300_000)}"https://mps.lib.harvard.edu/"${"]".repeat(300_000)}`
    assert.include(Hosts.view(deep, base), `"${base}/"`)
    const long = JSON.stringify("\\\"".repeat(500_000))
    assert.strictEqual(Hosts.view(long, base), long)
  })
})

describe("preferredVersion", () => {
  const preferred = (accept: string | undefined) => preferredVersion(accept, "presentation")

  const profile = (version: number) =>
    `application/ld+json;profile="http://iiif.io/api/presentation/${version}/context.json"`
  it("reads profiles and their qualities", () => {
    assert.strictEqual(preferred(profile(2)), "2")
    assert.strictEqual(preferred(`${profile(2)};q=0.5, ${profile(3)};q=0.9, */*;q=0.1`), "3")
    assert.strictEqual(preferred(`${profile(2)}, ${profile(3)}`), "2")
    assert.strictEqual(preferred(`text/html, ${profile(4)};q=1, ${profile(2)};q=0.1`), "2")
    assert.strictEqual(preferred(`application/ld+json; profile="a,b"; q=1, ${profile(3)};q=0`), undefined)
  })
  it("has no preference without a profile", () => {
    for (const accept of [undefined, "", "*/*", "application/ld+json", ",".repeat(9000), "\"".repeat(9000)]) {
      assert.isUndefined(preferred(accept))
    }
  })
})

describe("manifest addresses", () => {
  it("are the sandbox's own and those of MPS", () => {
    const parse = (url: string) => ManifestUrl.parse(url, base)
    const key = "A:B"
    assert.deepStrictEqual(parse(`${base}/urn-3:a:b:MANIFEST:2`), { key, version: "2" })
    assert.deepStrictEqual(parse(`${base}/iiif/3/URN-3%3AA%3AB?hosts=sandbox`), { key, version: "3" })
    assert.deepStrictEqual(parse("https://nrs-qa.lib.harvard.edu/URN-3:A:B:MANIFEST"), { key, version: undefined })
    assert.deepStrictEqual(parse("https://mps.lib.harvard.edu/iiif/2/URN-3:A:B#x"), { key, version: "2" })
    for (
      const url of [
        "",
        "x",
        `${base}/`,
        `${base}/iiif/4/URN-3:A:B`,
        `${base}.evil/URN-3:A:B`,
        "https://e.org/URN-3:A:B"
      ]
    ) {
      assert.isUndefined(parse(url), url)
    }
  })

  it("have one in the other version", () => {
    const renamed = (path: string) => Conversion.renamed(`${base}/${path}`, "2").slice(base.length + 1)
    assert.strictEqual(renamed("URN-3:A:B:MANIFEST:3"), "URN-3:A:B:MANIFEST:2")
    assert.strictEqual(renamed("URN-3:A:B:MANIFEST:2"), "URN-3:A:B:MANIFEST:2")
    assert.strictEqual(renamed("urn-3:A:B:manifest"), "urn-3:A:B:manifest:2")
    assert.strictEqual(renamed("URN-3:A:B"), "URN-3:A:B:MANIFEST:2")
    assert.strictEqual(renamed("iiif/3/URN-3:A:B"), "iiif/2/URN-3:A:B")
  })
})

describe("conversion", () => {
  it.live("converts the same content once", () =>
    Effect.gen(function*() {
      const conversion = yield* Conversion.make
      const id = `${base}/URN-3:A:B:MANIFEST:3`
      const canvas = { id: `${id}/canvas/1`, type: "Canvas", width: 1, height: 1, items: [] }
      const context = "http://iiif.io/api/presentation/3/context.json"
      const text = JSON.stringify({
        "@context": context,
        id,
        type: "Manifest",
        label: { none: ["B"] },
        items: [canvas]
      })
      const both = yield* Effect.all([conversion.convert(text, "2"), conversion.convert(text, "2")], { concurrency: 2 })
      assert.strictEqual(both[0], both[1])
      const document: unknown = JSON.parse(both[0].text)
      assert.deepInclude(Object(document), { "@id": `${base}/URN-3:A:B:MANIFEST:2`, "@type": "sc:Manifest" })
      const error = yield* Effect.flip(conversion.convert("{}", "3"))
      assert.match(error.message, /sent as Presentation 2 and cannot be converted to 3: .*@type/)
    }))
})
