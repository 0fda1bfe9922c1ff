/**
 * Schemas of IIIF Presentation API 2.1, and conversion from and to Presentation 3. Conversions are effects that let other
 * work go on, so that they can be interrupted, however long the document is.
 * Source: https://iiif.io/api/presentation/2.1/.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Convert from "./internal/presentation2/convert.ts"
import type { Collection, Manifest } from "./internal/presentation2/model.ts"
import { context as context2 } from "./internal/presentation2/to2/manifest.ts"
import type * as Presentation3 from "./Presentation3.ts"

export * from "./internal/presentation2/model.ts"

/**
 * The JSON-LD context of every Presentation 2 document.
 *
 * @category constants
 * @since 0.1.0
 */
export const context = context2

/**
 * Something that the other version cannot express, or that is invalid: its JSON path, and the reason.
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
 * The document cannot be converted to the other version; `notes` has every reason, up to 100 of a kind, the last of
 * which says how many more there are.
 *
 * @category errors
 * @since 0.1.0
 */
export class ConversionError extends Schema.TaggedError<ConversionError>()("ConversionError", {
  to: Schema.Literals(["Presentation 2", "Presentation 3"]),
  notes: Schema.Array(Note)
}) {
  override get message() {
    const notes = this.notes.map(({ path, problem }) => `  ${path === "" ? "the document" : path}: ${problem}`)
    return `the document cannot be converted to ${this.to}:\n${notes.join("\n")}`
  }
}

/**
 * A converted manifest, and what was lost of the one that was given: notes with their paths in the given document, up to
 * 100 of a kind, the last of which says how many more there are.
 *
 * @category models
 * @since 0.1.0
 */
export interface Converted<A> {
  readonly manifest: A
  readonly lost: ReadonlyArray<Note>
}

/**
 * A converted collection, and what was lost of the one that was given.
 *
 * @category models
 * @since 0.1.0
 */
export interface ConvertedCollection<A> {
  readonly collection: A
  readonly lost: ReadonlyArray<Note>
}

/**
 * `rename` maps an id in one version to the id in the other; by default ids do not change. It is called for every id,
 * target and source in the document; if it throws or gives no string, the conversion fails.
 *
 * @category models
 * @since 0.1.0
 */
export interface ConvertOptions {
  readonly rename?: (id: string) => string
}

/** Code without types may give null for no options. */
const renameOf = (options: ConvertOptions | null) => options?.rename ?? identity

const withError = <A>(
  to: ConversionError["to"],
  conversion: Effect.Effect<Result.Result<A, ReadonlyArray<Note>>>
): Effect.Effect<A, ConversionError> =>
  Effect.flatMap(
    conversion,
    (converted) => Effect.fromResult(Result.mapError(converted, (notes) => new ConversionError({ to, notes })))
  )

/**
 * Converts a Presentation 3 manifest to Presentation 2. What Presentation 2 has a place for is kept; `lost` lists
 * everything else. Texts, sound and video that are painted on a canvas become annotation lists. A canvas without width
 * and height, and a painting annotation that shows nothing, are errors.
 *
 * @example
 * ```ts
 * import { Manifest, Presentation2 } from "@iiif-ingest/iiif"
 * import { Effect, Result } from "effect"
 *
 * const manifest = Manifest.build("https://example.org/hamlet/manifest/3", { label: "Hamlet" }, [{
 *   id: "page1",
 *   imageService: "https://example.org/images/page1",
 *   width: 640,
 *   height: 427,
 *   label: "Title page"
 * }])
 *
 * const { manifest: older } = await Effect.runPromise(
 *   Presentation2.fromPresentation3(Result.getOrThrow(manifest), {
 *     rename: (id) => id.replace("/manifest/3", "/manifest/2")
 *   })
 * )
 *
 * older["@id"]
 * // => "https://example.org/hamlet/manifest/2"
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const fromPresentation3 = Effect.fn("Presentation2.fromPresentation3")(function*(
  manifest: Presentation3.Manifest,
  options: ConvertOptions = {}
): Effect.fn.Return<Converted<Manifest>, ConversionError> {
  const { lost, value } = yield* withError("Presentation 2", Convert.toManifest2(manifest, renameOf(options)))
  return { manifest: value, lost }
})

/**
 * Converts a Presentation 3 collection to Presentation 2, as {@link fromPresentation3} converts manifests. Manifests
 * and collections that are mixed are `members`, which keep their order.
 *
 * @category converting
 * @since 0.1.0
 */
