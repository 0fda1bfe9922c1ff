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
 * - `rules`: rules beyond the specification's; none by default.
 * - `sizeOf`: the real size of an image in pixels, by the address of its image service (its own if it has none).
 *
 * @category models
 * @since 0.1.0
 */
export interface CheckOptions {
  readonly rules?: ReadonlyArray<RuleSet>
  readonly sizeOf?: SizeOf
}

const presentation2 = (value: unknown): Finding | undefined => {
  const type = isObject(value) ? value["@type"] : undefined
  if (type === "sc:Manifest") return finding("presentation-2", "@type", "it is a manifest of Presentation 2")
  return type !== "sc:Collection" ?
    undefined :
    finding("presentation-2", "@type", "it is a collection of Presentation 2", {
      expected: "a collection of Presentation 3",
      remedy: "write it as Presentation 3 has it"
    })
}

const setRules = (value: unknown, walk: Walk): void => {
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
  setRules(value, walk)
  return walk.findings
}

const findings = (value: unknown, check: Check, { rules }: CheckOptions): ReadonlyArray<Finding> => {
  const walk = new Walk(annotations, rules)
  check(value, walk)
  return walk.findings
}

/** Checks a manifest, a collection or a page of annotations, by its `type`; anything else as a manifest. */
export const check = (value: unknown, options: CheckOptions = {}): ReadonlyArray<Finding> => {
  const older = presentation2(value)
  if (older !== undefined) return [older]
  const type = isObject(value) ? value["type"] : undefined
  if (type === "Collection") return findings(value, collection, options)
  return type === "AnnotationPage" ? findings(value, topAnnotationPage, options) : manifestFindings(value, options)
}

/** Accepts nothing but a manifest. */
export const checkManifest = (value: unknown): ReadonlyArray<Finding> => {
  const older = presentation2(value)
  return older === undefined ? manifestFindings(value, {}) : [older]
}

/** The findings of one canvas by itself, at its place in a manifest. */
export const checkCanvas = (value: unknown, index: number, rules: ReadonlyArray<RuleSet>): ReadonlyArray<Finding> => {
  const walk = new Walk(annotations, rules, ["items", index])
  canvas(value, walk)
  return walk.findings
}

/** The findings of one image by itself, at its place in a manifest. */
export const checkImage = (
  image: { readonly [key: string]: unknown },
  path: ReadonlyArray<string | number>,
  rules: ReadonlyArray<RuleSet>
): ReadonlyArray<Finding> => {
  const walk = new Walk(annotations, rules, path)
  imageRules(image, walk)
  return walk.findings
}
