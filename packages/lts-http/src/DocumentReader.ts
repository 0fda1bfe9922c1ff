/**
 * Reads a document from any URL as the bytes that it is served with, within limits on time and size.
 *
 * Redirects are followed as in {@link HttpDelivery}: at most five, never from https to http, and without credentials.
 * Each of them is a request of its own to the `HttpClient` in the context, which can refuse it. Nothing is retried.
 *
 * @since 0.1.0
 */
import * as Reason from "@iiif-ingest/core/base/Reason"
import type * as Delivery from "@iiif-ingest/core/mps/Delivery"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { HttpClient } from "effect/http/HttpClient"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { contentType, type Read, whole } from "./internal/answer.ts"
import { makeExchange } from "./internal/exchange.ts"
import { acceptJsonLd, type GetOptions, look, parseAddress } from "./internal/look.ts"
import { transportFailure } from "./internal/transportFailure.ts"
import { userAgent } from "./internal/userAgent.ts"

/**
 * Options of {@link read}.
 *
 * - `timeout`: for all of it, including redirects; 30 seconds by default.
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
 * The server returned no document: it is absent (HTTP 404, 410), withheld (401, 403, 429, a firewall's challenge), or
 * the response cannot be read.
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
  Absent: "there is no manifest at this address: check the address",
  Withheld: "the server withholds it, at least for now: try again later, or ask for access"
}

/**
 * The error for an observation of a resource that is not served.
 *
 * @category constructors
 * @since 0.1.0
 */
export const notServed = (
  observation: Exclude<Delivery.Observation<unknown>, { readonly _tag: "Served" }>
): NotServed => {
  const { _tag: how, evidence, url } = observation
  const detail = how === "Unreadable"
    ? `${observation.problem}: check that this is the address of a manifest`
    : details[how]
  return new NotServed({ url, how, evidence, detail: `${detail} (HTTP ${evidence.status})` })
}

/**
 * A document as served. `url` is where it was found, after redirects, without user, query and fragment; `contentType`
 * is "" if the server names none.
 *
 * @category models
 * @since 0.1.0
 */
export interface Served {
  readonly url: string
  readonly contentType: string
  readonly bytes: Uint8Array
}

const limitsOf = (options: Options): GetOptions => ({
  accept: acceptJsonLd("presentation", "3"),
  maximumBytes: options.maxResponseBytes ?? 64 * 1024 * 1024,
  timeout: options.timeout ?? "30 seconds",
  userAgent: options.userAgent ?? userAgent
})

/** HTTP 204 and 205 have no body by definition, which an empty document would hide. */
const served = (maximumBytes: number): Read<Pick<Served, "bytes" | "contentType">> => (answer) =>
  answer.status === 204 || answer.status === 205
    ? Result.fail(`the server gave no document, as its answer HTTP ${answer.status} says`)
    : Result.map(
      whole(answer, maximumBytes),
      ({ bytes }) => ({ bytes, contentType: contentType(answer) ?? "" })
    )

/**
 * Reads the document at a URL. Its type and content are not looked at.
 *
 * @example
 * ```ts
 * import { FetchHttpClient } from "effect/http"
 * import { DocumentReader } from "@iiif-ingest/lts-http"
 * import { Effect } from "effect"
 *
 * const text = DocumentReader.read("https://iiif.io/api/cookbook/recipe/0001-mvm-image/manifest.json").pipe(
 *   Effect.map(({ bytes }) => new TextDecoder().decode(bytes)),
 *   Effect.provide(FetchHttpClient.layer)
 * )
 * ```
 *
 * @category programs
 * @since 0.1.0
 */
export const read = Effect.fn("DocumentReader.read")(function*(
  url: string,
  options: Options = {}
): Effect.fn.Return<Served, NotServed | Delivery.DeliveryError, HttpClient> {
  const exchange = yield* makeExchange(transportFailure)
  const limits = limitsOf(options)
  const address = yield* parseAddress(url)
  const observation = yield* look(exchange, address, limits, served(limits.maximumBytes))
  if (observation._tag !== "Served") return yield* notServed(observation)
  return { url: observation.url, ...observation.value }
})
