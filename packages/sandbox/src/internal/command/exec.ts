/** `exec`: runs a command against a sandbox, that which runs already or one that lives as long as the command. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Sandbox, type SandboxOptions } from "../../Sandbox.ts"
import * as Connection from "../connection.ts"
import * as Connected from "./connected.ts"
import * as FaultFlags from "./faultFlags.ts"
import * as Flags from "./flags.ts"
import * as RunCommand from "./runCommand.ts"
import { seedFirst } from "./seedFirst.ts"
import * as Target from "./target.ts"

const flags = {
  ...FaultFlags.flags,
  data: Flag.Directory("data").pipe(
    Flag.optional,
    Flag.withDescription("Folder of the sandbox, which is started there unless it runs; without it, a new one is used")
  ),
  port: Flags.port.pipe(
    Flag.optional,
    Flag.withDescription("Port of a sandbox that is started (default: the port recorded in --data, or a free one)")
  ),
  seed: Flags.seed,
  namespaces: Flags.namespaces,
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

const inNew = (options: SandboxOptions, command: ReadonlyArray<string>, seed: boolean) =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox
    if (seed) yield* seedFirst(sandbox, options.faults ?? [])
    return yield* RunCommand.run(command, Connection.variables(sandbox))
  }).pipe(Effect.provide(Sandbox.layer(options)))

/** Others may use the sandbox that runs, and are not to meet what is meant for this command. */
class RunsAlready extends Schema.TaggedError<RunsAlready>()("RunsAlready", { url: Schema.String }) {
  override get message() {
    return `A sandbox runs there already: switch faults on at ${this.url}/, and leave out --fault and --namespace`
  }
}

export const exec = Command.make(
  "exec",
  flags,
  Effect.fnUntraced(function*({ command, data, fault, namespaces, port, seed, timeScale }) {
    const seeded = Option.isSome(seed)
    const options: SandboxOptions = {
      ...(Option.isSome(data) ? { dataDirectory: data.value } : {}),
      port: Option.getOrElse(port, () => 0),
      faults: yield* FaultFlags.scenarios(fault),
      namespaces,
      timeScale
    }
    const running = Option.isNone(data)
      ? Option.none()
      : yield* Target.find(data, 0).pipe(Effect.asSome, Effect.catchTag("NotRunning", () => Effect.succeedNone))
    if (Option.isNone(running)) return yield* inNew(options, command, seeded)
    if (fault.length > 0 || namespaces.length > 0) return yield* new RunsAlready({ url: running.value.url })
    return yield* inRunning(running.value, command, seeded)
  }, Effect.mapError((error) => error._tag === "Ended" ? error : Flags.asUserError(error)))
).pipe(Command.withDescription("Run a command with a sandbox's variables, and end with its exit code"))
