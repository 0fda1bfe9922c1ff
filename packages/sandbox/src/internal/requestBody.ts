/** Reading and discarding request bodies. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { IncomingMessage } from "node:http"

/** The body is larger than the limit; it was read to its end all the same, so that the client can read the answer. */
class BodyTooLarge extends Schema.TaggedError<BodyTooLarge>()("BodyTooLarge", { limit: Schema.Int }) {
  override get message() {
    return `The request body is larger than ${this.limit} bytes`
  }
}

/** The client went away in the middle of its request. */
export class BodyCutOff extends Schema.TaggedError<BodyCutOff>()("BodyCutOff", {}) {
  override get message() {
    return "The connection ended before the request body did"
  }
}

const consume = <A>(request: IncomingMessage, onChunk: (chunk: Buffer) => void, done: () => A) =>
  Effect.callback<A, BodyCutOff>((resume) => {
    const cutOff = () => resume(Effect.fail(new BodyCutOff({})))
    if (request.destroyed) return cutOff()
    request.on("data", onChunk)
    request.once("end", () => resume(Effect.sync(done)))
    request.once("error", cutOff)
    request.once("close", cutOff)
  })

/** The whole body, or a failure once it is known to be longer than `limit`. */
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

/** Whether the client waits to be told to go on before it sends its body. */
export const expectsContinue = (request: IncomingMessage): boolean =>
  request.headers.expect?.toLowerCase() === "100-continue"

/**
 * Reads the body to its end and forgets it: an answer sent earlier may be lost while the client still writes. A client
 * that waits to be told to go on is answered instead.
 */
export const discard = (request: IncomingMessage): Effect.Effect<void, BodyCutOff> =>
  Effect.suspend(() =>
    request.readableEnded || expectsContinue(request) ? Effect.void : consume(request, () => {}, () => undefined)
  )
