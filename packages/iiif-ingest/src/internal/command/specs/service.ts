import * as Command from "effect/cli/Command"
import { running } from "../running.ts"

export const service = Command.make("service", {}, running(() => import("../run/service.ts"))).pipe(
  Command.withDescription("Print the addresses in use, and whether the service answers")
)
