/** `POST /_sandbox/reset`: does what `reset` of the service does. */
import * as Effect from "effect/Effect"
import * as Reply from "../http/reply.ts"
import * as RequestBody from "../http/requestBody.ts"
import type { State } from "../snapshots/state.ts"
import * as Operation from "./operation.ts"

export const make = ({ reset }: Pick<State, "reset">): Operation.Operation => ({
  methods: Operation.alone("POST"),
  answer: ({ request }) =>
    RequestBody.discard(request).pipe(
      Effect.andThen(reset),
      Effect.as(Reply.empty(204)),
      Effect.catchTag("StorageFailed", ({ message }) => Effect.succeed(Reply.error(500, message)))
    )
})
