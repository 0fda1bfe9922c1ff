/**
 * Builds, checks, reads, edits and compares IIIF manifests of Presentation 3, all as pure functions.
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
import * as Read from "./internal/manifest/read.ts"
import type * as Presentation3 from "./Presentation3.ts"

export type { CheckOptions } from "./internal/check/check.ts"
export { Finding, findingOf, type Rule } from "./internal/check/finding.ts"
export type { ImageRequest, Report, RuleSet } from "./internal/check/ruleSet.ts"
export { ManifestError } from "./internal/manifest/build.ts"
export { Change } from "./internal/manifest/changes.ts"
export {
  type BuildOptions,
  CanvasSize,
  Described,
  Description,
  Link,
  Page,
  PageOrPart,
  Painting,
  Picture,
  Provider,
  Region,
  Section,
  ServiceKind
} from "./internal/manifest/description.ts"

/**
 * A manifest, and what was found in it that is no error.
 *
 * @category models
 * @since 0.1.0
 */
export interface Built {
  readonly manifest: Presentation3.Manifest
  readonly findings: ReadonlyArray<Finding>
}

/**
 * Builds a manifest: one canvas per page, in their order. Fails with every finding at once, in the terms of what was
 * given (`pages[2].width`) where that is at fault.
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
): Result.Result<Presentation3.Manifest, Build.ManifestError> =>
  Result.map(Build.build(uri, description, pages, options), ({ manifest }) => manifest)

/**
 * The same, with the findings that are no errors: what was corrected, and what is doubtful.
 *
 * @category constructors
 * @since 0.1.0
 */
export const buildWithFindings: (
  uri: string,
  description: Description,
  pages: ReadonlyArray<Page>,
  options?: BuildOptions
) => Result.Result<Built, Build.ManifestError> = Build.build

/**
 * The text of such a manifest, in pieces, for one too large to be held: each canvas is built and checked, and built again
 * and written, by itself. The text is that of {@link build}, except that `structures` may stand elsewhere.
 *
 * @category constructors
 * @since 0.1.0
 */
export const buildText: (
  uri: string,
  description: Description,
  pages: ReadonlyArray<Page>,
  options?: BuildOptions
) => Result.Result<Iterable<string>, Build.ManifestError> = Build.buildText

/**
 * Everything that is wrong or doubtful in any manifest, collection or page of annotations (told by its `type`; anything
 * else is looked at as a manifest), all at once. Whatever is given, it answers; without an error in its answer, the
 * official JSON Schema takes the document too. {@link codes} has what each code stands for. Rules beyond the
 * specification's are given as rule sets ({@link RuleSet}).
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
 * What each code of a finding stands for. A code never changes its meaning.
 *
 * @category constants
 * @since 0.1.0
 */
export const codes: { readonly [C in Code]: Rule } = rules

/**
 * Reads a manifest from its text, or from the bytes of it (UTF-8), with all ids and extension properties kept.
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
export const fromText: (text: string | Uint8Array) => Result.Result<Presentation3.Manifest, Build.ManifestError> =
  Read.fromText

/**
 * Takes a value of JSON as a manifest, if there is no error in it.
 *
 * @category decoding
 * @since 0.1.0
 */
export const fromUnknown: (value: unknown) => Result.Result<Presentation3.Manifest, Build.ManifestError> =
  Read.fromUnknown

/**
 * Reads a manifest from a file.
 *
 * @category decoding
 * @since 0.1.0
 */
export const fromFile = Effect.fn("Manifest.fromFile")(function*(
  path: string
): Effect.fn.Return<Presentation3.Manifest, Build.ManifestError | PlatformError, FileSystem.FileSystem> {
  const files = yield* FileSystem.FileSystem
  return yield* Effect.fromResult(Read.fromText(yield* files.readFile(path)))
})

/**
 * The text of a manifest, in pieces of some canvases each.
 *
 * @category encoding
 * @since 0.1.0
 */
export const toText: (manifest: Presentation3.Manifest) => Iterable<string> = Encode.encode

/**
 * How a manifest differs from an earlier one, in the terms of IIIF.
 *
 * @category comparing
 * @since 0.1.0
 */
export const diff: (
  before: Presentation3.Manifest,
  after: Presentation3.Manifest
) => ReadonlyArray<Change> = Diff.diff

/**
 * Puts canvases in at a position, counted from 0.
 *
 * @category editing
 * @since 0.1.0
 */
export const insertPages: (
  manifest: Presentation3.Manifest,
  position: number,
  canvases: ReadonlyArray<Presentation3.Canvas>
) => Result.Result<Presentation3.Manifest, Build.ManifestError> = Edit.insert

/**
 * Takes a canvas out, and out of all ranges and `start`.
 *
 * @category editing
 * @since 0.1.0
 */
export const removePage: (
  manifest: Presentation3.Manifest,
  id: string
) => Result.Result<Presentation3.Manifest, Build.ManifestError> = Edit.remove

/**
 * Puts a canvas at another position, counted from 0 without it.
 *
 * @category editing
 * @since 0.1.0
 */
export const movePage: (
  manifest: Presentation3.Manifest,
  id: string,
  position: number
) => Result.Result<Presentation3.Manifest, Build.ManifestError> = Edit.move

/**
 * Changes a canvas. What there is to change on a manifest itself is changed as on any value: `{ ...manifest, label }`.
 *
 * @category editing
 * @since 0.1.0
 */
export const updatePage: (
  manifest: Presentation3.Manifest,
  id: string,
  change: (canvas: Presentation3.Canvas) => Presentation3.Canvas
) => Result.Result<Presentation3.Manifest, Build.ManifestError> = Edit.update
