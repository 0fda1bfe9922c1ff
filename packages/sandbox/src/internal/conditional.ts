/** Conditional requests for what is served (RFC 9110, section 13). */
import type { IncomingMessage } from "node:http"
import * as Reply from "./reply.ts"

/** Whether the client already has what this entity tag names; `etag` includes its quotes. */
export const isFresh = ({ headers }: IncomingMessage, etag: string): boolean => {
  const known = headers["if-none-match"]
  if (known === undefined) return false
  if (known.trim() === "*") return true
  // Our tags have commas, and no other quotes than those around them.
  return (known.match(/(?:W\/)?"[^"]*"/g) ?? []).some((tag) => tag.replace(/^W\//, "") === etag)
}

/** 304 with the headers that the full reply would have. */
export const notModified = (headers: Readonly<Record<string, string>>): Reply.Reply => Reply.empty(304, headers)

/** What is served may be replaced at any time, so a client asks before it uses its copy. */
export const validators = (etag: string) => ({ "cache-control": "no-cache", etag })
