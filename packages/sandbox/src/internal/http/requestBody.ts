/** Reads and discards request bodies, never more of them than a limit. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { IncomingMessage } from "node:http"
import type { Exchange } from "./exchange.ts"

/** The body exceeds the limit. What the client still sends is discarded while it is told so. */
export class BodyTooLarge extends Schema.TaggedError<BodyTooLarge>()("BodyTooLarge", { limit: Schema.Int }) {
  override get message() {
    return `The request body is larger than ${this.limit} bytes`
  }
}

/** The client closed the connection during its request, or sent too much of what is not read. */
export class BodyCutOff extends Schema.TaggedError<BodyCutOff>()("BodyCutOff", {}) {
  override get message() {
    return "The connection was closed before the request body was complete"
  }
}

/** How much a client may still send of a body that is not read, before its connection is closed. */
const DISCARD_LIMIT = 256 * 1024 * 1024

export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0"

/**
 * Counts bytes as the HTTP parser pushes them, so that the stream stays available to its reader. A request without a
 * body is left alone: a method of its own keeps it in memory until the next full collection.
 */
export const onBodyBytes = (request: IncomingMessage, count: (bytes: number) => void): void => {
  if (!hasBody(request)) return
  const push = request.push.bind(request)
  request.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
    if (chunk !== null) count(chunk.length)
    return push(chunk, encoding)
  }
}

/** The length that the request declares; undefined for chunks. Node refuses what is not a number. */
export const declaredLength = ({ headers }: IncomingMessage): number | undefined =>
  headers["transfer-encoding"] === undefined ? Number(headers["content-length"] ?? 0) : undefined

const consume = <A, E = never>(
  request: IncomingMessage,
  onChunk: (chunk: Buffer, stop: (error: E) => void) => void,
  done: () => A
) =>
  Effect.callback<A, BodyCutOff | E>((resume) => {
    const fail = () => resume(Effect.fail(new BodyCutOff({})))
    if (request.destroyed) return fail()
    const take = (chunk: Buffer) => onChunk(chunk, stop)
    const stop = (error: E) => {
      request.off("data", take)
      resume(Effect.fail(error))
    }
    request.on("data", take)
    request.once("end", () => resume(Effect.sync(done)))
    request.once("error", fail)
    request.once("close", fail)
  })

/** Fails if the request declares a body that is longer than `limit` bytes. */
export const checkLength = (request: IncomingMessage, limit: number): Effect.Effect<void, BodyTooLarge> =>
  (declaredLength(request) ?? 0) > limit ? Effect.fail(new BodyTooLarge({ limit })) : Effect.void

/** Whether the client waits for a `100 Continue` before it sends its body. */
export const expectsContinue = (request: IncomingMessage): boolean =>
  request.headers.expect?.toLowerCase() === "100-continue"

/** Whether the client expects what no server here can do. A client of HTTP/1.0 cannot expect anything (RFC 9110, 10.1.1). */
export const expectsUnknown = (request: IncomingMessage): boolean =>
  request.headers.expect !== undefined && request.httpVersion !== "1.0" && !expectsContinue(request)

const invite = ({ request, response, transcript }: Exchange) => {
  if (!expectsContinue(request)) return
  response.writeContinue()
  transcript.continued = true
}

/** Reads the whole body; fails as soon as it is longer than `limit` bytes, and before its first byte if it says so. */
export const read = (exchange: Exchange, limit: number): Effect.Effect<Buffer, BodyTooLarge | BodyCutOff> =>
  Effect.suspend(() => {
    const chunks: Array<Buffer> = []
    let size = 0
    const keep = (chunk: Buffer, stop: (error: BodyTooLarge) => void) => {
      size += chunk.length
      if (size <= limit) return void chunks.push(chunk)
      chunks.length = 0
      stop(new BodyTooLarge({ limit }))
    }
    // The connection keeps its last request, and that its listeners.
    const take = () => Buffer.concat(chunks.splice(0))
    return checkLength(exchange.request, limit).pipe(
      Effect.andThen(Effect.sync(() => invite(exchange))),
      Effect.andThen(consume(exchange.request, keep, take))
    )
  })

/** Whether the client may still be sending. */
export const isPending = (request: IncomingMessage): boolean => hasBody(request) && !request.complete

/** Takes chunks and loses them; closes the connection of a client that does not stop. */
const skip = (request: IncomingMessage) => {
  let left = DISCARD_LIMIT
  return (chunk: Buffer): void => {
    left -= chunk.length
    if (left < 0) request.destroy()
  }
}

/** Discards what still comes, then calls `done`. */
export const drain = (request: IncomingMessage, done: () => void): void => {
  request.on("data", skip(request)).once("end", done).once("close", done)
}

/**
 * Discards the whole body, for a reply that is sent only then: a client that is still sending may miss an earlier one.
 * Reads nothing if the client waits for a `100 Continue`.
 */
export const discard = (request: IncomingMessage): Effect.Effect<void, BodyCutOff> =>
  Effect.suspend(() =>
    request.readableEnded || expectsContinue(request)
      ? Effect.void
      : consume(request, skip(request), () => undefined)
  )
