/** `reset`: empties a running sandbox. */
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Flags from "./flags.ts"
import * as Target from "./target.ts"

export const reset = Command.make(
  "reset",
  { ...Flags.target, json: Flags.json },
  Effect.fnUntraced(function*({ data, json, port }) {
    const { ask, url } = yield* Target.find(data, port)
    yield* ask("reset", "POST")
    yield* Console.log(json ? JSON.stringify({ url, reset: true }) : `The sandbox at ${url} is empty`)
  }, Effect.mapError(Flags.asUserError))
).pipe(
  Command.withDescription("Delete all objects, jobs, images, manifests and logged requests of the running sandbox")
)
