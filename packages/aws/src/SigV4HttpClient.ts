/**
 * Signs every request of the `HttpClient` in the context with AWS Signature Version 4, for services that accept no
 * other credentials, such as a Lambda function URL. Source: AWS, "Signature Version 4 signing process".
 *
 * The signature replaces the `Authorization` header of a request. Each retry is signed again. A request that cannot be
 * signed (no AWS credentials, a streaming body, http to another machine) fails with an `EncodeError` that says why, and
 * nothing is sent. No error contains a key.
 *
 * @since 0.1.0
 */
import type * as Sdk from "@aws-sdk/client-s3"
import * as Reason from "@iiif-ingest/core/base/Reason"
import { isLoopback } from "@iiif-ingest/core/config/MpsEnvironment"
import type { SignatureV4 } from "@smithy/signature-v4"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { failingUnloaded, load, once } from "./internal/load.ts"
import { faultOf, isProviderFault } from "./internal/sdk/fault.ts"
import * as S3Client from "./S3Client.ts"

/**
 * The scope of a signature: by default service `lambda` and region `us-east-1`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Scope {
  readonly service?: string
  readonly region?: string
}

/**
 * Credentials as in `S3Client.Options`: an access key, a provider of the AWS SDK, or a profile; by default those of the
 * environment variables and profiles that every AWS tool reads.
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

/** The body to sign, or `undefined` if it is a stream. */
const bytesOf = ({ body }: Request): Uint8Array | string | undefined => {
  if (body._tag === "Empty") return ""
  if (body._tag === "Uint8Array") return body.body
  return body._tag === "Raw" && typeof body.body === "string" ? body.body : undefined
}

const queryOf = (url: URL): Record<string, Array<string>> =>
  Object.fromEntries([...url.searchParams.keys()].map((key) => [key, url.searchParams.getAll(key)]))

/** As few headers as possible, since a proxy may add or change the others. */
const headersToSign = (request: Request, url: URL): Record<string, string> => {
  const type = request.headers["content-type"]
  return type === undefined ? { host: url.host } : { host: url.host, "content-type": type }
}

/** Only the message of a credential provider is repeated; any other error may quote a file. */
const describe = (cause: unknown): string => {
  const fault = faultOf(cause)
  return isProviderFault(fault)
    ? `no AWS credentials to sign with: ${Reason.evidence(0, fault.message).body}`
    : "the AWS SDK cannot sign the request with the credentials it was given"
}

const loadSignatureV4 = load(() => import("@smithy/signature-v4"))

const signatureOf = (client: Effect.Effect<Sdk.S3Client>, scope: Scope): Effect.Effect<SignatureV4> =>
  Effect.map(Effect.all([loadSignatureV4, client]), ([{ SignatureV4 }, { config }]) =>
    new SignatureV4({
      service: scope.service ?? "lambda",
      region: scope.region ?? "us-east-1",
      credentials: config.credentials,
      sha256: config.sha256
    }))

/** `made` is the SDK's signer, which is loaded for the first request that can be signed. */
const signer = (made: Effect.Effect<SignatureV4>) =>
  Effect.fnUntraced(function*(request: Request) {
    const url = Option.getOrUndefined(HttpClientRequest.toUrl(request))
    if (url === undefined) return yield* fail(request, "its URL is invalid")
    if (url.protocol !== "https:" && !isLoopback(url.hostname)) {
      return yield* fail(request, `${url.origin} is neither https nor on this machine`)
    }
    const body = bytesOf(request)
    if (body === undefined) return yield* fail(request, "its body is a stream, which cannot be signed in advance")
    const signature = yield* failingUnloaded((message) => fail(request, message))(made)
    const now = yield* Clock.currentTimeMillis
    const signed = yield* Effect.tryPromise(() =>
      signature.sign({
        method: request.method,
        protocol: url.protocol,
        hostname: url.hostname,
        path: url.pathname,
        query: queryOf(url),
        headers: headersToSign(request, url),
        body
      }, { signingDate: new Date(now) })
    ).pipe(Effect.catch(({ cause }) => fail(request, describe(cause))))
    const { host: _, ...headers } = signed.headers
    return HttpClientRequest.setHeaders(request, headers)
  })

/**
 * A client that signs with the credentials of the `S3Client` in the context, so that both use one AWS session.
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
      return HttpClient.mapRequestEffect(http, signer(yield* once(signatureOf(client, scope))))
    })
  )

/**
 * A client that signs with the given credentials. Provide it only to the layers that need it, since a session token is
 * sent with every request.
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
