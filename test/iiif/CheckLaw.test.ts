/** Laws of the checker, over the recipes, our own documents, and seeded mutations of both. */
import { assert, describe, it } from "@effect/vitest"
import { Manifest, Presentation3 } from "@iiif-ingest/iiif"
import { Effect, Result, Schema } from "effect"
import { documents } from "../../packages/iiif/test/support/features.ts"
import { Random } from "../../packages/iiif/test/support/random.ts"
import { recipes } from "../support/iiif.ts"
import { breakage } from "./support/breakages.ts"
import { everything } from "./support/everything.ts"

const given: ReadonlyArray<object> = [
  everything,
  ...Object.values(documents),
  ...recipes.map(({ json }) => json as object).filter((json) => JSON.stringify(json).length < 6000)
]

/** The schema that reads a document, by its type; anything unknown is read as a manifest. */
const schemas: { readonly [type: string]: Schema.Codec<unknown> } = {
  Collection: Presentation3.Collection,
  AnnotationPage: Presentation3.AnnotationPage,
  AnnotationCollection: Presentation3.AnnotationCollection,
  Annotation: Presentation3.Annotation,
  Canvas: Presentation3.Canvas,
  Range: Presentation3.Range,
  Manifest: Presentation3.Manifest
}

/** A canvas or range that has nothing in it is taken for a content state, as an annotation with that motivation is. */
const isContentState = (json: unknown): boolean => {
  const { items, motivation, type } = Object(json)
  return type === "Annotation"
    ? [motivation].flat().includes("contentState")
    : (type === "Canvas" || type === "Range") && items === undefined
}

const schemaOf = (json: unknown): Schema.Codec<unknown> =>
  isContentState(json) ? Presentation3.ContentState : schemas[typeOf(json)] ?? Presentation3.Manifest

const typeOf = (json: unknown): string => {
  const type = typeof json === "object" && json !== null && "type" in json ? json.type : undefined
  return typeof type === "string" && type in schemas ? type : "Manifest"
}

const errorsOf = (json: unknown) => Manifest.check(json).filter(({ severity }) => severity === "error")

/** A top-level document has a context, which what a document contains has not; content states are read as such. */
const isAboutTheDocument = (json: unknown): boolean => {
  const type = typeOf(json)
  return type !== "Manifest" && type !== "Collection"
}

const count = Number(process.env["MUTATIONS"] ?? 20_000)

describe("a document", () => {
  it(`has no error if and only if it can be read: ${count} mutations`, () => {
    let broken = 0
    for (let seed = 0; seed < count; seed++) {
      const random = new Random(seed)
      const { change, json } = breakage(random.pick(given), random)
      const errors = errorsOf(json)
      if (errors.length > 0) broken++
      const type = typeOf(json)
      const isRead = Result.isSuccess(Schema.decodeUnknownResult(schemaOf(json))(json))
      const name = `seed ${seed}, ${change}: ${errors.map(({ code, path }) => `${code} ${path}`).join("; ")}`
      if (type === "Manifest") {
        assert.strictEqual(Result.isSuccess(Manifest.fromUnknown(json)), errors.length === 0, name)
      }
      const others = isAboutTheDocument(json) ? errors.filter(({ path }) => path !== "@context") : errors
      if (!isAboutTheDocument(json) || errors.length === others.length) {
        assert.strictEqual(isRead, others.length === 0, name)
      }
    }
    assert.isAbove(broken, count / 4)
  })

  it("that is read can be encoded, read again and compared", () => {
    let read = 0
    const seeds = 2000
    for (let seed = 0; seed < seeds; seed++) {
      const random = new Random(seed)
      const { json } = breakage(random.pick(given), random)
      const manifest = Manifest.fromUnknown(json)
      if (Result.isFailure(manifest)) continue
      read++
      const text = Array.from(Result.getOrThrow(Manifest.toText(manifest.success))).join("")
      assert.strictEqual(text, JSON.stringify(json))
      const again = Result.getOrThrow(Manifest.fromText(text))
      assert.deepStrictEqual(Result.getOrThrow(Manifest.diff(manifest.success, again)), [])
    }
    assert.isAbove(read, seeds / 20)
  })

  it.effect("is checked alike in one go and in turns", () =>
    Effect.gen(function*() {
      for (let seed = 0; seed < 500; seed++) {
        const random = new Random(seed)
        const { json } = breakage(random.pick(given), random)
        assert.deepStrictEqual(yield* Manifest.checkEffect(json), Manifest.check(json))
      }
    }))
})
