/** A complete reply as a value, so that faults can change it before it is sent. */
import * as Effect from "effect/Effect"
import type { Exchange } from "./exchange.ts"
import * as RequestBody from "./requestBody.ts"

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** Marks a reply whose real form is unknown outside LTS; see FIDELITY.md. */
export const guess = (reason: string): Readonly<Record<string, string>> => ({
  "x-sandbox-fidelity": `guess; ${reason}`
})

export const json = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(value)
})

/** An error in the only known form of MPS: a string in the field `error`. */
export const error = (status: number, message: string, headers?: Readonly<Record<string, string>>): Reply =>
  json(status, { error: message }, headers)

export const empty = (status: number, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  headers,
  body: ""
})

export const html = (status: number, title: string): Reply => ({
  status,
  headers: { "content-type": "text/html; charset=utf-8" },
  body: `<!doctype html>\n<html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`
})

export const withHeaders = (reply: Reply, headers: Readonly<Record<string, string>>): Reply => ({
  ...reply,
  headers: { ...reply.headers, ...headers }
})

export const redirect = (status: number, location: string, headers: Readonly<Record<string, string>> = {}): Reply =>
  empty(status, { location, ...headers })

/** What has no body by its status has no length of one either (RFC 9110, 8.6). */
const BODILESS = new Set([204, 304])

/** Whether the client waits to be told to send its body, and was not. */
const waits = ({ request, transcript }: Exchange): boolean =>
  RequestBody.expectsContinue(request) && transcript.continued !== true && !request.complete

/**
 * Ends a reply when the client has ended its request: closing a socket with unread bytes resets the connection, and a
 * client that is still sending may then lose the reply.
 */
const endAfterRequest = ({ request, response }: Exchange, body: Uint8Array, done: (() => void) | undefined): void => {
  if (body.length === 0) response.flushHeaders()
  else response.write(body)
  RequestBody.drain(request, () => response.end(done))
}

/**
 * Sends the reply; `done` is called when it is handed to the operating system. A client that got no `100 Continue` may
 * or may not send its body, so its connection cannot be reused.
 */
export const write = (exchange: Exchange, reply: Reply, done?: () => void): void => {
  const { request, response, transcript } = exchange
  const body = typeof reply.body === "string" ? Buffer.from(reply.body) : reply.body
  const connection = waits(exchange) ? { connection: "close" } : {}
  transcript.reply = reply
  const length = BODILESS.has(reply.status) ? {} : { "content-length": body.length }
  response.writeHead(reply.status, { ...reply.headers, ...connection, ...length })
  if (RequestBody.isPending(request) && !waits(exchange)) endAfterRequest(exchange, body, done)
  else response.end(body, done)
}

/** Sends the reply; completes when it is handed to the operating system or the connection is closed. */
export const send = (exchange: Exchange, reply: Reply): Effect.Effect<void> =>
  Effect.callback((resume) => {
    const done = () => resume(Effect.void)
    exchange.response.once("close", done)
    write(exchange, reply, done)
  })
