import * as Effect from "effect/Effect"
import { isObject } from "effect/Predicate"
import { type Check, type Fields, kindOf, Walk } from "../model/walk.ts"
import { annotation, annotationCollection, annotationPage } from "../presentation3/annotationTables.ts"
import { contentStateAnnotation, contentStateReference } from "../presentation3/contentStateTables.ts"
import { topContext } from "../presentation3/context.ts"
import { checks } from "../presentation3/registry.ts"
import { canvas, collection, manifest, range } from "../presentation3/structureTables.ts"
import { collectionCycles } from "./collectionCycles.ts"
import type { Finding } from "./finding.ts"
import { imageRules } from "./imageRules.ts"
import { imageSizes, type SizeOf } from "./images.ts"
import { canvasIds, type Ids, references } from "./references.ts"
import type { RuleSet } from "./ruleSet.ts"

/**
 * What to check beyond the specification.
 *
 * - `rules`: rule sets to apply; none by default.
 * - `sizeOf`: returns the actual size of an image in pixels, given the address of its image service, or its own address
 *   if it has none.
 *
 * @category models
 * @since 0.1.0
 */
export interface CheckOptions {
  readonly rules?: ReadonlyArray<RuleSet>
  readonly sizeOf?: SizeOf
}

const presentation2: Check = (value, walk) => {
  const { "@type": type }: Fields = isObject(value) ? value : {}
  walk.reportAt("@type", "presentation-2", `it is a document of Presentation 2: its type is ${kindOf(type)}`)
}

/** Presentation 2 has `@type` for `type`, with classes in the vocabularies of Shared Canvas and Open Annotation. */
const isPresentation2 = (value: unknown): boolean => {
  if (!isObject(value) || value["type"] !== undefined) return false
  const { "@type": type } = value as Fields
  return typeof type === "string" && /^(?:sc|oa):/.test(type)
}

const presentation4: Check = (_, walk) => {
  walk.reportAt("@context", "presentation-4", "it is a document of Presentation 4")
}

const context4 = "http://iiif.io/api/presentation/4/context.json"

const isPresentation4 = (value: unknown): boolean => {
  const context = isObject(value) ? value["@context"] : undefined
  return context === context4 || (Array.isArray(context) && context.at(-1) === context4)
}

/** What a document is of another version, which is all that is said of it. */
const otherVersion = (value: unknown): ReadonlyArray<Check> | undefined =>
  isPresentation2(value) ? [presentation2] : isPresentation4(value) ? [presentation4] : undefined

/** Further contexts may define any properties. Clause 4.6. */
const readContext: Check = (value, walk) => {
  walk.isExtended = isObject(value) && Array.isArray(value["@context"]) && value["@context"].length > 1
}

const applyRuleSets: Check = (value, walk) => {
  if (isObject(value)) walk.applyManifestRules(value)
}

const whole = (visit: (fields: Fields, walk: Walk) => void): Check => (value, walk) => {
  if (isObject(value)) walk.enter(value, visit)
}

const onImages = (sizeOf: SizeOf): Check =>
  whole((manifest, walk) => walk.at("items", manifest["items"], imageSizes(sizeOf)))

/** What is checked of a manifest, whatever its `type`. */
export const manifestChecks = ({ sizeOf }: CheckOptions = {}): ReadonlyArray<Check> => [
  manifest.check,
  whole(references),
  ...sizeOf === undefined ? [] : [onImages(sizeOf)],
  whole(applyRuleSets)
]

/** A top-level document has a context. Clause 4.6. */
const withContext: Check = (value, walk) => {
  if (!isObject(value) || value["@context"] !== undefined) return
  walk.reportAt("@context", "missing", "there is no @context", { clause: "Presentation 3.0, 4.6, @context" })
}

/** A canvas or range by itself, whose table has any context or none. */
const withTopContext: Check = (value, walk) => {
  withContext(value, walk)
  if (isObject(value) && value["@context"] !== undefined) walk.at("@context", value["@context"], topContext.check)
}

/** What is checked of a collection. */
export const collectionChecks: ReadonlyArray<Check> = [collection.check, whole(collectionCycles)]

const isContentState = ({ motivation }: Fields): boolean =>
  (Array.isArray(motivation) ? motivation : [motivation]).includes("contentState")

