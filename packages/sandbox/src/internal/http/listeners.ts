/**
 * Replies that go on with what is new until the client goes. They look for it a few times a second, and only while
 * someone listens: so thousands of requests in a second make one piece of news, and none costs anything otherwise.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Exchange } from "./exchange.ts"
import { gone } from "./gone.ts"
import * as Reply from "./reply.ts"
import { BodyCutOff } from "./requestBody.ts"

/** Begins a reply, and writes to it what `look` finds. It ends as any exchange whose client has gone. */
export type Listen = (
  exchange: Exchange,
  headers: Readonly<Record<string, string>>,
  look: Effect.Effect<void>
) => Effect.Effect<Reply.Reply, BodyCutOff>

const INTERVAL = Duration.millis(250)
const MAX_LISTENERS = 16
/** A listener that does not read gets nothing more until it does. */
const MAX_UNSENT_BYTES = 1024 * 1024

/** For so many at a time; one more is refused. */
export const make = (): Listen => {
  let listeners = 0
  return (exchange, headers, look) =>
    Effect.suspend(() => {
      if (listeners >= MAX_LISTENERS) return Effect.succeed(Reply.error(503, "Too many listen already"))
      listeners++
      const { response } = exchange
      response.writeHead(200, headers)
      response.flushHeaders()
      const round = Effect.suspend(() => response.writableLength > MAX_UNSENT_BYTES ? Effect.void : look)
      return Effect.forever(Effect.andThen(round, Effect.sleep(INTERVAL))).pipe(
        Effect.raceFirst(Effect.andThen(gone(exchange), Effect.fail(new BodyCutOff({})))),
        Effect.ensuring(Effect.sync(() => void listeners--))
      )
    })
}
