/** Public delivery of manifests by name, and what all delivery has in common (docs/mps.md, 2.4). */
import * as Effect from "effect/Effect"
import type { PlatformError } from "effect/PlatformError"
import { createHash } from "node:crypto"
import type { Version } from "./manifestName.ts"
import * as ManifestName from "./manifestName.ts"
import type { Manifests } from "./manifests.ts"
import * as Reply from "./reply.ts"

export interface DeliveryApi {
  /** `/URN-3:NS:NAME:MANIFEST:3`: redirects to the manifest, like NRS. */
  readonly manifestName: (segment: string) => Reply.Reply
  readonly manifest: (version: string, segment: string) => Effect.Effect<Reply.Reply, PlatformError>
}

/** Any web page may read assets and manifests, and nothing else; none may take them for something that runs. */
export const CORS = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "ETag, Link, x-sandbox-fidelity",
  "x-content-type-options": "nosniff"
} as const

export const PREFLIGHT = Reply.empty(204, {
  ...CORS,
  "access-control-allow-methods": "GET, HEAD, OPTIONS",
  "access-control-allow-headers": "*"
})

const presentationType = (version: Version) =>
  `application/ld+json;profile="http://iiif.io/api/presentation/${version}/context.json"`

const cacheHeaders = (body: string) => ({
  "cache-control": "no-cache",
  etag: `"${createHash("sha256").update(body).digest("hex").slice(0, 32)}"`
})

const isVersion = (text: string): text is Version => text === "2" || text === "3"
const NO_MANIFEST = Reply.error(404, "No such manifest", Reply.guess("form of the error for a missing manifest"))

export const make = (options: {
  readonly base: string
  readonly manifests: Manifests
}): DeliveryApi => {
  const { base, manifests } = options

  const otherVersion = (requested: Version, available: ReadonlyArray<Version>) =>
    Reply.error(
      404,
      `This manifest was ingested as version ${available.join(", ")}, not ${requested}`,
      Reply.guess("MPS converts between versions but the sandbox does not")
    )

  const manifestName: DeliveryApi["manifestName"] = (segment) => {
    const name = ManifestName.parse(segment)
    const newest = name && manifests.versions(name.key).at(-1)
    if (name === undefined || newest === undefined) return NO_MANIFEST
    const urn = segment.replace(/:MANIFEST(:[23])?$/i, "")
    return Reply.redirect(303, `${base}/iiif/${name.version ?? newest}/${urn}`)
  }

  const manifest: DeliveryApi["manifest"] = Effect.fnUntraced(function*(version, segment) {
    const name = ManifestName.parse(segment)
    if (name === undefined || !isVersion(version)) return NO_MANIFEST
    const available = manifests.versions(name.key)
    if (available.length === 0) return NO_MANIFEST
    if (!available.includes(version)) return otherVersion(version, available)
    const body = yield* manifests.read(name.key, version)
    return { status: 200, headers: { "content-type": presentationType(version), ...cacheHeaders(body) }, body }
  })

  return { manifestName, manifest }
}
