/**
 * Server-sent events with the dashboard's sections that changed. It looks a few times a second, and only while someone
 * listens: so thousands of requests in a second make one update, and none costs anything while nobody looks.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Exchange } from "../http/exchange.ts"
import * as Reply from "../http/reply.ts"
import { BodyCutOff } from "../http/requestBody.ts"
import type { Fragment } from "./dashboard.ts"
import { SAFE } from "./headers.ts"

export interface Events {
  /**
   * Sends events until the connection closes, and then ends as any exchange whose client has gone. A page of another
   * origin, which could not read them, is refused: it would only take the place of one that can.
   */
  readonly answer: (
    exchange: Exchange,
    render: Effect.Effect<ReadonlyArray<Fragment>>
  ) => Effect.Effect<Reply.Reply, BodyCutOff>
}

const INTERVAL = Duration.millis(300)
const MAX_LISTENERS = 16
/** A listener that does not read gets nothing more until it does. */
const MAX_UNSENT_BYTES = 1024 * 1024
/** Shows a browser that has gone without closing. */
const ROUNDS_BETWEEN_SIGNS = 50

const closed = ({ response }: Exchange): Effect.Effect<never, BodyCutOff> =>
  Effect.callback((resume) => {
    const done = () => resume(Effect.fail(new BodyCutOff({})))
    if (response.destroyed || response.socket === null) return done()
    response.once("close", done)
    return Effect.sync(() => void response.off("close", done))
  })

const send = (
  { response }: Exchange,
  render: Effect.Effect<ReadonlyArray<Fragment>>
): Effect.Effect<never> => {
  const sent = new Map<string, string>()
  let round = 0
  const look = Effect.suspend(() => {
    if (response.writableLength > MAX_UNSENT_BYTES) return Effect.void
    if (++round % ROUNDS_BETWEEN_SIGNS === 0) response.write(":\n\n")
    return Effect.map(render, (fragments) => {
      for (const { html, id } of fragments) {
        if (sent.get(id) === html) continue
        sent.set(id, html)
        response.write(`event: fragment\ndata: ${JSON.stringify({ id, html })}\n\n`)
      }
    })
  })
  return Effect.forever(Effect.andThen(look, Effect.sleep(INTERVAL)))
}

export const make = (): Events => {
  let listeners = 0
  return {
    answer: (exchange, render) =>
      Effect.suspend(() => {
        if ((exchange.request.headers["sec-fetch-site"] ?? "same-origin") !== "same-origin") {
          return Effect.succeed(Reply.error(403, "Only the sandbox's own pages may listen"))
        }
        if (listeners >= MAX_LISTENERS) return Effect.succeed(Reply.error(503, "Too many pages are listening"))
        listeners++
        exchange.response.writeHead(200, {
          ...SAFE,
          "content-type": "text/event-stream; charset=utf-8",
          "cache-control": "no-store"
        })
        return Effect.raceFirst(send(exchange, render), closed(exchange)).pipe(
          Effect.ensuring(Effect.sync(() => void listeners--))
        )
      })
  }
}
