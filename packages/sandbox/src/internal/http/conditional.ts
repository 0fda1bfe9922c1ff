/** Conditional requests for what is served (RFC 9110, section 13). */
import { createHash } from "node:crypto"
import type { Exchange } from "./exchange.ts"
import * as Reply from "./reply.ts"

/** An entity tag for content, with its quotes. */
export const etagOf = (content: string | Uint8Array): string =>
  `"${createHash("sha256").update(content).digest("hex").slice(0, 32)}"`

/** What is served may be replaced at any time, so a client asks before it uses its copy. */
export const validators = (etag: string) => ({ "cache-control": "no-cache", etag })

/** Whether the client already has what this entity tag names. */
const isFresh = (known: string | undefined, etag: string): boolean => {
  if (known === undefined) return false
  if (known.trim() === "*") return true
  // Our tags have commas, and no other quotes than those around them.
  return (known.match(/(?:W\/)?"[^"]*"/g) ?? []).some((tag) => tag.replace(/^W\//, "") === etag)
}

/** 304 with the headers of the full reply, if the client already has what it would get; else undefined. */
export const notModified = (
  { request }: Exchange,
  headers: Readonly<Record<string, string>>
): Reply.Reply | undefined =>
  isFresh(request.headers["if-none-match"], headers["etag"] ?? "") ? Reply.empty(304, headers) : undefined

/** The reply, or 304 if the client already has it. */
export const fresh = (exchange: Exchange, reply: Reply.Reply): Reply.Reply =>
  notModified(exchange, reply.headers) ?? reply
