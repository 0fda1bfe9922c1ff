/**
 * IIIF Presentation API 2.1, which MPS serves beside version 3: manifests are written from Presentation 3 and read into
 * it. Reading goes through `@iiif/parser`, which is loaded when it is first needed.
 * Source: https://iiif.io/api/presentation/2.1/.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as Ids from "./Ids.ts"
import { jsonPath } from "./internal/jsonPath.ts"
import { upgraded } from "./internal/presentation2/fromPresentation2.ts"
import { makePlace } from "./internal/presentation2/place.ts"
import * as Structure from "./internal/presentation2/structure.ts"
import { list, oneOrMany, open } from "./internal/presentation3/open.ts"
import { Id, Size, ViewingDirection } from "./internal/presentation3/values.ts"
import * as Presentation3 from "./Presentation3.ts"

/**
 * The JSON-LD context of every Presentation 2 document.
 *
 * @category constants
 * @since 0.1.0
 */
export const context = Structure.context

const json = Schema.optionalKey(Schema.Json)

const oneText = Schema.Union([
  Schema.String,
  Schema.Struct({ "@value": Schema.String, "@language": Schema.optionalKey(Schema.String) })
])

/**
 * Text: plain, or with its language, one or several. Clause 4.3.
 *
 * @category models
 * @since 0.1.0
 */
export const Text = oneOrMany(oneText)

/**
 * @category models
 * @since 0.1.0
 */
export type Text = typeof Text.Type

const text = Schema.optionalKey(Text)

const described = {
  "@id": Id,
  metadata: list(open(Schema.Struct({ label: Text, value: Text }))),
  description: text,
  attribution: text,
  license: Schema.optionalKey(oneOrMany(Schema.String)),
  logo: json,
  thumbnail: json,
  viewingHint: Schema.optionalKey(Schema.String),
  related: json,
  rendering: json,
  seeAlso: json,
  service: json,
  within: json
}

/**
 * An annotation that paints an image on a canvas. Clause 5.4.
 *
 * @category models
 * @since 0.1.0
 */
export const ImageAnnotation = open(
  Schema.Struct({
    "@id": Schema.optionalKey(Id),
    "@type": Schema.Literal("oa:Annotation"),
    motivation: Schema.Literal("sc:painting"),
    resource: Schema.Json,
    on: Schema.Json
  })
)

/**
 * @category models
 * @since 0.1.0
 */
export type ImageAnnotation = typeof ImageAnnotation.Type

/**
 * A canvas: one page, in the units of its `width` and `height`. Clause 5.3.
 *
 * @category models
 * @since 0.1.0
 */
export const Canvas = open(
  Schema.Struct({
    ...described,
    "@type": Schema.Literal("sc:Canvas"),
    label: Text,
    height: Size,
    width: Size,
    images: list(ImageAnnotation),
    otherContent: json
  })
)

/**
 * @category models
 * @since 0.1.0
 */
export type Canvas = typeof Canvas.Type

/**
 * The order of the canvases. Clause 5.2.
 *
 * @category models
 * @since 0.1.0
 */
export const Sequence = open(
  Schema.Struct({
    "@id": Schema.optionalKey(Id),
    "@type": Schema.Literal("sc:Sequence"),
    viewingDirection: Schema.optionalKey(ViewingDirection),
    startCanvas: Schema.optionalKey(Schema.String),
    canvases: Schema.NonEmptyArray(Canvas)
  })
)

/**
 * @category models
 * @since 0.1.0
 */
export type Sequence = typeof Sequence.Type

/**
 * A part of a manifest; the ranges within it are named by their ids. Clause 5.6.
 *
 * @category models
 * @since 0.1.0
 */
export const Range = open(
  Schema.Struct({
    ...described,
    "@type": Schema.Literal("sc:Range"),
    label: text,
    viewingDirection: Schema.optionalKey(ViewingDirection),
    startCanvas: Schema.optionalKey(Schema.String),
    canvases: list(Schema.String),
    ranges: list(Schema.String),
    members: json
  })
)

/**
 * @category models
 * @since 0.1.0
 */
export type Range = typeof Range.Type

