import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import type * as Presentation3 from "../../Presentation3.ts"
import { checkEffect, collectionChecks, manifestChecks } from "../check/check.ts"
import { jsonPath } from "../jsonPath.ts"
import { type Check, Walk } from "../model/walk.ts"
import { checks } from "../presentation3/registry.ts"
import { jsonOf } from "./json.ts"
import { Collection, Manifest } from "./model.ts"
import type { Note } from "./notes.ts"
import { makeConversion, Place } from "./place.ts"
import { runSteps } from "./steps.ts"
import { collection } from "./to2/collection.ts"
import { manifest } from "./to2/manifest.ts"
import { finished, upgrade } from "./to3/document.ts"

/** What a document was converted to, and what is not in it; or why it was not. */
type Converted<A> = Result.Result<{ readonly value: A; readonly lost: ReadonlyArray<Note> }, ReadonlyArray<Note>>

type Rename = (id: string) => string

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

/** What a schema says that a value is not, which ends at the first problem. */
const decoder = <A>(schema: Schema.Codec<A>) => {
  const decode = Schema.decodeUnknownResult(schema)
  return (value: unknown): Result.Result<A, ReadonlyArray<Note>> =>
    Result.mapError(
      decode(value),
      ({ issue }) => formatIssue(issue).issues.map(({ message, path }) => ({ path: jsonPath(path), problem: message }))
    )
}

/** What the checker finds first in a document of Presentation 3, in turns. */
function* checked<A>(
  document: unknown,
  by: ReadonlyArray<Check>
): Generator<void, Result.Result<A, ReadonlyArray<Note>>> {
  const walk = new Walk(checks)
  walk.begin(document, ...by)
  while (!walk.turn()) yield
  const error = walk.findings().find(({ severity }) => severity === "error")
  // Sound: what has no error is what the types say.
  if (error === undefined) return Result.succeed(document as A)
  const { code, expected, message, path } = error
  return Result.fail([{ path, problem: `${message}; expected: ${expected} [${code}]` }])
}

const decodeManifest2 = decoder(Manifest)

const decodeCollection2 = decoder(Collection)

/** How something of Presentation 3 is converted to Presentation 2. */
interface Downgrade<A, B> {
  readonly given: ReadonlyArray<Check>
  readonly convert: (document: A, place: Place) => Generator<void, unknown>
  readonly made: (document: unknown) => Result.Result<B, ReadonlyArray<Note>>
}

function* downgrade<A, B>(by: Downgrade<A, B>, document: unknown, rename: Rename): Generator<void, Converted<B>> {
  const json = yield* jsonOf(document)
  if (Result.isFailure(json)) return Result.fail([json.failure])
  const decoded = yield* checked<A>(json.success, by.given)
  if (Result.isFailure(decoded)) return Result.fail(decoded.failure)
  const conversion = makeConversion(rename)
  const older = yield* by.convert(decoded.success, new Place(conversion))
  if (!conversion.refused.isEmpty) return Result.fail(conversion.refused.all)
  return Result.mapBoth(by.made(older), {
    // The paths are those of the result, which nobody knows.
    onFailure: (notes) =>
      notes.map(({ path, problem }) => ({ path: "", problem: `in Presentation 2, at ${path}: ${problem}` })),
    onSuccess: (value) => ({ value, lost: conversion.lost.all })
  })
}

const downgradeManifest: Downgrade<Presentation3.Manifest, Manifest> = {
  given: manifestChecks(),
  convert: manifest,
  made: decodeManifest2
}

const downgradeCollection: Downgrade<Presentation3.Collection, Collection> = {
  given: collectionChecks,
  convert: collection,
  made: decodeCollection2
}

export const toManifest2 = (document: unknown, rename: Rename): Effect.Effect<Converted<Manifest>> =>
  runSteps(() => downgrade(downgradeManifest, document, rename))

export const toCollection2 = (document: unknown, rename: Rename): Effect.Effect<Converted<Collection>> =>
  runSteps(() => downgrade(downgradeCollection, document, rename))

const upgraded = Effect.fnUntraced(function*<A>(
  document: unknown,
  type: "Manifest" | "Collection",
  rename: Rename
): Effect.fn.Return<Converted<A>> {
  const converted = yield* runSteps(() => upgrade(document, type, rename))
  if (Result.isFailure(converted)) return Result.fail(converted.failure)
  return finished<A>(converted.success, yield* checkEffect(converted.success.document))
})

export const toManifest3 = (document: unknown, rename: Rename): Effect.Effect<Converted<Presentation3.Manifest>> =>
  upgraded(document, "Manifest", rename)

export const toCollection3 = (document: unknown, rename: Rename): Effect.Effect<Converted<Presentation3.Collection>> =>
  upgraded(document, "Collection", rename)
