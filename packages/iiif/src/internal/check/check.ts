import { isObject } from "effect/Predicate"
import { annotations, topAnnotationPage } from "./annotations.ts"
import { collection } from "./collection.ts"
import type { Finding } from "./finding.ts"
import { imageRules } from "./imageRules.ts"
import { imageSizes, type SizeOf } from "./images.ts"
import { references } from "./references.ts"
import { finding } from "./rules.ts"
import type { RuleSet } from "./ruleSet.ts"
import { canvas, manifest } from "./structure.ts"
import { type Check, Walk } from "./walk.ts"

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

const presentation2Finding = (value: unknown): Finding | undefined => {
  const type = isObject(value) ? value["@type"] : undefined
  if (type === "sc:Manifest") return finding("presentation-2", "@type", "it is a Presentation 2 manifest")
  return type !== "sc:Collection" ?
    undefined :
    finding("presentation-2", "@type", "it is a Presentation 2 collection", {
      expected: "a Presentation 3 collection",
      remedy: "rewrite it as a Presentation 3 collection"
    })
}

const applyRuleSets = (value: unknown, walk: Walk): void => {
  if (!isObject(value)) return
  for (const set of walk.ruleSets) {
    set.manifest?.(value, (code, message, below = []) => walk.reportBy(set, code, message, below))
  }
}

/** Checks a value as a manifest, whatever its `type`. */
const manifestFindings = (value: unknown, { rules, sizeOf }: CheckOptions): ReadonlyArray<Finding> => {
  const walk = new Walk(annotations, rules)
  manifest(value, walk)
  references(value, walk)
  if (sizeOf !== undefined && isObject(value)) {
    walk.at("items", value["items"], (items) => imageSizes(items, sizeOf, walk))
  }
  applyRuleSets(value, walk)
  return walk.findings
}

const findings = (value: unknown, check: Check, { rules }: CheckOptions): ReadonlyArray<Finding> => {
  const walk = new Walk(annotations, rules)
  check(value, walk)
  return walk.findings
}

/** Checks a manifest, a collection or an annotation page, by its `type`; anything else as a manifest. */
export const check = (value: unknown, options: CheckOptions = {}): ReadonlyArray<Finding> => {
  const presentation2 = presentation2Finding(value)
  if (presentation2 !== undefined) return [presentation2]
  const type = isObject(value) ? value["type"] : undefined
  if (type === "Collection") return findings(value, collection, options)
  return type === "AnnotationPage" ? findings(value, topAnnotationPage, options) : manifestFindings(value, options)
}

/** Checks a document that must be a manifest. */
export const checkManifest = (value: unknown): ReadonlyArray<Finding> => {
  const presentation2 = presentation2Finding(value)
  return presentation2 === undefined ? manifestFindings(value, {}) : [presentation2]
}

/** What the rules of rule sets for a manifest as a whole find in one. */
export const checkWhole = (value: unknown, rules: ReadonlyArray<RuleSet>): ReadonlyArray<Finding> => {
  const walk = new Walk(annotations, rules)
  applyRuleSets(value, walk)
  return walk.findings
}

/** Checks a single canvas, with the paths it has in a manifest. */
export const checkCanvas = (value: unknown, index: number, rules: ReadonlyArray<RuleSet>): ReadonlyArray<Finding> => {
  const walk = new Walk(annotations, rules, ["items", index])
  canvas(value, walk)
  return walk.findings
}

/** Checks a single image, with the paths it has in a manifest. */
export const checkImage = (
  image: { readonly [key: string]: unknown },
  path: ReadonlyArray<string | number>,
  rules: ReadonlyArray<RuleSet>
): ReadonlyArray<Finding> => {
  const walk = new Walk(annotations, rules, path)
  imageRules(image, walk)
  return walk.findings
}
