/** `GET /_sandbox/connection`: all that a client needs, keys included, as one object and as variables. */
import * as Effect from "effect/Effect"
import * as Connection from "../connection.ts"
import * as Reply from "../http/reply.ts"
import * as Operation from "./operation.ts"

export const make = (running: Parameters<typeof Connection.connection>[0]): Operation.Operation => ({
  methods: Operation.alone("GET"),
  answer: () =>
    Effect.sync(() =>
      Reply.json(
        200,
        { connection: Connection.connection(running), variables: Connection.variables(running) },
        { "cache-control": "no-store" }
      )
    )
})
