/** The command as a program that succeeds with its exit code. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { redacted, visible } from "@iiif-ingest/core/base/Reason"
import * as CliConfig from "effect/cli/CliConfig"
import type * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import type { Writable } from "node:stream"
import type { Streams } from "../terminal/streams.ts"
import { command } from "./command.ts"
import { exitCodes } from "./exitCodes.ts"
import { Invocation } from "./invocation.ts"

/** What the command line's own pages (help, version, completions) print, held back until it is known where to. */
const held = (lines: Array<string>): Console.Console =>
  Object.assign(Object.create(globalThis.console), {
    log: (...texts: ReadonlyArray<unknown>) => void lines.push(texts.join(" "))
  })

const write = (stream: Writable, lines: ReadonlyArray<string>): Effect.Effect<void> =>
  lines.length === 0
    ? Effect.void
    : Effect.callback<void>((resume) => void stream.write(`${lines.join("\n")}\n`, () => resume(Effect.void)))

/** What every command line has, without what asks for all flags one by one. */
const builtIns = [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions]

/** A message on one line, also if it has lines of its own, such as what may have been meant. */
const onOneLine = (message: string): string =>
  visible(redacted(message).replace(/\n\n\s*/g, ". ").replace(/\n\s*/g, " "))

const messagesOf = (error: CliError.CliError): ReadonlyArray<string> =>
  (error._tag === "ShowHelp" ? error.errors : [error]).map(({ message }) => `iiif-ingest: ${onOneLine(message)}`)

const noColor = Effect.map(
  Effect.orElseSucceed(Config.withDefault(Config.String("NO_COLOR"), ""), () => ""),
  (value) => value !== ""
)

/** Runs the command. For a wrong command line, the message and then the help are on standard error. */
export const main = Effect.fnUntraced(
  function*(args: ReadonlyArray<string>, streams: Streams, version: string) {
    const exit = yield* Ref.make<number>(exitCodes.done)
    const lines: Array<string> = []
    const colors = streams.isTerminal && !(yield* noColor)
    yield* Command.runWith(command, { version, renderErrors: false })(args).pipe(
      Effect.provideService(Console.Console, held(lines)),
      Effect.provideService(CliConfig.CliConfig, { builtIns }),
      Effect.provideService(CliOutput.Formatter, CliOutput.defaultFormatter({ colors })),
      Effect.provideService(Invocation, { args, streams, version, exit }),
      Effect.andThen(Effect.suspend(() => write(streams.stdout, lines))),
      Effect.catch((error) => {
        const messages = messagesOf(error)
        return messages.length === 0
          ? Effect.andThen(Ref.set(exit, exitCodes.input), write(streams.stderr, lines))
          : Effect.andThen(Ref.set(exit, exitCodes.input), write(streams.stderr, [...messages, "", ...lines]))
      })
    )
    return yield* Ref.get(exit)
  },
  Effect.provide(NodeServices.layer)
)
