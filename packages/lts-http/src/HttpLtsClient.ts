/**
 * The ingest API of MPS over HTTP: a layer of core's `LtsClient`. Source of addresses, fields and responses:
 * docs/mps.md, 2.1 and 2.3.
 *
 * Each call sends one request once (except that of a refused token, {@link Options}), and every response becomes a value or a named reason. Redirects are not followed.
 * The `HttpClient` in the context should not retry or follow redirects itself. Options for `fetch`
 * (`FetchHttpClient.RequestInit`) are taken from the context of this layer. The spans of calls contain no headers, and
 * no trace ids are sent.
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
import { failsAs, get, makeSend, post, tokenFor, withToken } from "./internal/ltsCalls.ts"

/**
 * Options of the client.
 *
 * - `statusAuth`: whether the token is also sent with `jobStatus`; `false` by default, as MPS does not require it. If
 *   it is refused (401 or 403), another is signed and the call repeated once.
 * - `timeout`: for one call; by default 2 minutes for `initialize` and 30 seconds for the others.
 * - `maxResponseBytes`: the limit on the size of a response; 1 MiB by default. A longer response is not read to its
 *   end.
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
  const send = yield* makeSend(options)
  const signer = yield* TokenSigner
  const { environment } = yield* MpsConfig

  const initialize = Effect.fn("HttpLtsClient.initialize")(function*(body: IngestRequest) {
    const url = new URL(`${environment.ingestUrl}/initialize`)
    const bytes = new TextEncoder().encode(JSON.stringify(body))
    const request = post(url, bytes, "application/json")
    const signed = HttpClientRequest.bearerToken(request, yield* tokenFor(signer, url))
    return yield* send(signed, { url, bytes: bytes.length, limit: "2 minutes" }, Body.submission)
  }, failsAs("initialize"))

  const jobStatus = Effect.fn("HttpLtsClient.jobStatus")(function*(id: JobId) {
    const url = new URL(`${environment.ingestUrl}/jobstatus/${encodeURIComponent(id)}`)
    const read = (request: HttpClientRequest.HttpClientRequest) =>
      send(request, { url, bytes: 0, limit: "30 seconds" }, (raw, evidence) => Body.job(id, raw, evidence))
    return yield* options.statusAuth === true
      ? withToken(signer, url, (token) => read(HttpClientRequest.bearerToken(get(url), token)))
      : read(get(url))
  }, failsAs("jobStatus"))

  const versionUrl = new URL(`${environment.ingestUrl}/version`)
  const version = send(get(versionUrl), { url: versionUrl, bytes: 0, limit: "30 seconds" }, Result.succeed).pipe(
    failsAs("version"),
    Effect.withSpan("HttpLtsClient.version")
  )

  return LtsClient.LtsClient.of({ initialize, jobStatus, version })
})

/**
 * The ingest API at the `ingestUrl` of the environment in `MpsConfig`.
 *
 * The token is sent only with `initialize` (and `jobStatus` if `statusAuth` is set), and only over https or to this
 * machine. For any other address the call fails with `TokenUnavailable`, and nothing is sent.
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
