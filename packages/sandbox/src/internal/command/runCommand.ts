/** Runs a program until it ends, and passes on to it the signals that this process gets meanwhile. */
import * as Effect from "effect/Effect"
import type { PlatformError } from "effect/PlatformError"
import * as ChildProcess from "effect/process/ChildProcess"
import * as Runtime from "effect/Runtime"
import * as Schema from "effect/Schema"
import { constants } from "node:os"
import process from "node:process"
import { isatty } from "node:tty"
import * as Connection from "../connection.ts"

/** Ends this process with the same code, and says nothing itself. */
export class Ended extends Schema.TaggedError<Ended>()("Ended", { code: Schema.Int }) {
  override readonly [Runtime.errorExitCode] = this.code
  override readonly [Runtime.errorReported] = false
}

export class NotStarted extends Schema.TaggedError<NotStarted>()("NotStarted", {
  command: Schema.String,
  detail: Schema.String
}) {
  override get message() {
    return `The command ${this.command} cannot be run: ${this.detail}`
  }
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const

const send = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch {
    // It has just ended.
  }
}

/**
 * At a terminal, Ctrl-C and Ctrl-\ reach the command by themselves, as all programs in the foreground. Passed on as well
 * they would come twice, which many test runners take as the wish to end without tidying up.
 */
const isFromTerminal = (signal: NodeJS.Signals): boolean =>
  ["SIGINT", "SIGQUIT"].includes(signal) && [0, 1, 2].some((file) => isatty(file))

/** Takes the signals from all who listen to them until the scope closes. */
const passSignals = (pid: number) =>
  Effect.acquireRelease(
    Effect.sync(() =>
      SIGNALS.map((signal) => {
        const before = process.rawListeners(signal)
        const pass = () => isFromTerminal(signal) ? undefined : send(pid, signal)
        process.removeAllListeners(signal)
        process.on(signal, pass)
        return { signal, before, pass }
      })
    ),
    (taken) =>
      Effect.sync(() => {
        for (const { before, pass, signal } of taken) {
          process.removeListener(signal, pass)
          for (const listener of before) process.on(signal, () => void listener.call(process, signal))
        }
      })
  )

const isSignal = (name: string): name is NodeJS.Signals => name in constants.signals

/** The code by which shells tell of a signal; Effect names the signal only in a message. */
const codeOfSignal = ({ reason: { cause } }: PlatformError): number => {
  const [, name = ""] = /signal: '(SIG\w+)'/.exec(cause instanceof Error ? cause.message : "") ?? []
  return isSignal(name) ? 128 + constants.signals[name] : 1
}

const reasonOf = ({ message, reason }: PlatformError): string =>
  reason._tag === "NotFound" ? "there is no such command" : message

/** Fails with `Ended` if the code is not 0. */
export const run = Effect.fnUntraced(function*(
  [command = "", ...args]: ReadonlyArray<string>,
  variables: Readonly<Record<string, string>>
) {
  const child = yield* Effect.mapError(
    ChildProcess.make(command, args, {
      env: { ...Object.fromEntries(Connection.OVERRIDING.map((name) => [name, undefined])), ...variables },
      extendEnv: true,
      stdin: "inherit",
      stdout: "inherit",
      stderr: "inherit",
      // In the same group, so that it may read from the terminal.
      detached: false
    }),
    (error) => new NotStarted({ command, detail: reasonOf(error) })
  )
  yield* passSignals(child.pid)
  const code = yield* child.exitCode.pipe(
    Effect.catch((error) => Effect.succeed(codeOfSignal(error))),
    Effect.uninterruptible
  )
  if (code !== 0) return yield* new Ended({ code })
}, Effect.scoped)
