import { assert, describe, it } from "@effect/vitest"
import { Manifest, Presentation3 } from "@iiif-ingest/iiif"
import { Schema } from "effect"
import { officialMissing, officialProblems, recipes } from "../support/iiif.ts"
import { assertAgreement, errorsOf } from "./support/agreement.ts"
import { everything } from "./support/everything.ts"

/** Why a code may be an error where the official schema is content. A code that is not here may not. */
const reasons: { readonly [code: string]: string } = {
  "body-missing": "a painting needs a body (5.6); the schema lets it be left out",
  "choice-id":
    "a Choice with an id within another fits two of the schema's classes, unless something else in it is wrong",
  "class": "the schema takes any beginning (Manifest2), and documents of other classes than manifests",
  "context": "the context is a duty and stands last (4.6); the schema lets it be left out and takes any list",
  "duration": "the schema asks for it in some classes only",
  "format": "the schema asks for it in some classes only",
  "id-duplicate": "ids are unique (3.2); the schema does not compare them",
  "id-fragment": "canvas ids have no fragment (5.3)",
  "id-uri": "the schema takes what begins with http, and does not look at all ids",
  "language-digits": "the schema does not look at the texts of all classes",
  "language-empty": "a language without a value says nothing (4.4)",
  "language-tag": "tags are BCP 47 (4.4); the schema takes any letters and hyphens",
  "manifest-empty": "a manifest has at least one canvas (5.2)",
  "missing": "the specification makes it a duty, the schema does not: @context, target, label of links and providers",
  "motivation": "what is on a canvas is painting (5.3); the schema does not look",
  "nav-date": "the schema does not look at ranges",
  "placeholder-nested": "neither of the two may stand there (3.1); the schema refuses only both",
  "property-unknown": "targets are named, not embedded",
  "range-cycle": "the schema does not follow ids",
  "range-target": "the schema does not follow ids",
  "rights-https": "the schema does not look at ranges",
  "rights-unknown": "the schema does not look at ranges",
  "rights-uri": "the schema does not look at ranges",
  "selector": "the schema takes a list of what is no selector",
  "service-mixed": "the schema takes it where one of the two is wrong besides",
  "size": "the schema does not look at services",
  "size-pair": "the schema takes width and height of other classes alone",
  "start-target": "the schema takes anything as start",
  "target-elsewhere": "what is painted on a canvas has it as target (5.6); the schema does not compare",
  "text-empty": "a text has at least one language (3.1)",
  "too-deep": "the schema has no limit, and validators end in a stack overflow",
  "uri": "the schema takes any text as the reference of a page, and does not look at providers' places",
  "value-kind": "the schema does not look at the kind: values of selectors, navPlace, summaries of ranges",
  "viewing-direction": "the schema does not look at ranges"
}

const isOurs = Schema.is(Presentation3.Manifest)

const documents = [
  ...Array.from({ length: 4 }, () => everything),
  ...recipes.map(({ json }) => json).filter((json) => JSON.stringify(json).length < 6000)
] as ReadonlyArray<object>

const count = Number(process.env["BREAKAGES"] ?? 600)

describe.skipIf(officialMissing !== undefined)("the checker and the official schema", () => {
  it("both take a manifest with everything in it, and every recipe", () => {
    for (const json of [everything, ...recipes.map((recipe) => recipe.json)]) {
      assert.deepStrictEqual(errorsOf(json), [])
      assert.deepStrictEqual(officialProblems?.(json), [])
    }
  })

  it(`agree on ${count} breakages`, () => {
    assert.isAbove(assertAgreement(count, documents, reasons, isOurs), count / 3)
  })
})

const codes: Readonly<Record<string, Manifest.Rule>> = Manifest.codes

it("every reason is of a code that there is", () => {
  assert.deepStrictEqual(Object.keys(reasons).filter((code) => codes[code]?.severity !== "error"), [])
})

if (officialMissing !== undefined) it.skip(`the official schema is not compared with: ${officialMissing}`, () => {})
