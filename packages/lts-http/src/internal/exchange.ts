import * as Reason from "@iiif-ingest/core/base/Reason"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { constTrue } from "effect/Function"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type { Headers } from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import type { HttpClientError } from "effect/http/HttpClientError"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { shown } from "./addresses.ts"
import type { TransportReason } from "./transportFailure.ts"

/** An answer as it came: `isCut` where the body went on beyond the limit and `text` is only its beginning. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly isCut: boolean
}

/** Sends one request to a url once, and reads its answer. */
export type Exchange<E = TransportReason> = (
  url: URL,
  request: HttpClientRequest,
  maximumBytes: number
) => Effect.Effect<Answer, E>

/** As much of an answer that is no success as is worth showing. */
const refusalBytes = 16 * 1024

const isEmptyBody = (error: HttpClientError): boolean => error.reason._tag === "EmptyBodyError"

/** Reads a body up to a limit; the rest is not waited for. */
const readBody = Effect.fnUntraced(function*(body: Stream.Stream<Uint8Array, HttpClientError>, limit: number) {
  const decoder = new TextDecoder()
  const parts: Array<string> = []
  let bytes = 0
  yield* Stream.runForEachWhile(body, (chunk) =>
    Effect.sync(() => {
      parts.push(decoder.decode(chunk.subarray(0, limit - bytes), { stream: true }))
      bytes += chunk.length
      return bytes <= limit
    })).pipe(Effect.catchIf(isEmptyBody, () => Effect.void))
  parts.push(decoder.decode())
  return { text: parts.join(""), isCut: bytes > limit }
})

/**
 * The client of the context, made fit for a service that is handed a token; `failure` names why no answer came:
 *
 * - `fetch` follows redirects by itself unless it is told not to; the other transports do not.
 * - The client's own span is replaced, since the error it ends with on HTTP 4xx and 5xx holds the request and its
 *   headers; with it goes the propagation of trace ids to a service that has no use for them.
 */
export const makeExchange = Effect.fnUntraced(function*<E>(
  failure: (host: string, error: HttpClientError, elapsed: Duration.Duration) => E
): Effect.fn.Return<Exchange<E>, never, HttpClient.HttpClient> {
  const client = yield* HttpClient.HttpClient
  const fetchOptions = Option.getOrElse(yield* Effect.serviceOption(FetchHttpClient.RequestInit), () => ({}))

  const execute = (request: HttpClientRequest) =>
    client.execute(request).pipe(
      Effect.provideService(FetchHttpClient.RequestInit, { ...fetchOptions, redirect: "manual" }),
      Effect.provideService(HttpClient.TracerDisabledWhen, constTrue)
    )

  const send = Effect.fnUntraced(function*(request: HttpClientRequest, maximumBytes: number) {
    const response = yield* execute(request)
    const { headers, status } = response
    yield* Effect.annotateCurrentSpan("http.response.status_code", status)
    const isSuccess = status >= 200 && status < 300
    const limit = isSuccess ? maximumBytes : Math.min(maximumBytes, refusalBytes)
    return { status, headers, ...(yield* readBody(response.stream, limit)) }
  })

  const sendTimed = Effect.fnUntraced(function*(url: URL, request: HttpClientRequest, maximumBytes: number) {
    const start = yield* Clock.currentTimeMillis
    return yield* Effect.catch(
      send(request, maximumBytes),
      (error) =>
        Effect.flatMap(
          Clock.currentTimeMillis,
          (end) => Effect.fail(failure(url.host, error, Duration.millis(end - start)))
        )
    )
  })

  return (url, request, maximumBytes) =>
    sendTimed(url, request, maximumBytes).pipe(
      Effect.withSpan(request.method, {
        kind: "client",
        attributes: {
          "http.request.method": request.method,
          "server.address": url.hostname,
          "url.full": shown(url)
        }
      })
    )
})

/** Gives up after a while; the request is aborted. */
export const within = (limit: Duration.Input, host: string) => {
  const duration = Duration.fromInputUnsafe(limit)
  return <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E | Reason.TimedOut, R> =>
    Effect.timeoutOrElse(self, {
      duration,
      orElse: () => Effect.fail(new Reason.TimedOut({ host, limit: duration }))
    })
}
