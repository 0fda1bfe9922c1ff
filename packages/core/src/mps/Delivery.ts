/**
 * The port to the delivery side of MPS, which tells whether manifests and images are served. Callers should send few
 * requests at a time, since the service throttles and is behind a firewall. Source: docs/mps.md, 2.4.
 *
 * `@iiif-ingest/lts-http` has the layer over HTTP; {@link layerScripted} answers from a script, for tests.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { AssetId, ManifestUri } from "../base/Ids.ts"
import * as Reason from "../base/Reason.ts"

/**
 * The `info.json` of an image: its declared id and its size in pixels. `raw` has all fields.
 *
 * @category models
 * @since 0.1.0
 */
export const ImageInfo = Schema.Struct({
  id: Schema.String,
  width: Schema.Int.check(Schema.isGreaterThan(0)),
  height: Schema.Int.check(Schema.isGreaterThan(0)),
  raw: Schema.Json
})

/**
 * @category models
 * @since 0.1.0
 */
export type ImageInfo = typeof ImageInfo.Type

/**
 * The answer to a request: the resource is served; it is absent (404, 410); it is withheld (401, 403, 429, a firewall's
 * challenge), so that it may or may not exist; or the answer cannot be read (HTML, or JSON that is truncated or has an
 * unexpected shape).
 *
 * @category models
 * @since 0.1.0
 */
export type Observation<A> =
  | { readonly _tag: "Served"; readonly url: string; readonly value: A }
  | { readonly _tag: "Absent"; readonly url: string; readonly evidence: Reason.Evidence }
  | {
    readonly _tag: "Withheld"
    readonly url: string
    readonly evidence: Reason.Evidence
    readonly retryAfterMillis?: number
  }
  | { readonly _tag: "Unreadable"; readonly url: string; readonly evidence: Reason.Evidence; readonly problem: string }

/**
 * Why a request failed: there was no answer, or only a server error.
 *
 * @category errors
 * @since 0.1.0
 */
export const DeliveryReason = Schema.Union([
  Reason.Unreachable,
  Reason.ConnectionLost,
  Reason.TimedOut,
  Reason.Unavailable
])

/**
 * @category errors
 * @since 0.1.0
 */
export type DeliveryReason = typeof DeliveryReason.Type

/**
 * The error of this port: there was no answer, or only a server error.
 *
 * @category errors
 * @since 0.1.0
 */
export class DeliveryError extends Schema.TaggedError<DeliveryError>()("DeliveryError", {
  url: Schema.String,
  reason: DeliveryReason
}) {
  override get message() {
    return `${this.url}: ${this.reason.message}`
  }
}

/**
 * The delivery side. `manifest` requests a manifest's JSON in Presentation version 2 or 3, `imageInfo` an asset's
 * `info.json`, `info` that of any image service, of whatever host, by its address (its id in a manifest). All follow
 * redirects and send no credentials.
 *
 * @category services
 * @since 0.1.0
 */
export class Delivery extends Context.Service<Delivery, {
  readonly manifest: (
    id: ManifestUri,
    version: "2" | "3"
  ) => Effect.Effect<Observation<Schema.Json>, DeliveryError>
  readonly imageInfo: (id: AssetId) => Effect.Effect<Observation<ImageInfo>, DeliveryError>
  readonly info: (url: string) => Effect.Effect<Observation<ImageInfo>, DeliveryError>
}>()("@iiif-ingest/core/mps/Delivery") {}

/**
 * The script of {@link layerScripted}: functions from a request to an observation or to the reason of a failure.
 *
 * @category models
 * @since 0.1.0
 */
export interface Script {
  readonly manifest?: (id: ManifestUri, version: "2" | "3") => Observation<Schema.Json> | DeliveryReason
  readonly imageInfo?: (id: AssetId) => Observation<ImageInfo> | DeliveryReason
  readonly info?: (url: string) => Observation<ImageInfo> | DeliveryReason
}

const isReason = Schema.is(DeliveryReason)

const play = <A>(url: string, answer: () => Observation<A> | DeliveryReason | undefined) =>
  Effect.suspend(() => {
    const reply = answer() ?? absent(url)
    return isReason(reply) ? Effect.fail(new DeliveryError({ url, reason: reply })) : Effect.succeed(reply)
  })

/**
 * Makes the observation of a resource that is served.
 *
 * @category constructors
 * @since 0.1.0
 */
export const served = <A>(url: string, value: A): Observation<A> => ({ _tag: "Served", url, value })

/**
 * Makes the observation of a resource that is absent.
 *
 * @category constructors
 * @since 0.1.0
 */
export const absent = (url: string): Observation<never> => ({
  _tag: "Absent",
  url,
  evidence: Reason.evidence(404, "")
})

/**
 * A delivery side that answers from a script, for tests. Without a function for it, a resource is absent.
 *
 * @example
 * ```ts
 * import { Delivery } from "@iiif-ingest/core"
 *
 * const delivery = Delivery.layerScripted({
 *   manifest: (id) => Delivery.served(id, { id }),
 *   imageInfo: (id) => Delivery.served(id, { id, width: 640, height: 427, raw: {} })
 * })
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerScripted = (script: Script = {}): Layer.Layer<Delivery> =>
  Layer.succeed(Delivery, {
    manifest: (id, version) => play(id, () => script.manifest?.(id, version)),
    imageInfo: (id) => play(id, () => script.imageInfo?.(id)),
    info: (url) => play(url, () => script.info?.(url))
  })
