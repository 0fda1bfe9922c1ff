/**
 * The ingest API of MPS through a proxy of one's own, for networks whose address LTS has not allow-listed: a layer of
 * core's `LtsClient` for the Lambda function of Harvard-ATG/mps-lambda-proxy, or anything that speaks as it does.
 * Source of paths and fields: docs/mps.md, 1.7.
 *
 * The function's address takes requests signed with AWS Signature Version 4, which needs the `Authorization` header for
 * itself; the token of MPS therefore goes in the body. This layer does not sign: give it an `HttpClient` that does,
 * such as `SigV4HttpClient` of `@iiif-ingest/aws`. Answers and reasons are those of `HttpLtsClient`; a client that
 * cannot sign (no AWS credentials) is `TokenUnavailable`, with nothing sent.
 *
 * The proxy's own limits are answers like any others: AWS ends a function that ran out of time (3 seconds, as it was
 * deployed) with HTTP 502, which is `Unavailable`; whether MPS took the request is then not known.
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
import { failsAs, get, makeAsk, mayCarryToken, post, tokenFor } from "./internal/ltsCalls.ts"

/**
 * - `url`: the proxy's address, with or without a slash at its end: `https://{id}.lambda-url.us-east-1.on.aws`.
 * - `environment`: the name that the proxy's paths begin with; that of `MpsConfig` when not given. Which hosts it
 *   stands for is the proxy's business: the addresses of `MpsConfig` are not used.
 * - `timeout`: for one call; 2 minutes for `initialize` and 30 seconds for the others when not given.
 * - `maxResponseBytes`: a longer answer is not read to its end; 1 MiB when not given.
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
 * What the deployed function expects, and what the Python client sends. AWS hands a function the text of a body it
 * knows for text (`text/*`, `application/json`) as it is, and any other in base64; this function decodes base64
 * whatever came, so that plain `application/json` would be garbage to it.
 */
const contentType = "application/x-amz-json-1.1"

const refuse = (problem: string) => Effect.fail(new MpsConfigError({ problems: [{ setting: "url", problem }] }))

/** The proxy's address without a slash at its end. It is not repeated where it is wrong: it may hold a password. */
const baseOf = Effect.fnUntraced(function*(text: string) {
  const url = parseHttp(text)
  if (url === undefined || url.username + url.password + url.search + url.hash !== "") {
    return yield* refuse("it is not an http(s) address without user, query or fragment")
  }
  if (!mayCarryToken(url)) return yield* refuse(`${url.origin} is neither https nor on this machine`)
  return url.href.replace(/\/+$/, "")
})

const make = Effect.fnUntraced(function*(options: Options) {
  const ask = yield* makeAsk(options)
  const signer = yield* TokenSigner
  const { environment } = yield* MpsConfig
  const base = `${yield* baseOf(options.url)}/${options.environment ?? environment.name}`

  const initialize = Effect.fn("LambdaLtsClient.initialize")(function*(payload: IngestRequest) {
    const url = new URL(`${base}/initialize`)
    const token = `Bearer ${Redacted.value(yield* tokenFor(signer, url))}`
    const bytes = new TextEncoder().encode(JSON.stringify({ payload, token }))
    return yield* ask(post(url, bytes, contentType), { url, bytes: bytes.length, limit: "2 minutes" }, Body.submission)
  }, failsAs("initialize"))

  const jobStatus = Effect.fn("LambdaLtsClient.jobStatus")((id: JobId) => {
    const url = new URL(`${base}/jobstatus/${encodeURIComponent(id)}`)
    const asked = { url, bytes: 0, limit: "30 seconds" } as const
    return ask(get(url), asked, (raw, evidence) => Body.job(id, raw, evidence))
  }, failsAs("jobStatus"))

  const versionUrl = new URL(`${base}/version`)
  const version = ask(get(versionUrl), { url: versionUrl, bytes: 0, limit: "30 seconds" }, Result.succeed).pipe(
    failsAs("version"),
    Effect.withSpan("LambdaLtsClient.version")
  )

  return LtsClient.LtsClient.of({ initialize, jobStatus, version })
})

/**
 * The ingest API through the proxy at an address. `version` is asked of it too, though the function as it was published
 * knows no such path and answers HTTP 403.
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
