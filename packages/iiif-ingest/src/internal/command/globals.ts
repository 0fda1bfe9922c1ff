/** The flags that every command has. */
import type { EnvironmentName } from "@iiif-ingest/core/config/MpsEnvironment"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Context from "effect/Context"
import type * as Option from "effect/Option"

/** A flag that is on or off, without a `--no-` form that nobody needs. */
export const onOff = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withoutNegation, Flag.withDefault(false), Flag.withDescription(description))

const flags = {
  env: Flag.Literals("env", ["dev", "qa", "prod", "sandbox"]).pipe(
    Flag.optional,
    Flag.withMetavar("<name>"),
    Flag.withDescription("The environment of MPS (default: LTS_IIIF_ENVIRONMENT)")
  ),
  journal: Flag.String("journal").pipe(
    Flag.optional,
    Flag.withMetavar("<file>"),
    Flag.withDescription("The journal's file (default: LTS_IIIF_JOURNAL, or one for each bucket in the state folder)")
  ),
  json: onOff("json", "Print JSON: one document, or for long work one line for each event and then the result"),
  quiet: onOff("quiet", "Print results and errors only").pipe(Flag.withAlias("q")),
  yes: onOff("yes", "Answer every question with yes").pipe(Flag.withAlias("y")),
  color: Flag.Boolean("color").pipe(
    Flag.optional,
    Flag.withDescription("Use colors, or none with --no-color (default: on a terminal, unless NO_COLOR is set)")
  )
}

/** The values of these flags. */
export interface GlobalValues {
  readonly env: Option.Option<EnvironmentName>
  readonly journal: Option.Option<string>
  readonly json: boolean
  readonly quiet: boolean
  readonly yes: boolean
  readonly color: Option.Option<boolean>
}

export class Globals extends Context.Service<Globals, GlobalValues>()("iiif-ingest/internal/command/Globals") {}

/** The command without its subcommands. */
export const root = Command.make("iiif-ingest").pipe(Command.withSharedFlags(flags))
