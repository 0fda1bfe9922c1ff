/** The HTTP layers over each transport, for a stub server. */
import { NodeHttpClient } from "@effect/platform-node"
import * as Credentials from "@iiif-ingest/core/config/Credentials"
import * as MpsConfig from "@iiif-ingest/core/config/MpsConfig"
import * as TokenSigner from "@iiif-ingest/core/config/TokenSigner"
import type { LtsClient } from "@iiif-ingest/core/mps/LtsClient"
import { HttpDelivery, HttpLtsClient, LambdaLtsClient } from "@iiif-ingest/lts-http"
import type * as Duration from "effect/Duration"
import * as FileSystem from "effect/FileSystem"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type { HttpClient } from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { generateKeyPairSync } from "node:crypto"

export type Transport = Layer.Layer<HttpClient>

export const transports: ReadonlyArray<{ readonly name: string; readonly transport: Transport }> = [
  { name: "fetch", transport: FetchHttpClient.layer },
  { name: "undici", transport: NodeHttpClient.layerUndici },
  { name: "node:http", transport: NodeHttpClient.layerNodeHttp }
]

export const pem = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" }
}).privateKey

export const configAt = (url: string) =>
  Layer.orDie(MpsConfig.layer({
    environment: "sandbox",
    account: "at",
    space: "space",
    namespace: "at",
    agent: "agent",
    ingestUrl: `${url}/admin/ingest`,
    assetUrl: `${url}/assets/images`,
    manifestUrl: url
  }))

const credentials = Layer.orDie(Credentials.layer({
  issuer: "sandbox",
  kid: "sandboxdefault",
  key: Credentials.keyText(Redacted.make(pem))
})).pipe(Layer.provide(FileSystem.layerNoop({})))

/** A signer with a generated key, for the sandbox's configuration. */
export const signer = Layer.orDie(TokenSigner.layer).pipe(Layer.provide(credentials))

/** Makes a client of the service at a URL, with a given signer. */
export type ClientAt = (
  url: string,
  signer: Layer.Layer<TokenSigner.TokenSigner, never, MpsConfig.MpsConfig>,
  options: { readonly timeout?: Duration.Input }
) => Layer.Layer<LtsClient>

export const httpOver =
  (transport: Transport) =>
  (url: string, signer: Parameters<ClientAt>[1], options: HttpLtsClient.Options): Layer.Layer<LtsClient> =>
    HttpLtsClient.layer(options).pipe(Layer.provide([signer, transport]), Layer.provide(configAt(url)))

/** The same service behind a Lambda function that does not check signatures. */
export const lambdaOver = (transport: Transport): ClientAt => (url, signer, options) =>
  Layer.orDie(LambdaLtsClient.layer({ url: `${url}/`, ...options })).pipe(
    Layer.provide([signer, transport]),
    Layer.provide(configAt("http://127.0.0.1:9"))
  )

export const ltsClient = (url: string, transport: Transport, options: HttpLtsClient.Options = {}) =>
  httpOver(transport)(url, signer, options)

export const delivery = (url: string, transport: Transport, options: HttpDelivery.Options = {}) =>
  HttpDelivery.layer(options).pipe(Layer.provide(transport), Layer.provideMerge(configAt(url)))
