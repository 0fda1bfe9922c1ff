/**
 * Reads a manifest of Presentation 3 from any address: MPS's or another institution's, in bounded time and size.
 *
 * Redirects are followed as by {@link HttpDelivery}: at most five, never from https to http, without credentials. HTTP
 * 429 and 5xx, time-outs and failed connections are retried by the `read` schedule of the `RetryPolicy` in the context;
 * a server's `Retry-After` lengthens the wait.
 *
 * @since 0.1.0
 */
import * as Reason from "@iiif-ingest/core/base/Reason"
import type * as Delivery from "@iiif-ingest/core/mps/Delivery"
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import type * as Presentation3 from "@iiif-ingest/iiif/Presentation3"
import * as RetryPolicy from "@iiif-ingest/core/RetryPolicy"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { HttpClient } from "effect/http/HttpClient"
import * as Schema from "effect/Schema"
import * as Body from "./internal/deliveryBody.ts"
import { makeExchange } from "./internal/exchange.ts"
import { acceptJsonLd, type Asked, look, parseAddress } from "./internal/look.ts"
import { transportFailure } from "./internal/transportFailure.ts"
import { userAgent } from "./internal/userAgent.ts"

/**
 * - `timeout`: for one attempt, its redirects included; 30 seconds when not given.
 * - `maxResponseBytes`: a longer answer is not read to its end; 64 MiB when not given.
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

/**
 * No manifest came: it is absent (HTTP 404, 410), withheld (401, 403, 429, a firewall's challenge), or what came cannot
 * be read as JSON.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotServed extends Schema.TaggedError<NotServed>()("NotServed", {
  url: Schema.String,
  how: Schema.Literals(["Absent", "Withheld", "Unreadable"]),
  evidence: Reason.Evidence,
  detail: Schema.String
}) {
  override get message() {
    return `${this.url}: ${this.detail}`
  }
}

const details = {
  Absent: "there is no manifest at this address: see that it is the right one",
  Withheld: "the server does not give it out, or not now: try again later, or ask for access"
}

const notServed = (seen: Exclude<Delivery.Observation<Schema.Json>, { readonly _tag: "Served" }>): NotServed => {
  const { _tag: how, evidence, url } = seen
  const detail = how === "Unreadable" ? `${seen.problem}: see that it is the address of a manifest` : details[how]
  return new NotServed({ url, how, evidence, detail: `${detail} (HTTP ${evidence.status})` })
}

type Observation = Delivery.Observation<Schema.Json>

/** HTTP 429 as an error that `RetryPolicy` retries. */
class Busy extends Data.TaggedError("Busy")<{
  readonly seen: Observation
  readonly reason: RetryPolicy.Retryable["reason"]
}> {}

const failIfBusy = (seen: Observation): Effect.Effect<Observation, Busy> => {
  if (seen._tag !== "Withheld" || seen.evidence.status !== 429) return Effect.succeed(seen)
  const wait = seen.retryAfterMillis === undefined ? {} : { retryAfter: Duration.millis(seen.retryAfterMillis) }
  return Effect.fail(new Busy({ seen, reason: { retryable: true, ...wait } }))
}

/**
 * Reads the manifest at an address. It fails with a `ManifestError` where JSON came that is no manifest, with
 * everything that is wrong with it.
 *
 * @example
 * ```ts
 * import { FetchHttpClient } from "effect/http"
 * import { ManifestReader } from "@iiif-ingest/lts-http"
 * import { Effect } from "effect"
 *
 * const manifest = ManifestReader.read("https://iiif.io/api/cookbook/recipe/0001-mvm-image/manifest.json").pipe(
 *   Effect.provide(FetchHttpClient.layer)
 * )
 * ```
 *
 * @category programs
 * @since 0.1.0
 */
export const read = Effect.fn("ManifestReader.read")(function*(
  url: string,
  options: Options = {}
): Effect.fn.Return<
  Presentation3.Manifest,
  Manifest.ManifestError | NotServed | Delivery.DeliveryError,
  HttpClient
> {
  const exchange = yield* makeExchange(transportFailure)
  const asked: Asked = {
    accept: acceptJsonLd("presentation", "3"),
    maximumBytes: options.maxResponseBytes ?? 64 * 1024 * 1024,
    timeout: options.timeout ?? "30 seconds",
    userAgent: options.userAgent ?? userAgent
  }
  const address = yield* parseAddress(url)
  const policy = yield* RetryPolicy.RetryPolicy
  const seen = yield* look(exchange, address, asked, Body.manifest).pipe(
    Effect.flatMap(failIfBusy),
    RetryPolicy.retrying(policy.read),
    Effect.catchTag("Busy", ({ seen }) => Effect.succeed(seen))
  )
  if (seen._tag !== "Served") return yield* notServed(seen)
  return yield* Effect.fromResult(Manifest.fromUnknown(seen.value))
})
