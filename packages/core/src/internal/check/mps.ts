import type { MpsEnvironment } from "../../MpsEnvironment.ts"
import { quoted } from "../shown.ts"
import { isObject, type Walk } from "./walk.ts"

/** What a manifest is compared with. */
export interface Against {
  readonly environment?: Pick<MpsEnvironment, "manifestUrl" | "assetUrl">
}

const urn = /\/URN-3:[^:/]+:([^:/]+)(?::MANIFEST(?::(\d+))?)?$/i

const addressRules = (id: string, { environment }: Against, walk: Walk): void => {
  const [, name, version] = urn.exec(id) ?? []
  if (name !== undefined && !/^[A-Z0-9]+$/.test(name)) {
    walk.reportAt(
      "id",
      "mps-manifest-name",
      `MPS would change the name ${quoted(name)} to ${quoted(name.toUpperCase())}`
    )
  }
  if (version !== undefined && version !== "3") {
    walk.reportAt("id", "mps-manifest-version", `it is the address of version ${quoted(version)}`)
  }
  if (environment !== undefined && !id.startsWith(`${environment.manifestUrl}/`)) {
    walk.reportAt("id", "mps-address", `it is not below ${environment.manifestUrl}`)
  }
}

/** What MPS and its viewer make of a manifest as a whole. Source: docs/mps.md, 2.3 and 2.4. */
export const mpsRules = (manifest: unknown, against: Against, walk: Walk): void => {
  if (!isObject(manifest)) return
  const { id, label } = manifest
  if (isObject(label) && label["none"] === undefined) {
    walk.reportAt(
      "label",
      "mps-label-none",
      `it has values only for ${Object.keys(label).slice(0, 5).map(quoted).join(", ") || "nothing"}`
    )
  }
  if (typeof id === "string") addressRules(id, against, walk)
}
