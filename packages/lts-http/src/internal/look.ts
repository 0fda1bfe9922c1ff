import * as Reason from "@iiif-ingest/core/base/Reason"
import * as Delivery from "@iiif-ingest/core/mps/Delivery"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { parseHttp, shown } from "./addresses.ts"
import { observe } from "./deliveryAnswer.ts"
import { type Exchange, within } from "./exchange.ts"
import { follow } from "./follow.ts"

/** How something is asked for: what is accepted, how much is read, how long it may take, and who says to be asking. */
export interface Asked {
  readonly accept: string
  readonly maximumBytes: number
  readonly timeout: Duration.Input
  readonly userAgent: string
}

/** Fails, with nothing sent, if an address is not an http(s) URL. */
export const parseAddress = (address: string): Effect.Effect<URL, Delivery.DeliveryError> => {
  const url = parseHttp(address)
  if (url !== undefined) return Effect.succeed(url)
  const reason = new Reason.Unreachable({ host: address, detail: "not an http(s) address" })
  return Effect.fail(new Delivery.DeliveryError({ url: address, reason }))
}

/** One GET of an address, including its redirects. */
export const look = <A>(
  exchange: Exchange,
  url: URL,
  asked: Asked,
  decode: (raw: Schema.Json) => Result.Result<A, string>
): Effect.Effect<Delivery.Observation<A>, Delivery.DeliveryError> =>
  follow(exchange, url, { accept: asked.accept, "user-agent": asked.userAgent }, asked.maximumBytes).pipe(
    within(asked.timeout, url.host),
    Effect.flatMap((followed) => observe(followed, asked.maximumBytes, decode)),
    Effect.mapError((reason) => new Delivery.DeliveryError({ url: shown(url), reason }))
  )

/** The media type of JSON-LD of one version of an API, and plain JSON from servers that know no such thing. */
export const acceptJsonLd = (api: "presentation" | "image", version: "2" | "3"): string =>
  `application/ld+json;profile="http://iiif.io/api/${api}/${version}/context.json", application/json`
