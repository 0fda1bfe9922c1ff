/** Laws of the conversions from and to Presentation 2, on random documents that are the same in every run. */
import { assert, describe, it } from "@effect/vitest"
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import * as Presentation2 from "@iiif-ingest/iiif/Presentation2"
import { Effect, Result } from "effect"
import { isPlaceIn, isWithin, leavesOf, missing } from "../support/conversion.ts"
import { damaged } from "../support/damaged.ts"
import { randomCollection, randomManifest } from "../support/presentation2.ts"
import { type Fields, type Json, Random } from "../support/random.ts"

const seeds = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, index) => index + 1)

const errorsIn = (document: unknown) => Manifest.check(document).filter(({ severity }) => severity === "error")

const asCollection = (document: unknown) =>
  Effect.map(
    Presentation2.collectionToPresentation3(document),
    ({ collection, lost }) => ({ result: collection, lost })
  )

const asManifest = (document: unknown) =>
  Effect.map(Presentation2.toPresentation3(document), ({ lost, manifest }) => ({ result: manifest, lost }))

const converted = (
  document: Json,
  isCollection: boolean
): Effect.Effect<
  { readonly result: unknown; readonly lost: ReadonlyArray<Presentation2.Note> },
  Presentation2.ConversionError
> => isCollection ? asCollection(document) : asManifest(document)

describe("valid documents", () => {
  it.effect("are converted without an error, and each value is in the result or listed as lost", () =>
    Effect.gen(function*() {
      for (const seed of seeds(400)) {
        const document = randomManifest(seed)
        const before = JSON.stringify(document)
        const { lost, result } = yield* asManifest(document)
        assert.deepStrictEqual(errorsIn(result), [], `seed ${seed}`)
        assert.deepStrictEqual(missing(document, result, lost), [], `seed ${seed}`)
        assert.strictEqual(JSON.stringify(document), before, `seed ${seed}`)
      }
    }))

  it.effect("are converted as collections too", () =>
    Effect.gen(function*() {
      for (const seed of seeds(200)) {
        const document = randomCollection(seed)
        const { lost, result } = yield* asCollection(document)
        assert.deepStrictEqual(errorsIn(result), [], `seed ${seed}`)
        assert.deepStrictEqual(missing(document, result, lost), [], `seed ${seed}`)
      }
    }))

  it("use everything that the law is about, or it would say little", () => {
    const text = JSON.stringify(seeds(400).map(randomManifest))
    for (
      const one of [
        "oa:Choice",
        "iiif:ImageApiSelector",
        "oa:CssStyle",
        "rdf:nil",
        "contentLayer",
        "members",
        "physdim"
      ]
    ) {
      assert.include(text, one)
    }
  })
})

describe("damaged documents", () => {
  it.effect("become manifests without errors, or are refused by path", () =>
    Effect.gen(function*() {
      let refused = 0
      for (const seed of seeds(1_000)) {
        const random = new Random(seed)
        const isCollection = random.is(0.2)
        const valid = isCollection ? randomCollection(seed % 50) : randomManifest(seed % 200)
        const document = damaged(valid, random)
        const { notes, result } = yield* converted(document, isCollection).pipe(
          Effect.map(({ lost, result }) => ({ notes: lost, result })),
          Effect.catchTag("ConversionError", ({ notes }) => Effect.succeed({ notes, result: undefined }))
        )
        for (const { path } of notes) assert.isTrue(isPlaceIn(document, path), `seed ${seed}: ${path}`)
        if (result === undefined) {
          refused++
          assert.isNotEmpty(notes)
        } else {
          assert.deepStrictEqual(errorsIn(result), [], `seed ${seed}`)
          assert.deepStrictEqual(missing(document, result, notes, true), [], `seed ${seed}`)
        }
      }
      assert.isAtLeast(refused, 50)
    }))
})

/** The values of a manifest that are not in another one, in any form, and not listed as lost. */
const lostOnTheWay = (
  given: unknown,
  back: unknown,
  lost: ReadonlyArray<Presentation2.Note>
): ReadonlyArray<string> => {
  const found = new Set(leavesOf(back).map(({ value }) => value))
  const isFound = (value: string): boolean => value.split("#xywh=").every((part) => found.has(part))
  const inOneString = new Set([...found].flatMap((value) => value.split("#")))
  return leavesOf(given).filter(({ path, value }) =>
    !found.has(value) && !inOneString.has(value) && !isFound(value) &&
    !lost.some((one) => isWithin(path, one.path)) &&
    // Presentation 2 has no pages of images, and names a part of a canvas by its address alone.
    !/^items\[\d+\]\.items\[\d+\]\.id$/.test(path) && !/\.target(?:\[\d+\])?(?:\.selector)?\.type$/.test(path)
  ).map(({ path, value }) => `${path}: ${value}`)
}

describe("manifests that are converted to Presentation 2 and back", () => {
  it.effect("are what they were, except for what is listed", () =>
    Effect.gen(function*() {
      for (const seed of seeds(300)) {
        const { manifest: given } = yield* Presentation2.toPresentation3(randomManifest(seed))
        const older = yield* Presentation2.fromPresentation3(given)
        const { lost, manifest: back } = yield* Presentation2.toPresentation3(older.manifest)
        assert.deepStrictEqual(lost.map(({ path }) => path), ["sequences[0].@id"], `seed ${seed}`)
        assert.deepStrictEqual(lostOnTheWay(given, back, older.lost), [], `seed ${seed}`)
      }
    }))

  it.effect("and collections too", () =>
    Effect.gen(function*() {
      for (const seed of seeds(200)) {
        const { collection: given } = yield* Presentation2.collectionToPresentation3(randomCollection(seed))
        const older = yield* Presentation2.collectionFromPresentation3(given)
        const { collection: back, lost } = yield* Presentation2.collectionToPresentation3(older.collection)
        assert.deepStrictEqual(lost, [], `seed ${seed}`)
        assert.deepStrictEqual(lostOnTheWay(given, back, older.lost), [], `seed ${seed}`)
      }
    }))
})

describe("damaged Presentation 3 manifests", () => {
  it.effect("are refused by path, or read back if they were without errors", () =>
    Effect.gen(function*() {
      let refused = 0
      for (const seed of seeds(500)) {
        const { manifest: valid } = yield* Presentation2.toPresentation3(randomManifest(seed % 100))
        const document = damaged(valid as unknown as Fields, new Random(seed))
        const older = yield* Effect.result(Presentation2.fromPresentation3(document as unknown as typeof valid))
        const notes = Result.isFailure(older) ? older.failure.notes : older.success.lost
        for (const { path } of notes) assert.isTrue(isPlaceIn(document, path), `seed ${seed}: ${path}`)
        if (Result.isFailure(older)) refused++
        else if (errorsIn(document).length === 0) yield* Presentation2.toPresentation3(older.success.manifest)
      }
      assert.isAtLeast(refused, 100)
      assert.isBelow(refused, 500)
    }))
})
