/** The command as a program that succeeds with its exit code. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as CliConfig from "effect/cli/CliConfig"
import type * as CliError from "effect/cli/CliError"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import { command, type Streams, Usage } from "./command.ts"
import { write } from "./output.ts"
import { printable } from "./report/printable.ts"

const Package = Schema.fromJsonString(Schema.Struct({ version: Schema.String }))

const version = Effect.sync(() => readFileSync(new URL("../../package.json", import.meta.url), "utf8")).pipe(
  Effect.flatMap(Schema.decodeEffect(Package)),
  Effect.map(({ version }) => version),
  Effect.orDie
)

/** What the command line's own pages (help, version, completions) print, held back until it is known where to. */
const held = (lines: Array<string>): Console.Console =>
  Object.assign(Object.create(globalThis.console), {
    log: (...texts: ReadonlyArray<unknown>) => void lines.push(texts.join(" "))
  })

/** What every command line has, without what asks questions or is about logs, which there are none of. */
const builtIns = [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions]

/** A message on one line, also if it has lines of its own, such as what may have been meant. */
const onOneLine = (message: string): string => printable(message.replace(/\n\n\s*/g, ". ").replace(/\n\s*/g, " "))

const usageText = (messages: ReadonlyArray<string>): string =>
  [...messages.map((message) => `iiif-check: ${onOneLine(message)}`), "iiif-check --help shows what there is", ""]
    .join("\n")

const messagesOf = (error: CliError.CliError | Usage): ReadonlyArray<string> =>
  error instanceof Usage || error._tag !== "ShowHelp" ? [error.message] : error.errors.map(({ message }) => message)

/** Runs the command. Help on what is wrong with a command line goes to standard error, and its exit code is 2. */
export const main = Effect.fnUntraced(function*(args: ReadonlyArray<string>, streams: Streams) {
  const exit = yield* Ref.make(0)
  const lines: Array<string> = []
  const own = command(streams, yield* version, exit)
  yield* Command.runWith(own, { version: yield* version, renderErrors: false })(args).pipe(
    Effect.provideService(Console.Console, held(lines)),
    Effect.provideService(CliConfig.CliConfig, { builtIns }),
    Effect.andThen(Effect.suspend(() => write(streams.stdout, lines.map((line) => `${line}\n`).join("")))),
    Effect.catch((error) =>
      error._tag === "Closed"
        ? Effect.void
        : Effect.andThen(Ref.set(exit, 2), Effect.ignore(write(streams.stderr, usageText(messagesOf(error)))))
    )
  )
  return yield* Ref.get(exit)
}, Effect.provide(NodeServices.layer))
