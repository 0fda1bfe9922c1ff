/**
 * `/_sandbox/snapshots` lists the names, `/_sandbox/snapshots/NAME` takes one (`PUT`) or removes it (`DELETE`), and
 * `/_sandbox/snapshots/NAME/restore` (`POST`) brings it back.
 */
import * as Effect from "effect/Effect"
import type { BadSnapshotName, StorageFailed, UnknownSnapshot } from "../../SandboxError.ts"
import * as Reply from "../http/reply.ts"
import * as RequestBody from "../http/requestBody.ts"
import type { Snapshots } from "../snapshots/snapshots.ts"
import type { State } from "../snapshots/state.ts"
import * as Operation from "./operation.ts"

const RESTORE = "restore"
const DONE = Reply.empty(204)

const methodsOf = ([name, action, ...rest]: ReadonlyArray<string>): ReadonlyArray<string> | undefined => {
  if (name === undefined) return ["GET"]
  if (action === undefined) return ["PUT", "DELETE"]
  return action === RESTORE && rest.length === 0 ? ["POST"] : undefined
}

export const make = (state: State, snapshots: Snapshots): Operation.Operation => {
  const change = (
    method: string,
    name: string
  ): Effect.Effect<void, BadSnapshotName | UnknownSnapshot | StorageFailed> => {
    if (method === "POST") return state.restore(name)
    return method === "PUT" ? state.snapshot(name) : snapshots.remove(name)
  }
  return {
    methods: methodsOf,
    answer: (exchange, [name]) =>
      name === undefined
        ? Effect.sync(() => Reply.json(200, snapshots.names()))
        : RequestBody.discard(exchange.request).pipe(
          Effect.andThen(change(exchange.method, name)),
          Effect.as(DONE),
          Effect.catchTags({
            BadSnapshotName: ({ message }) => Effect.succeed(Reply.error(400, message)),
            UnknownSnapshot: ({ message }) => Effect.succeed(Reply.error(404, message)),
            StorageFailed: ({ message }) => Effect.succeed(Reply.error(500, message))
          })
        )
  }
}
