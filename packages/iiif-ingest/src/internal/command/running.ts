/** Runs the implementation of a command, which is loaded only then. */
import { visible } from "@iiif-ingest/core/base/Reason"
import type { Environment } from "effect/cli/Command"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Screen from "../terminal/screen.ts"
import { coloured, plain } from "../terminal/style.ts"
import * as Failure from "./failure.ts"
import { Globals, type GlobalValues, root } from "./globals.ts"
import { commandLine, Invocation } from "./invocation.ts"

/** A command's implementation: it returns its exit code. */
export type Run<I> = (
  input: I
) => Effect.Effect<number, Failure.Failure, Screen.Screen | Globals | Invocation | Environment>

/** Whether there are colors: as the flag says, or on a terminal unless `NO_COLOR` is set. */
const withColor = (color: Option.Option<boolean>, isTerminal: boolean) =>
  Effect.map(
    Effect.orElseSucceed(Config.withDefault(Config.String("NO_COLOR"), ""), () => ""),
    (noColor) => Option.getOrElse(color, () => isTerminal && noColor === "") ? coloured : plain
  )

const screenOf = Effect.fnUntraced(function*({ color, json, quiet }: GlobalValues) {
  const { streams } = yield* Invocation
  return Screen.make(streams, {
    json,
    quiet,
    style: yield* withColor(color, streams.isTerminal),
    noteStyle: yield* withColor(color, streams.notesAreShown)
  })
})

/** Warnings of the library beside the results. They are in the results, too, so `--quiet` does without. */
const logger = (screen: Screen.Screen["Service"]) =>
  Logger.layer([
    Logger.make(({ logLevel, message }) => {
      if (screen.quiet || !LogLevel.isGreaterThanOrEqualTo(logLevel, "Warn")) return
      const text = (Array.isArray(message) ? message : [message]).map(String).join(" ")
      Effect.runSync(screen.note(`${screen.noteStyle.warning("warning:")} ${visible(text)}`))
    })
  ])

/** What is said once an interrupted command has stopped. */
const goOn = Effect.gen(function*() {
  const screen = yield* Screen.Screen
  const { args } = yield* Invocation
  yield* screen.status("")
  yield* screen.note(`stopped; what was sent is in the journal. To go on:\n  ${commandLine(args)}`)
})

/**
 * The handler of a command. `isResumable`: whether it does something that the same command line goes on with after an
 * interruption.
 */
export const running = <I>(
  load: () => Promise<{ readonly run: Run<I> }>,
  { isResumable = false }: { readonly isResumable?: boolean } = {}
) =>
  Effect.fnUntraced(function*(input: I) {
    const globals = yield* root
    const { exit } = yield* Invocation
    const screen = yield* screenOf(globals)
    const { run } = yield* Effect.promise(load)
    const code = yield* run(input).pipe(
      Effect.scoped,
      Effect.catch(Failure.report),
      Effect.catchDefect(Failure.reportDefect),
      Effect.onInterrupt(() => isResumable ? goOn : screen.status("")),
      Effect.provide(logger(screen)),
      Effect.provideService(Screen.Screen, screen),
      Effect.provideService(Globals, globals)
    )
    yield* screen.status("")
    yield* Ref.set(exit, code)
  })
