/**
 * IIIF Presentation API 4.0: conversion from and to Presentation 3, a checker, and alternative text. Version 4 is a
 * release candidate, and this module changes with it. Sources: the text of May 2026 and its examples
 * (https://iiif.io/api/presentation/4.0/), with the draft recipes for version 4. `docs/presentation-4.md` lists the rules
 * of the conversion.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Finding, Rule } from "../internal/check/finding.ts"
import type { Fields } from "../internal/fields.ts"
import * as Texts from "../internal/presentation4/alternativeText.ts"
import * as Check from "../internal/presentation4/check/check.ts"
import { type Code, rules } from "../internal/presentation4/check/rules.ts"
import { convert, type Direction } from "../internal/presentation4/convert.ts"
import { from3, to3 } from "../internal/presentation4/directions.ts"
import * as Names from "../internal/presentation4/names.ts"
import type * as Presentation3 from "../Presentation3.ts"

export type { AlternativeText } from "../internal/presentation4/alternativeText.ts"
export type { Provides } from "../internal/presentation4/names.ts"

/**
 * The JSON-LD context of every Presentation 4 document.
 *
 * @category constants
 * @since 0.1.0
 */
export const context = Names.context

/**
 * Something that the other version has no place for, or that is invalid: its JSON path in the given document, and the
 * reason.
 *
 * @category models
 * @since 0.1.0
 */
export const Note = Schema.Struct({ path: Schema.String, problem: Schema.String })

/**
 * @category models
 * @since 0.1.0
 */
export type Note = typeof Note.Type

/**
 * The document cannot be converted. `problems` has the reasons, at most 1,000 of them; `omitted` counts the others.
 *
 * @category errors
 * @since 0.1.0
 */
export class Presentation4Error extends Schema.TaggedError<Presentation4Error>()("Presentation4Error", {
  to: Schema.Literals(["Presentation 3", "Presentation 4"]),
  problems: Schema.Array(Note),
  omitted: Schema.Int
}) {
  override get message() {
    const problems = this.problems.map(({ path, problem }) => `  ${path === "" ? "the document" : path}: ${problem}`)
    const more = this.omitted === 0 ? [] : [`  and ${this.omitted} more`]
    return `the document cannot be converted to ${this.to}:\n${[...problems, ...more].join("\n")}`
  }
}

/**
 * A converted document: `manifest` is a manifest, or the collection, annotation page or annotation collection that was
 * given. `lost` lists what the other version has no place for, at most 1,000 losses; `omitted` counts the others.
 *
 * @category models
 * @since 0.1.0
 */
export interface Converted<Document> {
  readonly manifest: Document
  readonly lost: ReadonlyArray<Note>
  readonly omitted: number
}

/**
 * What can be a whole document in Presentation 3.
 *
 * @category models
 * @since 0.1.0
 */
export type Document3 =
  | Presentation3.Manifest
  | Presentation3.Collection
  | Presentation3.AnnotationPage
  | Presentation3.AnnotationCollection

const converted = <Document>(given: unknown, direction: Direction, to: Presentation4Error["to"]) => {
  const outcome = convert(given, direction)
  return outcome._tag === "Refused"
    ? Result.fail(new Presentation4Error({ to, problems: outcome.refused.list, omitted: outcome.refused.omitted }))
    // The direction has checked that it is such a document.
    : Result.succeed<Converted<Document>>({
      manifest: outcome.document as Document,
      lost: outcome.lost.list,
      omitted: outcome.lost.omitted
    })
}

/**
 * Converts a Presentation 3 document to Presentation 4. The result has no errors by {@link check}. It fails with
 * everything that version 4 has no form for or that is invalid, by its path in the given document.
 *
 * @example
 * ```ts
 * import { Manifest } from "@iiif-ingest/iiif"
 * import * as Presentation4 from "@iiif-ingest/iiif/experimental/Presentation4"
 * import { Result } from "effect"
 *
 * const page = { id: "p1", url: "https://example.org/p1.jpg", width: 640, height: 427 }
 * const hamlet = Result.getOrThrow(Manifest.build("https://example.org/hamlet", { label: "Hamlet" }, [page]))
 *
 * const { lost, manifest } = Result.getOrThrow(Presentation4.fromPresentation3(hamlet))
 * manifest["@context"]
 * // => "http://iiif.io/api/presentation/4/context.json"
 * lost
 * // => []
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const fromPresentation3 = (document: Document3): Result.Result<Converted<Fields>, Presentation4Error> =>
  converted(document, from3, "Presentation 4")

/**
 * Converts a Presentation 4 document of timelines and canvases to Presentation 3. The result has no errors by
 * `Manifest.check`. Scenes, 3D selectors and pages of collections are refused, by their path in the given document.
 *
 * @category converting
 * @since 0.1.0
 */
export const toPresentation3 = (document: unknown): Result.Result<Converted<Document3>, Presentation4Error> =>
  converted(document, to3, "Presentation 3")

/**
 * Finds what is wrong in a Presentation 4 document, as `Manifest.check` does for version 3: what each class requires, the
 * kinds of values, what may be in what, and names of version 3. It accepts any value and never throws, and lists at most
 * 100 findings of a code. What is in scenes is not checked.
 *
 * @example
 * ```ts
 * import * as Presentation4 from "@iiif-ingest/iiif/experimental/Presentation4"
 *
 * Presentation4.check({ "@context": Presentation4.context, type: "Manifest" }).map(({ code, path }) => `${path}: ${code}`)
 * // => ["id: p4-missing", "label: p4-missing", "items: p4-missing"]
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const check: (document: unknown) => ReadonlyArray<Finding> = Check.check

/**
 * What each code of {@link check} stands for.
 *
 * @category constants
 * @since 0.1.0
 */
export const codes: { readonly [C in Code]: Rule } = rules

/**
 * The annotation that gives a canvas, or a part of it, an alternative text in Presentation 3: a supplementing text with
 * `accessibility` of the Web Annotation model (3.3.4), which viewers that do not know it ignore. It belongs in a page in
 * the canvas's `annotations`, one annotation for each language. {@link fromPresentation3} writes it with
 * `provides: ["alternativeText"]`, and {@link toPresentation3} back.
 *
 * @example
 * ```ts
 * import * as Presentation4 from "@iiif-ingest/iiif/experimental/Presentation4"
 *
 * const canvas = "https://example.org/hamlet/canvas/1"
 * const annotation = Presentation4.alternativeText({
 *   id: `${canvas}/alternative-text/en`,
 *   target: canvas,
 *   text: "A stage with two guards at night",
 *   language: "en"
 * })
 *
 * annotation.motivation
 * // => "supplementing"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const alternativeText: (text: Texts.AlternativeText) => Presentation3.Annotation = Texts.alternativeText

/**
 * The alternative texts of a whole Presentation 3 canvas, by language, from its annotations as {@link alternativeText}
 * makes them. `undefined` if it has none.
 *
 * @category getters
 * @since 0.1.0
 */
export const alternativeTextOf: (canvas: Presentation3.Canvas) => Presentation3.LanguageMap | undefined =
  Texts.alternativeTextOf
