import * as Reason from "@iiif-ingest/core/base/Reason"
import * as Delivery from "@iiif-ingest/core/mps/Delivery"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { parseHttp, shownAddress, withoutSecrets } from "./addresses.ts"
import type { Read } from "./answer.ts"
import { observe } from "./deliveryAnswer.ts"
import { type Exchange, within } from "./exchange.ts"
import { follow } from "./follow.ts"

/** Headers and limits of a GET. */
export interface GetOptions {
  readonly accept: string
  readonly maximumBytes: number
  readonly timeout: Duration.Input
  readonly userAgent: string
}

/** Fails, with nothing sent, if an address is not an http(s) URL. It may have a user and password all the same. */
export const parseAddress = (address: string): Effect.Effect<URL, Delivery.DeliveryError> => {
  const url = parseHttp(address)
  if (url !== undefined) return Effect.succeed(url)
  const shown = shownAddress(address)
  const reason = new Reason.Unreachable({ host: shown, detail: "not an http(s) address" })
  return Effect.fail(new Delivery.DeliveryError({ url: shown, reason }))
}

/** One GET of an address, including its redirects. */
export const look = <A>(
  exchange: Exchange,
  url: URL,
  options: GetOptions,
  read: Read<A>
): Effect.Effect<Delivery.Observation<A>, Delivery.DeliveryError> =>
  follow(exchange, url, { accept: options.accept, "user-agent": options.userAgent }, options.maximumBytes).pipe(
    within(options.timeout, url.host),
    Effect.flatMap((followed) => observe(followed, read)),
    Effect.mapError((reason) => new Delivery.DeliveryError({ url: withoutSecrets(url), reason }))
  )

/** Accepts JSON-LD of one version of an API, and plain JSON from servers without support for it. */
export const acceptJsonLd = (api: "presentation" | "image", version: "2" | "3"): string =>
  `application/ld+json;profile="http://iiif.io/api/${api}/${version}/context.json", application/json`
