/**
 * Schemas of IIIF Presentation API 2.1, and conversion from and to Presentation 3. Conversion to Presentation 3 uses
 * `@iiif/parser`, which is loaded on first use.
 * Source: https://iiif.io/api/presentation/2.1/.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { jsonPath } from "./internal/jsonPath.ts"
import { upgraded } from "./internal/presentation2/fromPresentation2.ts"
import { Manifest } from "./internal/presentation2/model.ts"
import { makePlace } from "./internal/presentation2/place.ts"
import * as Structure from "./internal/presentation2/structure.ts"
import * as Presentation3 from "./Presentation3.ts"

export * from "./internal/presentation2/model.ts"

/**
 * The JSON-LD context of every Presentation 2 document.
 *
 * @category constants
 * @since 0.1.0
 */
export const context = Structure.context

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
 * The manifest cannot be converted to the other version; `notes` has every reason.
 *
 * @category errors
 * @since 0.1.0
 */
export class ConversionError extends Schema.TaggedError<ConversionError>()("ConversionError", {
  to: Schema.Literals(["Presentation 2", "Presentation 3"]),
  notes: Schema.Array(Note)
}) {
  override get message() {
    const notes = this.notes.map(({ path, problem }) => `  ${path === "" ? "the manifest" : path}: ${problem}`)
    return `the manifest cannot be converted to ${this.to}:\n${notes.join("\n")}`
  }
}

/**
 * A Presentation 2 manifest, and what was lost from the Presentation 3 manifest.
 *
 * @category models
 * @since 0.1.0
 */
export interface Converted {
  readonly manifest: Manifest
  readonly lost: ReadonlyArray<Note>
}

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

const failure = (to: ConversionError["to"]) => ({ issue }: Schema.SchemaError) =>
  new ConversionError({
    to,
    notes: formatIssue(issue).issues.map(({ message, path }) => ({ path: jsonPath(path), problem: message }))
  })

/**
 * `rename` maps an id in one version to the id in the other; by default ids do not change. It is called for every id,
 * target and source in the document.
 *
 * @category models
 * @since 0.1.0
 */
export interface ConvertOptions {
  readonly rename?: (id: string) => string
}

const decode2 = Schema.decodeUnknownResult(Manifest, { errors: "all" })

const decode3 = Schema.decodeUnknownResult(Presentation3.Manifest, { errors: "all" })

/**
 * Converts a Presentation 3 manifest of images on canvases to Presentation 2. `lost` lists what Presentation 2 cannot
 * express; a canvas or a painting annotation that it cannot show is an error.
 *
 * @example
 * ```ts
 * import { Manifest, Presentation2 } from "@iiif-ingest/iiif"
 * import { Result } from "effect"
 *
 * const manifest = Manifest.build("https://example.org/hamlet/manifest/3", { label: "Hamlet" }, [{
 *   id: "page1",
 *   imageService: "https://example.org/images/page1",
 *   width: 640,
 *   height: 427,
 *   label: "Title page"
 * }])
 *
 * const { manifest: older } = Result.getOrThrow(Presentation2.fromPresentation3(Result.getOrThrow(manifest), {
 *   rename: (id) => id.replace("/manifest/3", "/manifest/2")
 * }))
 *
 * older["@id"]
 * // => "https://example.org/hamlet/manifest/2"
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const fromPresentation3 = (
  manifest: Presentation3.Manifest,
  { rename = identity }: ConvertOptions = {}
): Result.Result<Converted, ConversionError> => {
  const { lost, place, refused } = makePlace(rename)
  const document = Structure.manifest(manifest, place)
  return refused.length > 0
    ? Result.fail(new ConversionError({ to: "Presentation 2", notes: refused }))
    : Result.mapBoth(decode2(document), {
      onFailure: failure("Presentation 2"),
      onSuccess: (converted) => ({ manifest: converted, lost })
    })
}

/**
 * Converts a Presentation 2 manifest to Presentation 3, using `@iiif/parser`.
 *
 * @category converting
 * @since 0.1.0
 */
export const toPresentation3 = Effect.fn("Presentation2.toPresentation3")(function*(
  document: unknown,
  { rename = identity }: ConvertOptions = {}
) {
  const manifest = yield* Effect.fromResult(Result.mapError(decode2(document), failure("Presentation 3")))
  const upgradedManifest = yield* Effect.tryPromise({
    try: () => upgraded(manifest, rename),
    catch: (cause) =>
      new ConversionError({
        to: "Presentation 3",
        notes: [{ path: "", problem: `@iiif/parser: ${cause instanceof Error ? cause.message : String(cause)}` }]
      })
  })
  return yield* Effect.fromResult(Result.mapError(decode3(upgradedManifest), failure("Presentation 3")))
})
