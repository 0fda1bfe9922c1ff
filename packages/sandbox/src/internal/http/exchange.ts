/** A request and its response, with the decoded path. */
import type { IncomingMessage, ServerResponse } from "node:http"
import type { Note } from "../../RequestLog.ts"

/** What handlers leave for the request log. */
interface Transcript {
  requestBody?: string
  /** Whether the client was told to send the body that it waited with. */
  continued?: boolean
  /** What is to be said of the request though it was accepted. */
  notes?: ReadonlyArray<Note>
  reply?: { readonly headers: Readonly<Record<string, string>>; readonly body: string | Uint8Array }
}

export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly method: string
  /** The decoded path segments; a segment that cannot be decoded is kept as sent. */
  readonly segments: ReadonlyArray<string>
  /** The decoded path without its query. */
  readonly path: string
  readonly transcript: Transcript
}

/** Decodes a segment of a path, or keeps one that cannot be decoded. */
export const decodeSegment = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

export const make = (request: IncomingMessage, response: ServerResponse): Exchange => {
  const raw = (request.url ?? "/").split("?", 1)[0] ?? "/"
  const segments = raw.split("/").slice(1).map(decodeSegment)
  return {
    request,
    response,
    method: request.method ?? "GET",
    segments,
    path: `/${segments.join("/")}`,
    transcript: {}
  }
}