/**
 * A manifest of images. Clause 5.1.
 *
 * @category models
 * @since 0.1.0
 */
export const Manifest = open(
  Schema.Struct({
    ...described,
    "@context": oneOrMany(Schema.String),
    "@type": Schema.Literal("sc:Manifest"),
    label: Text,
    viewingDirection: Schema.optionalKey(ViewingDirection),
    navDate: Schema.optionalKey(Schema.String),
    sequences: Schema.NonEmptyArray(Sequence),
    structures: list(Range)
  })
)

/**
 * @category models
 * @since 0.1.0
 */
export type Manifest = typeof Manifest.Type

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

/** The address in the other version, as MPS names and as it serves it, and with it that of everything under it. */
const renaming = (version: "2" | "3") => (uri: string): (id: string) => string => {
  const other = Ids.withVersion(Ids.ManifestUri.make(uri), version).replace(
    /\/iiif\/[23]\/(?=URN-3:)/i,
    `/iiif/${version}/`
  )
  return (id) => id === uri || id.startsWith(`${uri}/`) || id.startsWith(`${uri}#`) ? other + id.slice(uri.length) : id
}

const decode2 = Schema.decodeUnknownResult(Manifest, { errors: "all" })

const decode3 = Schema.decodeUnknownResult(Presentation3.Manifest, { errors: "all" })

/**
 * Writes a manifest of Presentation 3 in Presentation 2: images on canvases, as MPS has it. Ids that end in
 * `:MANIFEST:3`, and those under them, end in `:MANIFEST:2`. What Presentation 2 cannot say is listed in `lost`; a
 * canvas or a painting that it cannot show is an error.
 *
 * @example
 * ```ts
 * import { Ids, Manifest, Presentation2 } from "@iiif-ingest/core"
 * import { Result } from "effect"
 *
 * const manifest = Manifest.build(
 *   Ids.ManifestUri.make("https://nrs-qa.lib.harvard.edu/URN-3:AT:HAMLET:MANIFEST:3"),
 *   { label: "Hamlet" },
 *   [{
 *     id: Ids.AssetId.make("page1"),
 *     imageService: "https://mps-qa.lib.harvard.edu/assets/images/AT:page1",
 *     width: 640,
 *     height: 427,
 *     label: "Title page"
 *   }]
 * )
 *
 * const { manifest: older } = Result.getOrThrow(Presentation2.fromPresentation3(Result.getOrThrow(manifest)))
 *
 * older["@id"]
 * // => "https://nrs-qa.lib.harvard.edu/URN-3:AT:HAMLET:MANIFEST:2"
 * ```
 *
 * @category converting
 * @since 0.1.0
 */
export const fromPresentation3 = (
  manifest: Presentation3.Manifest
): Result.Result<Converted, ConversionError> => {
  const { lost, place, refused } = makePlace(renaming("2")(manifest.id))
  const document = Structure.manifest(manifest, place)
  return refused.length > 0
    ? Result.fail(new ConversionError({ to: "Presentation 2", notes: refused }))
    : Result.mapBoth(decode2(document), {
      onFailure: failure("Presentation 2"),
      onSuccess: (written) => ({ manifest: written, lost })
    })
}

/**
 * Reads a manifest of Presentation 2 into Presentation 3, through `@iiif/parser`. Ids that end in `:MANIFEST:2`, and
 * those under them, end in `:MANIFEST:3`.
 *
 * @category converting
 * @since 0.1.0
 */
export const toPresentation3 = Effect.fn("Presentation2.toPresentation3")(function*(document: unknown) {
  const manifest = yield* Effect.fromResult(Result.mapError(decode2(document), failure("Presentation 3")))
  const newer = yield* Effect.tryPromise({
    try: () => upgraded(manifest, renaming("3")(manifest["@id"])),
    catch: (cause) =>
      new ConversionError({
        to: "Presentation 3",
        notes: [{ path: "", problem: `@iiif/parser: ${cause instanceof Error ? cause.message : String(cause)}` }]
      })
  })
  return yield* Effect.fromResult(Result.mapError(decode3(newer), failure("Presentation 3")))
})
