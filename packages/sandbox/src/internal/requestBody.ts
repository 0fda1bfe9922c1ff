/** Reads and discards request bodies. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { IncomingMessage } from "node:http"

/** The body exceeds the limit. It was still read to the end, so that the client can receive the reply. */
class BodyTooLarge extends Schema.TaggedError<BodyTooLarge>()("BodyTooLarge", { limit: Schema.Int }) {
  override get message() {
    return `The request body is larger than ${this.limit} bytes`
  }
}

/** The client closed the connection during its request. */
export class BodyCutOff extends Schema.TaggedError<BodyCutOff>()("BodyCutOff", {}) {
  override get message() {
    return "The connection was closed before the request body was complete"
  }
}

const consume = <A>(request: IncomingMessage, onChunk: (chunk: Buffer) => void, done: () => A) =>
  Effect.callback<A, BodyCutOff>((resume) => {
    const fail = () => resume(Effect.fail(new BodyCutOff({})))
    if (request.destroyed) return fail()
    request.on("data", onChunk)
    request.once("end", () => resume(Effect.sync(done)))
    request.once("error", fail)
    request.once("close", fail)
  })

/** Reads the whole body; fails if it is longer than `limit` bytes. */
export const read = (request: IncomingMessage, limit: number): Effect.Effect<Buffer, BodyTooLarge | BodyCutOff> =>
  Effect.suspend(() => {
    const chunks: Array<Buffer> = []
    let size = 0
    const keep = (chunk: Buffer) => {
      size += chunk.length
      if (size <= limit) chunks.push(chunk)
      else chunks.length = 0
    }
    return consume(request, keep, () => Buffer.concat(chunks)).pipe(
      Effect.filterOrFail(() => size <= limit, () => new BodyTooLarge({ limit }))
    )
  })

/** Whether the client waits for a `100 Continue` before it sends its body. */
export const expectsContinue = (request: IncomingMessage): boolean =>
  request.headers.expect?.toLowerCase() === "100-continue"

/**
 * Reads and discards the whole body, because a client that is still sending may miss an earlier reply. Reads nothing if
 * the client waits for a `100 Continue`.
 */
export const discard = (request: IncomingMessage): Effect.Effect<void, BodyCutOff> =>
  Effect.suspend(() =>
    request.readableEnded || expectsContinue(request) ? Effect.void : consume(request, () => {}, () => undefined)
  )
