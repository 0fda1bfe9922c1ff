/**
 * What MPS asks of manifests beyond the specification: a set of rules for the checker of `@iiif-ingest/iiif`. Source:
 * docs/mps.md, 1.6 and 2.2 to 2.4.
 *
 * @since 0.1.0
 */
import type { Report, RuleSet } from "@iiif-ingest/iiif/Manifest"
import { isObject } from "effect/Predicate"
import { quoted } from "../base/internal/text.ts"
import type { MpsEnvironment } from "../config/MpsEnvironment.ts"
import { codes } from "./internal/manifest/codes.ts"

export { codes, finding } from "./internal/manifest/codes.ts"

const urn = /\/URN-3:[^:/]+:([^:/]+)(?::MANIFEST(?::(\d+))?)?$/i

type Environment = Pick<MpsEnvironment, "manifestUrl">

const addressRules = (id: string, environment: Environment | undefined, report: Report): void => {
  const [, name, version] = urn.exec(id) ?? []
  if (name !== undefined && !/^[A-Z0-9]+$/.test(name)) {
    report("mps-manifest-name", `MPS would change the name ${quoted(name)} to ${quoted(name.toUpperCase())}`, ["id"])
  }
  if (version !== undefined && version !== "3") {
    report("mps-manifest-version", `it is the address of version ${quoted(version)}`, ["id"])
  }
  if (environment !== undefined && !id.startsWith(`${environment.manifestUrl}/`)) {
    report("mps-address", `it is not below ${environment.manifestUrl}`, ["id"])
  }
}

/** Canvases whose ids MPS, which upper-cases names, does not tell apart. */
const caseRules = (items: unknown, report: Report): void => {
  if (!Array.isArray(items)) return
  const known = new Map<string, string>()
  for (const [index, canvas] of items.entries()) {
    const id = isObject(canvas) ? canvas["id"] : undefined
    if (typeof id !== "string") continue
    const earlier = known.get(id.toLowerCase())
    if (earlier === undefined) known.set(id.toLowerCase(), id)
    else if (earlier !== id) {
      report("mps-id-case", "another canvas has this id, but for the case", ["items", index, "id"])
    }
  }
}

/** What MPS and its viewer make of a manifest as a whole. */
const manifestRules = (environment: Environment | undefined): RuleSet["manifest"] & {} => (manifest, report) => {
  const { id, items, label } = manifest
  if (isObject(label) && label["none"] === undefined) {
    const languages = Object.keys(label).slice(0, 5).map(quoted).join(", ") || "nothing"
    report("mps-label-none", `it has values only for ${languages}`, ["label"])
  }
  if (typeof id === "string") addressRules(id, environment, report)
  caseRules(items, report)
}

/** The formats that MPS serves, and WebP, which it does not serve but browsers show. */
const served = new Set(["jpg", "tif", "gif", "png", "webp"])

const isUnshown = (format: unknown): boolean => format === "image/tiff" || format === "image/jp2"

const imageRules: RuleSet["image"] & {} = ({ format }, request, report) => {
  if (request?.size === "full") report("mps-full-size", "it asks for the full size by its old name")
  if (request !== undefined && !served.has(request.format)) {
    report("mps-image-format", `it is named as ${request.format}`)
  } else if (isUnshown(format)) report("mps-image-format", `its format is ${String(format)}`)
}

/**
 * The rules of MPS, for `Manifest.check` and `Manifest.build`. With an environment, the address of the manifest is
 * compared with it too.
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
