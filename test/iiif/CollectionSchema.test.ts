import { assert, describe, it } from "@effect/vitest"
import { Presentation3 } from "@iiif-ingest/iiif"
import { Schema } from "effect"
import { officialMissing, officialProblems, recipes } from "../support/iiif.ts"
import { assertAgreement, errorsOf } from "./support/agreement.ts"
import { everything } from "./support/everything.ts"

const base = "https://example.org/iiif"

const { id: _id, items: canvases, start: _start, structures: _structures, type: _type, ...said } = everything

const collection = {
  ...said,
  id: `${base}/collection`,
  type: "Collection",
  behavior: ["multi-part"],
  items: [
    { id: `${base}/one`, type: "Manifest", label: { en: ["One"] }, thumbnail: said.thumbnail, navDate: said.navDate },
    { id: `${base}/two`, type: "Collection", label: { en: ["Two"] } },
    {
      id: `${base}/three`,
      type: "Collection",
      label: { en: ["Three"] },
      summary: { en: ["Within"] },
      items: [{ id: `${base}/four`, type: "Manifest", label: { none: ["Four"] } }]
    }
  ]
}

const [page]: ReadonlyArray<object> = canvases.flatMap((canvas) =>
  "annotations" in canvas && Array.isArray(canvas.annotations) ? canvas.annotations : []
)

const annotationPage = { "@context": "http://iiif.io/api/presentation/3/context.json", ...page }

/** Why a code may be an error where the official schema is content, besides the reasons in ManifestSchema.test.ts. */
const reasons: { readonly [code: string]: string } = {
  "class": "the schema takes any beginning (Collection2)",
  "context": "the context is a duty and stands last (4.6)",
  "duration": "the schema asks for it in some classes only",
  "format": "the schema asks for it in some classes only",
  "id-fragment": "canvas ids have no fragment (5.3)",
  "id-uri": "the schema takes what begins with http",
  "language-digits": "the schema does not look at the texts of all classes",
  "language-empty": "a language without a value says nothing (4.4)",
  "language-tag": "tags are BCP 47 (4.4)",
  "manifest-empty": "what says it is a manifest is looked at as one (5.2)",
  "missing": "@context and items are duties of collections, labels of manifests where they are named (5.1)",
  "motivation": "what is on a canvas is painting (5.3)",
  "nav-date": "the schema does not look at what is named",
  "placeholder-nested": "neither of the two may stand there (3.1); the schema refuses only both",
  "property-unknown": "targets are named, not embedded",
  "rights-https": "the schema does not look at what is named",
  "rights-unknown": "the schema does not look at what is named",
  "rights-uri": "the schema does not look at what is named",
  "behavior-unknown": "the schema does not look at what is named",
  "selector": "the schema takes a list of what is no selector",
  "service-mixed": "the schema takes it where one of the two is wrong besides",
  "size": "the schema does not look at services",
  "size-pair": "the schema takes width and height of other classes alone",
  "target-elsewhere": "what is painted on a canvas has it as target (5.6)",
  "text-empty": "a text has at least one language (3.1)",
  "uri": "the schema takes any text as the reference of a page",
  "value-kind": "the schema does not look at the kind: values of selectors, navPlace, what is named",
  "viewing-direction": "the schema does not look at that of collections",
  "body-missing": "a painting needs a body (5.6)",
  "choice-id": "a Choice with an id within another fits two of the schema's classes"
}

const isOurs = Schema.is(Schema.Union([Presentation3.Collection, Presentation3.AnnotationPage, Presentation3.Manifest]))

const documents: ReadonlyArray<object> = [collection, collection, { ...collection, ...annotationPage }, annotationPage]

const count = Number(process.env["BREAKAGES"] ?? 500)

describe.skipIf(officialMissing !== undefined)("collections and pages of annotations, and the official schema", () => {
  it("both take those with everything in them, and every collection of the cookbook", () => {
    const cookbook = recipes.map(({ json }) => json)
      .filter((json) => typeof json === "object" && json !== null && "type" in json && json.type === "Collection")
    for (const json of [collection, annotationPage, ...cookbook]) {
      assert.deepStrictEqual(errorsOf(json), [])
      assert.deepStrictEqual(officialProblems?.(json), [])
      assert.isTrue(isOurs(json))
    }
  })

  it(`agree on ${count} breakages`, () => {
    assert.isAbove(assertAgreement(count, documents, reasons, isOurs), count / 4)
  })
})

if (officialMissing !== undefined) it.skip(`the official schema is not compared with: ${officialMissing}`, () => {})
