/** The command line. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Config from "effect/Config"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import { malformed } from "./address.ts"
import { isPrivate } from "./http/address.ts"
import { coloured, plain } from "./report/style.ts"
import { run, type RunOptions } from "./run.ts"

/** The command cannot do what it is asked for. */
export class Usage extends Data.TaggedError("Usage")<{ readonly detail: string }> {
  override get message() {
    return this.detail
  }
}

const MiB = 1024 * 1024

const positive = Schema.Int.check(Schema.isGreaterThan(0))

const flags = {
  documents: Argument.String("document").pipe(
    Argument.withDescription("A file, a folder with *.json files, an http or https URL, or - for standard input"),
    Argument.variadic()
  ),
  json: Flag.Boolean("json").pipe(
    Flag.withDefault(false),
    Flag.withDescription("Print one JSON object a line for each document")
  ),
  quiet: Flag.Boolean("quiet").pipe(
    Flag.withAlias("q"),
    Flag.withDefault(false),
    Flag.withDescription("Show no warnings; with --json, no summary either")
  ),
  max: Flag.Int("max").pipe(
    Flag.withSchema(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
    Flag.optional,
    Flag.withDescription("Findings shown of a document (default: 20; with --json, all)")
  ),
  warningsAsErrors: Flag.Boolean("warnings-as-errors").pipe(
    Flag.withDefault(false),
    Flag.withDescription("End with 1 if there are warnings, too")
  ),
  extensions: Flag.String("extensions").pipe(
    Flag.withDefault("json"),
    Flag.withDescription("Endings of the files that are checked in folders, separated by commas (default: json)")
  ),
  maxSize: Flag.Int("max-size").pipe(
    Flag.withSchema(positive.check(Schema.isLessThanOrEqualTo(400))),
    Flag.withDefault(64),
    Flag.withDescription("Size up to which a document is read, in MiB (default: 64)")
  ),
  timeout: Flag.Finite("timeout").pipe(
    Flag.withSchema(Schema.Finite.check(Schema.isGreaterThan(0))),
    Flag.withDefault(30),
    Flag.withDescription("Time for reading a URL, redirects included, in seconds (default: 30)")
  ),
  allowPrivate: Flag.Boolean("allow-private").pipe(
    Flag.withDefault(false),
    Flag.withDescription("Read URLs on this machine and in private networks, too")
  ),
  color: Flag.Boolean("color").pipe(
    Flag.optional,
    Flag.withDescription("Use colors, or none with --no-color (default: on a terminal, unless NO_COLOR is set)")
  )
}

/** The standard streams of the process. */
export type Streams =
  & Pick<RunOptions, "stderr" | "stdin" | "stdout">
  & { readonly isInteractive: boolean; readonly isTerminal: boolean }

const styleOf = (color: Option.Option<boolean>, { isTerminal }: Streams) =>
  Effect.map(
    Effect.orElseSucceed(Config.withDefault(Config.String("NO_COLOR"), ""), () => ""),
    (noColor) => Option.getOrElse(color, () => isTerminal && noColor === "") ? coloured : plain
  )

const extensionsOf = (text: string): Effect.Effect<ReadonlyArray<string>, Usage> => {
  const extensions = text.split(",").map((one) => one.trim().toLowerCase().replace(/^\*?\.?/, "."))
    .filter((one) => one !== ".")
  return extensions.length > 0
    ? Effect.succeed(extensions)
    : Effect.fail(new Usage({ detail: "--extensions names no ending: give some, such as json,jsonld" }))
}

/** What is to be checked: standard input if nothing is named, unless somebody would have to type it. */
const argumentsOf = (documents: ReadonlyArray<string>, { isInteractive }: Streams) => {
  if (documents.length === 0) {
    return isInteractive ? new Usage({ detail: "name a file, a folder or a URL to check" }) : Effect.succeed(["-"])
  }
  if (documents.filter((one) => one === "-").length > 1) {
    return new Usage({ detail: "standard input (-) can be read only once" })
  }
  const detail = documents.map(malformed).find((one) => one !== undefined)
  return detail === undefined ? Effect.succeed(documents) : new Usage({ detail })
}

const description = `Checks IIIF manifests, collections, annotation pages, annotation collections and content states.

Exit code: 0 if no document has errors; 1 if one has; 2 if one could not be read, or the command line is wrong; 130 if interrupted.`

/** The `iiif-check` command, which sets the exit code. */
export const command = (streams: Streams, version: string, exit: Ref.Ref<number>) =>
  Command.make(
    "iiif-check",
    flags,
    Effect.fnUntraced(function*({ allowPrivate, color, documents, extensions, max, maxSize, timeout, ...options }) {
      const args = yield* argumentsOf(documents, streams)
      const code = yield* run(args, {
        ...options,
        ...streams,
        extensions: yield* extensionsOf(extensions),
        max: Option.getOrElse(max, () => options.json ? Number.POSITIVE_INFINITY : 20),
        maxBytes: maxSize * MiB,
        refuses: allowPrivate ? () => false : isPrivate,
        timeout: Duration.seconds(timeout),
        style: yield* styleOf(color, streams),
        userAgent: `iiif-check/${version}`
      })
      yield* Ref.set(exit, code)
    })
  ).pipe(Command.withDescription(description))
