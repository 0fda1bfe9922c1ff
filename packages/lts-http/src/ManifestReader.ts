/**
 * Reads a Presentation 3 manifest from any URL, of MPS or another institution, with limits on time and size.
 *
 * Redirects are followed as in {@link HttpDelivery}: at most five, never from https to http, and without credentials.
 * HTTP 429 and 5xx, timeouts and failed connections are retried by the `read` schedule of the `RetryPolicy` in the
 * context; a server's `Retry-After` lengthens the wait.
 *
 * @since 0.1.0
 */
import * as RetryPolicy from "@iiif-ingest/core/base/RetryPolicy"
import type * as Delivery from "@iiif-ingest/core/mps/Delivery"
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import type * as Presentation3 from "@iiif-ingest/iiif/Presentation3"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { HttpClient } from "effect/http/HttpClient"
import type * as Schema from "effect/Schema"
import * as DocumentReader from "./DocumentReader.ts"
import * as Body from "./internal/deliveryBody.ts"
import { makeExchange } from "./internal/exchange.ts"
import { acceptJsonLd, type GetOptions, look, parseAddress } from "./internal/look.ts"
import { transportFailure } from "./internal/transportFailure.ts"
import { userAgent } from "./internal/userAgent.ts"

/**
 * Options of {@link read}.
 *
 * - `timeout`: for one attempt including its redirects; 30 seconds by default.
 * - `maxResponseBytes`: the limit on the size of the response; 64 MiB by default. A longer response is not read to its
 *   end.
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

/**
 * The server returned no manifest: it is absent (HTTP 404, 410), withheld (401, 403, 429, a firewall's challenge), or
 * the response cannot be read as JSON.
 *
 * @category errors
 * @since 0.1.0
 */
export const NotServed = DocumentReader.NotServed

/**
 * @category errors
 * @since 0.1.0
 */
export type NotServed = DocumentReader.NotServed

type Observation = Delivery.Observation<Schema.Json>

/** HTTP 429 as an error that `RetryPolicy` retries. */
class Busy extends Data.TaggedError("Busy")<{
  readonly observation: Observation
  readonly reason: RetryPolicy.Retryable["reason"]
}> {}

const failIfBusy = (observation: Observation): Effect.Effect<Observation, Busy> => {
  if (observation._tag !== "Withheld" || observation.evidence.status !== 429) return Effect.succeed(observation)
  const { retryAfterMillis } = observation
  const wait = retryAfterMillis === undefined ? {} : { retryAfter: Duration.millis(retryAfterMillis) }
  return Effect.fail(new Busy({ observation, reason: { retryable: true, ...wait } }))
}

/**
 * Reads the manifest at a URL. JSON that is not a valid manifest fails with a `ManifestError` that lists every problem.
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
  const getOptions: GetOptions = {
    accept: acceptJsonLd("presentation", "3"),
    maximumBytes: options.maxResponseBytes ?? 64 * 1024 * 1024,
    timeout: options.timeout ?? "30 seconds",
    userAgent: options.userAgent ?? userAgent
  }
  const address = yield* parseAddress(url)
  const policy = yield* RetryPolicy.RetryPolicy
  const observation = yield* look(exchange, address, getOptions, Body.json(getOptions.maximumBytes, Body.manifest))
    .pipe(
      Effect.flatMap(failIfBusy),
      RetryPolicy.retrying(policy.read),
      Effect.catchTag("Busy", ({ observation }) => Effect.succeed(observation))
    )
  if (observation._tag !== "Served") return yield* DocumentReader.notServed(observation)
  return yield* Effect.fromResult(Manifest.fromUnknown(observation.value))
})
