import type { BuildOptions, Description as ManifestDescription } from "@iiif-ingest/iiif/Manifest"
import { type LanguageMap, languageMap } from "@iiif-ingest/iiif/Presentation3"
import type { PolicyDefinition, Wire } from "../../IngestRequest.ts"
import * as ManifestRules from "../../ManifestRules.ts"

/** The image services of MPS (docs/mps.md, 2.4). */
const mps: BuildOptions = {
  service: { type: "ImageService2", profile: "http://iiif.io/api/image/2/level2.json" },
  rules: [ManifestRules.make()]
}

/** The format of the Python client (docs/mps.md, 1.4). */
const iiifingest: BuildOptions = {
  ...mps,
  service: { type: "ImageService2", profile: "level2" },
  legacyServiceKeys: "id",
  bodyFormat: "source",
  thumbnails: false
}

export const optionsFor = (wire?: Wire): BuildOptions => wire === "iiifingest" ? iiifingest : mps

/** Adds a value under `none`, the only one that MPS's viewer reads. */
const withNone = (text: LanguageMap): LanguageMap => {
  const [first] = Object.values(text)
  return text["none"] !== undefined || first === undefined ? text : { ...text, none: first }
}

/** A description with the defaults of a wire format. */
export const withDefaults = (
  description: ManifestDescription,
  wire: Wire | undefined,
  addNone: boolean | undefined
): ManifestDescription => {
  const full = wire === "iiifingest" ? { language: "en", behavior: ["paged"], ...description } : description
  return addNone === true
    ? { ...full, label: withNone(languageMap(full.label, full.language ?? "none")) }
    : full
}

/** The sizes at which the public may see an image and its thumbnail. */
export const limits = (policy: PolicyDefinition | undefined) =>
  policy === undefined || "policyGroupName" in policy
    ? {}
    : { maxSize: policy.policy.public, maxThumbnailSize: policy.thumbnail.public }
