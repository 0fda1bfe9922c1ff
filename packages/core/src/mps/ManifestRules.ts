/**
 * The requirements of MPS on manifests beyond the specification, as a rule set for the checker of `@iiif-ingest/iiif`.
 * Source: docs/mps.md, 1.6 and 2.2 to 2.4.
 *
 * @since 0.1.0
 */
import type { Report, RuleSet } from "@iiif-ingest/iiif/Manifest"
import { isObject } from "effect/Predicate"
import { quoted } from "../base/internal/text.ts"
import type { MpsEnvironment } from "../config/MpsEnvironment.ts"
import { caseConflicts } from "./internal/manifest/caseConflicts.ts"
import { codes } from "./internal/manifest/codes.ts"
import { nameDoubts } from "./internal/manifest/manifestName.ts"

export { codes, finding } from "./internal/manifest/codes.ts"

const urn = /\/URN-3:[^:/]+:([^:/]+)(?::MANIFEST(?::(\d+))?)?$/i

type Environment = Pick<MpsEnvironment, "manifestUrl">

const addressRules = (id: string, environment: Environment | undefined, report: Report): void => {
  const [, name, version] = urn.exec(id) ?? []
  for (const doubt of name === undefined ? [] : nameDoubts(name)) report("mps-manifest-name", doubt, ["id"])
  if (version !== undefined && version !== "3") {
    report("mps-manifest-version", `the id is the address of version ${quoted(version)}`, ["id"])
  }
  if (environment !== undefined && !id.startsWith(`${environment.manifestUrl}/`)) {
    report("mps-address", `the id is not an address below ${environment.manifestUrl}`, ["id"])
  }
}

/** Finds canvas ids that MPS, which converts names to upper case, does not distinguish. */
const caseRules = (items: unknown, report: Report): void => {
  if (!Array.isArray(items)) return
  const ids = items.map((canvas) => isObject(canvas) ? canvas["id"] : undefined)
  for (const { index } of caseConflicts(ids)) {
    report("mps-id-case", "the id of another canvas differs only in case", ["items", index, "id"])
  }
}

/** Rules on the manifest as a whole. */
const manifestRules = (environment: Environment | undefined): RuleSet["manifest"] & {} => (manifest, report) => {
  const { id, items, label } = manifest
  if (isObject(label) && label["none"] === undefined) {
    const languages = Object.keys(label).slice(0, 5).map(quoted).join(", ") || "no language"
    report("mps-label-none", `the label has values only for ${languages}`, ["label"])
  }
  if (typeof id === "string") addressRules(id, environment, report)
  caseRules(items, report)
}

/** The formats that MPS serves, and WebP, which browsers display although MPS does not serve it. */
const knownFormats = new Set(["jpg", "tif", "gif", "png", "webp"])

const isNotDisplayed = (format: unknown): boolean => format === "image/tiff" || format === "image/jp2"

const imageRules: RuleSet["image"] & {} = ({ format }, request, report) => {
  if (request?.size === "full") report("mps-full-size", "the image is requested in size full")
  if (request !== undefined && !knownFormats.has(request.format)) {
    report("mps-image-format", `the image is requested in format ${request.format}`)
  } else if (isNotDisplayed(format)) report("mps-image-format", `the format of the image is ${String(format)}`)
}

/**
 * Makes the rules of MPS for `Manifest.check` and `Manifest.build`. If an environment is given, the address of the
 * manifest is compared with it too.
 *
 * @example
 * ```ts
 * import { ManifestRules } from "@iiif-ingest/core"
 * import { Manifest } from "@iiif-ingest/iiif"
 *
 * const findings = Manifest.check({ type: "Manifest", label: { en: ["Hamlet"] } }, { rules: [ManifestRules.make()] })
 *
 * findings.filter(({ code }) => code.startsWith("mps-")).map(({ code, path }) => `${path}: ${code}`)
 * // => ["label: mps-label-none"]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (environment?: Environment): RuleSet => ({
  codes,
  manifest: manifestRules(environment),
  image: imageRules
})
