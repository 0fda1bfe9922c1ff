/** Public delivery: the info.json of images (docs/mps.md, 2.4). */
import { createHash } from "node:crypto"
import type { Assets } from "./assets.ts"
import type { Exchange } from "./exchange.ts"
import * as ImageInfo from "./imageInfo.ts"
import * as Reply from "./reply.ts"

export interface DeliveryApi {
  readonly imageInfo: (exchange: Exchange, identifier: string) => Reply.Reply
  /** The base URI of an image, or an image request for pixels. */
  readonly image: (identifier: string, parameters: ReadonlyArray<string>) => Reply.Reply
}

/** Any web page may read assets and manifests, and nothing else. */
export const CORS = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "Link, ETag, x-sandbox-fidelity, x-sandbox-view"
} as const

export const PREFLIGHT = Reply.empty(204, {
  ...CORS,
  "access-control-allow-methods": "GET, HEAD, OPTIONS",
  "access-control-allow-headers": "*"
})

const IMAGE_CONTEXT = "http://iiif.io/api/image/2/context.json"

const cacheHeaders = (body: string) => ({
  "cache-control": "no-cache",
  etag: `"${createHash("sha256").update(body).digest("hex").slice(0, 32)}"`
})

const NO_IMAGE = Reply.error(404, "No such image", Reply.guess("form of the error for a missing image"))

const acceptsJsonLd = ({ request }: Exchange) => (request.headers.accept ?? "").includes("application/ld+json")

export const make = (options: {
  readonly base: string
  readonly assets: Assets
}): DeliveryApi => {
  const { assets, base } = options
  const imageId = (identifier: string) => `${base}/assets/images/${identifier}`

  const imageInfo: DeliveryApi["imageInfo"] = (exchange, identifier) => {
    const asset = assets.get(identifier)
    if (asset === undefined) return NO_IMAGE
    const body = JSON.stringify(ImageInfo.make(imageId(asset.identifier), asset.width, asset.height))
    const type = acceptsJsonLd(exchange)
      ? { "content-type": "application/ld+json" }
      : {
        "content-type": "application/json",
        link: `<${IMAGE_CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`
      }
    return { status: 200, headers: { ...type, vary: "Accept", ...cacheHeaders(body) }, body }
  }

  const image: DeliveryApi["image"] = (identifier, parameters) => {
    const asset = assets.get(identifier)
    if (asset === undefined) return NO_IMAGE
    return parameters.length === 0
      ? Reply.redirect(303, `${imageId(asset.identifier)}/info.json`)
      : Reply.error(501, "The sandbox does not render pixels yet: request info.json instead")
  }

  return { imageInfo, image }
}
