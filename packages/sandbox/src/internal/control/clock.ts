/** `/_sandbox/clock`: `GET` returns the jobs' time, `POST` moves a manual clock by so many milliseconds. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Reply from "../http/reply.ts"
import type { JobClock } from "../jobs/clock.ts"
import * as Operation from "./operation.ts"

const Advance = Schema.Struct({
  advanceMillis: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10 * 365 * 24 * 3_600_000 }))
})

export const make = (clock: JobClock): Operation.Operation => {
  const current = Effect.sync(() => Reply.json(200, { now: new Date(clock.now()).toISOString() }))
  const advance = Operation.withBody(Advance, ({ advanceMillis }) =>
    clock.advance(advanceMillis).pipe(
      Effect.andThen(current),
      Effect.catchTag("ClockRuns", ({ message }) => Effect.succeed(Reply.error(409, message)))
    ))
  return {
    methods: Operation.alone("GET", "POST"),
    answer: (exchange) => exchange.method === "POST" ? advance(exchange) : current
  }
}
