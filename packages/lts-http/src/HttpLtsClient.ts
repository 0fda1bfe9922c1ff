/**
 * The ingest API of MPS over HTTP: a layer of core's `LtsClient`. Source of addresses, fields and answers: docs/mps.md,
 * 2.1 and 2.3.
 *
 * Each call sends one request once, and every answer becomes a value or a named reason. No redirect is followed, by
 * none of the calls. The `HttpClient` in the context should send as its transport gives it, without retries or
 * redirects of its own; options for `fetch` (`FetchHttpClient.RequestInit`) are taken from the context of this layer.
 * Calls have spans without headers, and send no trace ids.
 *
 * @since 0.1.0
 */
import type { JobId } from "@iiif-ingest/core/base/Ids"
import { MpsConfig } from "@iiif-ingest/core/config/MpsConfig"
import { TokenSigner } from "@iiif-ingest/core/config/TokenSigner"
import type { IngestRequest } from "@iiif-ingest/core/mps/IngestRequest"
import * as LtsClient from "@iiif-ingest/core/mps/LtsClient"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { HttpClient } from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Body from "./internal/ltsBody.ts"
import { failsAs, get, makeAsk, post, tokenFor } from "./internal/ltsCalls.ts"

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

const make = Effect.fnUntraced(function*(options: Options) {
  const ask = yield* makeAsk(options)
  const signer = yield* TokenSigner
  const { environment } = yield* MpsConfig

  const withToken = (request: HttpClientRequest.HttpClientRequest, url: URL) =>
    Effect.map(tokenFor(signer, url), (token) => HttpClientRequest.bearerToken(request, token))

  const initialize = Effect.fn("HttpLtsClient.initialize")(function*(body: IngestRequest) {
    const url = new URL(`${environment.ingestUrl}/initialize`)
    const bytes = new TextEncoder().encode(JSON.stringify(body))
    const request = yield* withToken(post(url, bytes, "application/json"), url)
    return yield* ask(request, { url, bytes: bytes.length, limit: "2 minutes" }, Body.submission)
  }, failsAs("initialize"))

  const jobStatus = Effect.fn("HttpLtsClient.jobStatus")(function*(id: JobId) {
    const url = new URL(`${environment.ingestUrl}/jobstatus/${encodeURIComponent(id)}`)
    const request = options.statusAuth === true ? yield* withToken(get(url), url) : get(url)
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
 * const client = HttpLtsClient.layer().pipe(Layer.provide(NodeHttpClient.layerUndici))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Options = {}
): Layer.Layer<LtsClient.LtsClient, never, HttpClient | TokenSigner | MpsConfig> =>
  Layer.effect(LtsClient.LtsClient, make(options))
