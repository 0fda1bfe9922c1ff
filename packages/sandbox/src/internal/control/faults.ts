/**
 * `/_sandbox/faults`: `GET` returns the rules and their hits, `PUT` replaces the rules by rules and scenarios' names,
 * `DELETE` removes them.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Fault } from "../../Scenarios.ts"
import type { FaultEngine } from "../faults/engine.ts"
import * as Reply from "../http/reply.ts"
import * as Operation from "./operation.ts"

export const make = (engine: FaultEngine): Operation.Operation => {
  const current = Effect.sync(() => Reply.json(200, engine.hits()))
  const set = (rules: ReadonlyArray<Fault>) => Effect.andThen(Effect.sync(() => engine.set(rules)), current)
  const put = Operation.withBody(Schema.Array(Fault), set)
  return {
    methods: Operation.alone("GET", "PUT", "DELETE"),
    answer: (exchange) => exchange.method === "PUT" ? put(exchange) : exchange.method === "DELETE" ? set([]) : current
  }
}
