/** Applies a fault verdict to an exchange, for the S3 endpoint and all other handlers alike. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { FaultEffect } from "../../Faults.ts"
import { CORS } from "../http/cors.ts"
import type { Exchange } from "../http/exchange.ts"
import { gone } from "../http/gone.ts"
import * as Reply from "../http/reply.ts"
import * as RequestBody from "../http/requestBody.ts"
import { isS3Path } from "../s3/path.ts"
import type { Verdict } from "./engine.ts"

/** What is sent in place of a reply; nothing is where the client has gone in the meantime. */
export type Alter = (reply: Reply.Reply) => Effect.Effect<Reply.Reply | undefined>

/** The regular handler of an exchange, and how the S3 endpoint reports an error. */
export interface Handling {
  /** Handles the request. A handler that builds a `Reply` passes it through `alter` before sending it. */
  readonly run: (alter: Alter) => Effect.Effect<void>
  readonly refuseS3: (
    error: { readonly status: number; readonly code: string; readonly message: string }
  ) => Effect.Effect<void>
}

export const unaltered: Alter = Effect.succeed
const { guess } = Reply

/** Returns false if the client closed the connection during the delay. */
const wait = (exchange: Exchange, millis: number): Effect.Effect<boolean> =>
  millis === 0
    ? Effect.succeed(true)
    : Effect.timeoutOrElse(Effect.as(gone(exchange), false), { duration: millis, orElse: () => Effect.succeed(true) })

/**
 * Takes what the client still sends, and loses it: Node does not notice that a connection has ended of which it does not
 * read. A client that waits for a `100 Continue` sends nothing.
 */
const lose = ({ request }: Exchange): void => {
  if (!RequestBody.expectsContinue(request)) request.resume()
}

/** Until the client gives up. */
const hang = (exchange: Exchange) => Effect.andThen(Effect.sync(() => lose(exchange)), gone(exchange))

const DEFAULT_BALANCER_MILLIS = 60_000

/** The balancer counts from the request on, whatever the handler takes of the time. */
const gatewayTimeout = (
  exchange: Exchange,
  handling: Handling,
  millis = DEFAULT_BALANCER_MILLIS
): Effect.Effect<void> =>
  Effect.flatMap(Clock.currentTimeMillis, (start) =>
    handling.run(Effect.fnUntraced(function*() {
      lose(exchange)
      const elapsed = (yield* Clock.currentTimeMillis) - start
      const connected = yield* wait(exchange, Math.max(0, millis - elapsed))
      return connected ? Reply.html(504, "504 Gateway Time-out") : undefined
    })))

const resetConnection = ({ request }: Exchange) => Effect.sync(() => void request.socket.resetAndDestroy())

const resetDuringRequest = (exchange: Exchange, limit: number) => {
  // Bytes that arrived during a delay are already in the stream's buffer.
  let received = exchange.request.readableLength
  RequestBody.onBodyBytes(exchange.request, (bytes) => {
    received += bytes
    if (received >= limit) exchange.request.socket.resetAndDestroy()
  })
}

type Flushed = (error?: Error | null) => void
const callbackOf = (rest: ReadonlyArray<unknown>): Flushed | undefined =>
  rest.find((argument): argument is Flushed => typeof argument === "function")

/** Sends `limit` bytes of the body, then closes the connection; a shorter body is not affected. */
const cutResponse = ({ response }: Exchange, limit: number) => {
  const write = response.write.bind(response)
  const end = response.end.bind(response)
  let left = limit
  const fits = (chunk: unknown): boolean => {
    if (typeof chunk !== "string" && !(chunk instanceof Uint8Array)) return true
    const bytes = Buffer.from(chunk)
    if (bytes.length <= left) {
      left -= bytes.length
      return true
    }
    response.flushHeaders()
    const close = () => response.socket?.destroySoon()
    if (left > 0) write(bytes.subarray(0, left), close)
    else close()
    left = 0
    return false
  }
  response.write = (chunk: unknown, ...rest: Array<unknown>) => fits(chunk) ? write(chunk, callbackOf(rest)) : false
  response.end = (...rest: Array<unknown>) => {
    if (!fits(rest[0])) return response
    return typeof rest[0] === "function" ? end(callbackOf(rest)) : end(rest[0], callbackOf(rest))
  }
}

/** A handler writes only when it is done, so the connection is closed at its first write. */
const loseReply = ({ request: { socket } }: Exchange) => {
  socket.write = () => {
    socket.destroy()
    return false
  }
}

