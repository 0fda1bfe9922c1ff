/**
 * Builds and checks IIIF manifests, purely: from assets and a description to a Presentation 3 manifest that MPS takes.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { AssetId, ManifestUri } from "./Ids.ts"
import { rightsFinding } from "./internal/rights.ts"
import * as Presentation3 from "./Presentation3.ts"

const LabelValueText = Schema.Struct({ label: Presentation3.Text, value: Presentation3.Text })

/**
 * What a manifest says of the whole.
 *
 * - `name`: what it is called at MPS, capital letters and digits; made at random when not given.
 * - `label`: its title. `language`: the tag under which text without a language is filed, `none` when not given; MPS's
 *   own viewer reads only `none` (docs/mps.md, 2.4).
 * - `rights`: a Creative Commons or rightsstatements.org URI, in its `http` form.
 * - `provider`: who provides it, with a URI each.
 * - `behavior`: chosen by the number of pages when not given: `individuals` for one, `paged` for more.
 *
 * @category models
 * @since 0.1.0
 */
export const Description = Schema.Struct({
  name: Schema.optionalKey(Schema.String),
  label: Presentation3.Text,
  language: Schema.optionalKey(Schema.String),
  summary: Schema.optionalKey(Presentation3.Text),
  metadata: Schema.optionalKey(Schema.Array(LabelValueText)),
  requiredStatement: Schema.optionalKey(LabelValueText),
  rights: Schema.optionalKey(Schema.String),
  provider: Schema.optionalKey(Schema.Array(Schema.Struct({ id: Schema.String, label: Presentation3.Text }))),
  behavior: Schema.optionalKey(Schema.Array(Schema.String)),
  thumbnail: Schema.optionalKey(Schema.Array(Presentation3.Image))
})

/**
 * @category models
 * @since 0.1.0
 */
export type Description = typeof Description.Type

/**
 * An image of a manifest: its id, the address of its image service, its size in pixels, and what is said of it.
 *
 * @category models
 * @since 0.1.0
 */
export const Page = Schema.Struct({
  id: AssetId,
  imageService: Schema.String,
  width: Schema.Int.check(Schema.isGreaterThan(0)),
  height: Schema.Int.check(Schema.isGreaterThan(0)),
  label: Presentation3.Text,
  metadata: Schema.optionalKey(Schema.Array(LabelValueText))
})

/**
 * @category models
 * @since 0.1.0
 */
export type Page = typeof Page.Type

/**
 * One thing that is wrong or doubtful in a manifest: a code that stays the same for ever, where (a JSON path), what, and
 * what to do.
 *
 * @category models
 * @since 0.1.0
 */
export const Finding = Schema.Struct({
  severity: Schema.Literals(["error", "warning"]),
  code: Schema.String,
  path: Schema.String,
  message: Schema.String
})

/**
 * @category models
 * @since 0.1.0
 */
export type Finding = typeof Finding.Type

/**
 * A manifest that is wrong, with every finding.
 *
 * @category errors
 * @since 0.1.0
 */
export class ManifestError extends Schema.TaggedError<ManifestError>()("ManifestError", {
  findings: Schema.Array(Finding)
}) {
  override get message() {
    return `the manifest is not right:\n${this.findings.map((f) => `  ${f.path}: ${f.message} [${f.code}]`).join("\n")}`
  }
}

const error = (code: string, path: string, message: string): Finding => ({ severity: "error", code, path, message })

const thumbnailWidth = 250

const service = (page: Page): Presentation3.Service => ({
  "@id": page.imageService,
  "@type": "ImageService2",
  profile: "http://iiif.io/api/image/2/level2.json"
})

/** What MPS's image service serves: JPEG, whatever the source was (docs/mps.md, 2.4). */
const image = (page: Page, size: string, width: number, height: number): Presentation3.Image => ({
  id: `${page.imageService}/full/${size}/0/default.jpg`,
  type: "Image",
  format: "image/jpeg",
  height,
  width,
  service: [service(page)]
})

const thumbnail = (page: Page): Presentation3.Image => {
  if (page.width <= thumbnailWidth) return image(page, "max", page.width, page.height)
  const height = Math.max(1, Math.round(page.height * thumbnailWidth / page.width))
  return image(page, `${thumbnailWidth},`, thumbnailWidth, height)
}

const labelValues = (
  pairs: ReadonlyArray<typeof LabelValueText.Type>,
  language: string
): ReadonlyArray<Presentation3.LabelValue> =>
  pairs.map(({ label, value }) => ({
    label: Presentation3.languageMap(label, language),
    value: Presentation3.languageMap(value, language)
  }))

const canvas = (uri: ManifestUri, page: Page, language: string): Presentation3.Canvas => {
  const id = `${uri}/canvas/canvas:${page.id}`
  return {
    id,
    type: "Canvas",
    label: Presentation3.languageMap(page.label, language),
    height: page.height,
    width: page.width,
    ...(page.metadata === undefined ? {} : { metadata: labelValues(page.metadata, language) }),
    thumbnail: [thumbnail(page)],
    items: [{
      id: `${uri}/annotationPage/annopage:${page.id}`,
      type: "AnnotationPage",
      items: [{
        id: `${uri}/annotation/annotation:${page.id}`,
        type: "Annotation",
        motivation: "painting",
        body: image(page, "max", page.width, page.height),
        target: id
      }]
    }]
  }
}

