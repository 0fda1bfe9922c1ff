/**
 * The ingest API of MPS through a Lambda function, for networks whose address LTS has not allow-listed: a layer of
 * core's `LtsClient` for the function of Harvard-ATG/mps-lambda-proxy, or anything with the same interface. Source of
 * paths and fields: docs/mps.md, 1.7.
 *
 * The function URL requires requests signed with AWS Signature Version 4, which uses the `Authorization` header; the
 * MPS token is therefore sent in the body. This layer does not sign: provide an `HttpClient` that does, such as
 * `SigV4HttpClient` of `@iiif-ingest/aws`. Responses and reasons are those of `HttpLtsClient`. If the client cannot
 * sign (no AWS credentials), the call fails with `TokenUnavailable`, and nothing is sent.
 *
 * Limits of the function itself look like any other response: if it runs out of time (3 seconds as deployed), AWS
 * responds with HTTP 502, which is `Unavailable`, and it is not known whether MPS accepted the request.
 *
 * @since 0.1.0
 */
import type { JobId } from "@iiif-ingest/core/base/Ids"
import { MpsConfig, MpsConfigError } from "@iiif-ingest/core/config/MpsConfig"
import type { EnvironmentName } from "@iiif-ingest/core/config/MpsEnvironment"
import { TokenSigner } from "@iiif-ingest/core/config/TokenSigner"
import type { IngestRequest } from "@iiif-ingest/core/mps/IngestRequest"
import * as LtsClient from "@iiif-ingest/core/mps/LtsClient"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { HttpClient } from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { parseHttp } from "./internal/addresses.ts"
import * as Body from "./internal/ltsBody.ts"
import { failsAs, get, makeSend, mayCarryToken, post, tokenFor } from "./internal/ltsCalls.ts"

/**
 * Options of the client.
 *
 * - `url`: the function URL, with or without a trailing slash: `https://{id}.lambda-url.us-east-1.on.aws`.
 * - `environment`: the first segment of the function's paths; by default the environment of `MpsConfig`. The function
 *   maps it to hosts itself; the addresses in `MpsConfig` are not used.
 * - `timeout`: for one call; by default 2 minutes for `initialize` and 30 seconds for the others.
 * - `maxResponseBytes`: the limit on the size of a response; 1 MiB by default. A longer response is not read to its
 *   end.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly url: string
  readonly environment?: EnvironmentName
  readonly timeout?: Duration.Input
  readonly maxResponseBytes?: number
}

/**
 * The type that the deployed function expects, and that the Python client sends. AWS passes a body of a text type
 * (`text/*`, `application/json`) to a function as text, and any other as base64. This function always decodes base64,
 * so it could not read plain `application/json`.
 */
const contentType = "application/x-amz-json-1.1"

const refuse = (problem: string) => Effect.fail(new MpsConfigError({ problems: [{ setting: "url", problem }] }))

/**
 * The function URL without a trailing slash. An invalid one is not repeated in the error, since it may contain a
 * password.
 */
const baseOf = Effect.fnUntraced(function*(text: string) {
  const url = parseHttp(text)
  if (url === undefined || url.username + url.password + url.search + url.hash !== "") {
    return yield* refuse("it is not an http(s) address without user, query or fragment")
  }
  if (!mayCarryToken(url)) return yield* refuse(`${url.origin} is neither https nor on this machine`)
  return url.href.replace(/\/+$/, "")
})

const make = Effect.fnUntraced(function*(options: Options) {
  const send = yield* makeSend(options)
  const signer = yield* TokenSigner
  const { environment } = yield* MpsConfig
  const base = `${yield* baseOf(options.url)}/${options.environment ?? environment.name}`

  const initialize = Effect.fn("LambdaLtsClient.initialize")(function*(payload: IngestRequest) {
    const url = new URL(`${base}/initialize`)
    const token = `Bearer ${Redacted.value(yield* tokenFor(signer, url))}`
    const bytes = new TextEncoder().encode(JSON.stringify({ payload, token }))
    return yield* send(post(url, bytes, contentType), { url, bytes: bytes.length, limit: "2 minutes" }, Body.submission)
  }, failsAs("initialize"))

  const jobStatus = Effect.fn("LambdaLtsClient.jobStatus")((id: JobId) => {
    const url = new URL(`${base}/jobstatus/${encodeURIComponent(id)}`)
    const call = { url, bytes: 0, limit: "30 seconds" } as const
    return send(get(url), call, (raw, evidence) => Body.job(id, raw, evidence))
  }, failsAs("jobStatus"))

  const versionUrl = new URL(`${base}/version`)
  const version = send(get(versionUrl), { url: versionUrl, bytes: 0, limit: "30 seconds" }, Result.succeed).pipe(
    failsAs("version"),
    Effect.withSpan("LambdaLtsClient.version")
  )

  return LtsClient.LtsClient.of({ initialize, jobStatus, version })
})

/**
 * The ingest API through the function at a URL. The published function has no `version` path and responds with HTTP
 * 403.
 *
 * @example
 * ```ts
 * import { NodeHttpClient } from "@effect/platform-node"
 * import { SigV4HttpClient } from "@iiif-ingest/aws"
 * import { LambdaLtsClient } from "@iiif-ingest/lts-http"
 * import { Layer } from "effect"
 *
 * const client = LambdaLtsClient.layer({ url: "https://abc123.lambda-url.us-east-1.on.aws/" }).pipe(
 *   Layer.provide(SigV4HttpClient.layer()),
 *   Layer.provide(NodeHttpClient.layerUndici)
 * )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Options
): Layer.Layer<LtsClient.LtsClient, MpsConfigError, HttpClient | TokenSigner | MpsConfig> =>
  Layer.effect(LtsClient.LtsClient, make(options))
