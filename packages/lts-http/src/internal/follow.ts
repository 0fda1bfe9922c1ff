import type * as Reason from "@iiif-ingest/core/base/Reason"
import { isLoopback } from "@iiif-ingest/core/config/MpsEnvironment"
import * as Effect from "effect/Effect"
import type { Input } from "effect/http/Headers"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import { parseHttp, shown } from "./addresses.ts"
import type { Answer, Exchange } from "./exchange.ts"
import type { TransportReason } from "./transportFailure.ts"

/** The answer at the end of a chain of redirects, or the redirect that is not followed and why. */
export interface Followed {
  readonly url: URL
  readonly answer: Answer
  readonly problem?: string
}

const maximumRedirects = 5

const redirects = new Set([301, 302, 303, 307, 308])

/** https is not given up on the way, unless all of it happens on this machine. */
const isDowngrade = (from: URL, to: URL): boolean =>
  from.protocol === "https:" && to.protocol === "http:" && !(isLoopback(from.hostname) && isLoopback(to.hostname))

/** Where a redirect leads, or why it is not followed. */
const next = (from: URL, answer: Answer, seen: ReadonlySet<string>): URL | string => {
  const location = answer.headers["location"]
  const to = location === undefined ? undefined : parseHttp(location, from)
  if (to === undefined) return `HTTP ${answer.status} leads to no http(s) address`
  if (isDowngrade(from, to)) return `HTTP ${answer.status} leads from https to http, ${shown(to)}`
  if (seen.has(to.href)) return `HTTP ${answer.status} leads back to ${shown(to)}: a loop`
  return seen.size > maximumRedirects ? `there are more than ${maximumRedirects} redirects` : to
}

/** GETs an address and follows its redirects, with no credentials. */
export const follow = (exchange: Exchange, start: URL, headers: Input, maximumBytes: number) => {
  const step = (url: URL, seen: ReadonlySet<string>): Effect.Effect<Followed, TransportReason> =>
    Effect.flatMap(exchange(url, HttpClientRequest.get(url, { headers }), maximumBytes), (answer) => {
      if (!redirects.has(answer.status)) return Effect.succeed({ url, answer })
      const to = next(url, answer, seen)
      return typeof to === "string"
        ? Effect.succeed({ url, answer, problem: to })
        : step(to, new Set([...seen, to.href]))
    })
  return step(start, new Set([start.href]))
}