const annotationChecks = (value: Fields): ReadonlyArray<Check> => [
  isContentState(value) ? contentStateAnnotation : annotation.check,
  withContext
]

const extent = ["width", "height", "duration"]

/** A canvas or a range by itself, or a content state that names it. */
const partChecks = (kind: Check, fields: Fields): ReadonlyArray<Check> =>
  fields["items"] === undefined && extent.every((key) => fields[key] === undefined)
    ? [contentStateReference]
    : [kind, withTopContext]

/** What is checked of a document, by its `type`: of anything unknown, what is checked of a manifest. */
const checksOf = (value: unknown, options: CheckOptions): ReadonlyArray<Check> => {
  const other = otherVersion(value)
  if (other !== undefined) return other
  const fields: Fields = isObject(value) ? value : {}
  switch (fields["type"]) {
    case "Collection":
      return collectionChecks
    case "AnnotationPage":
      return [annotationPage.check, withContext]
    case "AnnotationCollection":
      return [annotationCollection.check, withContext]
    case "Annotation":
      return annotationChecks(fields)
    case "Canvas":
      return partChecks(canvas.check, fields)
    case "Range":
      return partChecks(range.check, fields)
    default:
      return manifestChecks(options)
  }
}

/** Makes the checks that a document asks for, which only then is looked at. */
const asked = (checksToMake: (value: unknown) => ReadonlyArray<Check>): Check => (value, walk) => {
  readContext(value, walk)
  for (const check of checksToMake(value)) check(value, walk)
}

const begun = (value: unknown, options: CheckOptions): Walk => {
  const walk = new Walk(checks, options.rules)
  walk.begin(value, asked((document) => checksOf(document, options)))
  return walk
}

/** Checks a document by its `type`; anything unknown as a manifest. */
export const check = (value: unknown, options: CheckOptions = {}): ReadonlyArray<Finding> => {
  const walk = begun(value, options)
  walk.finish()
  return walk.findings()
}

/** Checks like {@link check}, and lets others have their turn in between. */
export const checkEffect = (value: unknown, options: CheckOptions = {}): Effect.Effect<ReadonlyArray<Finding>> =>
  Effect.suspend(() => {
    const walk = begun(value, options)
    const go: Effect.Effect<ReadonlyArray<Finding>> = Effect.suspend(() =>
      walk.turn() ? Effect.succeed(walk.findings()) : Effect.andThen(Effect.yieldNow, go)
    )
    return go
  })

const findings = (value: unknown, checksToMake: ReadonlyArray<Check>, walk: Walk): ReadonlyArray<Finding> => {
  walk.begin(value, ...checksToMake)
  walk.finish()
  return walk.findings()
}

/** Checks a document that must be a manifest. */
export const checkManifest = (value: unknown): ReadonlyArray<Finding> =>
  findings(
    value,
    [asked((document) => otherVersion(document) ?? manifestChecks())],
    new Walk(checks)
  )

/** What the rules of rule sets for a manifest as a whole find in one. */
export const checkWhole = (value: unknown, rules: ReadonlyArray<RuleSet>): ReadonlyArray<Finding> =>
  findings(value, [whole(applyRuleSets)], new Walk(checks, rules))

/** Checks a single canvas, with the paths it has in a manifest; and its ids, if there are others it may not have. */
export const checkCanvas = (
  value: unknown,
  index: number,
  rules: ReadonlyArray<RuleSet>,
  ids?: Ids
): ReadonlyArray<Finding> => {
  const ofIds = ids === undefined ? [] : [canvasIds(ids)]
  return findings(value, [canvas.check, ...ofIds], new Walk(checks, rules, ["items", index]))
}

/** Checks a manifest without canvases, whose ids must not be those of its canvases. */
export const checkHead = (value: unknown, ids: Ids): ReadonlyArray<Finding> =>
  findings(
    value,
    [asked(() => [manifest.check, whole((fields, walk) => references(fields, walk, ids))])],
    new Walk(checks)
  )

/** Checks single images, with the paths that they have in a manifest. */
export class ImageChecks {
  readonly #walk: Walk

  constructor(rules: ReadonlyArray<RuleSet>) {
    this.#walk = new Walk(checks, rules)
  }

  check(image: object, path: ReadonlyArray<string | number>): void {
    this.#walk.along(path, image as Fields, imageRules)
  }

  findings(): ReadonlyArray<Finding> {
    return this.#walk.findings()
  }
}
