/** `env`: prints what a client needs of a running sandbox. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Connection from "../connection.ts"
import * as Connected from "./connected.ts"
import * as Flags from "./flags.ts"
import * as Quote from "./quote.ts"
import * as Target from "./target.ts"

const format = Flag.Literals("format", Quote.FORMATS).pipe(
  Flag.withDefault("shell"),
  Flag.withDescription("Lines to evaluate in a shell, lines of a .env file, or one JSON object")
)

const json = Flag.Boolean("json").pipe(Flag.withDefault(false), Flag.withDescription("The same as --format json"))

export const env = Command.make(
  "env",
  { ...Flags.target, format, json },
  Effect.fnUntraced(function*({ data, format, json, port }) {
    const { connection, variables } = yield* Connected.of(yield* Target.find(data, port))
    if (json || format === "json") return yield* Console.log(JSON.stringify(connection))
    return yield* Console.log(
      format === "shell"
        ? Quote.shell(variables, Connection.OVERRIDING)
        : yield* Effect.fromResult(Quote.dotenv(variables))
    )
  }, Effect.mapError(Flags.asUserError))
).pipe(Command.withDescription("Print the variables that a client of the running sandbox needs, keys included"))
