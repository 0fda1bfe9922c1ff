import type * as Sdk from "@aws-sdk/client-s3"
import { proxyFor } from "@iiif-ingest/core/config/ProxySettings"
import type { ProxyServer, ProxySettings } from "@iiif-ingest/core/config/ProxySettings"
import * as Redacted from "effect/Redacted"
import type { HttpRequest } from "./sdk/httpMessages.ts"
import { afterSigning } from "./sdk/middleware.ts"

/** The header that a proxy knows its user by. */
export const proxyAuthorization = ({ authorization }: ProxyServer): Record<string, string> =>
  authorization === undefined ? {} : { "proxy-authorization": Redacted.value(authorization) }

/** A request for an http address as its proxy is sent it: the whole address in place of the path. */
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

/** Sends what a client asks of http addresses to their proxy, after it was signed for the server behind. */
export const throughProxies = (client: Sdk.S3Client, proxies: ProxySettings): void =>
  afterSigning(client, (request) => forwarded(request, proxies))
