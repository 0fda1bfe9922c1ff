/**
 * Signs every request of the `HttpClient` in the context with AWS Signature Version 4, for services that take no other
 * credentials, such as a Lambda function's own address. Source: AWS, "Signature Version 4 signing process".
 *
 * The signature takes the `Authorization` header for itself, whatever a request had there. A retried request is signed
 * anew. A request that cannot be signed (no AWS credentials, a body that is a stream, plain http to another machine) is
 * an `EncodeError` that says why, with nothing sent; no error holds a key.
 *
 * @since 0.1.0
 */
import type * as Sdk from "@aws-sdk/client-s3"
import * as Reason from "@iiif-ingest/core/base/Reason"
import { isLoopback } from "@iiif-ingest/core/config/MpsEnvironment"
import { SignatureV4 } from "@smithy/signature-v4"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { faultOf, isProviderFault } from "./internal/sdk/fault.ts"
import * as S3Client from "./S3Client.ts"

/**
 * What a signature is for: service `lambda` and region `us-east-1` unless told.
 *
 * @category models
 * @since 0.1.0
 */
export interface Scope {
  readonly service?: string
  readonly region?: string
}

/**
 * Credentials as in `S3Client.Options`: a fixed pair, a provider of the AWS SDK, or a profile; else they are looked for
 * where every AWS tool looks.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Scope, Pick<S3Client.Options, "credentials" | "profile"> {}

type Request = HttpClientRequest.HttpClientRequest

const fail = (request: Request, description: string) =>
  Effect.fail(
    new HttpClientError.HttpClientError({ reason: new HttpClientError.EncodeError({ request, description }) })
  )

/** The bytes that the signature speaks for, `undefined` where they are not known beforehand. */
const bytesOf = ({ body }: Request): Uint8Array | string | undefined => {
  if (body._tag === "Empty") return ""
  if (body._tag === "Uint8Array") return body.body
  return body._tag === "Raw" && typeof body.body === "string" ? body.body : undefined
}

const queryOf = (url: URL): Record<string, Array<string>> =>
  Object.fromEntries([...url.searchParams.keys()].map((key) => [key, url.searchParams.getAll(key)]))

/** No more is signed than must be, so that what a proxy adds or changes on the way does not matter. */
const signable = (request: Request, url: URL): Record<string, string> => {
  const type = request.headers["content-type"]
  return type === undefined ? { host: url.host } : { host: url.host, "content-type": type }
}

/** What the SDK says of credentials it cannot get; an error of any other kind might quote a file. */
const described = (cause: unknown): string => {
  const fault = faultOf(cause)
  return isProviderFault(fault)
    ? `no AWS credentials to sign with: ${Reason.evidence(0, fault.message).body}`
    : "the AWS SDK cannot sign the request with the credentials it was given"
}

const signer = (config: Sdk.S3ClientResolvedConfig, scope: Scope) => {
  const signature = new SignatureV4({
    service: scope.service ?? "lambda",
    region: scope.region ?? "us-east-1",
    credentials: config.credentials,
    sha256: config.sha256
  })
  return Effect.fnUntraced(function*(request: Request) {
    const url = Option.getOrUndefined(HttpClientRequest.toUrl(request))
    if (url === undefined) return yield* fail(request, "its address is none")
    if (url.protocol !== "https:" && !isLoopback(url.hostname)) {
      return yield* fail(request, `${url.origin} is neither https nor on this machine`)
    }
    const body = bytesOf(request)
    if (body === undefined) return yield* fail(request, "its body is a stream, which cannot be signed beforehand")
    const now = yield* Clock.currentTimeMillis
    const signed = yield* Effect.tryPromise(() =>
      signature.sign({
        method: request.method,
        protocol: url.protocol,
        hostname: url.hostname,
        path: url.pathname,
        query: queryOf(url),
        headers: signable(request, url),
        body
      }, { signingDate: new Date(now) })
    ).pipe(Effect.catch(({ cause }) => fail(request, described(cause))))
    const { host: _, ...headers } = signed.headers
    return HttpClientRequest.setHeaders(request, headers)
  })
}

/**
 * A client that signs with the credentials of the `S3Client` in the context: one AWS session for both.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerS3 = (
  scope: Scope = {}
): Layer.Layer<HttpClient.HttpClient, never, HttpClient.HttpClient | S3Client.S3Client> =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.gen(function*() {
      const http = yield* HttpClient.HttpClient
      const { client } = yield* S3Client.S3Client
      return HttpClient.mapRequestEffect(http, signer(client.config, scope))
    })
  )

/**
 * A client that signs with credentials of its own. Provide it only to what needs it: a session's token goes along with
 * every request it sends.
 *
 * @example
 * ```ts
 * import { NodeHttpClient } from "@effect/platform-node"
 * import { SigV4HttpClient } from "@iiif-ingest/aws"
 * import { LambdaLtsClient } from "@iiif-ingest/lts-http"
 * import { Layer } from "effect"
 *
 * const client = LambdaLtsClient.layer({ url: "https://abc123.lambda-url.us-east-1.on.aws/" }).pipe(
 *   Layer.provide(SigV4HttpClient.layer({ profile: "mps-qa" })),
 *   Layer.provide(NodeHttpClient.layerUndici)
 * )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  { credentials, profile, ...scope }: Options = {}
): Layer.Layer<HttpClient.HttpClient, never, HttpClient.HttpClient> =>
  layerS3(scope).pipe(
    Layer.provide(S3Client.layer({
      ...(credentials === undefined ? {} : { credentials }),
      ...(profile === undefined ? {} : { profile })
    }))
  )
