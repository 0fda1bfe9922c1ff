/** The rows of the table in docs/findings.md: where the specification and IIIF's own schema differ. */
import { assert, describe, it } from "@effect/vitest"
import { Manifest } from "@iiif-ingest/iiif"
import { officialMissing, officialProblems } from "../support/iiif.ts"
import { everything } from "./support/everything.ts"

type Fields = Record<string, unknown>

const base = "https://example.org/iiif"

const put = (path: string, value: unknown) => (json: Fields): void => {
  const keys = path.split(".")
  const owner = keys.slice(0, -1).reduce<Fields>((inner, key) => inner[key] as Fields, json)
  if (value === undefined) Reflect.deleteProperty(owner, keys.at(-1) ?? "")
  else owner[keys.at(-1) ?? ""] = value
}

const body = (value: unknown) => put("items.0.annotations.0.items.0.body", value)

const selector = (value: unknown) =>
  put("items.0.annotations.0.items.0.target", { type: "SpecificResource", source: `${base}/canvas/a`, selector: value })

const feature = (more: object) => ({ type: "Feature", geometry: { type: "Point", coordinates: [1, 2] }, ...more })

/** What is changed, the code of the finding, if there is one, and whether the official schema accepts the document. */
const rows: ReadonlyArray<readonly [string, (json: Fields) => void, string | undefined, boolean]> = [
  ["a property with a prefix", put("ex:name", 1), "warning property-extension", false],
  ["an unknown property", put("name", 1), "error property-unknown", false],
  ["a behavior of an extension", put("behavior", ["ex-behavior"]), "error behavior-unknown", false],
  ["a viewing direction of an extension", put("viewingDirection", "inwards"), "error viewing-direction", false],
  ["rights of an extension", put("rights", "https://example.org/rights"), "error rights-unknown", false],
  ["a language tag with digits", put("label", { "es-419": ["x"] }), "error language-digits", false],
  ["a grandfathered language tag", put("label", { "i-klingon": ["x"] }), undefined, true],
  [
    "a list as language of a body",
    body({ type: "TextualBody", value: "x", language: ["en"] }),
    "error value-kind",
    false
  ],
  ["a string as language of a link", put("rendering.0.language", "en"), "warning language-list", true],
  ["the end of a day", put("navDate", "2023-01-01T24:00:00Z"), "error nav-date", false],
  ["a year of five digits", put("navDate", "12023-01-01T00:00:00Z"), "error nav-date", false],
  [
    "a Choice with an id in another",
    body({
      type: "Choice",
      items: [{ type: "Choice", id: `${base}/x`, items: [{ id: `${base}/1.jpg`, type: "Image" }] }]
    }),
    "error choice-id",
    false
  ],
  ["a point at 0", selector({ type: "PointSelector", x: 0, y: 1 }), "error size", false],
  [
    "the beginning as start",
    put("start", {
      type: "SpecificResource",
      id: `${base}/s`,
      source: `${base}/canvas/b`,
      selector: { type: "PointSelector", t: 0 }
    }),
    undefined,
    true
  ],
  ["a selector of sound", selector({ type: "AudioContentSelector" }), "error selector", false],
  ["an SvgSelector with an id", selector({ type: "SvgSelector", id: `${base}/x.svg` }), "error missing", false],
  [
    "a GeometryCollection",
    body(feature({ geometry: { type: "GeometryCollection", geometries: [] } })),
    "error class",
    false
  ],
  ["null properties of a feature", body(feature({ properties: null })), "error value-kind", false],
  [
    "a single service within a service",
    put("service.0.service", { "@id": `${base}/x`, "@type": "AutoCompleteService1" }),
    "error value-kind",
    false
  ],
  [
    "a string as label of an old service with id and type",
    put("service.0", { id: `${base}/x`, type: "AuthCookieService1", label: "x" }),
    "error value-kind",
    false
  ],
  [
    "a service with id and @id",
    put("service.0", { id: `${base}/x`, type: "X", "@id": `${base}/x`, "@type": "X" }),
    "error service-mixed",
    false
  ],
  [
    "a range as target",
    put("items.0.annotations.0.items.0.target", { id: `${base}/range/1`, type: "Range" }),
    "error class",
    false
  ],
  ["a string as body", body(`${base}/x`), "error value-kind", false],
  [
    "a List without id",
    body({ type: "List", items: [{ id: `${base}/1.jpg`, type: "Image" }] }),
    "error missing",
    false
  ],
  [
    "a range by reference in structures",
    put("structures", [{ id: `${base}/range/1`, type: "Range" }]),
    "error missing",
    false
  ],
  [
    "a page by reference in items",
    put("items.1.items", [{ id: `${base}/page/b`, type: "AnnotationPage" }]),
    "error missing",
    false
  ],
  ["a canvas without items", put("items.1.items", undefined), "error missing", false],
  ["a total of 0", put("structures.0.supplementary.total", 0), "error value-kind", false],
  [
    "a page that is part of an object",
    put("items.0.annotations.0.partOf", { id: `${base}/x`, type: "AnnotationCollection" }),
    "error value-kind",
    false
  ],
  ["a page by its address", put("items.0.annotations.1", `${base}/page/x`), undefined, true],
  ["a range without items", put("structures.0.items.0.items", []), "error range-empty", true],
  [
    "a range elsewhere",
    put("structures.0.items.0", { id: `${base}/elsewhere`, type: "Range" }),
    "warning range-outside",
    true
  ],
  ["no context", put("@context", undefined), "error missing", true],
  ["a link without a label", put("homepage.0.label", undefined), "error missing", true],
  ["an id that is no URI", put("id", "http:/x"), "error id-uri", true],
  ["a painting without a body", put("items.0.items.0.items.0.body", undefined), "error body-missing", true],
  [
    "a painting on another canvas",
    put("items.0.items.0.items.0.target", `${base}/canvas/b`),
    "error target-elsewhere",
    true
  ],
  [
    "a painting in annotations",
    put("items.0.annotations.0.items.0.motivation", "painting"),
    "error painting-misplaced",
    true
  ],
  [
    "a time of a canvas without duration",
    put("items.0.annotations.0.items.0.target", `${base}/canvas/a#t=1,2`),
    "error target-dimension",
    true
  ],
  [
    "a region of a canvas without size",
    (json) => {
      put("items.1.width", undefined)(json)
      put("items.1.height", undefined)(json)
      put("items.1.items", [])(json)
      put("structures.0.items.0.items.0", { type: "SpecificResource", source: `${base}/canvas/b#xywh=0,0,1,1` })(json)
    },
    "error target-dimension",
    true
  ],
  [
    "a sound on a canvas without duration",
    put("items.0.items.0.items.0.body", { id: `${base}/1.mp3`, type: "Sound" }),
    "error body-dimension",
    true
  ],
  ["a language without values", put("label.de", []), "warning language-empty", true],
  ["an entry without a value", put("metadata.0.value", {}), "warning value-empty", true],
  [
    "ids twice within annotations",
    put("items.0.annotations.0.items.1.id", `${base}/annotations/a/0`),
    "error id-duplicate",
    true
  ],
  ["next beside items", put("items.0.annotations.0.next", `${base}/page/next`), "warning paging-misplaced", true],
  [
    "a next page with items",
    put("items.0.annotations.0.next", { id: `${base}/n`, type: "AnnotationPage", items: [] }),
    "error property-unknown",
    false
  ],
  [
    "a region outside of the canvas",
    put("items.0.annotations.0.items.0.target", `${base}/canvas/a#xywh=0,0,801,1`),
    "warning target-outside",
    true
  ],
  [
    "a time after the end",
    put("items.0.annotations.0.items.0.target", `${base}/canvas/b#t=1,61`),
    "warning annotation-elsewhere",
    true
  ],
  [
    "a fragment that selects nothing",
    put("items.0.annotations.0.items.0.target", `${base}/canvas/a#xywh=foo`),
    "warning fragment",
    true
  ],
  [
    "an annotation of the manifest at a time that its canvas does not have",
    put("annotations.0", {
      id: `${base}/about`,
      type: "AnnotationPage",
      items: [{ id: `${base}/about/1`, type: "Annotation", motivation: "tagging", target: `${base}/canvas/a#t=1,2` }]
    }),
    "error target-dimension",
    true
  ],
  [
    "an image at the address of its service",
    put("items.0.items.0.items.0.body.id", `${base}/image/a`),
    "warning image-is-service",
    true
  ],
  ["a logo that is no image", put("provider.0.logo.0.type", "Sound"), "error class", true],
  ["a property of another class", put("items.0.viewingDirection", "left-to-right"), "warning property-misplaced", true],
  [
    "a property that no context defines",
    (json) => {
      put("@context", "http://iiif.io/api/presentation/3/context.json")(json)
      put("items.0.lable", { en: ["x"] })(json)
    },
    "warning property-unmapped",
    true
  ],
  ["a property that a context may define", put("items.0.lable", { en: ["x"] }), undefined, true],
  [
    "a context in an annotation page of a canvas",
    put("items.0.annotations.0.@context", "http://iiif.io/api/presentation/3/context.json"),
    "warning context-embedded",
    true
  ],
  ["metadata of an image that is no list", put("items.0.items.0.items.0.body.metadata", {}), "error value-kind", true],
  [
    "a canvas with the id of the manifest",
    (json) => {
      put("items.1.id", `${base}/manifest`)(json)
      put("items.1.items", [])(json)
      put("structures", undefined)(json)
      put("items.0.annotations", undefined)(json)
    },
    "error id-duplicate",
    true
  ],
  [
    "a sequence within another range",
    put("structures.0.items.0.behavior", ["sequence"]),
    "warning behavior-misplaced",
    true
  ],
  ["no target of a painting", put("items.0.items.0.items.0.target", []), "error target-elsewhere", true],
  [
    "a license that does not exist",
    put("rights", "http://creativecommons.org/licenses/foo/9.9/"),
    "warning rights-form",
    true
  ],
  ["a service with @id and type", put("service.0", { "@id": `${base}/x`, type: "X" }), "error service-mixed", false],
  [
    "a first page that is embedded",
    put("structures.0.supplementary.first", { id: `${base}/n`, type: "AnnotationPage", items: [] }),
    "error property-unknown",
    false
  ],
  [
    "a manifest of Presentation 4",
    put("@context", "http://iiif.io/api/presentation/4/context.json"),
    "error presentation-4",
    false
  ]
]

const changed = (change: (json: Fields) => void): Fields => {
  const json: Fields = JSON.parse(JSON.stringify(everything))
  change(json)
  return json
}

describe("where specification and official schema differ", () => {
  it.each(rows)("%s", (_, change, finding) => {
    const found = Manifest.check(changed(change)).map(({ code, severity }) => `${severity} ${code}`)
    if (finding === undefined) assert.deepStrictEqual(found, [])
    else assert.include(found, finding)
    const errors = found.filter((one) => one.startsWith("error"))
    assert.isAtMost(errors.length, 1, errors.join())
  })

  it.skipIf(officialMissing !== undefined).each(rows)(
    "the official schema on %s",
    (_, change, _finding, isAccepted) => {
      assert.strictEqual((officialProblems?.(changed(change)) ?? []).length === 0, isAccepted)
    }
  )
})
