import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as http from "node:http"
import * as https from "node:https"
import type { Socket } from "node:net"
import type { Content, Push } from "./content.ts"
import type { Route } from "./route.ts"
import { connectionClosed } from "./sending.ts"

export interface Outgoing {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly content: Content
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** How long to wait for `100 Continue`, in milliseconds: an old server or a proxy may ignore `Expect`. */
const continueMillis = 1000

/** S3's own responses are shorter; the rest of a longer one is dropped. */
const maxBodyLength = 64 * 1024

const timeoutError = (message: string) => Object.assign(new Error(message), { name: "TimeoutError" })

/** Fails a request whose connection is not established in time. */
const limitConnect = (request: http.ClientRequest, { connectMillis, protocol }: Route) => {
  if (connectMillis === undefined) return
  request.once("socket", (socket: Socket) => {
    if (!socket.connecting) return
    const timer = setTimeout(
      () => request.destroy(timeoutError(`the socket did not establish a connection within ${connectMillis} ms`)),
      connectMillis
    )
    socket.once(protocol === "https:" ? "secureConnect" : "connect", () => clearTimeout(timer))
    request.once("close", () => clearTimeout(timer))
  })
}

/** Writes bytes to a request; rejects once it is closed. */
const pushTo = (request: http.ClientRequest, isDone: () => boolean): Push => (bytes, isLast) =>
  new Promise((resolve, reject) => {
    if (isDone() || request.destroyed) return reject(connectionClosed())
    const closed = () => reject(connectionClosed())
    const flushed = (error?: Error | null) => {
      request.off("close", closed)
      if (error) reject(error)
      else resolve()
    }
    request.once("close", closed)
    if (isLast) request.end(bytes, flushed)
    else request.write(bytes, flushed)
  })

/** Calls `proceed` once the server has sent `100 Continue`, or has not in time. */
const afterContinue = (request: http.ClientRequest, proceed: () => void) => {
  const stop = () => {
    clearTimeout(timer)
    request.off("continue", continued)
  }
  const continued = () => {
    stop()
    proceed()
  }
  const timer = setTimeout(continued, continueMillis)
  request.once("continue", continued)
  request.once("response", stop)
  request.once("close", stop)
  request.flushHeaders()
}

const begin = (route: Route, path: string, headers: Outgoing["headers"]): http.ClientRequest => {
  const request = (route.protocol === "https:" ? https : http).request({
    method: "PUT",
    protocol: route.protocol,
    hostname: route.hostname,
    ...(route.port === undefined ? {} : { port: route.port }),
    path,
    // Node sends a list of headers without processing it: half the work
    headers: Object.entries(headers).flat(),
    agent: route.agent,
    ...(route.stallMillis === undefined ? {} : { timeout: route.stallMillis })
  })
  request.on("timeout", () => request.destroy(timeoutError(`the connection was idle for ${route.stallMillis ?? 0} ms`)))
  limitConnect(request, route)
  return request
}

const headersOf = ({ headers }: http.IncomingMessage): Answer["headers"] =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value ?? ""])
  )

/** Reads a response to its end. */
const read = (response: http.IncomingMessage, onEnd: (answer: Answer) => void, onError: (error: unknown) => void) => {
  let body = ""
  response.setEncoding("utf8")
  response.on("data", (text: string) => {
    if (body.length < maxBodyLength) body += text
  })
  response.on("error", onError)
  response.once("end", () => onEnd({ status: response.statusCode ?? 0, headers: headersOf(response), body }))
}

/**
 * Sends a request once and reads the response, even if it arrives before the body is sent: a refusal is reported
 * instead of the broken pipe that follows it. Interrupting it closes the connection.
 */
export const exchangeBody = (route: Route, { content, headers, path }: Outgoing): Effect.Effect<
  Answer,
  Cause.UnknownError
> =>
  Effect.callback((resume) => {
    const expects = content.length >= route.expectFrom && content.length > 0
    const request = begin(route, path, expects ? { ...headers, expect: "100-continue" } : headers)
    let done = false
    let isAnswered = false
    const fail = (error: unknown) => {
      done = true
      resume(Effect.fail(new Cause.UnknownError(error)))
    }
    request.on("error", fail)
    // an error is created only if needed: its stack costs as much as signing a request
    request.once("close", () => isAnswered || fail(connectionClosed()))
    request.once("response", (response) => {
      done = (response.statusCode ?? 0) >= 300
      read(response, (answer) => {
        const succeed = () => {
          isAnswered = true
          resume(Effect.succeed(answer))
        }
        if (request.writableFinished) return succeed()
        // a success counts only once the last byte is sent; after a refusal the connection cannot be reused
        if (!done) return void request.once("finish", succeed)
        succeed()
        request.destroy()
      }, fail)
    })
    const proceed = () =>
      void content.write(pushTo(request, () => done)).catch((error: unknown) => {
        if (!done) request.destroy(error instanceof Error ? error : new Error(String(error)))
      })
    if (expects) afterContinue(request, proceed)
    else proceed()
    return Effect.sync(() => {
      done = true
      request.destroy()
    })
  })
