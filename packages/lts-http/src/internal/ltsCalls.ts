import * as Reason from "@iiif-ingest/core/base/Reason"
import { isLoopback } from "@iiif-ingest/core/config/MpsEnvironment"
import type { TokenSigner } from "@iiif-ingest/core/config/TokenSigner"
import * as LtsClient from "@iiif-ingest/core/mps/LtsClient"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { HttpClient } from "effect/http/HttpClient"
import type { HttpClientError } from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as Received from "./answer.ts"
import { makeExchange, within } from "./exchange.ts"
import { accepted } from "./ltsAnswer.ts"
import { transportFailure } from "./transportFailure.ts"
import { userAgent } from "./userAgent.ts"

/** Limits of every call. */
export interface Limits {
  readonly timeout?: Duration.Input
  readonly maxResponseBytes?: number
}

/** The URL of a call, the length of its body, and its default timeout. */
export interface Call {
  readonly url: URL
  readonly bytes: number
  readonly limit: Duration.Input
}

/** Sends a request, and decodes the JSON of a successful response. */
export type Send = <A>(
  request: HttpClientRequest.HttpClientRequest,
  call: Call,
  read: (raw: Schema.Json, evidence: Reason.Evidence) => Result.Result<A, LtsClient.LtsReason>
) => Effect.Effect<A, LtsClient.LtsReason>

const defaultMaxResponseBytes = 1024 * 1024

/** An `EncodeError` with a description comes from a client that could not sign; any other error is the transport's. */
const failure = (host: string, error: HttpClientError, elapsed: Duration.Duration) =>
  error.reason._tag === "EncodeError" && error.reason.description !== undefined
    ? new LtsClient.TokenUnavailable({ detail: Reason.evidence(0, error.reason.description).body })
    : transportFailure(host, error, elapsed)

export const makeSend = (limits: Limits): Effect.Effect<Send, never, HttpClient> =>
  Effect.map(makeExchange(failure), (exchange): Send => {
    const maximumBytes = limits.maxResponseBytes ?? defaultMaxResponseBytes
    return (request, call, read) =>
      exchange(call.url, request, maximumBytes).pipe(
        within(limits.timeout ?? call.limit, call.url.host),
        Effect.flatMap((answer) => accepted(answer, call)),
        Effect.flatMap((answer) => {
          const evidence = Received.evidence(answer)
          return Effect.fromResult(
            Received.readJson(answer, maximumBytes).pipe(
              Result.mapError((problem) => new Reason.Undecodable({ evidence, problem })),
              Result.flatMap((raw) => read(raw, evidence))
            )
          )
        })
      )
  })

export const failsAs = (operation: LtsClient.LtsError["operation"]) =>
  Effect.mapError((reason: LtsClient.LtsReason) => new LtsClient.LtsError({ operation, reason }))

/** A token must not be readable on its way to the service. */
export const mayCarryToken = (url: URL): boolean => url.protocol === "https:" || isLoopback(url.hostname)

const unavailable = (detail: string) => Effect.fail(new LtsClient.TokenUnavailable({ detail }))

/** The token for a request to `url`; with `anew`, another than the one that is reused. */
export const tokenFor = Effect.fnUntraced(function*(signer: TokenSigner["Service"], url: URL, anew = false) {
  if (!mayCarryToken(url)) return yield* unavailable(`${url.origin} is neither https nor on this machine`)
  const token = yield* (anew ? signer.sign() : signer.token).pipe(Effect.catch((error) => unavailable(error.message)))
  // the error of a transport may quote a header that it cannot send
  if (!/^[\w.~+/=-]+$/.test(Redacted.value(token))) {
    return yield* unavailable("the signer's token has characters that a header cannot carry")
  }
  return token
})

/** Makes a read with a token, and once more with a new one if it is refused. */
const isRefusal = (reason: LtsClient.LtsReason): reason is LtsClient.Unauthorized | LtsClient.Forbidden =>
  reason._tag === "Unauthorized" || reason._tag === "Forbidden"

const refusedAnew = ({ _tag, evidence }: LtsClient.Unauthorized | LtsClient.Forbidden) =>
  _tag === "Unauthorized"
    ? new LtsClient.Unauthorized({ evidence, anew: true })
    : new LtsClient.Forbidden({ evidence, anew: true })

export const withToken = <A>(
  signer: TokenSigner["Service"],
  url: URL,
  read: (token: Redacted.Redacted) => Effect.Effect<A, LtsClient.LtsReason>
): Effect.Effect<A, LtsClient.LtsReason> =>
  Effect.flatMap(tokenFor(signer, url), read).pipe(
    Effect.catchIf(isRefusal, () =>
      Effect.mapError(
        Effect.flatMap(tokenFor(signer, url, true), read),
        (reason) => isRefusal(reason) ? refusedAnew(reason) : reason
      ))
  )

const headers = { accept: "application/json", "user-agent": userAgent }

export const get = (url: URL) => HttpClientRequest.get(url, { headers })

export const post = (url: URL, json: Uint8Array, contentType: string) =>
  HttpClientRequest.post(url, { headers }).pipe(HttpClientRequest.bodyUint8Array(json, contentType))
