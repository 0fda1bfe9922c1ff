/**
 * An `HttpClient` that picks the proxy for each request's URL.
 *
 * It uses undici because Node's own `fetch` and agents read the proxy variables only when `NODE_USE_ENV_PROXY` is set,
 * which Node 22.19 does not support (tested with 22.19 and 24.21). Node itself trusts the certificates in the file that
 * `NODE_EXTRA_CA_CERTS` names, for proxies and servers alike.
 *
 * https URLs are tunneled with CONNECT, so a proxy sees only the host; http URLs are sent to the proxy in full.
 *
 * undici is loaded at the first request.
 *
 * @since 0.1.0
 */
import type { MpsConfigError } from "@iiif-ingest/core/config/MpsConfig"
import * as ProxySettings from "@iiif-ingest/core/config/ProxySettings"
import type * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import { HttpClientError, TransportError } from "effect/http/HttpClientError"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"

const loadUndiciClient = Effect.tryPromise(() => import("./internal/undiciClient.ts"))

/** Fails as if the request could not be sent, which may be tried again. */
const notLoaded = (request: HttpClientRequest, { cause }: Cause.UnknownError) => {
  const description = `undici could not be loaded: ${cause instanceof Error ? cause.message : String(cause)}`
  return Effect.fail(new HttpClientError({ reason: new TransportError({ request, cause, description }) }))
}

/** Builds the client on top of undici when it is needed, since undici takes long to load. */
const make = Effect.fnUntraced(function*(settings: ProxySettings.ProxySettings) {
  const context = yield* Effect.context<Scope.Scope>()
  const build = Effect.flatMap(loadUndiciClient, ({ layer }) => Layer.build(layer(settings))).pipe(
    Effect.map((built) => Context.get(built, HttpClient.HttpClient)),
    // The client keeps the context that it is built in, which must not be that of the first request, with its spans.
    Effect.updateContext<never, Scope.Scope>(() => context)
  )
  // A failure is not kept: the next request tries again, which is in vain on Node 22, as it keeps a failed import.
  const client = yield* Effect.cachedWithTTL(
    build,
    (exit) => Exit.isSuccess(exit) ? Duration.infinity : Duration.zero
  )
  // All else that a client does, such as spans, is left to the one inside.
  return HttpClient.makeWith<never, never, HttpClientError, never>(
    (request) =>
      Effect.matchEffect(client, {
        onFailure: (error) => Effect.flatMap(request, (request) => notLoaded(request, error)),
        onSuccess: ({ postprocess }) => postprocess(request)
      }),
    Effect.succeed
  )
})

/**
 * A client that uses the given proxies.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (settings: ProxySettings.ProxySettings): Layer.Layer<HttpClient.HttpClient> =>
  Layer.effect(HttpClient.HttpClient, make(settings))

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
export const layerConfig: Layer.Layer<HttpClient.HttpClient, MpsConfigError> = Layer.unwrap(
  Effect.map(ProxySettings.fromConfig, layer)
)
