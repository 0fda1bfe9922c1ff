/** Entity tags, and replies to clients that already have what they ask for (RFC 9110, 13.1.2). */
import { createHash } from "node:crypto"
import type { Exchange } from "../exchange.ts"
import * as Reply from "../reply.ts"

/** Headers with which caches keep a body, but ask each time whether it has changed. */
export const cacheHeaders = (body: string) => ({
  "cache-control": "no-cache",
  etag: `"${createHash("sha256").update(body).digest("hex").slice(0, 32)}"`
})

const isKnown = (header: string, etag: string): boolean =>
  header.trim() === "*" || header.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag)

/** The reply, or 304 without its body if the client has the same. */
export const unlessKnown = ({ request }: Exchange, reply: Reply.Reply): Reply.Reply => {
  const etag = reply.headers["etag"]
  const header = request.headers["if-none-match"]
  if (etag === undefined || header === undefined || !isKnown(header, etag)) return reply
  const { "content-type": _, ...headers } = reply.headers
  return Reply.empty(304, headers)
}
