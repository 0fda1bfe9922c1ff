/**
 * An `HttpClient` that goes through the proxy its address needs: undici's, since Node's own `fetch` and agents read the
 * variables only where `NODE_USE_ENV_PROXY` is set, and Node 22.19 does not know that (tried with 22.19 and 24.21).
 * Certificates in the file that `NODE_EXTRA_CA_CERTS` names are trusted by Node itself, for proxies and servers alike.
 *
 * https addresses are reached by CONNECT, so that a proxy sees the host and nothing else; http addresses are asked of
 * the proxy as they are.
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

/** Hands each request to the agent for its address. */
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
      (all) => Effect.promise(() => all.closeAll())
    )
  )

/**
 * A client for proxies given in code.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (settings: ProxySettings.ProxySettings): Layer.Layer<HttpClient> =>
  Layer.provide(NodeHttpClient.layerUndiciNoDispatcher, dispatcher(settings))

/**
 * A client for the proxies in `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, as `ProxySettings.fromConfig` reads them; a
 * plain client where none is set.
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