const whole = (uri: ManifestUri, description: Description, first: Page) => {
  const language = description.language ?? "none"
  const text = (given: Presentation3.Text) => Presentation3.languageMap(given, language)
  const { metadata, provider, requiredStatement, rights, summary } = description
  return {
    "@context": Presentation3.context,
    id: uri,
    type: "Manifest",
    label: text(description.label),
    ...(summary === undefined ? {} : { summary: text(summary) }),
    ...(metadata === undefined ? {} : { metadata: labelValues(metadata, language) }),
    ...(requiredStatement === undefined
      ? {}
      : { requiredStatement: { label: text(requiredStatement.label), value: text(requiredStatement.value) } }),
    ...(rights === undefined ? {} : { rights }),
    ...(provider === undefined
      ? {}
      : { provider: provider.map(({ id, label }) => ({ id, type: "Agent" as const, label: text(label) })) }),
    thumbnail: description.thumbnail ?? [thumbnail(first)]
  } as const
}

/**
 * Builds a manifest: one canvas per page, in their order. Fails with every finding at once.
 *
 * @example
 * ```ts
 * import { Ids, Manifest } from "@iiif-ingest/core"
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
 * Result.getOrThrow(manifest).items[0].label
 * // => { none: ["Title page"] }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const build = (
  uri: ManifestUri,
  description: Description,
  pages: ReadonlyArray<Page>
): Result.Result<Presentation3.Manifest, ManifestError> => {
  const [first, ...others] = pages
  if (first === undefined) {
    const finding = error("manifest-empty", "items", "a manifest needs at least one canvas: give it an image")
    return Result.fail(new ManifestError({ findings: [finding] }))
  }
  const language = description.language ?? "none"
  const manifest: Presentation3.Manifest = {
    ...whole(uri, description, first),
    behavior: description.behavior ?? [pages.length === 1 ? "individuals" : "paged"],
    items: [canvas(uri, first, language), ...others.map((page) => canvas(uri, page, language))]
  }
  const findings = check(manifest).filter((finding) => finding.severity === "error")
  return findings.length === 0 ? Result.succeed(manifest) : Result.fail(new ManifestError({ findings }))
}

const decode = Schema.decodeUnknownResult(Presentation3.Manifest)

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

const pathOf = (path: ReadonlyArray<unknown> | undefined): string =>
  (path ?? []).map((part) =>
    typeof part === "object" && part !== null && "key" in part ? String(part.key) : String(part)
  )
    .reduce(
      (joined, part) => /^\d+$/.test(part) ? `${joined}[${part}]` : joined === "" ? part : `${joined}.${part}`,
      ""
    )

const structure = (manifest: unknown): ReadonlyArray<Finding> => {
  const decoded = decode(manifest, { errors: "all" })
  if (Result.isSuccess(decoded)) return []
  return formatIssue(decoded.failure.issue).issues.map((issue) => ({
    severity: "error",
    code: "structure",
    path: pathOf(issue.path),
    message: issue.message
  }))
}

const languages = (path: string, text: Presentation3.LanguageMap | undefined): ReadonlyArray<Finding> => {
  const findings: Array<Finding> = []
  for (const [tag, values] of Object.entries(text ?? {})) {
    const at = `${path}.${tag}`
    if (tag !== "none" && !isLanguageTag(tag)) {
      findings.push(error("language-tag", at, `${JSON.stringify(tag)} is not a language tag (BCP 47) or "none"`))
    }
    if (values.length === 0) {
      findings.push(error("language-empty", at, "there is no value for this language: leave the language out"))
    }
  }
  return findings
}

const isLanguageTag = (tag: string): boolean => {
  try {
    return Intl.getCanonicalLocales(tag).length === 1
  } catch {
    return false
  }
}

/** Ids that stand for two things, also where they differ only by case, since MPS does not tell them apart. */
const duplicates = (manifest: Presentation3.Manifest): ReadonlyArray<Finding> => {
  const seen = new Map<string, number>()
  return manifest.items.flatMap((item, index): ReadonlyArray<Finding> => {
    const key = item.id.toLowerCase()
    const earlier = seen.get(key)
    if (earlier === undefined) {
      seen.set(key, index)
      return []
    }
    return [error("id-duplicate", `items[${index}].id`, `it is also that of items[${earlier}] (case does not count)`)]
  })
}

const knownBehaviors = new Set([
  "auto-advance",
  "no-auto-advance",
  "repeat",
  "no-repeat",
  "unordered",
  "individuals",
  "continuous",
  "paged"
])

const behaviors = (manifest: Presentation3.Manifest): ReadonlyArray<Finding> =>
  (manifest.behavior ?? []).flatMap((behavior, index): ReadonlyArray<Finding> =>
    knownBehaviors.has(behavior) ? [] : [{
      severity: "warning",
      code: "behavior-unknown",
      path: `behavior[${index}]`,
      message: `${JSON.stringify(behavior)} is no behavior of a manifest (Presentation 3.0, 3.1)`
    }]
  )

const content = (manifest: Presentation3.Manifest): ReadonlyArray<Finding> => [
  ...languages("label", manifest.label),
  ...languages("summary", manifest.summary),
  ...manifest.items.flatMap((item, index) => languages(`items[${index}].label`, item.label)),
  ...rightsFinding(manifest.rights),
  ...behaviors(manifest),
  ...duplicates(manifest)
]

/**
 * Checks any manifest: everything that is wrong with its structure or, where that is sound, with its content.
 *
 * @category guards
 * @since 0.1.0
 */
export const check = (manifest: unknown): ReadonlyArray<Finding> => {
  const decoded = decode(manifest)
  return Result.isSuccess(decoded) ? content(decoded.success) : structure(manifest)
}
