/** What web pages of other origins may read: images, manifests and the viewer's API, and nothing else. */
import * as Reply from "./reply.ts"

export const CORS = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "ETag, Link, x-sandbox-fidelity, x-sandbox-view",
  "x-content-type-options": "nosniff"
} as const

export const PREFLIGHT = Reply.empty(204, {
  ...CORS,
  "access-control-allow-methods": "GET, HEAD, OPTIONS",
  "access-control-allow-headers": "*"
})