export const collectionFromPresentation3 = Effect.fn("Presentation2.collectionFromPresentation3")(function*(
  collection: Presentation3.Collection,
  options: ConvertOptions = {}
): Effect.fn.Return<ConvertedCollection<Collection>, ConversionError> {
  const { lost, value } = yield* withError("Presentation 2", Convert.toCollection2(collection, renameOf(options)))
  return { collection: value, lost }
})

/**
 * Converts a Presentation 2 manifest to Presentation 3. It accepts any value, and never throws. The result has no
 * errors by `Manifest.check`; `lost` lists what has no place in Presentation 3, and everything else is in the result.
 * Paths are those of the given document, such as `sequences[0].canvases[3].images[0].resource`.
 *
 * - Ids stay as they are, percent-encoding included. Those that Presentation 3 does not allow, such as `urn:` ids of
 *   ranges, become addresses below that of the manifest, and are listed.
 * - The canvases are those of the first sequence that is embedded; other embedded sequences become ranges with the
 *   behavior `sequence`. If none is embedded, the conversion fails.
 * - A logo becomes that of a provider, since Presentation 3 has no others. Its id is a fragment of the id of the
 *   resource, and its label is the host of the logo, since Presentation 2 does not say whose logo it is.
 * - A license that Presentation 3 does not allow in `rights` is put in the metadata.
 * - Annotation lists that are embedded are annotation pages; what they paint is in the `items` of the canvas.
 *
 * @example
 * ```ts
 * import { Presentation2 } from "@iiif-ingest/iiif"
 * import { Effect } from "effect"
 *
 * const older = {
 *   "@context": "http://iiif.io/api/presentation/2/context.json",
 *   "@id": "https://example.org/hamlet/manifest",
 *   "@type": "sc:Manifest",
 *   label: { "@value": "Hamlet", "@language": "en" },
 *   sequences: [{
 *     "@type": "sc:Sequence",
 *     canvases: [{
 *       "@id": "https://example.org/hamlet/canvas/1",
 *       "@type": "sc:Canvas",
 *       label: "1r",
 *       width: 640,
 *       height: 427
 *     }]
 *   }]
 * }
 *
 * const { lost, manifest } = await Effect.runPromise(Presentation2.toPresentation3(older))
 *
 * manifest.label
 * // => { en: ["Hamlet"] }
 * lost
 * // => []
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const toPresentation3 = Effect.fn("Presentation2.toPresentation3")(function*(
  document: unknown,
  options: ConvertOptions = {}
): Effect.fn.Return<Converted<Presentation3.Manifest>, ConversionError> {
  const { lost, value } = yield* withError("Presentation 3", Convert.toManifest3(document, renameOf(options)))
  return { manifest: value, lost }
})

/**
 * Converts a Presentation 2 collection to Presentation 3, as {@link toPresentation3} converts manifests. Its members are
 * in their order; collections and manifests that are not among them come after them.
 *
 * @category converting
 * @since 0.1.0
 */
export const collectionToPresentation3 = Effect.fn("Presentation2.collectionToPresentation3")(function*(
  document: unknown,
  options: ConvertOptions = {}
): Effect.fn.Return<ConvertedCollection<Presentation3.Collection>, ConversionError> {
  const { lost, value } = yield* withError("Presentation 3", Convert.toCollection3(document, renameOf(options)))
  return { collection: value, lost }
})