const truncated = (reply: Reply.Reply, bytes: number | undefined): Reply.Reply => {
  const body = Buffer.from(reply.body)
  return { ...reply, body: body.subarray(0, bytes ?? Math.floor(body.length / 2)) }
}

const answer = (exchange: Exchange, reply: Reply.Reply): Effect.Effect<void> =>
  RequestBody.discard(exchange.request).pipe(
    Effect.andThen(Reply.send(exchange, reply)),
    // The client closed the connection, so there is no one to reply to.
    Effect.catchTag("BodyCutOff", () => Effect.void)
  )

const S3_ERRORS = {
  deny: { status: 403, code: "AccessDenied", message: "Access Denied" },
  throttle: { status: 503, code: "SlowDown", message: "Please reduce your request rate." },
  expiredToken: { status: 400, code: "ExpiredToken", message: "The provided token has expired." }
} as const

const PLAIN_ERRORS = {
  deny: Reply.error(403, "Access denied", guess("form of an error")),
  throttle: Reply.error(429, "Too many requests", guess("form of a throttling error")),
  expiredToken: Reply.error(401, "Token rejected: it has expired", guess("form of an error"))
} as const

const NOT_YET = Reply.error(404, "The sandbox has ingested it, and does not deliver it yet", {
  ...CORS,
  ...guess("how long after its job something is delivered, and what is replied until then")
})

const refuse = (
  exchange: Exchange,
  handling: Handling,
  kind: keyof typeof S3_ERRORS,
  headers: Readonly<Record<string, string>> = {}
): Effect.Effect<void> => {
  const { request, response } = exchange
  if (!isS3Path(exchange.path)) return answer(exchange, Reply.withHeaders(PLAIN_ERRORS[kind], headers))
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  return RequestBody.discard(request).pipe(
    Effect.andThen(handling.refuseS3(S3_ERRORS[kind])),
    Effect.catchTag("BodyCutOff", () => Effect.void)
  )
}

const reset = (
  exchange: Exchange,
  handling: Handling,
  effect: Extract<FaultEffect, { readonly type: "reset" }>
): Effect.Effect<void> => {
  const { afterRequestBytes = 0, afterResponseBytes } = effect
  if (afterResponseBytes !== undefined) cutResponse(exchange, afterResponseBytes)
  if (afterRequestBytes > 0) resetDuringRequest(exchange, afterRequestBytes)
  return afterResponseBytes === undefined && afterRequestBytes === 0
    ? resetConnection(exchange)
    : handling.run(unaltered)
}

const carryOut = (exchange: Exchange, handling: Handling, effect: FaultEffect): Effect.Effect<void> => {
  switch (effect.type) {
    case "status":
      return answer(exchange, { status: effect.status, headers: effect.headers ?? {}, body: effect.body ?? "" })
    case "reset":
      return reset(exchange, handling, effect)
    case "deny":
    case "expiredToken":
      return refuse(exchange, handling, effect.type)
    case "throttle":
      return refuse(exchange, handling, "throttle", retryAfter(effect.retryAfterSeconds))
    case "html":
      return answer(exchange, Reply.html(effect.status ?? 502, "Bad gateway"))
    case "lostReply":
      loseReply(exchange)
      return handling.run(unaltered)
    case "hang":
      return hang(exchange)
    case "gatewayTimeout":
      return gatewayTimeout(exchange, handling, effect.millis)
    case "late":
      return answer(exchange, NOT_YET)
    case "emptyAccepted":
      return answer(exchange, Reply.empty(202, { "x-amzn-waf-action": "challenge" }))
    case "truncate":
      return handling.run((reply) => Effect.succeed(truncated(reply, effect.bytes)))
    case "malformed":
      return handling.run((reply) => Effect.succeed(Reply.json(reply.status, effect.body ?? { unexpected: ["shape"] })))
    case "redirect":
      return answer(exchange, Reply.redirect(effect.status ?? 302, effect.location))
    default:
      return handling.run(unaltered)
  }
}

const retryAfter = (seconds: number | undefined): Readonly<Record<string, string>> =>
  seconds === undefined ? {} : { "retry-after": String(seconds) }

export const apply = (exchange: Exchange, handling: Handling, verdict: Verdict): Effect.Effect<void> => {
  const { effect } = verdict
  const handle = effect === undefined
    ? handling.run(unaltered)
    : Effect.suspend(() => carryOut(exchange, handling, effect))
  return Effect.flatMap(wait(exchange, verdict.delayMillis), (connected) => connected ? handle : Effect.void)
}
