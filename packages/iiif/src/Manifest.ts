/**
 * Builds, checks, reads, edits and compares IIIF Presentation 3 manifests with pure functions.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Result from "effect/Result"
import * as Check from "./internal/check/check.ts"
import type { Finding, Rule } from "./internal/check/finding.ts"
import { type Code, rules } from "./internal/check/rules.ts"
import * as Build from "./internal/manifest/build.ts"
import type { Change } from "./internal/manifest/changes.ts"
import type { BuildOptions, Description, Page } from "./internal/manifest/description.ts"
import * as Diff from "./internal/manifest/diff.ts"
import * as Edit from "./internal/manifest/edit.ts"
import * as Encode from "./internal/manifest/encode.ts"
import type { ManifestError } from "./internal/manifest/manifestError.ts"
import * as Read from "./internal/manifest/read.ts"
import type * as Presentation3 from "./Presentation3.ts"

export type { CheckOptions } from "./internal/check/check.ts"
export { Finding, findingOf, type Rule } from "./internal/check/finding.ts"
export type { ImageRequest, Report, RuleSet } from "./internal/check/ruleSet.ts"
export type { Built } from "./internal/manifest/build.ts"
export { Change } from "./internal/manifest/changes.ts"
export { ManifestError } from "./internal/manifest/manifestError.ts"
export {
  Annotation,
  type AnnotationOrPage,
  Content,
  Layer,
  Painting,
  Picture,
  type Placement,
  ServiceKind,
  Stylesheet
} from "./internal/manifest/content.ts"
export {
  type BuildOptions,
  CanvasSize,
  Described,
  Description,
  Extent,
  type InnerPage,
  Page,
  Section
} from "./internal/manifest/description.ts"
export { Link, Provider, Thumbnail } from "./internal/manifest/links.ts"
export { PageOrPart, Part, Point, Region, Time } from "./internal/manifest/place.ts"

/**
 * Builds a manifest with one canvas per page, in order. Fails with all errors at once, at most 100 of each code; an error
 * has the path of the input (`pages[2].width`), or `uri`. It accepts any value, and never throws.
 *
 * @example
 * ```ts
 * import { Manifest } from "@iiif-ingest/iiif"
 * import { Result } from "effect"
 *
 * const manifest = Manifest.build("https://example.org/hamlet/manifest", { label: "Hamlet" }, [{
 *   id: "page1",
 *   imageService: "https://example.org/images/page1",
 *   width: 640,
 *   height: 427,
 *   label: "Title page"
 * }])
 *
 * Result.getOrThrow(manifest).items[0].label
 * // => { none: ["Title page"] }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const build = (
  uri: string,
  description: Description,
  pages: ReadonlyArray<Page>,
  options: BuildOptions = {}
): Result.Result<Presentation3.Manifest, ManifestError> =>
  Result.map(Build.build(uri, description, pages, options), ({ manifest }) => manifest)

/**
 * Builds a manifest like {@link build}, and also returns the warnings: what was corrected, what is doubtful, and
 * fields of which nothing is made.
 *
 * @category constructors
 * @since 0.1.0
 */
export const buildWithFindings: (
  uri: string,
  description: Description,
  pages: ReadonlyArray<Page>,
  options?: BuildOptions
) => Result.Result<Build.Built, ManifestError> = Build.build

/**
 * Builds the JSON text of a manifest in pieces, for a manifest too large to hold in memory: canvases are built and
 * checked one at a time, then built again and written. The text is that of the manifest from {@link build}, except that
 * `structures` may be in another position.
 *
 * @category constructors
 * @since 0.1.0
 */
export const buildText: (
  uri: string,
  description: Description,
  pages: ReadonlyArray<Page>,
  options?: BuildOptions
) => Result.Result<Iterable<string>, ManifestError> = Build.buildText

/**
 * Finds everything that is wrong or doubtful in a manifest, a collection or an annotation page, all at once. The `type`
 * of the document decides which it is; anything else is checked as a manifest. It accepts any value and never throws. A
 * document without errors is also valid by the official JSON Schema, but for properties of extensions, which that does not
 * allow. {@link codes} explains each code. Rules beyond the
 * specification are passed as rule sets ({@link RuleSet}).
 *
 * @example
 * ```ts
 * import { Manifest } from "@iiif-ingest/iiif"
 *
 * Manifest.check({ type: "Manifest", id: "manifest.json" }).map(({ code, path }) => `${path}: ${code}`)
 * // => ["@context: missing", "label: missing", "items: missing", "id: id-uri"]
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const check: (document: unknown, options?: Check.CheckOptions) => ReadonlyArray<Finding> = Check.check

/**
 * Checks like {@link check}, and lets others have their turn every few milliseconds, so that the check of a very large
 * document can be interrupted, for example by a timeout.
 *
 * @category guards
 * @since 0.1.0
 */
