/** Runs a program until it ends, and passes on to it the signals that this process gets meanwhile. */
import * as Effect from "effect/Effect"
import * as Runtime from "effect/Runtime"
import * as Schema from "effect/Schema"
import { type ChildProcess, spawn } from "node:child_process"
import { constants } from "node:os"
import process from "node:process"

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

/** Takes the signals from all who listen to them until it is released. */
const takeSignals = (child: ChildProcess) => {
  const taken = SIGNALS.map((signal) => {
    const before = process.rawListeners(signal)
    const pass = () => void child.kill(signal)
    process.removeAllListeners(signal)
    process.on(signal, pass)
    return { signal, before, pass }
  })
  return () => {
    for (const { before, pass, signal } of taken) {
      process.removeListener(signal, pass)
      for (const listener of before) process.on(signal, () => void listener.call(process, signal))
    }
  }
}

const codeOf = (code: number | null, signal: NodeJS.Signals | null): number =>
  code ?? 128 + (signal === null ? 0 : constants.signals[signal])

const reasonOf = (error: Error): string =>
  "code" in error && error.code === "ENOENT" ? "there is no such command" : error.message

/** Fails with `Ended` if the code is not 0. */
export const run = (
  [command = "", ...args]: ReadonlyArray<string>,
  variables: Readonly<Record<string, string>>
): Effect.Effect<void, Ended | NotStarted> =>
  Effect.callback<void, Ended | NotStarted>((resume) => {
    const child = spawn(command, args, { stdio: "inherit", env: { ...process.env, ...variables } })
    const release = takeSignals(child)
    child.once("error", (error) => {
      release()
      resume(Effect.fail(new NotStarted({ command, detail: reasonOf(error) })))
    })
    child.once("exit", (code, signal) => {
      release()
      const ended = codeOf(code, signal)
      resume(ended === 0 ? Effect.void : Effect.fail(new Ended({ code: ended })))
    })
  }).pipe(Effect.uninterruptible)
