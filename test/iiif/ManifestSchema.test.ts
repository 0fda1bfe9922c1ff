import { assert, describe, it } from "@effect/vitest"
import { Manifest, Presentation3 } from "@iiif-ingest/iiif"
import { Schema } from "effect"
import { officialMissing, officialProblems, recipes } from "../support/iiif.ts"
import { assertAgreement, errorsOf } from "./support/agreement.ts"
import { everything } from "./support/everything.ts"

/** Why the checker may report a code although the official schema accepts the document. No other code may do so. */
const reasons: { readonly [code: string]: string } = {
  "body-dimension": "content has no dimension that its canvas lacks (5.3); the schema does not compare them",
  "body-missing": "a painting annotation needs a body (5.6); the schema lets it be omitted",
  "choice-id":
    "a Choice with an id inside another Choice matches two of the schema's classes, unless it has another error",
  "class": "the schema accepts any class with that prefix (Manifest2), and documents that are not manifests",
  "context": "the context is required and comes last (4.6); the schema lets it be omitted and accepts any list",
  "duration": "the schema checks it in some classes only",
  "format": "the schema checks it in some classes only",
  "id-duplicate": "ids are unique (3.2); the schema does not compare them",
  "id-fragment": "canvas ids have no fragment (5.3)",
  "id-uri": "the schema accepts anything that starts with http, and does not check all ids",
  "language-digits": "the schema does not check language maps in all classes",
  "language-tag": "tags are BCP 47 (4.4); the schema accepts any letters and hyphens",
  "manifest-empty": "a manifest has at least one canvas (5.2)",
  "missing": "required by the specification, but not by the schema: @context, target, label of links and providers",
  "motivation": "annotations in a canvas's items are painting (5.3); the schema does not check it",
  "nav-date": "the schema does not check ranges",
  "painting-misplaced": "annotations of a resource are not painting (3.4); the schema does not check it",
  "placeholder-nested": "neither of the two is allowed there (3.1); the schema rejects only both together",
  "property-unknown": "targets are referenced, not embedded",
  "range-cycle": "the schema does not follow ids",
  "range-empty": "a range has at least one item (3.4); the schema accepts an empty list",
  "range-target": "the schema does not follow ids",
  "rights-https": "the schema does not check ranges",
  "rights-unknown": "the schema does not check ranges",
  "rights-uri": "the schema does not check ranges",
  "selector": "the schema accepts a list of things that are not selectors",
  "service-mixed": "the schema accepts it if one of the two has another error",
  "size": "the schema does not check services",
  "size-pair": "the schema accepts width or height alone in other classes",
  "start-target": "the schema accepts anything as start",
  "target-dimension": "parts of a canvas are in dimensions that it has (5.3); the schema does not compare them",
  "target-elsewhere": "a painting annotation targets its canvas (5.6); the schema does not compare them",
  "text-empty": "a language map has at least one language (3.1)",
  "too-deep": "the schema has no limit, and validators overflow the stack",
  "uri": "the schema accepts any string as a reference to a page, and does not check providers' URIs",
  "value-kind": "the schema does not check these kinds: values of selectors, navPlace, summaries of ranges",
  "viewing-direction": "the schema does not check ranges"
}

const isOurs = Schema.is(Presentation3.Manifest)

const documents = [
  ...Array.from({ length: 4 }, () => everything),
  ...recipes.map(({ json }) => json).filter((json) => JSON.stringify(json).length < 6000)
] as ReadonlyArray<object>

const count = Number(process.env["BREAKAGES"] ?? 600)

describe.skipIf(officialMissing !== undefined)("the checker, compared with the official schema", () => {
  it("both accept a complete manifest, and every recipe", () => {
    for (const json of [everything, ...recipes.map((recipe) => recipe.json)]) {
      assert.deepStrictEqual(errorsOf(json), [])
      assert.deepStrictEqual(officialProblems?.(json), [])
    }
  })

  it(`both agree on ${count} broken documents`, () => {
    assert.isAbove(assertAgreement(count, documents, reasons, isOurs), count / 3)
  })
})

const codes: Readonly<Record<string, Manifest.Rule>> = Manifest.codes

it("every reason is for an existing error code", () => {
  assert.deepStrictEqual(Object.keys(reasons).filter((code) => codes[code]?.severity !== "error"), [])
})

if (officialMissing !== undefined) it.skip(`not compared with the official schema: ${officialMissing}`, () => {})