export const checkEffect: (
  document: unknown,
  options?: Check.CheckOptions
) => Effect.Effect<ReadonlyArray<Finding>> = Check.checkEffect

/**
 * What each finding code stands for. The meaning of a code never changes.
 *
 * @category constants
 * @since 0.1.0
 */
export const codes: { readonly [C in Code]: Rule } = rules

/**
 * Reads a manifest from JSON text, given as a string or as UTF-8 bytes. Keeps all ids and extension properties.
 *
 * @example
 * ```ts
 * import { Manifest } from "@iiif-ingest/iiif"
 * import { Result } from "effect"
 *
 * Result.isFailure(Manifest.fromText("<html>"))
 * // => true
 * ```
 *
 * @category decoding
 * @since 0.1.0
 */
export const fromText: (text: string | Uint8Array) => Result.Result<Presentation3.Manifest, ManifestError> =
  Read.fromText

/**
 * Accepts a parsed JSON value as a manifest if it has no errors.
 *
 * @category decoding
 * @since 0.1.0
 */
export const fromUnknown: (value: unknown) => Result.Result<Presentation3.Manifest, ManifestError> = Read.fromUnknown

/**
 * Reads a manifest from a file.
 *
 * @category decoding
 * @since 0.1.0
 */
export const fromFile = Effect.fn("Manifest.fromFile")(function*(
  path: string
): Effect.fn.Return<Presentation3.Manifest, ManifestError | PlatformError, FileSystem.FileSystem> {
  const files = yield* FileSystem.FileSystem
  return yield* Effect.fromResult(Read.fromText(yield* files.readFile(path)))
})

/**
 * Encodes a manifest as JSON text, in pieces of several canvases each. Fails if something in it is not JSON, contains
 * itself or is nested too deeply; what is wrong in other ways is for {@link check} to find.
 *
 * @category encoding
 * @since 0.1.0
 */
export const toText: (manifest: Presentation3.Manifest) => Result.Result<Iterable<string>, ManifestError> =
  Encode.encode

/**
 * Lists how a manifest differs from an earlier one, in IIIF terms. Fails with the errors of the two, if they have any.
 *
 * @category comparing
 * @since 0.1.0
 */
export const diff: (
  before: Presentation3.Manifest,
  after: Presentation3.Manifest
) => Result.Result<ReadonlyArray<Change>, ManifestError> = Diff.diff

/**
 * Inserts canvases at a position, counted from 0. Fails if there is no such position, or if the manifest has a canvas with
 * one of their ids.
 *
 * @category editing
 * @since 0.1.0
 */
export const insertPages: (
  manifest: Presentation3.Manifest,
  position: number,
  canvases: ReadonlyArray<Presentation3.Canvas>
) => Result.Result<Presentation3.Manifest, ManifestError> = Edit.insert

/**
 * Removes a canvas, also from all ranges and from every `start`, and the ranges that are then empty. Fails if annotations
 * elsewhere target it or link to it, or to one of these ranges. A `thumbnail` of the manifest is kept, whatever it shows.
 *
 * @category editing
 * @since 0.1.0
 */
export const removePage: (
  manifest: Presentation3.Manifest,
  id: string
) => Result.Result<Presentation3.Manifest, ManifestError> = Edit.remove

/**
 * Moves a canvas to another position, counted from 0 among the other canvases.
 *
 * @category editing
 * @since 0.1.0
 */
export const movePage: (
  manifest: Presentation3.Manifest,
  id: string,
  position: number
) => Result.Result<Presentation3.Manifest, ManifestError> = Edit.move

/**
 * Changes a canvas. To change a property of the manifest itself, spread it: `{ ...manifest, label }`.
 *
 * @category editing
 * @since 0.1.0
 */
export const updatePage: (
  manifest: Presentation3.Manifest,
  id: string,
  change: (canvas: Presentation3.Canvas) => Presentation3.Canvas
) => Result.Result<Presentation3.Manifest, ManifestError> = Edit.update
