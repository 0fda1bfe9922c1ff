/** Flags that several subcommands have, and how they say what went wrong. */
import * as CliError from "effect/cli/CliError"
import * as Flag from "effect/cli/Flag"
import * as Schema from "effect/Schema"

/** A fixed default, so that URLs in bookmarks and stored manifests stay valid across restarts. */
export const DEFAULT_PORT = 4747

export const port = Flag.Int("port").pipe(
  Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65535 })))
)

/** Which running sandbox is meant. */
export const target = {
  data: Flag.Directory("data").pipe(
    Flag.optional,
    Flag.withDescription("Folder of the running sandbox, where it was started with --data")
  ),
  port: port.pipe(
    Flag.withDefault(DEFAULT_PORT),
    Flag.withDescription("Port of the running sandbox, where --data is not given")
  )
}

export const json = Flag.Boolean("json").pipe(Flag.withDefault(false), Flag.withDescription("Print one JSON object"))

export const namespaces = Flag.String("namespace").pipe(
  Flag.withSchema(Schema.String.check(Schema.isPattern(/^[A-Za-z0-9.]+$/, { message: "letters, digits and periods" }))),
  Flag.atLeast(0),
  Flag.withDescription("A namespace that is registered besides SANDBOX (repeatable); assets of any other fail")
)

export const seed = Flag.Literals("seed", ["demo"]).pipe(
  Flag.optional,
  Flag.withDescription("Bring in the demo seed first: three manifests of free pictures")
)

/** Ends the command with one line. */
export const asUserError = (cause: { readonly message: string }) =>
  new CliError.UserError({ cause, userMessage: cause.message })
