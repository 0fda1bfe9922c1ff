import type { MpsEnvironment } from "../../MpsEnvironment.ts"
import { annotations, topAnnotationPage } from "./annotations.ts"
import { collection } from "./collection.ts"
import { type Finding, finding } from "./finding.ts"
import { imageSizes, type SizeOf } from "./images.ts"
import { mpsRules } from "./mps.ts"
import { references } from "./references.ts"
import { canvas, manifest } from "./structure.ts"
import { type Check, isObject, Walk } from "./walk.ts"

/**
 * - `mps`: also what MPS and its viewer make of it; yes when not given.
 * - `environment`: where it is meant to be served; its id is held against that.
 * - `sizeOf`: the real size of an image in pixels, by the address of its image service (its own where it has none).
 *
 * @category models
 * @since 0.1.0
 */
export interface CheckOptions {
  readonly mps?: boolean
  readonly environment?: Pick<MpsEnvironment, "manifestUrl" | "assetUrl">
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

/** As a manifest, whatever it says it is. */
const manifestFindings = (value: unknown, options: CheckOptions): ReadonlyArray<Finding> => {
  const walk = new Walk(annotations)
  manifest(value, walk)
  references(value, walk)
  if (options.sizeOf !== undefined) walk.at("items", undefined, () => sizes(value, options.sizeOf, walk))
  if (options.mps !== false) mpsRules(value, options, walk)
  return walk.findings
}

const findings = (value: unknown, check: Check): ReadonlyArray<Finding> => {
  const walk = new Walk(annotations)
  check(value, walk)
  return walk.findings
}

const findingsOf = (value: unknown, options: CheckOptions): ReadonlyArray<Finding> => {
  const older = presentation2(value)
  if (older !== undefined) return [older]
  const type = isObject(value) ? value["type"] : undefined
  if (type === "Collection") return findings(value, collection)
  return type === "AnnotationPage" ? findings(value, topAnnotationPage) : manifestFindings(value, options)
}

const wanted = (found: ReadonlyArray<Finding>, { mps }: CheckOptions): ReadonlyArray<Finding> =>
  mps === false ? found.filter(({ code }) => !code.startsWith("mps-")) : found

/** A manifest, a collection or a page of annotations, by its type; what has another is no manifest. */
export const check = (value: unknown, options: CheckOptions = {}): ReadonlyArray<Finding> =>
  wanted(findingsOf(value, options), options)

/** Only a manifest will do. */
export const checkManifest = (value: unknown, options: CheckOptions = {}): ReadonlyArray<Finding> => {
  const older = presentation2(value)
  return older === undefined ? wanted(manifestFindings(value, options), options) : [older]
}

const sizes = (value: unknown, sizeOf: SizeOf | undefined, walk: Walk): void => {
  if (isObject(value) && sizeOf !== undefined) imageSizes(value["items"], sizeOf, walk)
}

/** The findings of one canvas by itself, at its place in a manifest. */
export const checkCanvas = (value: unknown, index: number): ReadonlyArray<Finding> => {
  const walk = new Walk(annotations, ["items", index])
  canvas(value, walk)
  return walk.findings
}
