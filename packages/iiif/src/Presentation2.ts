/**
 * IIIF Presentation API 2.1 as schemas, and the way to it from Presentation 3 and back. Reading goes through
 * `@iiif/parser`, which is loaded when it is first needed.
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
 * Something that the other version cannot say, or that is wrong: where it stands (a JSON path), and why.
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
 * A manifest that cannot be had in the other version, with every reason.
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
    return `the manifest cannot be had in ${this.to}:\n${notes.join("\n")}`
  }
}

/**
 * A manifest of Presentation 2, and what of the one of Presentation 3 it leaves out.
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
 * `rename`: an id in one version as it is in the other; ids stay as they are by default. It is asked for every id, target
 * and source in the document.
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
 * Writes a manifest of Presentation 3 in Presentation 2: images on canvases. What Presentation 2 cannot say is listed in
 * `lost`; a canvas or a painting that it cannot show is an error.
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
      onSuccess: (written) => ({ manifest: written, lost })
    })
}

/**
 * Reads a manifest of Presentation 2 into Presentation 3, through `@iiif/parser`.
 *
 * @category converting
 * @since 0.1.0
 */
export const toPresentation3 = Effect.fn("Presentation2.toPresentation3")(function*(
  document: unknown,
  { rename = identity }: ConvertOptions = {}
) {
  const manifest = yield* Effect.fromResult(Result.mapError(decode2(document), failure("Presentation 3")))
  const newer = yield* Effect.tryPromise({
    try: () => upgraded(manifest, rename),
    catch: (cause) =>
      new ConversionError({
        to: "Presentation 3",
        notes: [{ path: "", problem: `@iiif/parser: ${cause instanceof Error ? cause.message : String(cause)}` }]
      })
  })
  return yield* Effect.fromResult(Result.mapError(decode3(newer), failure("Presentation 3")))
})
