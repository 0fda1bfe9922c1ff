import type { MpsEnvironment } from "../../MpsEnvironment.ts"
import { annotations } from "./annotations.ts"
import { type Finding, finding } from "./finding.ts"
import { imageSizes, type SizeOf } from "./images.ts"
import { mpsRules } from "./mps.ts"
import { references } from "./references.ts"
import { canvas, manifest } from "./structure.ts"
import { isObject, Walk } from "./walk.ts"

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

const isPresentation2 = (value: unknown): boolean => isObject(value) && value["@type"] === "sc:Manifest"

export const check = (value: unknown, options: CheckOptions = {}): ReadonlyArray<Finding> => {
  if (isPresentation2(value)) return [finding("presentation-2", "@type", "it is a manifest of Presentation 2")]
  const walk = new Walk(annotations)
  manifest(value, walk)
  references(value, walk)
  if (options.sizeOf !== undefined) walk.at("items", undefined, () => sizes(value, options.sizeOf, walk))
  if (options.mps === false) return walk.findings.filter(({ code }) => !code.startsWith("mps-"))
  mpsRules(value, options, walk)
  return walk.findings
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
