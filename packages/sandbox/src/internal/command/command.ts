/** The `iiif-ingest-sandbox` command. */
import * as Command from "effect/cli/Command"
import { env } from "./env.ts"
import { exec } from "./exec.ts"
import { logs } from "./logs.ts"
import { reset } from "./reset.ts"
import { seed } from "./seed.ts"
import { start } from "./start.ts"

export const command = Command.make("iiif-ingest-sandbox").pipe(
  Command.withDescription("A local stand-in for Harvard LTS's Media Presentation Service"),
  Command.withSubcommands([start, env, exec, seed, reset, logs])
)
