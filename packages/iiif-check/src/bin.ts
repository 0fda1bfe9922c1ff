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

NodeRuntime.runMain(main(process.argv.slice(2), streams), {
  teardown: (exit, end) => {
    if (Exit.isSuccess(exit)) return end(typeof exit.value === "number" ? exit.value : 2)
    end(Cause.hasInterruptsOnly(exit.cause) ? 130 : 2)
  }
})
