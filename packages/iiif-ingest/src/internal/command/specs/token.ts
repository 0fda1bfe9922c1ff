import * as Command from "effect/cli/Command"
import { onOff } from "../globals.ts"
import { running } from "../running.ts"

export const token = Command.make(
  "token",
  { reveal: onOff("reveal", "Print the token itself, which is a secret") },
  running(() => import("../run/token.ts"))
).pipe(Command.withDescription("Print what the token says that requests are signed with"))
