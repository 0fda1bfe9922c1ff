#!/usr/bin/env node
/**
 * The `iiif-ingest-sandbox` command.
 *
 * @since 0.1.0
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Runtime from "effect/Runtime"
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import { command } from "./internal/command/command.ts"
import * as Libvips from "./internal/image/libvips.ts"

const Package = Schema.fromJsonString(Schema.Struct({ version: Schema.String }))
const { version } = Schema.decodeSync(Package)(
  readFileSync(new URL("../package.json", import.meta.url), "utf8")
)

const INTERRUPTED = 130

/** `process.exit` waits for the threads of libvips, minutes perhaps, where a signal does not. */
const teardown: Runtime.Teardown = (exit, onExit) =>
  Runtime.defaultTeardown(exit, async (code) => {
    if (code !== INTERRUPTED || !(await Libvips.isBusy())) return onExit(code)
    process.removeAllListeners("SIGINT")
    process.kill(process.pid, "SIGINT")
  })

command.pipe(
  Command.run({ version }),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain({ teardown })
)
