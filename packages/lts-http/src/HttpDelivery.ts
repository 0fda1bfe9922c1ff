/**
 * The delivery side of MPS over HTTP: a layer of core's `Delivery`. Source of addresses and answers: docs/mps.md, 2.4.
 *
 * Up to five redirects are followed (the name resolver answers HTTP 303), never from https to http, and no credential
 * goes with any request. The `HttpClient` in the context should send as its transport gives it, without retries or
 * redirects of its own; options for `fetch` (`FetchHttpClient.RequestInit`) are taken from the context of this layer.
 * Addresses in answers, errors and spans come without their query.
 *
 * @since 0.1.0
 */
import * as Delivery from "@iiif-ingest/core/Delivery"
import * as Ids from "@iiif-ingest/core/Ids"
import { MpsConfig } from "@iiif-ingest/core/MpsConfig"
import * as MpsEnvironment from "@iiif-ingest/core/MpsEnvironment"
import * as Reason from "@iiif-ingest/core/Reason"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { HttpClient } from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { parseHttp, shown } from "./internal/addresses.ts"
import { observe } from "./internal/deliveryAnswer.ts"
import * as Body from "./internal/deliveryBody.ts"
import { makeExchange, within } from "./internal/exchange.ts"
import { follow } from "./internal/follow.ts"
import { transportFailure } from "./internal/transportFailure.ts"
import { userAgent } from "./internal/userAgent.ts"

/**
 * - `timeout`: for one look, its redirects included; 30 seconds when not given.
 * - `maxResponseBytes`: a longer answer is not read to its end and is `Unreadable`; 64 MiB for a manifest and 1 MiB for
 *   `info.json` when not given.
 * - `userAgent`: who says to be asking; `iiif-ingest/` and the version when not given.
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

/** The media type of JSON-LD of one version of an API, and plain JSON from servers that know no such thing. */
const acceptJsonLd = (api: "presentation" | "image", version: "2" | "3"): string =>
  `application/ld+json;profile="http://iiif.io/api/${api}/${version}/context.json", application/json`

const make = Effect.fnUntraced(function*(options: Options) {
  const exchange = yield* makeExchange(transportFailure)
  const { environment, namespace } = yield* MpsConfig
  const timeout = options.timeout ?? "30 seconds"

  /** One look at an address. */
  const look = <A>(
    address: string,
    asked: { readonly accept: string; readonly maximumBytes: number },
    decode: (raw: Schema.Json) => Result.Result<A, string>
  ): Effect.Effect<Delivery.Observation<A>, Delivery.DeliveryError> => {
    const url = parseHttp(address)
    if (url === undefined) {
      const reason = new Reason.Unreachable({ host: address, detail: "not an http(s) address" })
      return Effect.fail(new Delivery.DeliveryError({ url: address, reason }))
    }
    const headers = { accept: asked.accept, "user-agent": options.userAgent ?? userAgent }
    return follow(exchange, url, headers, asked.maximumBytes).pipe(
      within(timeout, url.host),
      Effect.flatMap((followed) => observe(followed, asked.maximumBytes, decode)),
      Effect.mapError((reason) => new Delivery.DeliveryError({ url: shown(url), reason }))
    )
  }

  const manifest = Effect.fn("HttpDelivery.manifest")((id: Ids.ManifestUri, version: "2" | "3") =>
    look(Ids.withVersion(id, version), {
      accept: acceptJsonLd("presentation", version),
      maximumBytes: options.maxResponseBytes ?? 64 * MiB
    }, Body.manifest)
  )

  const imageInfo = Effect.fn("HttpDelivery.imageInfo")((id: Ids.AssetId) =>
    look(`${MpsEnvironment.assetUrl(environment, namespace, id)}/info.json`, {
      accept: acceptJsonLd("image", "2"),
      maximumBytes: options.maxResponseBytes ?? MiB
    }, Body.imageInfo)
  )

  return Delivery.Delivery.of({ manifest, imageInfo })
})

/**
 * The delivery side with options of its own.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerWith = (options: Options): Layer.Layer<Delivery.Delivery, never, HttpClient | MpsConfig> =>
  Layer.effect(Delivery.Delivery, make(options))

/**
 * The delivery side: manifests at the address they are given by, images at the configured environment's `assetUrl`.
 *
 * @example
 * ```ts
 * import { NodeHttpClient } from "@effect/platform-node"
 * import { HttpDelivery } from "@iiif-ingest/lts-http"
 * import { Layer } from "effect"
 *
 * const delivery = HttpDelivery.layer.pipe(Layer.provide(NodeHttpClient.layerUndici))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Delivery.Delivery, never, HttpClient | MpsConfig> = layerWith({})
