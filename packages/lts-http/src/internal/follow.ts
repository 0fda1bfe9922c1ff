import { isLoopback } from "@iiif-ingest/core/config/MpsEnvironment"
import * as Effect from "effect/Effect"
import type { Input } from "effect/http/Headers"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import { parseHttp, withoutFragment, withoutSecrets } from "./addresses.ts"
import type { Answer, Exchange } from "./exchange.ts"
import type { TransportReason } from "./transportFailure.ts"

/**
 * The response at the end of a chain of redirects, or a redirect that was not followed, with the reason in `problem`.
 */
export interface Followed {
  readonly url: URL
  readonly answer: Answer
  readonly problem?: string
}

const maximumRedirects = 5

const redirects = new Set([301, 302, 303, 307, 308])

/** A redirect from https to http is not followed, unless both are on this machine. */
const isDowngrade = (from: URL, to: URL): boolean =>
  from.protocol === "https:" && to.protocol === "http:" && !(isLoopback(from.hostname) && isLoopback(to.hostname))

/** The target of a redirect, or why it is not followed. */
const targetOf = (from: URL, answer: Answer, visited: ReadonlySet<string>): URL | string => {
  const location = answer.headers["location"]
  const to = location === undefined ? undefined : parseHttp(location, from)
  if (to === undefined) return `HTTP ${answer.status} redirects to no http(s) address`
  if (isDowngrade(from, to)) return `HTTP ${answer.status} redirects from https to http, ${withoutSecrets(to)}`
  if (visited.has(to.href)) return `HTTP ${answer.status} redirects back to ${withoutSecrets(to)}: a loop`
  return visited.size > maximumRedirects ? `there are more than ${maximumRedirects} redirects` : to
}

/** GETs a URL and follows its redirects, without credentials. */
export const follow = (exchange: Exchange, start: URL, headers: Input, maximumBytes: number) => {
  const step = (url: URL, visited: ReadonlySet<string>): Effect.Effect<Followed, TransportReason> =>
    // as text, since the query of a URL would be parsed and written anew, which may break its signature
    Effect.flatMap(exchange(url, HttpClientRequest.get(withoutFragment(url), { headers }), maximumBytes), (answer) => {
      if (!redirects.has(answer.status)) return Effect.succeed({ url, answer })
      const to = targetOf(url, answer, visited)
      return typeof to === "string"
        ? Effect.succeed({ url, answer, problem: to })
        : step(to, new Set([...visited, to.href]))
    })
  return step(start, new Set([start.href]))
}
