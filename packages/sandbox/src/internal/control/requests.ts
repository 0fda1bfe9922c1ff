/**
 * `GET /_sandbox/requests`: the requests that have ended, oldest first, a line of JSON each; with `?follow`, those to
 * come too, until the client goes.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { RequestLogEntry } from "../../RequestLog.ts"
import type { Exchange } from "../http/exchange.ts"
import * as Query from "../http/query.ts"
import * as Reply from "../http/reply.ts"
import { BodyCutOff } from "../http/requestBody.ts"
import type { RequestLog } from "../log/requestLog.ts"
import * as Operation from "./operation.ts"

const HEADERS = { "content-type": "application/x-ndjson; charset=utf-8", "cache-control": "no-store" }
const INTERVAL = Duration.millis(200)
const MAX_LISTENERS = 16
/** A listener that does not read gets nothing more until it does. */
const MAX_UNSENT_BYTES = 1024 * 1024

/** Those that have ended after this event, in the order in which they have. */
const endedAfter = (entries: ReadonlyArray<RequestLogEntry>, event: number): ReadonlyArray<RequestLogEntry> =>
  entries.filter(({ ended }) => ended !== undefined && ended > event).sort((a, b) => (a.ended ?? 0) - (b.ended ?? 0))

const line = (entry: RequestLogEntry): string => `${JSON.stringify(entry)}\n`

const closed = ({ response }: Exchange): Effect.Effect<never, BodyCutOff> =>
  Effect.callback((resume) => {
    const done = () => resume(Effect.fail(new BodyCutOff({})))
    if (response.destroyed || response.socket === null) return done()
    response.once("close", done)
    return Effect.sync(() => void response.off("close", done))
  })

export const make = ({ entries }: Pick<RequestLog, "entries">): Operation.Operation => {
  let listeners = 0

  const follow = ({ response }: Exchange): Effect.Effect<never> => {
    let last = -1
    const look = Effect.sync(() => {
      if (response.writableLength > MAX_UNSENT_BYTES) return
      const news = endedAfter(entries(), last)
      last = news.at(-1)?.ended ?? last
      if (news.length > 0) response.write(news.map(line).join(""))
    })
    return Effect.forever(Effect.andThen(look, Effect.sleep(INTERVAL)))
  }

  return {
    methods: Operation.alone("GET"),
    answer: (exchange) =>
      Effect.suspend(() => {
        if (!Query.of(exchange).has("follow")) {
          const body = endedAfter(entries(), -1).map(line).join("")
          return Effect.succeed({ status: 200, headers: HEADERS, body })
        }
        if (listeners >= MAX_LISTENERS) return Effect.succeed(Reply.error(503, "Too many programs are listening"))
        listeners++
        exchange.response.writeHead(200, HEADERS)
        exchange.response.flushHeaders()
        return Effect.raceFirst(follow(exchange), closed(exchange)).pipe(
          Effect.ensuring(Effect.sync(() => void listeners--))
        )
      })
  }
}
