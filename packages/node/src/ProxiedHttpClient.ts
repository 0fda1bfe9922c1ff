/**
 * An `HttpClient` that picks the proxy for each request's URL.
 *
 * It uses undici because Node's own `fetch` and agents read the proxy variables only when `NODE_USE_ENV_PROXY` is set,
 * which Node 22.19 does not support (tested with 22.19 and 24.21). Node itself trusts the certificates in the file that
 * `NODE_EXTRA_CA_CERTS` names, for proxies and servers alike.
 *
 * https URLs are tunneled with CONNECT, so a proxy sees only the host; http URLs are sent to the proxy in full.
 *
 * @since 0.1.0
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import Undici from "@effect/platform-node/Undici"
import type { MpsConfigError } from "@iiif-ingest/core/config/MpsConfig"
import * as ProxySettings from "@iiif-ingest/core/config/ProxySettings"
import * as Effect from "effect/Effect"
import type { HttpClient } from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

const agentFor = ({ authorization, url }: ProxySettings.ProxyServer): Undici.ProxyAgent =>
  new Undici.ProxyAgent({
    uri: url.href,
    ...(authorization === undefined ? {} : { token: Redacted.value(authorization) })
  })

/** Dispatches each request to the agent for its origin. */
class ProxyDispatcher extends Undici.Dispatcher {
  private readonly settings: ProxySettings.ProxySettings
  private readonly direct = new Undici.Agent()
  private readonly agents = new Map<ProxySettings.ProxyServer, Undici.ProxyAgent>()

  constructor(settings: ProxySettings.ProxySettings) {
    super()
    this.settings = settings
    for (const server of [settings.http, settings.https]) {
      if (server !== undefined) this.agents.set(server, agentFor(server))
    }
  }

  override dispatch(
    options: Undici.Dispatcher.DispatchOptions,
    handler: Undici.Dispatcher.DispatchHandler
  ): boolean {
    const server = ProxySettings.proxyFor(this.settings, new URL(String(options.origin)))
    const agent = server === undefined ? undefined : this.agents.get(server)
    return (agent ?? this.direct).dispatch(options, handler)
  }

  async closeAll(): Promise<void> {
    await Promise.all([this.direct, ...this.agents.values()].map((agent) => agent.destroy()))
  }
}

const dispatcher = (settings: ProxySettings.ProxySettings) =>
  Layer.effect(
    NodeHttpClient.Dispatcher,
    Effect.acquireRelease(
      Effect.sync(() => new ProxyDispatcher(settings)),
      (proxies) => Effect.promise(() => proxies.closeAll())
    )
  )

/**
 * A client that uses the given proxies.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (settings: ProxySettings.ProxySettings): Layer.Layer<HttpClient> =>
  Layer.provide(NodeHttpClient.layerUndiciNoDispatcher, dispatcher(settings))

/**
 * A client that uses the proxies in `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, as `ProxySettings.fromConfig` reads
 * them, or connects directly if none is set.
 *
 * @example
 * ```ts
 * import { HttpDelivery, HttpLtsClient } from "@iiif-ingest/lts-http"
 * import { ProxiedHttpClient } from "@iiif-ingest/node"
 * import { Layer } from "effect"
 *
 * const service = Layer.merge(HttpLtsClient.layer(), HttpDelivery.layer()).pipe(
 *   Layer.provide(ProxiedHttpClient.layerConfig)
 * )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig: Layer.Layer<HttpClient, MpsConfigError> = Layer.unwrap(
  Effect.map(ProxySettings.fromConfig, layer)
)
