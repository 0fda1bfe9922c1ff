/** Server-sent events with the dashboard's sections that changed. */
import * as Effect from "effect/Effect"
import type { Exchange } from "../http/exchange.ts"
import * as Listeners from "../http/listeners.ts"
import * as Reply from "../http/reply.ts"
import type { BodyCutOff } from "../http/requestBody.ts"
import type { Fragment } from "./dashboard.ts"
import { SAFE } from "./headers.ts"

export interface Events {
  /**
   * Sends events until the connection closes. A page of another origin, which could not read them, is refused: it would
   * only take the place of one that can.
   */
  readonly answer: (
    exchange: Exchange,
    render: Effect.Effect<ReadonlyArray<Fragment>>
  ) => Effect.Effect<Reply.Reply, BodyCutOff>
}

const HEADERS = { ...SAFE, "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" }
/** Shows a browser that has gone without closing. */
const ROUNDS_BETWEEN_SIGNS = 50

/** Sends the sections that have changed since the last time. */
const look = ({ response }: Exchange, render: Effect.Effect<ReadonlyArray<Fragment>>): Effect.Effect<void> => {
  const sent = new Map<string, string>()
  let round = 0
  return Effect.suspend(() => {
    if (++round % ROUNDS_BETWEEN_SIGNS === 0) response.write(":\n\n")
    return Effect.map(render, (fragments) => {
      for (const { html, id } of fragments) {
        if (sent.get(id) === html) continue
        sent.set(id, html)
        response.write(`event: fragment\ndata: ${JSON.stringify({ id, html })}\n\n`)
      }
    })
  })
}

export const make = (): Events => {
  const listen = Listeners.make()
  return {
    answer: (exchange, render) =>
      Effect.suspend(() =>
        (exchange.request.headers["sec-fetch-site"] ?? "same-origin") === "same-origin"
          ? listen(exchange, HEADERS, look(exchange, render))
          : Effect.succeed(Reply.error(403, "Only the sandbox's own pages may listen"))
      )
  }
}
