import type { ClientRequest } from "node:http"

/** A request that has a response, and may still be on its way. */
export interface Sending {
  /** Resolves when it is sent to its last byte; rejects if the connection is closed before. */
  readonly sent: Promise<void>
  /** Closes the connection unless all is sent. */
  readonly stop: () => void
}

export const connectionClosed = () => Object.assign(new Error("the connection was closed"), { code: "ECONNRESET" })

/**
 * Watches a request from its response on. It must not be asked later: when the response has ended, the request's socket
 * may be another request's already, and on Node 22 its `writableFinished` tells of that one.
 */
export const watch = (request: ClientRequest): Sending => {
  let isSent = request.writableFinished
  const sent = isSent ? Promise.resolve() : new Promise<void>((resolve, reject) => {
    request.once("finish", () => {
      isSent = true
      resolve()
    })
    request.once("close", () => reject(connectionClosed()))
  })
  sent.catch(() => {}) // whoever waits for it handles it
  return { sent, stop: () => void (isSent || request.destroy()) }
}
