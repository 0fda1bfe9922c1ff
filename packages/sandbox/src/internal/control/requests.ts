/**
 * `GET /_sandbox/requests`: the requests that have ended, oldest first, a line of JSON each; with `?follow`, those to
 * come too, until the client goes.
 */
import * as Effect from "effect/Effect"
import type { RequestLogEntry } from "../../RequestLog.ts"
import type { Exchange } from "../http/exchange.ts"
import * as Listeners from "../http/listeners.ts"
import * as Query from "../http/query.ts"
import type { RequestLog } from "../log/requestLog.ts"
import * as Operation from "./operation.ts"

const HEADERS = { "content-type": "application/x-ndjson; charset=utf-8", "cache-control": "no-store" }

/** Those that have ended after this event, in the order in which they have. */
const endedAfter = (entries: ReadonlyArray<RequestLogEntry>, event: number): ReadonlyArray<RequestLogEntry> =>
  entries.filter(({ ended }) => ended !== undefined && ended > event).sort((a, b) => (a.ended ?? 0) - (b.ended ?? 0))

const line = (entry: RequestLogEntry): string => `${JSON.stringify(entry)}\n`

export const make = ({ entries }: Pick<RequestLog, "entries">): Operation.Operation => {
  const listen = Listeners.make()

  const follow = (exchange: Exchange) => {
    let last = -1
    const look = Effect.sync(() => {
      const news = endedAfter(entries(), last)
      last = news.at(-1)?.ended ?? last
      if (news.length > 0) exchange.response.write(news.map(line).join(""))
    })
    return listen(exchange, HEADERS, look)
  }

  return {
    methods: Operation.alone("GET"),
    answer: (exchange) =>
      Effect.suspend(() => {
        if (Query.of(exchange).has("follow")) return follow(exchange)
        const body = endedAfter(entries(), -1).map(line).join("")
        return Effect.succeed({ status: 200, headers: HEADERS, body })
      })
  }
}
