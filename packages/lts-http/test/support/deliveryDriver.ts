import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Driver, Found, World } from "../../../../test/suites/delivery.ts"
import { delivery } from "./clients.ts"
import type { Transport } from "./clients.ts"
import { stubServer } from "./stubServer.ts"
import type { Handler, Reply } from "./stubServer.ts"

const replyOf = (found: Found | undefined): Reply => {
  if (found === undefined) return { status: 404, body: { error: "not found" } }
  switch (found._tag) {
    case "Served":
      return { status: 200, body: found.json }
    case "Withheld": {
      const wait = found.retryAfterSeconds
      return wait === undefined ? { status: 429 } : { status: 429, headers: { "retry-after": String(wait) } }
    }
    case "Unreadable":
      return { status: 200, headers: { "content-type": "text/html" }, body: "<html>one moment</html>" }
  }
}

/** Resolves names as NRS does, by a 303. */
const serve = (world: World): Handler => ({ url }) => {
  const resolved = /^\/URN-3:AT:([A-Z0-9]+):MANIFEST:([23])$/.exec(url)
  if (resolved !== null) return { status: 303, headers: { location: `/iiif/${resolved[2]}/URN-3:AT:${resolved[1]}` } }
  const manifest = /^\/iiif\/([23])\/URN-3:AT:([A-Z0-9]+)$/.exec(url)
  if (manifest !== null) return replyOf(world.manifests?.[`${manifest[2]}:${manifest[1]}`])
  const image = /^\/assets\/images\/AT:([A-Za-z0-9]+)\/info\.json$/.exec(url)
  return replyOf(image === null ? undefined : world.images?.[image[1] ?? ""])
}

export const deliveryDriver = (transport: Transport): Driver => ({
  layer: (world) => Layer.unwrap(Effect.map(stubServer(serve(world)), ({ url }) => delivery(url, transport)))
})
