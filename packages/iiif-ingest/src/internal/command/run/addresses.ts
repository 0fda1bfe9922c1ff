/** Where people look at a manifest. */
import type { MpsEnvironment } from "@iiif-ingest/core/config/MpsEnvironment"

/**
 * The page that shows a manifest: the sandbox's own viewer, or the address that the name resolver leads to Harvard's
 * viewer from. Source: docs/mps.md, 2.4.
 */
export const viewerOf = (environment: Pick<MpsEnvironment, "manifestUrl" | "name">, id: string): string | undefined => {
  const urn = /\/(URN-3:[^/]+):MANIFEST:[23]$/i.exec(id)?.[1]
  if (urn === undefined) return undefined
  return environment.name === "sandbox"
    ? `${environment.manifestUrl}/view/${urn}`
    : `${environment.manifestUrl}/${urn}:VIEW`
}
