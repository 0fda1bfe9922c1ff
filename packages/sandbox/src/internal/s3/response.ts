/** Responses of operations, and how to send them even while the client is still sending its request. */
import * as Effect from "effect/Effect"
import { randomBytes } from "node:crypto"
import type { FileHandle } from "node:fs/promises"
import type { IncomingMessage, ServerResponse } from "node:http"
import { pipeline } from "node:stream/promises"
import type { S3Error } from "./errors.ts"
import { errorDocument } from "./xml.ts"

/** Bytes `start` to `end`, both inclusive, of an open file. Empty content cannot be expressed this way. */
interface FileContent {
  readonly content: FileHandle
  readonly start: number
  readonly end: number
}

export interface S3Response {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | FileContent
}

/** Is told what is replied; the body of an object is left out. */
export type Replied = (
  reply: { readonly headers: Readonly<Record<string, string>>; readonly body: string }
) => void

/** How many bytes a rejected client may still send before its connection is closed. */
const MAX_DRAIN_BYTES = 256 * 1024 * 1024

export const noContent: S3Response = { status: 204, headers: {} }

export const xmlResponse = (body: string, headers: Readonly<Record<string, string>> = {}): S3Response => ({
  status: 200,
  headers: { "content-type": "application/xml", ...headers },
  body
})

const requestIds = () => ({
  "x-amz-request-id": randomBytes(8).toString("hex").toUpperCase(),
  "x-amz-id-2": randomBytes(24).toString("base64")
})

/** The error as S3's XML; responses to HEAD and with status 304 have no body. */
export const errorResponse = (error: S3Error, request: IncomingMessage): S3Response => {
  const ids = requestIds()
  if (request.method === "HEAD" || error.status === 304) {
    return { status: error.status, headers: { ...ids, ...error.headers } }
  }
  const body = errorDocument({
    Code: error.code,
    Message: error.text,
    ...error.details,
    Resource: (request.url ?? "").replace(/\?.*$/s, ""),
    RequestId: ids["x-amz-request-id"],
    HostId: ids["x-amz-id-2"]
  })
  return { status: error.status, headers: { "content-type": "application/xml", ...ids, ...error.headers }, body }
}

/**
 * Reads and discards what a rejected client still sends. Closing a socket with unread bytes resets the connection, and
 * the client may then lose the response.
 */
const drain = (request: IncomingMessage): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    let left = MAX_DRAIN_BYTES
    const done = () => resume(Effect.void)
    const take = (chunk: Buffer) => {
      left -= chunk.length
      if (left < 0) request.destroy()
    }
    request.on("data", take).once("end", done).once("close", done).once("error", done)
    return Effect.sync(() => request.off("data", take).off("end", done).off("close", done))
  })

const finished = (response: ServerResponse): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    const done = () => resume(Effect.void)
    if (response.writableFinished || response.destroyed) return done()
    response.once("finish", done).once("close", done).once("error", done)
    return Effect.sync(() => response.off("finish", done).off("close", done))
  })

const sendFile = (response: ServerResponse, file: FileContent): Effect.Effect<void> =>
  Effect.tryPromise((signal) =>
    pipeline(
      file.content.createReadStream({ start: file.start, end: file.end, highWaterMark: 256 * 1024, autoClose: false }),
      response,
      { signal }
    )
  ).pipe(
    // The client disconnected or the file failed: `pipeline` destroyed the response, so it cannot appear complete.
    Effect.catch((error) => Effect.logDebug("An S3 object was not sent completely", error))
  )

const sendText = (response: ServerResponse, body: string | undefined): Effect.Effect<void> =>
  Effect.suspend(() => {
    response.end(body)
    return finished(response)
  })

/** S3 has an origin of its own and the sandbox only one: no object may run as one of its pages. */
const INERT = { "content-security-policy": "sandbox; default-src 'none'", "x-content-type-options": "nosniff" } as const

/** Sends the response and reads the rest of the request, so that the connection can be reused. */
export const sendResponse = (
  request: IncomingMessage,
  response: ServerResponse,
  answer: S3Response,
  replied?: Replied
): Effect.Effect<void> =>
  Effect.gen(function*() {
    const { body, headers, status } = answer
    const hasBody = status !== 204 && status !== 304
    const length = typeof body === "object" || request.method === "HEAD" || !hasBody
      ? {}
      : { "content-length": `${Buffer.byteLength(body ?? "")}` }
    const sent = { ...requestIds(), ...length, ...headers, ...INERT }
    replied?.({ headers: sent, body: typeof body === "string" ? body : "" })
    response.writeHead(status, sent)
    const rest = request.complete ? Effect.void : drain(request)
    const send = typeof body === "object" ? sendFile(response, body) : sendText(response, body)
    yield* Effect.all([rest, send], { concurrency: "unbounded", discard: true })
  })
