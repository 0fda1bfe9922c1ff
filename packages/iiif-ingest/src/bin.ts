#!/usr/bin/env node
/**
 * The `iiif-ingest` command.
 *
 * @since 0.1.0
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import process from "node:process"
import { exitCodes } from "./internal/command/exitCodes.ts"
import { main } from "./internal/command/main.ts"

const Package = Schema.fromJsonString(Schema.Struct({ version: Schema.String }))
const { version } = Schema.decodeSync(Package)(readFileSync(new URL("../package.json", import.meta.url), "utf8"))

const streams = {
  stdin: () => process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  canAsk: process.stdin.isTTY && process.stderr.isTTY,
  isTerminal: process.stdout.isTTY,
  notesAreShown: process.stderr.isTTY,
  columns: () => process.stderr.columns || 80
}

// Node tells of an experimental module (SQLite, on older versions), which is no business of a user's
process.removeAllListeners("warning")

// a write that fails says so itself; without a listener its event would end the process with a stack
process.stdout.on("error", () => {})
process.stderr.on("error", () => {})

let isInterrupted = false
const onSignal = () => {
  if (isInterrupted) process.exit(exitCodes.interrupted)
  isInterrupted = true
  process.stderr.write(`${process.stderr.isTTY ? "\n" : ""}stopping (once more: stop at once)\n`)
}
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, onSignal)

const codeOf = (exit: Exit.Exit<unknown, unknown>): number => {
  if (isInterrupted) return exitCodes.interrupted
  if (Exit.isSuccess(exit)) return typeof exit.value === "number" ? exit.value : exitCodes.mistake
  return Cause.hasInterruptsOnly(exit.cause) ? exitCodes.interrupted : exitCodes.mistake
}

NodeRuntime.runMain(main(process.argv.slice(2), streams, version), {
  // a signal that came during the last step is heard only in the next round of the event loop
  teardown: (exit, end) => void setImmediate(() => end(codeOf(exit)))
})
