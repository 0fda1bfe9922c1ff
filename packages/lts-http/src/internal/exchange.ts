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
import { withoutSecrets } from "./addresses.ts"
import type { TransportReason } from "./transportFailure.ts"

/** What was read of a body. With `isCut`, it was longer than the limit, and this is only its beginning. */
class Body {
  readonly isCut: boolean
  readonly #chunks: ReadonlyArray<Uint8Array>
  #text: string | undefined

  constructor(chunks: ReadonlyArray<Uint8Array>, isCut: boolean) {
    this.isCut = isCut
    this.#chunks = chunks
  }

  /** The bytes in one piece. */
  get bytes(): Uint8Array {
    const bytes = new Uint8Array(this.#chunks.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const chunk of this.#chunks) {
      bytes.set(chunk, at)
      at += chunk.length
    }
    return bytes
  }

  /** The bytes as UTF-8, with a replacement character for those that are not. */
  get text(): string {
    return this.#text ??= this.#decode()
  }

  #decode(): string {
    const decoder = new TextDecoder()
    return this.#chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join("") + decoder.decode()
  }
}

/** A response. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
}

/** Sends one request to a URL once, and reads the response. */
export type Exchange<E = TransportReason> = (
  url: URL,
  request: HttpClientRequest,
  maximumBytes: number
) => Effect.Effect<Answer, E>

/** How much is read of a response other than a success, in bytes. */
const maxErrorBytes = 16 * 1024

const isEmptyBody = (error: HttpClientError): boolean => error.reason._tag === "EmptyBodyError"

/** Reads a body up to a limit, and does not wait for the rest. */
const readBody = Effect.fnUntraced(function*(body: Stream.Stream<Uint8Array, HttpClientError>, limit: number) {
  const chunks: Array<Uint8Array> = []
  let bytes = 0
  yield* Stream.runForEachWhile(body, (chunk) =>
    Effect.sync(() => {
      chunks.push(chunk.subarray(0, limit - bytes))
      bytes += chunk.length
      return bytes <= limit
    })).pipe(Effect.catchIf(isEmptyBody, () => Effect.void))
  return new Body(chunks, bytes > limit)
})

/**
 * The `HttpClient` in the context, adapted for requests that carry a token. `failure` maps the errors of the transport.
 *
 * - `fetch` follows redirects by default, and is set not to; the other transports do not.
 * - The client's own span is replaced, since its error on HTTP 4xx and 5xx contains the request and its headers. Trace
 *   ids are not propagated to the service.
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
    const limit = isSuccess ? maximumBytes : Math.min(maximumBytes, maxErrorBytes)
    return { status, headers, body: yield* readBody(response.stream, limit) }
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
          "url.full": withoutSecrets(url)
        }
      })
    )
})

/** Aborts a request after a time limit. */
export const within = (limit: Duration.Input, host: string) => {
  const duration = Duration.fromInputUnsafe(limit)
  return <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E | Reason.TimedOut, R> =>
    Effect.timeoutOrElse(self, {
      duration,
      orElse: () => Effect.fail(new Reason.TimedOut({ host, limit: duration }))
    })
}
