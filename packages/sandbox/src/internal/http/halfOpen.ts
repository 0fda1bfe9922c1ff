/**
 * Closes connections whose request body has stopped coming. Node does that for the head of a request; its limit for the
 * whole of one would end uploads that are slow but alive.
 */
import type { IncomingMessage, ServerResponse } from "node:http"
import * as LastWords from "./lastWords.ts"
import * as RequestBody from "./requestBody.ts"

const GONE = "The request stopped before its body was complete"

/** Whether someone waits for more of the body, so that it is the client who keeps us waiting, and not the reverse. */
const isWaiting = (request: IncomingMessage): boolean =>
  request.readableLength === 0 && (request.readableFlowing === true || request.listenerCount("readable") > 0)

/** Watches a request until its body is complete. It is cut `millis` after its last byte if it was awaited all the time. */
export const watch = (request: IncomingMessage, response: ServerResponse, millis: number): void => {
  if (!RequestBody.hasBody(request)) return
  let wasWaiting = false
  const check = () => {
    if (request.complete || request.destroyed) return
    const isNow = isWaiting(request)
    if (isNow && wasWaiting) {
      // Where other replies come first, or this one has begun, there is nothing that could be said.
      return LastWords.close(request.socket, response.socket !== null && !response.headersSent, 408, GONE)
    }
    wasWaiting = isNow
    timer.refresh()
  }
  const timer = setTimeout(check, millis / 2).unref()
  RequestBody.onBodyBytes(request, () => {
    wasWaiting = false
    timer.refresh()
  })
  request.once("close", () => clearTimeout(timer))
}
