import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as http from "node:http"
import * as https from "node:https"
import type { Socket } from "node:net"
import type { Content, Push } from "./content.ts"
import type { Route } from "./route.ts"

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

/** How long a server may leave `Expect` without an answer, in milliseconds: an old one or a proxy may not know it. */
const continueMillis = 1000

/** S3 says what it has to say in less; what is longer comes from someone else. */
const longestBody = 64 * 1024

const timedOut = (what: string, millis: number) =>
  Object.assign(new Error(`${what} within ${millis} ms`), { name: "TimeoutError" })

/** Fails a request whose connection does not come about in time. */
const limitConnect = (request: http.ClientRequest, { connectMillis, protocol }: Route) => {
  if (connectMillis === undefined) return
  request.once("socket", (socket: Socket) => {
    if (!socket.connecting) return
    const timer = setTimeout(
      () => request.destroy(timedOut("the socket did not establish a connection", connectMillis)),
      connectMillis
    )
    socket.once(protocol === "https:" ? "secureConnect" : "connect", () => clearTimeout(timer))
    request.once("close", () => clearTimeout(timer))
  })
}

const gone = () => Object.assign(new Error("the connection was closed"), { code: "ECONNRESET" })

/** Gives bytes to a request; rejects where they cannot leave any more. */
const pushTo = (request: http.ClientRequest, isOver: () => boolean): Push => (bytes, isLast) =>
  new Promise((resolve, reject) => {
    if (isOver() || request.destroyed) return reject(gone())
    const closed = () => reject(gone())
    const left = (error?: Error | null) => {
      request.off("close", closed)
      if (error) reject(error)
      else resolve()
    }
    request.once("close", closed)
    if (isLast) request.end(bytes, left)
    else request.write(bytes, left)
  })

/** Goes on, once, when the server has said that it wants the body or has had the time to. */
const whenWanted = (request: http.ClientRequest, proceed: () => void) => {
  const stop = () => {
    clearTimeout(timer)
    request.off("continue", wanted)
  }
  const wanted = () => {
    stop()
    proceed()
  }
  const timer = setTimeout(wanted, continueMillis)
  request.once("continue", wanted)
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
    // as a list Node takes them as they are: half the work
    headers: Object.entries(headers).flat(),
    agent: route.agent,
    ...(route.stallMillis === undefined ? {} : { timeout: route.stallMillis })
  })
  request.on("timeout", () => request.destroy(timedOut("the connection lay still", route.stallMillis ?? 0)))
  limitConnect(request, route)
  return request
}

const headersOf = ({ headers }: http.IncomingMessage): Answer["headers"] =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value ?? ""])
  )

/** Collects an answer to its end. */
const read = (response: http.IncomingMessage, onEnd: (answer: Answer) => void, onError: (error: unknown) => void) => {
  let body = ""
  response.setEncoding("utf8")
  response.on("data", (text: string) => {
    if (body.length < longestBody) body += text
  })
  response.on("error", onError)
  response.once("end", () => onEnd({ status: response.statusCode ?? 0, headers: headersOf(response), body }))
}

/**
 * Sends a request once and reads the answer, also one that comes before the body is sent: a refusal is not lost behind a
 * pipe that breaks. Interrupting it closes the connection.
 */
export const exchangeBody = (route: Route, { content, headers, path }: Outgoing): Effect.Effect<
  Answer,
  Cause.UnknownError
> =>
  Effect.callback((resume) => {
    const expects = content.length >= route.expectFrom && content.length > 0
    const request = begin(route, path, expects ? { ...headers, expect: "100-continue" } : headers)
    let over = false
    let isAnswered = false
    const fail = (error: unknown) => {
      over = true
      resume(Effect.fail(new Cause.UnknownError(error)))
    }
    request.on("error", fail)
    // the stack of an error costs as much as signing a request
    request.once("close", () => isAnswered || fail(gone()))
    request.once("response", (response) => {
      over = (response.statusCode ?? 0) >= 300
      read(response, (answer) => {
        const succeed = () => {
          isAnswered = true
          resume(Effect.succeed(answer))
        }
        if (request.writableFinished) return succeed()
        // a success before the last byte has left is none yet; after a refusal the connection is of no more use
        if (!over) return void request.once("finish", succeed)
        succeed()
        request.destroy()
      }, fail)
    })
    const proceed = () =>
      void content.write(pushTo(request, () => over)).catch((error: unknown) => {
        if (!over) request.destroy(error instanceof Error ? error : new Error(String(error)))
      })
    if (expects) whenWanted(request, proceed)
    else proceed()
    return Effect.sync(() => {
      over = true
      request.destroy()
    })
  })
