import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import Undici from "@effect/platform-node/Undici"
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

/** A client that sends each request through the proxy for its URL. Its connections are closed with the layer. */
export const layer = (settings: ProxySettings.ProxySettings): Layer.Layer<HttpClient> =>
  Layer.provide(NodeHttpClient.layerUndiciNoDispatcher, dispatcher(settings))
