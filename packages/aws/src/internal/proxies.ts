import type * as Sdk from "@aws-sdk/client-s3"
import { proxyFor } from "@iiif-ingest/core/config/ProxySettings"
import type { ProxyServer, ProxySettings } from "@iiif-ingest/core/config/ProxySettings"
import * as Redacted from "effect/Redacted"
import type { HttpRequest } from "./sdk/httpMessages.ts"
import { afterSigning } from "./sdk/middleware.ts"

/** The header that authenticates to a proxy. */
export const proxyAuthorization = ({ authorization }: ProxyServer): Record<string, string> =>
  authorization === undefined ? {} : { "proxy-authorization": Redacted.value(authorization) }

/** An http request in the form that a proxy expects: with the absolute URL as its path. */
const forwarded = (request: HttpRequest, proxies: ProxySettings): HttpRequest => {
  const { headers, hostname, path, port, protocol } = request
  if (protocol !== "http:") return request
  const url = new URL(`http://${hostname}${port === undefined ? "" : `:${port}`}`)
  const proxy = proxyFor(proxies, url)
  if (proxy === undefined) return request
  return {
    ...request,
    protocol: proxy.url.protocol,
    hostname: proxy.url.hostname,
    port: proxy.url.port === "" ? undefined : Number(proxy.url.port),
    path: `${url.origin}${path}`,
    headers: { ...headers, ...proxyAuthorization(proxy) }
  }
}

/** Sends the http requests of a client through its proxy, after they are signed for the server behind it. */
export const throughProxies = (client: Sdk.S3Client, proxies: ProxySettings): void =>
  afterSigning(client, (request) => forwarded(request, proxies))
