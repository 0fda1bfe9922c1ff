/**
 * Closes connections whose request body has stopped coming. Node does that for the head of a request; its limit for the
 * whole of one would end uploads that are slow but alive.
 */
import type { IncomingMessage, ServerResponse } from "node:http"
import { hasBody } from "./requestBody.ts"

const LAST_WORDS_MILLIS = 1000
const GONE = "The request stopped before its body was complete"

/** As Node answers a head that does not come to its end; handlers then find the connection closed. */
const tooLate = (): string => {
  const body = JSON.stringify({ error: GONE })
  return [
    "HTTP/1.1 408 Request Timeout",
    "connection: close",
    "content-type: application/json",
    `content-length: ${body.length}`,
    "",
    body
  ].join("\r\n")
}

/** Whether someone waits for more of the body, so that it is the client who keeps us waiting, and not the reverse. */
const isWaiting = (request: IncomingMessage): boolean =>
  request.readableLength === 0 && (request.readableFlowing === true || request.listenerCount("readable") > 0)

const close = ({ socket }: IncomingMessage, response: ServerResponse): void => {
  // Where other replies come first, or this one has begun, there is nothing that could be said.
  if (response.socket !== null && !response.headersSent) socket.write(tooLate())
  socket.destroySoon()
  // A client may have stopped to read, too.
  setTimeout(() => socket.destroy(), LAST_WORDS_MILLIS).unref()
}

/** Watches a request until its body is complete. It is cut `millis` after its last byte if it was awaited all the time. */
export const watch = (request: IncomingMessage, response: ServerResponse, millis: number): void => {
  if (!hasBody(request)) return
  let wasWaiting = false
  const check = () => {
    if (request.complete || request.destroyed) return
    const isNow = isWaiting(request)
    if (isNow && wasWaiting) return close(request, response)
    wasWaiting = isNow
    timer.refresh()
  }
  const timer = setTimeout(check, millis / 2).unref()
  const push = request.push.bind(request)
  request.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
    wasWaiting = false
    timer.refresh()
    return push(chunk, encoding)
  }
  request.once("close", () => clearTimeout(timer))
}
