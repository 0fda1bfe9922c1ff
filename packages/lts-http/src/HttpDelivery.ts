/**
 * The delivery side of MPS over HTTP: a layer of core's `Delivery`. Source of addresses and responses: docs/mps.md,
 * 2.4.
 *
 * Up to five redirects are followed (the name resolver responds with HTTP 303), never from https to http, and no
 * credentials are sent. The `HttpClient` in the context should not retry or follow redirects itself. Options for
 * `fetch` (`FetchHttpClient.RequestInit`) are taken from the context of this layer. URLs in observations, errors and
 * spans have no query.
 *
 * @since 0.1.0
 */
import * as Ids from "@iiif-ingest/core/base/Ids"
import { MpsConfig } from "@iiif-ingest/core/config/MpsConfig"
import * as MpsEnvironment from "@iiif-ingest/core/config/MpsEnvironment"
import * as Delivery from "@iiif-ingest/core/mps/Delivery"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { HttpClient } from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Body from "./internal/deliveryBody.ts"
import { makeExchange } from "./internal/exchange.ts"
import { acceptJsonLd, look, parseAddress } from "./internal/look.ts"
import { transportFailure } from "./internal/transportFailure.ts"
import { userAgent } from "./internal/userAgent.ts"

/**
 * Options of the layer.
 *
 * - `timeout`: for one request including its redirects; 30 seconds by default.
 * - `maxResponseBytes`: the limit on the size of a response, beyond which it is `Unreadable`; by default 64 MiB for a
 *   manifest and 1 MiB for `info.json`.
 * - `userAgent`: the `User-Agent` header; `iiif-ingest/` and the version by default.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly timeout?: Duration.Input
  readonly maxResponseBytes?: number
  readonly userAgent?: string
}

const MiB = 1024 * 1024

const make = Effect.fnUntraced(function*(options: Options) {
  const exchange = yield* makeExchange(transportFailure)
  const { environment, namespace } = yield* MpsConfig

  const optionsFor = (api: "presentation" | "image", version: "2" | "3", maximumBytes: number) => ({
    accept: acceptJsonLd(api, version),
    maximumBytes: options.maxResponseBytes ?? maximumBytes,
    timeout: options.timeout ?? "30 seconds",
    userAgent: options.userAgent ?? userAgent
  })

  const manifest = Effect.fn("HttpDelivery.manifest")(function*(id: Ids.ManifestUri, version: "2" | "3") {
    const url = yield* parseAddress(Ids.withVersion(id, version))
    const getOptions = optionsFor("presentation", version, 64 * MiB)
    return yield* look(exchange, url, getOptions, Body.json(getOptions.maximumBytes, Body.manifest))
  })

  const infoAt = Effect.fnUntraced(function*(service: string) {
    const url = yield* parseAddress(`${service}/info.json`)
    const getOptions = optionsFor("image", "2", MiB)
    return yield* look(exchange, url, getOptions, Body.json(getOptions.maximumBytes, Body.imageInfo))
  })

  const imageInfo = Effect.fn("HttpDelivery.imageInfo")((id: Ids.AssetId) =>
    infoAt(MpsEnvironment.assetUrl(environment, namespace, id))
  )

  const info = Effect.fn("HttpDelivery.info")((url: string) => infoAt(url.replace(/\/(?:info\.json)?$/, "")))

  return Delivery.Delivery.of({ manifest, imageInfo, info })
})

/**
 * The delivery side: manifests and image services at their own URIs, images at the `assetUrl` of the environment in
 * `MpsConfig`.
 *
 * @example
 * ```ts
 * import { NodeHttpClient } from "@effect/platform-node"
 * import { HttpDelivery } from "@iiif-ingest/lts-http"
 * import { Layer } from "effect"
 *
 * const delivery = HttpDelivery.layer().pipe(Layer.provide(NodeHttpClient.layerUndici))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options = {}): Layer.Layer<Delivery.Delivery, never, HttpClient | MpsConfig> =>
  Layer.effect(Delivery.Delivery, make(options))
