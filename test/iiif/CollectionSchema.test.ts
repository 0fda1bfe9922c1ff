import { assert, describe, it } from "@effect/vitest"
import { Presentation3 } from "@iiif-ingest/iiif"
import { Schema } from "effect"
import { officialMissing, officialProblems, recipes } from "../support/iiif.ts"
import { assertAgreement, errorsOf } from "./support/agreement.ts"
import { everything } from "./support/everything.ts"

const base = "https://example.org/iiif"

const { id: _id, items: canvases, start: _start, structures: _structures, type: _type, ...shared } = everything

const collection = {
  ...shared,
  id: `${base}/collection`,
  type: "Collection",
  behavior: ["multi-part"],
  items: [
    {
      id: `${base}/one`,
      type: "Manifest",
      label: { en: ["One"] },
      thumbnail: shared.thumbnail,
      navDate: shared.navDate
    },
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

/** Why the checker may report a code although the official schema accepts the document. */
const reasons: { readonly [code: string]: string } = {
  "class": "the schema accepts any class with that prefix (Collection2)",
  "context": "the context is required and comes last (4.6)",
  "duration": "the schema checks it in some classes only",
  "format": "the schema checks it in some classes only",
  "id-fragment": "canvas ids have no fragment (5.3)",
  "id-uri": "the schema accepts anything that starts with http",
  "language-digits": "the schema does not check language maps in all classes",
  "language-tag": "tags are BCP 47 (4.4)",
  "manifest-empty": "anything of type Manifest is checked as a manifest (5.2)",
  "missing": "collections require @context and items, references to manifests require a label (5.1)",
  "motivation": "annotations in a canvas's items are painting (5.3)",
  "nav-date": "the schema does not check referenced resources",
  "placeholder-nested": "neither of the two is allowed there (3.1); the schema rejects only both together",
  "property-unknown": "targets are referenced, not embedded",
  "rights-https": "the schema does not check referenced resources",
  "rights-unknown": "the schema does not check referenced resources",
  "rights-uri": "the schema does not check referenced resources",
  "behavior-unknown": "the schema does not check referenced resources",
  "selector": "the schema accepts a list of things that are not selectors",
  "service-mixed": "the schema accepts it if one of the two has another error",
  "size": "the schema does not check services",
  "size-pair": "the schema accepts width or height alone in other classes",
  "target-elsewhere": "a painting annotation targets its canvas (5.6)",
  "text-empty": "a language map has at least one language (3.1)",
  "uri": "the schema accepts any string as a reference to a page",
  "value-kind": "the schema does not check these kinds: values of selectors, navPlace, referenced resources",
  "viewing-direction": "the schema does not check it in collections",
  "body-missing": "a painting annotation needs a body (5.6)",
  "choice-id": "a Choice with an id inside another Choice matches two of the schema's classes"
}

const isOurs = Schema.is(Schema.Union([Presentation3.Collection, Presentation3.AnnotationPage, Presentation3.Manifest]))

const documents: ReadonlyArray<object> = [collection, collection, { ...collection, ...annotationPage }, annotationPage]

const count = Number(process.env["BREAKAGES"] ?? 500)

describe.skipIf(officialMissing !== undefined)(
  "collections and annotation pages, compared with the official schema",
  () => {
    it("both accept complete documents, and every collection in the cookbook", () => {
      const cookbook = recipes.map(({ json }) => json)
        .filter((json) => typeof json === "object" && json !== null && "type" in json && json.type === "Collection")
      for (const json of [collection, annotationPage, ...cookbook]) {
        assert.deepStrictEqual(errorsOf(json), [])
        assert.deepStrictEqual(officialProblems?.(json), [])
        assert.isTrue(isOurs(json))
      }
    })

    it(`both agree on ${count} broken documents`, () => {
      assert.isAbove(assertAgreement(count, documents, reasons, isOurs), count / 4)
    })
  }
)

if (officialMissing !== undefined) it.skip(`not compared with the official schema: ${officialMissing}`, () => {})
