#!/usr/bin/env node
/**
 * The `iiif-check` command.
 *
 * @since 0.1.0
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import { main } from "./internal/main.ts"

const streams = {
  stdin: () => process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  isInteractive: process.stdin.isTTY,
  isTerminal: process.stdout.isTTY
}

// a write that fails says so itself; without a listener its event would end the process with a stack
process.stdout.on("error", () => {})
process.stderr.on("error", () => {})

let isInterrupted = false
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => void (isInterrupted = true))

const codeOf = (exit: Exit.Exit<unknown, unknown>): number => {
  if (isInterrupted) return 130
  if (Exit.isSuccess(exit)) return typeof exit.value === "number" ? exit.value : 2
  return Cause.hasInterruptsOnly(exit.cause) ? 130 : 2
}

NodeRuntime.runMain(main(process.argv.slice(2), streams), {
  // a signal that came during the last step is heard only in the next round of the event loop
  teardown: (exit, end) => void setImmediate(() => end(codeOf(exit)))
})
