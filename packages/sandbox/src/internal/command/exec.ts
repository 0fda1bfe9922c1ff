/** `exec`: runs a command against a sandbox, that which runs already or one that lives as long as the command. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Sandbox } from "../../Sandbox.ts"
import * as Connection from "../connection.ts"
import * as Connected from "./connected.ts"
import * as Flags from "./flags.ts"
import * as RunCommand from "./runCommand.ts"
import * as Target from "./target.ts"

const flags = {
  data: Flag.Directory("data").pipe(
    Flag.optional,
    Flag.withDescription("Folder of the sandbox, which is started there unless it runs; without it, a new one is used")
  ),
  port: Flags.port.pipe(
    Flag.optional,
    Flag.withDescription("Port of a sandbox that is started (default: the port recorded in --data, or a free one)")
  ),
  seed: Flags.seed,
  command: Argument.String("command").pipe(
    Argument.variadic({ min: 1 }),
    Argument.withDescription("The command and its arguments, after --")
  )
}

const inRunning = Effect.fnUntraced(function*(target: Target.Target, command: ReadonlyArray<string>, seed: boolean) {
  const { variables } = yield* Connected.of(target)
  if (seed) yield* target.ask("seed", "POST")
  return yield* RunCommand.run(command, variables)
})

const inNew = (
  options: { readonly dataDirectory?: string; readonly port: number },
  command: ReadonlyArray<string>,
  seed: boolean
) =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox
    if (seed) yield* sandbox.seed
    return yield* RunCommand.run(command, Connection.variables(sandbox))
  }).pipe(Effect.provide(Sandbox.layer(options)))

export const exec = Command.make(
  "exec",
  flags,
  Effect.fnUntraced(function*({ command, data, port, seed }) {
    const seeded = Option.isSome(seed)
    const start = inNew(
      { ...(Option.isSome(data) ? { dataDirectory: data.value } : {}), port: Option.getOrElse(port, () => 0) },
      command,
      seeded
    )
    if (Option.isNone(data)) return yield* start
    const running = yield* Target.find(data, 0).pipe(
      Effect.asSome,
      Effect.catchTag("NotRunning", () => Effect.succeedNone)
    )
    return yield* Option.match(running, { onNone: () => start, onSome: (one) => inRunning(one, command, seeded) })
  }, Effect.mapError((error) => error._tag === "Ended" ? error : Flags.asUserError(error)))
).pipe(Command.withDescription("Run a command with a sandbox's variables, and end with its exit code"))
