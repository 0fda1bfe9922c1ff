/**
 * The ingest API of MPS over HTTP: a layer of core's `LtsClient`. Source of addresses, fields and answers: docs/mps.md,
 * 2.1 and 2.3.
 *
 * Each call sends one request once, and every answer becomes a value or a named reason. No redirect is followed, by none
 * of the calls. The `HttpClient` in the context should send as its transport gives it, without retries or redirects of
 * its own; options for `fetch` (`FetchHttpClient.RequestInit`) are taken from the context of this layer. Calls have spans
 * without headers, and send no trace ids.
 *
 * @since 0.1.0
 */
import type { JobId } from "@iiif-ingest/core/Ids"
import type { IngestRequest } from "@iiif-ingest/core/IngestRequest"
import * as LtsClient from "@iiif-ingest/core/LtsClient"
import { MpsConfig } from "@iiif-ingest/core/MpsConfig"
import { isLoopback } from "@iiif-ingest/core/MpsEnvironment"
import * as Reason from "@iiif-ingest/core/Reason"
import { TokenSigner } from "@iiif-ingest/core/TokenSigner"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { HttpClient } from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as Received from "./internal/answer.ts"
import { makeExchange, within } from "./internal/exchange.ts"
import { accepted } from "./internal/ltsAnswer.ts"
import * as Body from "./internal/ltsBody.ts"
import { userAgent } from "./internal/userAgent.ts"

/**
 * - `statusAuth`: whether the token goes with `jobStatus` too; it does not when not given, as MPS asks for none.
 * - `timeout`: for one call; 2 minutes for `initialize` and 30 seconds for the others when not given.
 * - `maxResponseBytes`: a longer answer is not read to its end; 1 MiB when not given.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly statusAuth?: boolean
  readonly timeout?: Duration.Input
  readonly maxResponseBytes?: number
}

const defaultMaxResponseBytes = 1024 * 1024

/** A token belongs to the service: nothing else may read it on the way. */
const mayCarryToken = (url: URL): boolean => url.protocol === "https:" || isLoopback(url.hostname)

const unavailable = (detail: string) => Effect.fail(new LtsClient.TokenUnavailable({ detail }))

const withToken = (signer: TokenSigner["Service"], url: URL) =>
  Effect.fnUntraced(function*(request: HttpClientRequest.HttpClientRequest) {
    if (!mayCarryToken(url)) return yield* unavailable(`${url.origin} is neither https nor on this machine`)
    const token = yield* signer.token.pipe(Effect.catch((error) => unavailable(error.message)))
    // A transport that is given a header it cannot send may repeat it in its error.
    if (!/^[\w.~+/=-]+$/.test(Redacted.value(token))) return yield* unavailable("the signer's token is not a token")
    return HttpClientRequest.bearerToken(request, token)
  })

const get = (url: URL) =>
  HttpClientRequest.get(url, { headers: { accept: "application/json", "user-agent": userAgent } })

const make = Effect.fnUntraced(function*(options: Options) {
  const exchange = yield* makeExchange
  const signer = yield* TokenSigner
  const { environment } = yield* MpsConfig
  const maximumBytes = options.maxResponseBytes ?? defaultMaxResponseBytes

  /** One request, its answer accepted and read; what is made of it is the caller's. */
  const ask = <A>(
    request: HttpClientRequest.HttpClientRequest,
    asked: { readonly url: URL; readonly bytes: number; readonly limit: Duration.Input },
    read: (raw: Schema.Json, evidence: Reason.Evidence) => Result.Result<A, LtsClient.LtsReason>
  ): Effect.Effect<A, LtsClient.LtsReason> =>
    exchange(asked.url, request, maximumBytes).pipe(
      within(options.timeout ?? asked.limit, asked.url.host),
      Effect.flatMap((answer) => accepted(answer, asked)),
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

  const failsAs = (operation: LtsClient.LtsError["operation"]) =>
    Effect.mapError((reason: LtsClient.LtsReason) => new LtsClient.LtsError({ operation, reason }))

  const initialize = Effect.fn("HttpLtsClient.initialize")(function*(body: IngestRequest) {
    const url = new URL(`${environment.ingestUrl}/initialize`)
    const bytes = new TextEncoder().encode(JSON.stringify(body))
    const request = yield* HttpClientRequest.post(url, {
      headers: { accept: "application/json", "user-agent": userAgent }
    }).pipe(
      HttpClientRequest.bodyUint8Array(bytes, "application/json"),
      withToken(signer, url)
    )
    return yield* ask(request, { url, bytes: bytes.length, limit: "2 minutes" }, Body.submission)
  }, failsAs("initialize"))

  const jobStatus = Effect.fn("HttpLtsClient.jobStatus")(function*(id: JobId) {
    const url = new URL(`${environment.ingestUrl}/jobstatus/${encodeURIComponent(id)}`)
    const request = options.statusAuth === true ? yield* withToken(signer, url)(get(url)) : get(url)
    return yield* ask(request, { url, bytes: 0, limit: "30 seconds" }, (raw, evidence) => Body.job(id, raw, evidence))
  }, failsAs("jobStatus"))

  const versionUrl = new URL(`${environment.ingestUrl}/version`)
  const version = ask(get(versionUrl), { url: versionUrl, bytes: 0, limit: "30 seconds" }, Result.succeed).pipe(
    failsAs("version"),
    Effect.withSpan("HttpLtsClient.version")
  )

  return LtsClient.LtsClient.of({ initialize, jobStatus, version })
})

/**
 * The ingest API with options of its own.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerWith = (
  options: Options
): Layer.Layer<LtsClient.LtsClient, never, HttpClient | TokenSigner | MpsConfig> =>
  Layer.effect(LtsClient.LtsClient, make(options))

/**
 * The ingest API at the configured environment's `ingestUrl`.
 *
 * The token goes with `initialize` only, and only over https or to this machine: anything else is `TokenUnavailable`,
 * with nothing sent.
 *
 * @example
 * ```ts
 * import { NodeHttpClient } from "@effect/platform-node"
 * import { HttpLtsClient } from "@iiif-ingest/lts-http"
 * import { Layer } from "effect"
 *
 * const client = HttpLtsClient.layer.pipe(Layer.provide(NodeHttpClient.layerUndici))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<LtsClient.LtsClient, never, HttpClient | TokenSigner | MpsConfig> = layerWith({})
